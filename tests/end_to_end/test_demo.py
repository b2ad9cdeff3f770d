"""The demo tells the truth: its figures, held against what its carrier saw and what it left in its folder."""

from __future__ import annotations

import csv
import json
import math
import os
import wave
from array import array
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import col, select

from adapters.loopback import describe
from dialer.audit import Pseudonyms
from dialer.dispositions import Disposition
from dialer.ledger import NOT_COUNTED
from dialer.schema import Attempt, AuditRow, Candidate, CandidateState, Contact, DecisionRow, Wish, WishKind
from tests.end_to_end.agency import Agency
from tests.end_to_end.carrier_log import CarrierLog, instant
from tests.end_to_end.processes import DialerProcess

CHANNELS, STARTS_PER_SECOND = 24, 3
JITTER = timedelta(seconds=0.25)
"""By so much the way from approval to INVITE may differ between two calls on a loaded machine."""
NEXT_WEEK = datetime.fromisoformat("2026-12-01T10:30:00+01:00")
OUTCOME = {
    "ordinary": Disposition.ANSWERED,
    "busy": Disposition.BUSY,
    "no-answer": Disposition.NO_ANSWER,
    "unassigned": Disposition.UNASSIGNED,
    "declined": Disposition.DECLINED,
    "unavailable": Disposition.UNREACHABLE,
    "congestion": Disposition.CONGESTION,
    "announcement": Disposition.UNASSIGNED,
    "out-of-order": Disposition.UNREACHABLE,
    "timed-out": Disposition.UNREACHABLE,
    "unwanted": Disposition.DECLINED,
    "hangs-up": Disposition.ANSWERED,
    "opts-out": Disposition.OPTED_OUT,
    "opts-out-info": Disposition.OPTED_OUT,
    "machine": Disposition.MACHINE,
    "slow-answer": Disposition.ANSWERED,
    "human": Disposition.ANSWERED,
    "short-call": Disposition.ANSWERED,
    "presses-1": Disposition.ANSWERED,
    "opts-out-at-once": Disposition.OPTED_OUT,
    "objects-to-recording": Disposition.ANSWERED,
    "ignores-bye": Disposition.ANSWERED,
    "crossing": Disposition.NO_ANSWER,
    "silent": Disposition.FAILED,
    "no-rtp": Disposition.ANSWERED,
    "repeats-200": Disposition.ANSWERED,
}
"""What each behaviour of the far end must become on our side."""
ZONES = {"971": "America/Guadeloupe", "972": "America/Martinique", "973": "America/Cayenne"} | {
    "974": "Indian/Reunion",
    "976": "Indian/Mayotte",
    "988": "Pacific/Noumea",
}


@dataclass(frozen=True)
class Demo:
    """The folder of one demo, its JSON document, and how many processes wanted each core meanwhile."""

    agency: Agency
    document: dict[str, Any]
    crowd: float

    @property
    def log(self) -> CarrierLog:
        return CarrierLog(self.agency.folder / "carrier.jsonl")

    def attempts(self) -> list[Attempt]:
        """Those that left the platform."""
        with self.agency.session() as session:
            every = session.exec(select(Attempt).order_by(col(Attempt.dialed_at))).all()
        return [attempt for attempt in every if attempt.state not in NOT_COUNTED]


def live_through_demo(folder: Path) -> None:
    dialer = DialerProcess.start("demo", "--out", str(folder), "--json")
    try:
        document = dialer.finish(seconds=240)
    finally:
        dialer.kill()
    (folder / "document.json").write_text(json.dumps(document), "utf-8")
    (folder / "crowd").write_text(str(os.getloadavg()[0] / len(os.sched_getaffinity(0))), "utf-8")


@pytest.fixture(scope="session")
def demo(once_for_all: Callable[[str, Callable[[Path], None]], Path]) -> Demo:
    folder = once_for_all("demo", live_through_demo)
    document = json.loads((folder / "document.json").read_text("utf-8"))
    return Demo(Agency(folder), document, float((folder / "crowd").read_text("utf-8")))


def seconds_of(path: Path) -> float:
    with wave.open(str(path), "rb") as file:
        return file.getnframes() / file.getframerate()


def prompt_seconds(path: Path) -> float:
    """Duration of a prompt: A-law at 8 kHz, one byte a sample, which the `wave` module cannot read."""
    content = path.read_bytes()
    length = content.index(b"data") + 4
    return int.from_bytes(content[length : length + 4], "little") / 8000


def loudness(path: Path) -> float:
    """Root mean square of PCM16 samples."""
    with wave.open(str(path), "rb") as file:
        samples = array("h", file.readframes(file.getnframes()))
    return math.sqrt(sum(sample * sample for sample in samples) / len(samples)) if samples else 0.0


def test_it_is_ready_in_under_a_minute_and_says_ok(demo: Demo) -> None:
    assert demo.document["ok"] is True
    assert demo.document["seconds"] < 60 * max(1, demo.crowd), "a minute of a machine that has nothing else to do"


def test_every_behaviour_of_the_far_end_has_an_outcome() -> None:
    behaviours = {row.name for row in describe()}
    assert OUTCOME.keys() == behaviours


def test_every_call_became_what_its_number_demands(demo: Demo) -> None:
    behaviour = {line["callee"]: line["behaviour"] for line in demo.log.invites()}
    found = {attempt.number: attempt.disposition for attempt in demo.attempts()}
    assert found == {number: OUTCOME[name] for number, name in behaviour.items()}


def test_the_sample_list_shows_many_outcomes(demo: Demo) -> None:
    wanted = {"answered", "opted-out", "busy", "no-answer", "unassigned", "machine", "declined", "unreachable"}
    assert wanted <= demo.document["summary"]["dispositions"].keys()


def test_figures_are_those_of_the_attempts(demo: Demo) -> None:
    summary, attempts = demo.document["summary"], demo.attempts()
    assert summary["dispositions"] == Counter(str(attempt.disposition) for attempt in attempts)
    assert summary["attempts"] == summary["quality"]["seizures"] == len(attempts)
    answered = sum(attempt.disposition is not None and attempt.disposition.answered for attempt in attempts)
    assert summary["quality"]["answered"] == answered == len(demo.log.answered())


def test_the_carrier_saw_one_invite_for_each_attempt_and_no_other(demo: Demo) -> None:
    invites = Counter(line["call_id"] for line in demo.log.invites())
    assert invites == Counter(attempt.call_id for attempt in demo.attempts())
    assert set(invites.values()) == {1}


def test_only_whom_the_forecast_called_callable_is_called(demo: Demo) -> None:
    with demo.agency.session() as session:
        decisions = session.exec(select(DecisionRow).order_by(col(DecisionRow.id))).all()
        put_off = session.exec(select(Candidate.contact_id).where(Candidate.note != "")).all()
    allowed = {decision.number for decision in decisions if decision.verdict == "allow"}
    held_back = {decision.number for decision in decisions if decision.verdict != "allow"}
    pseudonyms = Pseudonyms.load_or_create(demo.agency.folder / "keys" / "pseudonym.key")
    called = {pseudonyms.of_number(line["callee"]) for line in demo.log.invites()}
    forecast = demo.document["forecast"]
    assert called == allowed
    assert called.isdisjoint(held_back - allowed)
    assert len(called) == forecast["now"]
    assert len({decision.contact_id for decision in decisions} | set(put_off)) == forecast["contacts"]
    assert forecast["later"] > 0
    assert forecast["never"] > 0


def test_from_and_asserted_identity_are_the_attempts_caller_id(demo: Demo) -> None:
    shown = {line["call_id"]: (line["caller"], line["asserted"]) for line in demo.log.invites()}
    assert shown == {attempt.call_id: (attempt.caller_id, attempt.caller_id) for attempt in demo.attempts()}


def test_who_pressed_the_key_is_never_called_again(demo: Demo) -> None:
    opted_out = [attempt for attempt in demo.attempts() if attempt.disposition is Disposition.OPTED_OUT]
    with demo.agency.session() as session:
        objections = session.exec(select(Wish.contact_id, Wish.source).where(Wish.kind == WishKind.OBJECTION)).all()
    spoken = {(contact_id, source) for contact_id, source in objections if source.startswith("call ")}
    assert spoken == {(attempt.contact_id, f"call {attempt.id}") for attempt in opted_out}
    assert len(opted_out) == demo.document["summary"]["objections"] == 3
    for attempt in opted_out:
        answer = demo.agency.ask("why", attempt.number, "--at", NEXT_WEEK.isoformat(), exit_code=1)
        assert "FR-OBJECTION" in answer["decision"]["rule_ids"]
        assert answer["next"]["at"] is None


def test_retries_lie_inside_legal_hours_of_the_consumers_own_clock(demo: Demo) -> None:
    with demo.agency.session() as session:
        rows = session.exec(
            select(Candidate, Contact).join(Contact).where(Candidate.state == CandidateState.WAITING)
        ).all()
    retries = [candidate for candidate, _ in rows if candidate.note in set(Disposition)]
    assert len(retries) >= 5
    for candidate, contact in rows:
        assert candidate.due_at is not None
        local = candidate.due_at.astimezone(ZoneInfo(ZONES.get((contact.postcode or "")[:3], "Europe/Paris")))
        assert local.weekday() < 5, (contact.postcode, local)
        assert time(10) <= local.time() < time(13) or time(14) <= local.time() < time(20), (contact.postcode, local)


def test_the_chain_is_whole(demo: Demo) -> None:
    """To the row that the demo tells of; who looked at people's data since is told after it."""
    told = demo.document["audit"]
    assert demo.agency.ask("audit", "verify")["ok"]
    with demo.agency.session() as session:
        assert session.get_one(AuditRow, told["rows"]).sha256 == told["head"]


def test_report_and_decisions_are_there(demo: Demo) -> None:
    files = demo.document["files"]
    page = Path(files["report"]).read_text("utf-8")
    assert "<svg" in page
    assert 'src="http' not in page
    with Path(files["decisions"]).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file, delimiter=";"))
    assert len(rows) - 1 == sum(demo.document["summary"]["decisions"].values())


def test_the_far_end_heard_the_whole_script(demo: Demo) -> None:
    """Who listened to the end heard opening, pitch and closing, each as long as its file."""
    folder = demo.agency.folder
    script = sum(prompt_seconds(folder / "prompts" / f"{part}.wav") for part in ("opening", "pitch", "closing"))
    listened = {attempt.call_id for attempt in demo.attempts() if attempt.ended_by == "script-done"}
    heard = [
        folder / "recordings" / line["recording"] for line in demo.log.lines("ended") if line["call_id"] in listened
    ]
    assert len(heard) >= 10
    for recording in heard:
        assert script - 0.5 <= seconds_of(recording) <= script + 2, recording.name
        assert loudness(recording) > 300, recording.name


def test_recordings_last_as_long_as_their_calls(demo: Demo) -> None:
    for line in demo.log.lines("ended"):
        if line["recording"]:
            recording = demo.agency.folder / "recordings" / line["recording"]
            assert seconds_of(recording) == pytest.approx(line["duration_ms"] / 1000, abs=0.2)


def test_channels_are_never_exceeded(demo: Demo) -> None:
    steps = [(instant(line), 1) for line in demo.log.invites()] + [
        (instant(line), -1) for line in demo.log.lines("ended")
    ]
    in_use = most = 0
    for _, step in sorted(steps):
        in_use += step
        most = max(most, in_use)
    assert in_use == 0
    assert 4 < most <= CHANNELS


def test_starts_per_second_are_never_exceeded(demo: Demo) -> None:
    """To the microsecond by our own books; as the carrier saw it, but for a datagram that lay waiting."""
    with demo.agency.session() as session:
        left = session.exec(select(Attempt.dialed_at).where(col(Attempt.dialed_at).is_not(None))).all()
    ours, seen = sorted(at for at in left if at), sorted(instant(line) for line in demo.log.invites())
    assert len(ours) == len(seen)
    assert closest(ours) >= timedelta(seconds=1)
    assert closest(seen) >= timedelta(seconds=1) - JITTER * max(1, demo.crowd)


def closest(starts: list[datetime]) -> timedelta:
    """The shortest time in which one call more began than may in a second."""
    return min(later - earlier for earlier, later in zip(starts, starts[STARTS_PER_SECOND:], strict=False))
