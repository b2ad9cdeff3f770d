"""At most once, for real: kill -9 in the middle of calls, start again, and nobody is dialed twice for one attempt."""

from __future__ import annotations

import json
import os
import random
import secrets
import signal
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from dialer.audit import AuditKind
from dialer.ledger import LIVE, NOT_COUNTED
from dialer.schema import Attempt, AttemptState, AuditRow
from tests.end_to_end.agency import CAMPAIGN, MORNING, Agency, Person, agency_with_carrier
from tests.end_to_end.carrier_log import CarrierLog
from tests.end_to_end.processes import DialerProcess, is_gone, wait_until

AFTERNOON = MORNING.replace(hour=16)
"""Every retry of the morning is due by then."""
TALKERS = [Person(f"06399811{n}", "27/10/2026, 03/11/2026, 12/11/2026") for n in range(40, 72)]
"""Answer and listen. Three calls were made already: one more attempt, however it ends, fills the legal cap."""
BUSY = [Person(f"063998{n}10") for n in range(12, 18)]
"""Are to be called again after half an hour."""
SILENT = [Person(f"063998{n}11") for n in range(12, 14)]
"""Ring until we give up. Last on the list: nobody would ever end such a call of a killed runner process."""


@dataclass(frozen=True)
class Moment:
    """When to kill the dialer, as the carrier sees it since this start."""

    what: str
    come: Callable[[CarrierLog, int], bool]


MOMENTS = (
    Moment("the very first INVITE came in", lambda log, since: bool(log.invites(since))),
    Moment("three talk", lambda log, since: len(log.up(since)) >= 3),
    Moment(
        "calls end and others begin",
        lambda log, since: len(log.lines("ended", since)) >= 4 and len(log.up(since)) >= 2,
    ),
)


@dataclass(frozen=True)
class Lived:
    """The folder after the story, and what was noted on the way."""

    agency: Agency
    notes: dict[str, Any]

    def attempts(self) -> list[Attempt]:
        with self.agency.session() as session:
            return list(session.exec(select(Attempt).order_by(col(Attempt.approved_at))))

    def unknown(self) -> list[Attempt]:
        return [attempt for attempt in self.attempts() if attempt.state is AttemptState.UNKNOWN]


def live_through_kills(folder: Path) -> None:
    """Kill the dialer at every moment, then a runner process; start again until idle; come back in the afternoon."""
    people = [*TALKERS[:10], *BUSY[:3], *TALKERS[10:20], *BUSY[3:], *TALKERS[20:], *SILENT]
    with agency_with_carrier(folder, people, channels=8, starts_per_second=20) as agency:
        log, notes = agency.log, []
        for number, moment in enumerate(MOMENTS, start=1):
            notes.append(_killed(agency, moment, MORNING + timedelta(minutes=number)))
        with agency.dialing(MORNING + timedelta(minutes=10), "--until-idle") as dialer:
            since = len(log.lines())
            wait_until(lambda: len(log.up(since)) >= 6 and log.up(since) == log.open(), "six talk, and nobody rings")
            os.kill(dialer.runners()[0], signal.SIGKILL)
            morning = dialer.finish()
        with agency.dialing(AFTERNOON, "--until-idle") as dialer:
            afternoon = dialer.finish()
        wait_until(lambda: not log.open(), "the carrier gives up on the calls of the killed runner process")
    (folder / "notes.json").write_text(json.dumps({"kills": notes, "morning": morning, "afternoon": afternoon}))


def _killed(agency: Agency, moment: Moment, at: Any) -> dict[str, Any]:
    """Kill the dialer at the moment; returns what became of its calls and its runner processes."""
    log = agency.log
    since = len(log.lines())
    with agency.dialing(at) as dialer:
        wait_until(lambda: moment.come(log, since), moment.what)
        runners = dialer.runners()
        cut = log.open()
        dialer.kill()
    wait_until(lambda: not log.open(), f"calls left by the killed dialer end ({moment.what})", 8)
    wait_until(lambda: all(map(is_gone, runners)), "runner processes leave")
    ends = {line["call_id"]: line["ended_by"] for line in log.lines("ended", since)}
    return {"moment": moment.what, "cut": len(cut), "ends": Counter(ends.values())}


@pytest.fixture(scope="session")
def lived(once_for_all: Callable[[str, Callable[[Path], None]], Path]) -> Lived:
    folder = once_for_all("kills", live_through_kills)
    return Lived(Agency(folder), json.loads((folder / "notes.json").read_text()))


def test_no_attempt_has_two_invites(lived: Lived) -> None:
    """Closed attempts know their Call-ID; an unknown one may have sent at most one INVITE besides."""
    invites = lived.agency.log.invites()
    left = [attempt for attempt in lived.attempts() if attempt.state not in NOT_COUNTED]
    assert len({line["call_id"] for line in invites}) == len(invites)
    calls = Counter(line["callee"] for line in invites)
    attempts = Counter(attempt.number for attempt in left)
    assert {number: count for number, count in calls.items() if count > attempts[number]} == {}
    closed = Counter(attempt.call_id for attempt in left if attempt.state is AttemptState.CLOSED)
    assert closed.keys() <= {line["call_id"] for line in invites}
    assert set(closed.values()) == {1}


def test_the_kills_came_in_the_middle_of_calls(lived: Lived) -> None:
    assert [kill["cut"] > 0 for kill in lived.notes["kills"]] == [True] * len(MOMENTS)
    assert len(lived.unknown()) >= len(MOMENTS) + 4


def test_nobody_with_an_unknown_attempt_is_called_again(lived: Lived) -> None:
    attempts, invites = lived.attempts(), Counter(line["callee"] for line in lived.agency.log.invites())
    for unknown in lived.unknown():
        theirs = [attempt for attempt in attempts if attempt.contact_id == unknown.contact_id]
        assert theirs[-1].id == unknown.id
        assert invites[unknown.number] <= sum(attempt.state not in NOT_COUNTED for attempt in theirs)


def test_everybody_else_is_called(lived: Lived) -> None:
    """Deaths cost no one their turn: who was approved but not dialed waits again."""
    done = {attempt.number for attempt in lived.attempts() if attempt.state not in NOT_COUNTED}
    assert len(done) == len(TALKERS) + len(BUSY) + len(SILENT)


def test_retries_of_calls_that_ended_well_go_on(lived: Lived) -> None:
    """So that silence toward unknown attempts is no mere standstill."""
    busy = Counter(line["callee"] for line in lived.agency.log.invites() if line["behaviour"] == "busy")
    assert max(busy.values()) >= 2


def test_calls_of_a_killed_dialer_are_hung_up_by_its_runner_processes(lived: Lived) -> None:
    for kill in lived.notes["kills"]:
        assert set(kill["ends"]) <= {"caller", "cancel", "refusal"}, kill


def test_calls_of_a_killed_runner_process_are_left_to_the_carrier(lived: Lived) -> None:
    ends = Counter(line["ended_by"] for line in lived.agency.log.lines("ended"))
    assert 1 <= ends["media-timeout"] <= 4


def test_people_called_after_a_crash_hear_their_own_call(lived: Lived) -> None:
    """Audio of calls that a killed process left up must not lead later calls astray. Calls that were cut themselves
    may have been killed before their first word."""
    whole = {attempt.call_id for attempt in lived.attempts() if attempt.state is AttemptState.CLOSED}
    ended = [line for line in lived.agency.log.lines("ended") if line["call_id"] in whole and line["code"] == 200]
    assert ended
    deaf = {line["callee"]: line["rtp_received"] for line in ended if line["rtp_received"] < line["rtp_sent"] // 2}
    assert deaf == {}


def test_nothing_stays_live(lived: Lived) -> None:
    assert [attempt for attempt in lived.attempts() if attempt.state in LIVE] == []
    assert lived.agency.log.open() == set()


def test_unknown_attempts_are_reported(lived: Lived) -> None:
    (campaign,) = lived.agency.ask("campaign", "status", CAMPAIGN)["campaigns"]
    assert campaign["unknown"] == campaign["dispositions"]["unknown"] == len(lived.unknown())
    assert lived.notes["afternoon"]["campaigns"][0]["unknown"] == campaign["unknown"]


def test_unknown_attempts_count_toward_the_legal_cap(lived: Lived) -> None:
    """Three calls from the list and the one that a crash left unknown make four in thirty days."""
    talkers = {f"+33{person.number[1:]}" for person in TALKERS}
    for unknown in [attempt for attempt in lived.unknown() if attempt.number in talkers]:
        at = AFTERNOON + timedelta(hours=1)
        answer = lived.agency.ask("why", unknown.number, "--at", at.isoformat(), exit_code=1)
        assert len(answer["facts"]["attempts"]) == 4
        assert "FR-FREQ" in answer["decision"]["rule_ids"]


def test_recovery_is_in_the_audit_chain_and_the_chain_is_whole(lived: Lived) -> None:
    with lived.agency.session() as session:
        rows = session.exec(select(AuditRow.body).where(AuditRow.kind == AuditKind.RECOVERY)).all()
        lost = session.exec(select(AuditRow.body).where(AuditRow.kind == AuditKind.ATTEMPT)).all()
    recovered = [attempt for row in rows for attempt in json.loads(row)["unknown"]]
    reported = [body["attempt"] for body in map(json.loads, lost) if body["state"] == AttemptState.UNKNOWN]
    assert len(rows) == len(MOMENTS)
    assert sorted(recovered + reported) == sorted(attempt.id for attempt in lived.unknown())
    assert lived.agency.ask("audit", "verify")["ok"] is True


KILLS = 100
CROWD = [Person(f"0639{series:03d}{n:03d}") for series in (981, 982, 983, 984) for n in range(140, 990) if n % 100 > 39]
"""Fiction numbers, all of them answer and listen."""


@pytest.mark.slow
@pytest.mark.timeout(1500)
def test_a_hundred_kills_at_random_moments(tmp_path: Path) -> None:
    """After how many facts of the carrier, and whether dialer or runner, is drawn anew each time; the seed is told."""
    seed = secrets.randbits(32)
    draw = random.Random(seed)
    with agency_with_carrier(tmp_path, CROWD, channels=8, starts_per_second=20) as agency:
        log = agency.log
        for number in range(KILLS):
            since, facts, kill_runner_first = len(log.lines()), draw.randint(0, 60), draw.random() < 0.4

            with agency.dialing(MORNING + timedelta(minutes=1 + number)) as dialer:

                def enough(since: int = since, dialer: DialerProcess = dialer) -> bool:
                    """It may also have ended: without the one runner process that was just starting it says so."""
                    return len(log.lines(since=since)) >= facts or dialer.process.poll() == 3  # noqa: B023 - it grows

                wait_until(lambda: dialer.runners() != [] and enough(), f"{facts} facts")
                if kill_runner_first:
                    os.kill(draw.choice(dialer.runners()), signal.SIGKILL)
                    facts += draw.randint(0, 20)
                    wait_until(enough, f"{facts} facts after the death of a runner process")
                dialer.kill()
        invites = len(log.invites())
        with agency.dialing(AFTERNOON) as dialer:
            wait_until(lambda: len(log.invites()) > invites, "the last run has recovered, and dials")
            dialer.send(signal.SIGTERM)
            dialer.finish()
    lived = Lived(agency, {})
    assert len(lived.unknown()) > KILLS // 2, f"seed {seed}"
    test_no_attempt_has_two_invites(lived)
    test_nobody_with_an_unknown_attempt_is_called_again(lived)
    assert agency.ask("audit", "verify")["ok"] is True
