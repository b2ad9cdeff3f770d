"""People who speak, for real: `dialer` calls their phones first, and joins consumers to them."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, col, func, select

from adapters.loopback import CarrierProcess
from commands.folder import set_up
from dialer.agent_rests import come_back, rest
from dialer.dispositions import Disposition
from dialer.permit import PermitKey
from dialer.schema import Attempt, AttemptState, AuditRow, RestReason
from dialer.settings import Settings, load_settings
from tests.end_to_end.agency import MEDIA_TIMEOUT, MORNING, Agency, Person, agency_with_carrier, replaced
from tests.end_to_end.carrier_log import CarrierLog, Line, instant
from tests.end_to_end.processes import DialerProcess, wait_until

Found = Callable[..., Agency]
BREAK = RestReason.BREAK


@pytest.fixture
def phones(tmp_path: Path) -> Iterator[CarrierProcess]:
    """The agents' phones: the last two characters of an address say what it does."""
    folder = tmp_path / "phones"
    PermitKey.load_or_create(folder / "key")
    with CarrierProcess.start(
        "127.0.0.1", 0, folder / "key", folder / "phones.jsonl", folder / "heard", media_timeout=MEDIA_TIMEOUT
    ) as process:
        yield process


@pytest.fixture
def rung(tmp_path: Path) -> CarrierLog:
    """What the phones have seen."""
    return CarrierLog(tmp_path / "phones" / "phones.jsonl")


@pytest.fixture
def found(tmp_path: Path, phones: CarrierProcess) -> Iterator[Found]:
    """An agency whose campaign is people's, each at a phone with this name. Whatever was done there, its log holds."""
    with ExitStack() as stack:
        agencies: list[Agency] = []

        def make(system: str, users: Sequence[str], numbers: Sequence[str], longest_call: int = 10) -> Agency:
            folder = tmp_path / "agency"
            config = set_up(folder)
            campaign = folder / "campaign.toml"
            agents = f'system = "{system}"' + (f"\nagents = {len(users)}" if system == "automated" else "")
            longest = f"max_talk_with_agent_seconds = {longest_call}"
            changes = {'system = "ai-agent"': agents, "max_talk_seconds = 60": longest}
            campaign.write_text(replaced(campaign.read_text("utf-8"), changes), "utf-8")
            with config.open("a", encoding="utf-8") as settings:
                for user in users:
                    settings.write(
                        f'\n[[agents]]\nname = "{user}"\nphone = "sip:{user}@127.0.0.1:{phones.port}"\n'
                        'campaigns = ["Fibre novembre"]\nring_seconds = 5\n'
                    )
            people = [Person(number) for number in numbers]
            agencies.append(stack.enter_context(agency_with_carrier(folder, people, channels=4, starts_per_second=4)))
            return agencies[-1]

        yield make
        for agency in agencies:
            assert agency.ask("audit", "verify")["ok"]


def dial(agency: Agency, number: str, exit_code: int = 0) -> dict[str, Any]:
    at = (MORNING + timedelta(minutes=3)).isoformat()
    options = ("--config", str(agency.config), "--simulated-clock", at, "--json", "--by", "Anne Martin")
    return DialerProcess.start("dial", number, *options).finish(exit_code, seconds=90)


def attempts(agency: Agency) -> list[Attempt]:
    with agency.session() as session:
        return list(session.exec(select(Attempt)))


def told(attempt: Attempt) -> list[str]:
    return [f"{event['event']} {event['detail']}".strip() for event in attempt.events]


def most_at_once(log: CarrierLog) -> int:
    """Of calls that were begun and had not ended."""
    steps = [(instant(line), 1) for line in log.invites()] + [(instant(line), -1) for line in log.lines("ended")]
    up = most = 0
    for _, step in sorted(steps):
        up += step
        most = max(most, up)
    return most


def only(lines: Sequence[Line]) -> Line:
    (line,) = lines
    return line


def test_one_command_calls_the_agent_then_the_consumer_and_joins_them(found: Found, rung: CarrierLog) -> None:
    agency = found("human-agent", ["poste-23"], ["0639980120"])
    dialed = dial(agency, "0639980120")
    assert dialed["attempt"]["disposition"] == "answered"
    answered, invite = only(rung.lines("answered")), only(agency.log.invites())
    assert instant(answered) < instant(invite), "the agent was there before the consumer's telephone rang"
    (attempt,) = attempts(agency)
    assert told(attempt) == ["ringing", "answered", "joined poste-23", "ended"]
    assert instant(only(rung.lines("ended"))) >= instant(only(agency.log.lines("ended")))


@pytest.mark.parametrize(("user", "why"), [("poste-11", "no answer in 5 s"), ("poste-10", "486")])
def test_while_the_agent_does_not_answer_nobody_is_called(found: Found, user: str, why: str) -> None:
    agency = found("human-agent", [user], ["0639980120"])
    refused = dial(agency, "0639980120", exit_code=1)
    assert refused["attempt"] is None
    assert refused["agent"]["missed"].startswith(why)
    assert (agency.log.invites(), attempts(agency)) == ([], [])


def test_a_run_calls_its_agents_and_has_never_more_calls_than_them(found: Found, rung: CarrierLog) -> None:
    numbers = ["0639980120", "0639980121", "0639980226", "0639980220", "0639980326"]
    agency = found("automated", ["poste-01", "poste-02"], numbers)
    with agency.dialing(MORNING + timedelta(minutes=1), "--until-idle") as run:
        run.finish(seconds=90)
    assert len(rung.invites()) == 2, "each agent's phone was called once, for the whole shift"
    assert most_at_once(agency.log) == 2
    made = attempts(agency)
    assert len(made) == len(agency.log.invites()) == 5
    joined = {line for attempt in made for line in told(attempt) if line.startswith("joined")}
    assert joined == {"joined poste-01", "joined poste-02"}
    dispositions = [attempt.disposition for attempt in made]
    assert sorted(map(str, dispositions)) == ["answered"] * 4 + ["opted-out"]
    first = min(map(instant, agency.log.invites()))
    assert first > min(map(instant, rung.lines("answered")))


def test_an_agent_who_never_answers_leaves_everybody_in_peace(found: Found, rung: CarrierLog) -> None:
    agency = found("automated", ["poste-10"], ["0639980120"])
    with agency.dialing(MORNING + timedelta(minutes=1)) as run:
        wait_until(lambda: bool(rung.lines("final")), "the phone has refused")
        run.send(signal.SIGTERM)
        run.finish(seconds=90)
    assert (agency.log.invites(), attempts(agency)) == ([], [])


def test_at_night_no_agent_is_called(found: Found, rung: CarrierLog) -> None:
    agency = found("automated", ["poste-01"], ["0639980120"])
    with agency.dialing(MORNING.replace(hour=3) + timedelta(days=1), "--until-idle") as run:
        run.finish(seconds=90)
    assert (rung.invites(), agency.log.invites()) == ([], [])


def at_another_terminal(agency: Agency, act: Callable[[Session, Settings, datetime], None]) -> None:
    """While a run goes on, at the instant that it last wrote down."""
    with agency.session() as session:
        last = session.exec(select(func.max(AuditRow.at))).one()
        act(session, load_settings(agency.config), last)


def test_who_rests_finishes_their_call_and_gets_no_other_until_they_are_back(found: Found, rung: CarrierLog) -> None:
    agency = found("automated", ["poste-01"], ["0639980125", "0639980121"])
    with agency.dialing(MORNING, "--until-idle") as run:
        wait_until(lambda: bool(agency.log.up()), "the first call is up")
        at_another_terminal(agency, lambda session, settings, now: rest(session, settings, "poste-01", BREAK, now))
        over = [AttemptState.CLOSED]
        wait_until(lambda: [attempt.state for attempt in attempts(agency)] == over, "its end is on record")
        at_another_terminal(agency, lambda session, settings, now: come_back(session, settings, "poste-01", now))
        run.finish(seconds=90)
    assert len(rung.invites()) == 1, "their line stayed up meanwhile"
    first, second = agency.log.invites()
    with agency.session() as session:
        told = session.exec(select(AuditRow).order_by(col(AuditRow.seq))).all()
    kinds = [row.kind if row.kind != "attempt" else json.loads(row.body)["state"] for row in told]
    resting = kinds[kinds.index("agent") : kinds.index("agent", kinds.index("agent") + 1)]
    assert ("closed" in resting, "approved" in resting) == (True, False)
    assert instant(first) < instant(second)


def test_when_the_process_with_the_agents_line_is_killed_the_call_ends_and_is_unknown(
    found: Found, rung: CarrierLog
) -> None:
    agency = found("automated", ["poste-01"], ["0639980140"], longest_call=60)
    with agency.dialing(MORNING + timedelta(minutes=1)) as run:
        wait_until(lambda: bool(agency.log.up()), "the call is up")
        for pid in run.runners():
            os.kill(pid, signal.SIGKILL)
        wait_until(lambda: not agency.log.open(), "the far end has given the call up")
        wait_until(lambda: len(rung.invites()) == 1, "the agent is left in peace for a while")
        run.send(signal.SIGTERM)
        run.finish(seconds=90)
    (attempt,) = attempts(agency)
    assert (attempt.state, attempt.disposition) == (AttemptState.UNKNOWN, Disposition.UNKNOWN)
    assert len(agency.log.invites()) == 1
