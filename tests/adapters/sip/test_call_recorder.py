"""What a recording holds, and that an objection leaves nothing of it."""

from __future__ import annotations

import os
import signal
import wave
from array import array
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.sip import SipRunner
from dialer.mended_recordings import mend
from dialer.permit import PermitKey
from dialer.ports import CallEvent, CallEventKind, EndedBy, Script, Unrecorded


@pytest.fixture
def runner(carrier: Any, permit_key: PermitKey, orders: Any) -> Iterator[SipRunner]:
    runner = SipRunner(carrier.trunk(channels=4), permit_key, orders.clock, rtp_first_port=34000)
    runner.start()
    yield runner
    runner.stop(timedelta(seconds=3))


@pytest.fixture(scope="module")
def long_script(script: Script, tmp_path_factory: pytest.TempPathFactory) -> Script:
    """An opening that nobody hears out: 12 s."""
    path = tmp_path_factory.mktemp("long") / "opening.wav"
    with wave.open(str(script.opening)) as short, wave.open(str(path), "wb") as file:
        file.setparams(short.getparams())
        file.writeframes(short.readframes(short.getnframes()) * 10)
    return replace(script, opening=path)


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


def kill_its_process(path: Path) -> None:
    """The one that has the recording open."""
    for held in Path("/proc").glob("[0-9]*/fd/*"):
        with suppress(OSError):
            if held.readlink() == path:
                os.kill(int(held.parts[2]), signal.SIGKILL)
                return


def test_what_a_killed_process_recorded_can_be_heard_once_it_is_mended(
    runner: SipRunner, orders: Any, listen: Any, finals: Any, tmp_path: Path, long_script: Script
) -> None:
    """Two seconds of a call, of which the head of the file says nothing."""
    path = tmp_path / "33639981144-1.wav"
    permit = orders.permit(callee="+33639981144")
    runner.place(orders.order(permit, script=long_script, recording=path))
    listen(runner, lambda _: path.exists() and path.stat().st_size > 2 * 16_000)
    kill_its_process(path)
    assert finals(listen(runner, finals))[0].kind is CallEventKind.LOST
    assert not whole(path)
    with pytest.raises((wave.Error, EOFError, AssertionError)):
        assert loudness(path)
    assert mend(path)
    assert whole(path)
    assert min(loudness(path)[:3]) > 1000
    assert not mend(path), "there is nothing more to mend"


def prompts(events: list[CallEvent]) -> list[str]:
    return [event.detail for event in events if event.kind is CallEventKind.PROMPT]


def test_no_call_begins_that_must_be_recorded_and_cannot_be(
    runner: SipRunner, orders: Any, listen: Any, finals: Any, tmp_path: Path, carrier: Any
) -> None:
    path = tmp_path / "nowhere" / "33639981142-1.wav"
    permit = orders.permit(callee="+33639981142")
    runner.place(orders.order(permit, recording=path, unrecorded=Unrecorded.NO_CALL))
    (last,) = finals(listen(runner, finals))
    assert last.kind is CallEventKind.NOT_SENT
    assert "could not be recorded" in last.detail
    assert carrier.facts("invite", ["+33639981142"]) == []


def test_a_call_whose_recording_stops_takes_leave_and_ends_when_it_must_be_recorded(
    runner: SipRunner, orders: Any, listen: Any, finals: Any, tmp_path: Path, long_script: Script
) -> None:
    """The disk that fails: the file is taken away under the recorder."""
    path = tmp_path / "33639981143-1.wav"
    permit = orders.permit(callee="+33639981143")
    runner.place(orders.order(permit, script=long_script, recording=path, unrecorded=Unrecorded.NO_CALL))
    heard = list(listen(runner, recording_notes))
    path.unlink()
    heard += listen(runner, finals)
    (last,) = finals(heard)
    assert last.ended_by is EndedBy.UNRECORDED
    assert "could not be recorded" in last.detail
    assert prompts(heard) == ["opening", "closing"]


def test_who_objects_to_a_recording_that_must_be_is_taken_leave_of(
    runner: SipRunner, orders: Any, listen: Any, finals: Any, tmp_path: Path, long_script: Script
) -> None:
    path = tmp_path / "33639981129-2.wav"
    permit = orders.permit(callee="+33639981129")
    runner.place(orders.order(permit, script=long_script, recording=path, unrecorded=Unrecorded.NO_CALL))
    heard = listen(runner, finals)
    assert finals(heard)[0].ended_by is EndedBy.UNRECORDED
    assert prompts(heard)[-1] == "closing"
    assert not path.exists()
