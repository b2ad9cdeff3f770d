"""Whatever dies, nobody is dialed twice: processes and the database are killed at random, and the carrier counts.

    python -m bench.kills [--runs 500] [--seed N] [--postgresql]

Each run starts `dialer run`, waits until the carrier has seen a drawn number of facts, and kills with -9: the dialer
itself (scheduler and supervisor of the runner processes), or one of its runner processes and then the dialer, or, on
PostgreSQL, the server, which comes back a moment later, or one of its sessions, for which it ends all and begins anew.
After the last run a dialer recovers and goes on. Then the carrier's book is held against the ledger. Ends with 1, and
the seed, when anything does not fit.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import secrets
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlmodel import col, select

from bench.fiction import numbers_that_answer
from bench.measuring import machine
from dialer.audit import AuditKind
from dialer.ledger import LIVE, NOT_COUNTED
from dialer.schema import Attempt, AttemptState, AuditRow
from tests.dialer.postgres import Cluster, running_cluster
from tests.end_to_end.agency import MORNING, Agency, Person, agency_with_carrier
from tests.end_to_end.processes import DialerProcess

CHANNELS, STARTS_PER_SECOND, CALLS_PER_RUN = 8, 20, 12
_LAST_TRIES = 5
_VICTIMS, _OF_SERVER = ("dialer", "runner"), ("database", "session")
LEGAL_CAP, CAP_DAYS = 4, 30
PATIENCE = 120.0
"""Seconds to wait for anything before the run is called hung."""


class Hung(Exception):
    """Something that must come did not come."""


@dataclass
class Killer:
    """One agency that is killed again and again; `killed` counts what was hit."""

    agency: Agency
    draw: random.Random
    cluster: Cluster | None
    began: float = field(default_factory=time.monotonic)
    killed: Counter[str] = field(default_factory=Counter)
    _seen: int = 0
    _position: int = 0

    def now(self) -> datetime:
        """The morning goes on from run to run at the pace of the wall clock."""
        return MORNING + timedelta(seconds=time.monotonic() - self.began)

    def run(self) -> None:
        victim = self.draw.choice((*_VICTIMS, *_OF_SERVER) if self.cluster else _VICTIMS)
        before, facts = self.facts(), self.draw.randint(0, 60)
        with self.agency.dialing(self.now()) as dialer:
            self._wait(dialer, lambda: bool(dialer.runners()) and self.facts() >= before + facts, f"{facts} facts")
            if dialer.process.poll() is None:
                if victim == "runner":
                    self._one_of_its_runners(dialer)
                elif victim == "database":
                    self._the_database()
                elif victim == "session":
                    self._a_session()
                self.killed[victim] += 1
            dialer.kill()

    def _one_of_its_runners(self, dialer: DialerProcess) -> None:
        if runners := dialer.runners():
            os.kill(self.draw.choice(runners), signal.SIGKILL)
        time.sleep(self.draw.uniform(0, 0.6))

    def _the_database(self) -> None:
        assert self.cluster is not None
        self.cluster.crash()
        time.sleep(self.draw.uniform(0, 1.5))
        self.cluster.start()
        time.sleep(self.draw.uniform(0, 1.5))

    def _a_session(self) -> None:
        assert self.cluster is not None
        self.cluster.crash_a_session(self.draw)
        time.sleep(self.draw.uniform(0, 3))

    def facts(self) -> int:
        """Lines that the carrier has written so far."""
        path = self.agency.log.path
        if path.exists():
            with path.open("rb") as file:
                file.seek(self._position)
                new = file.read()
            self._position += len(new)
            self._seen += new.count(b"\n")
        return self._seen

    def _wait(self, dialer: DialerProcess, holds: Callable[[], bool], what: str, pause: float = 0.01) -> None:
        """Until it holds, or the dialer has ended with a reason: without its runners it may."""
        deadline = time.monotonic() + PATIENCE
        while not holds() and dialer.process.poll() is None:
            if time.monotonic() > deadline:
                raise Hung(f"not within {PATIENCE:g} s: {what}")
            time.sleep(pause)

    def recover(self) -> None:
        """A last dialer takes over. Where the machine is too busy to start its runner processes, it is tried again."""
        if not any(self._taken_over() for _ in range(_LAST_TRIES)):
            raise Hung("no last dialer came to call")

    def _taken_over(self) -> bool:
        """Whether a dialer called on, settled what the killed ones left, sooner or later, and ended in order."""
        before, left = self.facts(), self._live()
        with self.agency.dialing(self.now()) as dialer:
            self._wait(dialer, lambda: self.facts() > before + 20, "the last dialer calls")
            self._wait(dialer, lambda: not left & self._live(), "what the killed ones left is settled", pause=0.5)
            started = dialer.process.poll() is None
            if started:
                dialer.send(signal.SIGTERM)
                dialer.finish(seconds=PATIENCE)
        return started

    def _live(self) -> set[str]:
        with self.agency.session() as session:
            return set(session.exec(select(Attempt.id).where(col(Attempt.state).in_(LIVE))))


def complaints(agency: Agency) -> list[str]:
    """What does not fit between the carrier's book, the ledger and the audit chain; empty when all does."""
    log = agency.log
    invites = log.invites()
    with agency.session() as session:
        attempts = list(session.exec(select(Attempt).order_by(col(Attempt.approved_at))))
        rows = session.exec(select(AuditRow.kind, AuditRow.body)).all()
    bodies = [(kind, json.loads(body)) for kind, body in rows]
    written = {body["attempt"] for kind, body in bodies if kind == AuditKind.ATTEMPT}
    recovered = {each for kind, body in bodies if kind == AuditKind.RECOVERY for each in body["unknown"]}
    left = [attempt for attempt in attempts if attempt.state not in NOT_COUNTED]
    calls, counted = Counter(line["callee"] for line in invites), Counter(attempt.number for attempt in left)
    closed = {attempt.call_id for attempt in left if attempt.state is AttemptState.CLOSED}
    by_attempt = Counter(attempt.call_id for attempt in left if attempt.call_id)
    found = [
        (f"{number} was dialed {many} times for {counted[number]} attempts", many > counted[number])
        for number, many in calls.items()
    ]
    found += [
        (f"{number} was dialed {many} times in {CAP_DAYS} days", many > LEGAL_CAP) for number, many in calls.items()
    ]
    found += [
        ("a Call-ID came in twice", len({line["call_id"] for line in invites}) != len(invites)),
        ("two attempts have one Call-ID", max(by_attempt.values(), default=1) > 1),
        ("a closed attempt was never seen by the carrier", not closed <= {line["call_id"] for line in invites}),
        ("an attempt has no row in the chain", not {each.id for each in left} <= written | recovered),
        ("an attempt is still live", any(attempt.state in LIVE for attempt in attempts)),
        ("the chain is broken", agency.ask("audit", "verify")["ok"] is not True),
    ]
    return [what for what, is_so in found if is_so]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=500)
    parser.add_argument("--seed", type=int, default=secrets.randbits(32))
    parser.add_argument("--postgresql", action="store_true")
    arguments = parser.parse_args()
    print(machine())
    people = [Person(number) for number in numbers_that_answer(arguments.runs * CALLS_PER_RUN)]
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="kills-")))
        cluster = stack.enter_context(running_cluster(options="")) if arguments.postgresql else None
        agency = stack.enter_context(
            agency_with_carrier(
                folder,
                people,
                channels=CHANNELS,
                starts_per_second=STARTS_PER_SECOND,
                database=cluster.new_database()[1] if cluster else None,
            )
        )
        killer = Killer(agency, random.Random(arguments.seed), cluster)
        for number in range(1, arguments.runs + 1):
            killer.run()
            if number % 25 == 0:
                print(f"{number} runs, {time.monotonic() - killer.began:,.0f} s", file=sys.stderr, flush=True)
        killer.recover()
        wrong = complaints(agency)
        with agency.session() as session:
            states = Counter(str(state) for state in session.exec(select(Attempt.state)))
        invites = len(agency.log.invites())
    print(f"seed {arguments.seed}; killed: {dict(killer.killed)}; INVITEs: {invites:,}; attempts: {dict(states)}")
    for what in wrong:
        print(f"WRONG: {what}")
    print("nothing was dialed twice, nothing is missing" if not wrong else f"{len(wrong)} complaints")
    raise SystemExit(bool(wrong))


if __name__ == "__main__":
    main()
