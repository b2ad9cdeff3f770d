"""What a recording holds, and that an objection leaves nothing of it."""

from __future__ import annotations

import wave
from array import array
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.sip import SipRunner
from dialer.permit import PermitKey
from dialer.ports import CallEvent, CallEventKind


@pytest.fixture
def runner(carrier: Any, permit_key: PermitKey, orders: Any) -> Iterator[SipRunner]:
    runner = SipRunner(carrier.trunk(channels=4), permit_key, orders.clock, rtp_first_port=34000)
    runner.start()
    yield runner
    runner.stop(timedelta(seconds=3))


def recording_notes(events: list[CallEvent]) -> list[str]:
    return [event.detail for event in events if event.kind is CallEventKind.RECORDING]


def whole(path: Path) -> bool:
    """The header tells the length last of all."""
    written = path.read_bytes()
    return int.from_bytes(written[4:8], "little") == len(written) - 8


def loudness(path: Path) -> list[int]:
    """The loudest sample of each half second."""
    with wave.open(str(path)) as file:
        assert (file.getframerate(), file.getnchannels()) == (8000, 1)
        samples = array("h", file.readframes(file.getnframes()))
    return [max(map(abs, samples[start : start + 4000])) for start in range(0, len(samples) - 3999, 4000)]


def test_both_sides_are_in_the_file_from_the_answer_to_the_end(
    runner: SipRunner, orders: Any, listen: Any, finals: Any, tmp_path: Path, eventually: Callable[..., None]
) -> None:
    """Prompts of 3.6 s: each half second has a voice in it."""
    path = tmp_path / "33639981100-1.wav"
    runner.place(orders.order(orders.permit(callee="+33639981100"), recording=path))
    heard = listen(runner, finals)
    assert recording_notes(heard) == [path.name]
    eventually(lambda: whole(path))
    assert min(loudness(path)[:6]) > 1000


def test_a_call_that_nobody_answers_leaves_no_file(
    runner: SipRunner, orders: Any, listen: Any, finals: Any, tmp_path: Path
) -> None:
    path = tmp_path / "33639981110-1.wav"
    runner.place(orders.order(orders.permit(callee="+33639981110"), recording=path))
    assert recording_notes(listen(runner, finals)) == []
    assert not path.exists()


def test_who_objects_by_key_is_not_recorded_and_the_call_goes_on(
    runner: SipRunner, orders: Any, listen: Any, finals: Any, tmp_path: Path
) -> None:
    path = tmp_path / "33639981129-1.wav"
    runner.place(orders.order(orders.permit(callee="+33639981129"), recording=path))
    heard = listen(runner, finals)
    assert recording_notes(heard) == [path.name, ""]
    assert [event.detail for event in heard if event.kind is CallEventKind.PROMPT][-1] == "closing"
    assert not path.exists()


def test_a_file_that_cannot_be_made_is_told_and_the_call_goes_on(
    runner: SipRunner, orders: Any, listen: Any, finals: Any, tmp_path: Path
) -> None:
    path = tmp_path / "nowhere" / "33639981140-1.wav"
    runner.place(orders.order(orders.permit(callee="+33639981140"), recording=path))
    last = finals(listen(runner, finals))[0]
    assert "could not be recorded" in last.detail
    assert last.answered


def test_a_run_that_stops_leaves_whole_files(runner: SipRunner, orders: Any, listen: Any, tmp_path: Path) -> None:
    path = tmp_path / "33639981141-1.wav"
    runner.place(orders.order(orders.permit(callee="+33639981141"), recording=path))
    listen(runner, lambda events: any(event.kind is CallEventKind.PROMPT for event in events))
    listen(runner, lambda _: path.stat().st_size > 8000)
    runner.stop(timedelta(seconds=3))
    assert len(loudness(path)) >= 1
