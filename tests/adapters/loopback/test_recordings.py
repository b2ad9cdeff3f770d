"""What the far end heard, as a WAV of the right duration whatever was lost, and the counts beside it."""

from __future__ import annotations

import wave
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from adapters.loopback.g711 import PCMA
from adapters.loopback.recording import Recording
from adapters.loopback.rtp import Packet

if TYPE_CHECKING:
    from tests.adapters.loopback.conftest import Caller, FarEnd

NOW = timedelta(0)
LOUD = PCMA.encode([8000] * 160)


def samples(path: Path) -> list[int]:
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 8000)
        octets = file.readframes(file.getnframes())
    return [int.from_bytes(octets[i : i + 2], "little", signed=True) for i in range(0, len(octets), 2)]


def spoken_call(call: Caller, lost: range) -> dict[str, object]:
    """A call that sends one second of audio, less what is lost; returns its `ended` line."""
    answer = call.up()
    call.talk(answer, LOUD, frames=50, lost=lost)
    call.hang_up(answer)
    return call.lines("ended")[0]


@pytest.mark.parametrize("lost", [range(0), range(10, 15)], ids=["complete", "five-lost"])
def test_a_call_is_recorded_with_its_duration(caller: Callable[[str], Caller], far_end: FarEnd, lost: range) -> None:
    line = spoken_call(caller("+33199000550"), lost)
    heard = samples(far_end.recordings / str(line["recording"]))
    heard = heard[next(n for n, value in enumerate(heard) if value) :]
    assert len(heard) == 8000
    assert all((value == 0) == (n // 160 in lost) for n, value in enumerate(heard))
    assert (line["rtp_received"], line["rtp_lost"]) == (50 - len(lost), len(lost))


def test_a_recording_lasts_as_long_as_the_call_when_the_caller_falls_silent(
    caller: Callable[[str], Caller], far_end: FarEnd
) -> None:
    call = caller("+33199000556")
    answer = call.up()
    call.listen(0.2)
    call.talk(answer, LOUD, frames=1)
    call.listen(0.3)
    call.hang_up(answer)
    [line] = call.lines("ended")
    heard = samples(far_end.recordings / line["recording"])
    assert len(heard) == pytest.approx(8 * line["duration_ms"], abs=80)
    assert next(n for n, value in enumerate(heard) if value) >= 0.2 * 8000


def test_a_file_bears_the_call_id_and_nobody_s_number(caller: Callable[[str], Caller]) -> None:
    calls = [caller("+33199000551") for _ in range(2)]
    assert [spoken_call(call, range(0))["recording"] for call in calls] == [f"{call.call_id}-1.wav" for call in calls]


def test_a_call_id_that_comes_twice_overwrites_nothing(tmp_path: Path) -> None:
    for _ in range(2):
        record(tmp_path, [(1, 0)], "a7")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a7-1.wav", "a7-2.wav"]


def test_a_call_without_audio_leaves_no_file(caller: Callable[[str], Caller]) -> None:
    call = caller("+33199000552")
    call.hang_up(call.up())
    assert call.lines("ended")[0]["recording"] is None


def test_a_carrier_that_is_ended_finishes_its_recordings_and_sends_no_bye(
    start_far_end: Callable[..., FarEnd], calling: Callable[[FarEnd, str], Caller]
) -> None:
    far_end = start_far_end()
    call = calling(far_end, "+33199000553")
    answer = call.up()
    call.talk(answer, LOUD, frames=50)
    far_end.process.stop()
    call.listen(0.1)
    [line] = call.lines("ended")
    assert line["ended_by"] == "shutdown"
    assert len(samples(far_end.recordings / line["recording"])) >= 8000
    assert call.requests() == []


def test_a_recording_that_cannot_be_written_is_noted_and_the_call_goes_on(
    start_far_end: Callable[..., FarEnd], calling: Callable[[FarEnd, str], Caller]
) -> None:
    far_end = start_far_end()
    far_end.recordings.rmdir()
    line = spoken_call(calling(far_end, "+33199000557"), range(0))
    assert (line["ended_by"], line["rtp_received"]) == ("caller", 50)
    [failure] = [each for each in far_end.lines() if each["event"] == "recording-failed"]
    assert "No such file" in failure["reason"]


def record(folder: Path, packets: list[tuple[int, int]], call_id: str = "a554") -> list[int]:
    """Write packets of (SSRC, timestamp) with 160 samples of value 1 each; returns the file's samples."""
    recording = Recording(folder, call_id)
    for ssrc, timestamp in packets:
        recording.write(Packet(8, False, 0, timestamp & 0xFFFFFFFF, ssrc, b""), b"\x01\x00" * 160, NOW)
    recording.close(NOW)
    assert recording.path is not None
    return samples(recording.path)


@pytest.mark.parametrize(
    ("packets", "expected"),
    [
        ([(1, 0), (1, 160)], [1] * 320),
        ([(1, 160), (1, 0)], [1] * 160),
        ([(1, 0), (1, 320), (1, 160)], [1] * 480),
        ([(1, 0), (1, 0)], [1] * 160),
        ([(1, -160), (1, 0), (1, 160)], [1] * 480),
        ([(1, 0), (1, 320)], [1] * 160 + [0] * 160 + [1] * 160),
        ([(1, 0), (2, 77777777)], [1] * 320),
        ([(1, 0), (1, 2**31), (1, 2**31 + 160)], [1] * 480),
    ],
    ids=["in-order", "before-the-start", "reordered", "twice", "wrapped", "gap", "new-source", "jump"],
)
def test_packets_land_where_their_timestamp_says(
    tmp_path: Path, packets: list[tuple[int, int]], expected: list[int]
) -> None:
    assert record(tmp_path, packets) == expected


@pytest.mark.parametrize("call_id", ["../../etc/passwd", "", "+33 199/00", "é" * 300])
def test_a_file_name_never_leaves_the_folder(tmp_path: Path, call_id: str) -> None:
    record(tmp_path, [(1, 0)], call_id)
    [path] = tmp_path.iterdir()
    assert path.suffix == ".wav"


def test_a_killed_carrier_leaves_a_file_that_opens(tmp_path: Path) -> None:
    recording = Recording(tmp_path, "a555")
    for number in range(60):
        recording.write(Packet(8, False, number, 160 * number, 1, b""), b"\x01\x00" * 160, NOW)
    assert recording.path is not None
    assert len(samples(recording.path)) == 8000
    recording.close(NOW)
