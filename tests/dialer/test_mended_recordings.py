"""What was said in a call whose process was killed can be heard; whole files and strange ones are left alone."""

from __future__ import annotations

import os
import struct
import wave
from pathlib import Path

import pytest

from dialer.mended_recordings import mend, mend_recording
from tests.dialer.agency import Agency
from tests.dialer.fakes import LOST, ScriptedRunner

SAMPLES = 800


def written(path: Path, *, length: int | None = None, sizes: bool = True, before: bytes = b"") -> Path:
    """A WAV file of 0.1 s, cut to its first `length` bytes, its sizes still to be told unless `sizes`."""
    sound = b"".join(struct.pack("<h", sample) for sample in range(SAMPLES))
    told = (36 + len(before) + len(sound), len(sound)) if sizes else (0, 0)
    head = struct.pack("<4sI4s4sIHHIIHH", b"RIFF", told[0], b"WAVE", b"fmt ", 16, 1, 1, 8000, 16000, 2, 16)
    path.write_bytes((head + before + struct.pack("<4sI", b"data", told[1]) + sound)[:length])
    return path


def frames(path: Path) -> int:
    with wave.open(str(path)) as file:
        return len(file.readframes(file.getnframes())) // 2


@pytest.mark.parametrize("before", [b"", struct.pack("<4sI3sx", b"LIST", 3, b"abc")], ids=["bare", "another-chunk"])
@pytest.mark.parametrize("sizes", [False, True], ids=["none-told", "more-told"])
@pytest.mark.parametrize("cut", [2, 400])
def test_a_file_that_ends_early_is_read_to_its_end(tmp_path: Path, before: bytes, sizes: bool, cut: int) -> None:
    path = written(tmp_path / "a.wav", length=44 + len(before) + 2 * SAMPLES - cut, sizes=sizes, before=before)
    assert mend(path)
    assert frames(path) == SAMPLES - cut // 2
    assert not mend(path)


def test_the_day_on_which_it_was_recorded_stays(tmp_path: Path) -> None:
    path = written(tmp_path / "a.wav", sizes=False)
    os.utime(path, (1_700_000_000, 1_700_000_000))
    assert mend(path)
    assert path.stat().st_mtime == 1_700_000_000


@pytest.mark.parametrize("length", [0, 3, 12, 30, 44], ids=str)
def test_without_a_sound_there_is_nothing_to_mend(tmp_path: Path, length: int) -> None:
    path = written(tmp_path / "a.wav", length=length, sizes=False)
    before = path.read_bytes()
    assert not mend(path)
    assert path.read_bytes() == before


def test_what_is_whole_or_no_recording_is_left_alone(tmp_path: Path) -> None:
    strange = tmp_path / "b.wav"
    strange.write_bytes(b"not a recording at all, but a text")
    assert not mend(written(tmp_path / "a.wav"))
    assert not mend(strange)
    assert strange.read_bytes().startswith(b"not a recording")


def test_a_file_that_cannot_be_mended_stops_nobody(tmp_path: Path) -> None:
    (tmp_path / "recordings" / "a.wav").mkdir(parents=True)
    mend_recording(tmp_path, "a")
    mend_recording(tmp_path, "never recorded")


def test_a_call_that_is_lost_and_one_that_a_crash_left_can_be_heard(agency: Agency) -> None:
    """The one by its runner's report, the other when the next run finds it."""
    folder = agency.workspace.path("recordings")
    folder.mkdir()
    person, _other = agency.person(), agency.person()
    left = agency.dial(agency.order(agency.campaign(), person))
    written(folder / f"{left}.wav", sizes=False)
    agency.engine(ScriptedRunner(agency.clock)).recover()
    assert frames(folder / f"{left}.wav") == SAMPLES
    recorded: list[Path] = []
    phone = ScriptedRunner(
        agency.clock,
        otherwise=LOST,
        on_place=lambda order: recorded.append(written(folder / f"{order.permit.attempt_id}.wav", sizes=False)),
    )
    agency.engine(phone).run(until_idle=True)
    assert [frames(path) for path in recorded] == [SAMPLES]
