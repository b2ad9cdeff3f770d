"""The chain: appends a second with it and without it, and how fast everything on record is verified.

    python -m bench.audit [--rows 1000000] [--seconds 5] [--only sqlite]

An append is one transaction that is on disk when it returns: a decision as the gate stores it, encrypted, with its row
in the chain. Without the chain it is the same less that row; and beside both, the same in clear. What is verified is
what a run leaves: of each call its decision and three rows about its attempt, all held against the tables.
"""

from __future__ import annotations

import argparse
import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter, process_time

from sqlmodel import Session

from bench.measuring import machine
from commands.folder import set_up
from dialer.audit import NEWEST, AuditKind, head_from, rows_after
from dialer.campaigns import create_campaign
from dialer.clock import SimulatedClock
from dialer.driver import Driver, Rows, Statement
from dialer.plan import load_plan
from dialer.reported import report_digest
from dialer.schema import Attempt, AttemptState, Campaign, Contact, DecisionRow
from dialer.settings import load_settings
from dialer.store import Store, canonical, canonical_plain
from dialer.vault import key_question
from dialer.verification import verify
from dialer.workspace import Workspace
from tests.dialer.postgres import running_cluster

AT = datetime(2026, 11, 24, 9, 2, tzinfo=UTC)
PEOPLE = 500
BODY = canonical_plain({"facts": "x" * 5000})
"""As long as a decision with its facts and findings."""
EVENTS: list[dict[str, object]] = [
    {"event": event, "at": AT.isoformat(), "detail": detail}
    for event, detail in (("ringing", ""), ("answered", ""), ("played", "opening.wav"), ("digit", "1"), ("ended", ""))
]
CALLEE = "+33639980000"
AT_ONCE = 2_500
"""Calls written in one transaction while the chain is filled."""
TURNS = 5

Entry = tuple[AuditKind, str]


@dataclass(frozen=True)
class What:
    """What an append is made of."""

    chained: bool
    encrypted: bool


RIVALS = {
    "with the chain": What(chained=True, encrypted=True),
    "without the chain": What(chained=False, encrypted=True),
    "without both": What(chained=False, encrypted=False),
}


class Writer:
    """Writes what the gate and the outcomes write, without asking any rule."""

    def __init__(self, workspace: Workspace, campaign: Campaign) -> None:
        self.workspace, self._campaign = workspace, campaign
        self._last = 0

    def append(self, what: What) -> None:
        with self.workspace.store.transaction() as session:
            driver = Driver(session)
            newest, keys = driver.all(NEWEST, key_question(self._next_person))
            statements, entry = self._decision(driver, what, keys)
            chained = rows_after(head_from(driver, newest, AT), driver, AT, entry) if what.chained else []
            driver.do(*statements, *chained)

    def fill(self, session: Session, calls: int) -> int:
        """So many calls, each with its decision, its approval, its dialing and its outcome; the chain's length then."""
        driver = Driver(session)
        statements: list[Statement] = []
        entries: list[Entry] = []
        for _ in range(calls):
            (keys,) = driver.all(key_question(self._next_person))
            written, decision = self._decision(driver, RIVALS["with the chain"], keys)
            if len(written) > 1:
                driver.do(*written[:-1])  # the person's new key, which the next call of this person asks for
            statements += [written[-1], self._attempt(driver)]
            entries += [decision, *self._steps()]
        head = head_from(driver, driver.rows(NEWEST[0]), AT)
        driver.do(*statements, *rows_after(head, driver, AT, *entries))
        return int(driver.rows(NEWEST[0])[0][0])

    @property
    def _next_person(self) -> int:
        return 1 + (self._last + 1) % PEOPLE

    def _decision(self, driver: Driver, what: What, keys: Rows) -> tuple[list[Statement], Entry]:
        person, body = self._next_person, BODY
        self._last += 1
        written: list[Statement] = []
        if what.encrypted:
            lock, written = self.workspace.vault.lock(driver, person, keys, AT)
            body = lock.close(self._last, BODY)
        digest, names = hashlib.sha256(body.encode()).hexdigest(), self.workspace.pseudonyms
        callee = names.of_number(CALLEE)
        row = driver.insert(
            DecisionRow, id=self._last, at=AT, campaign_id=self._campaign.id, contact_id=person, number=callee,
            verdict="allow", rule_ids="", next_at=AT.isoformat(), body=body, sha256=digest,
        )  # fmt: skip
        told = {
            "decision": self._last, "sha256": digest, "campaign": self._campaign.name, "callee": callee,
            "person": names.of(person), "judged_at": AT.isoformat(), "verdict": "allow", "rules": "",
            "next": AT.isoformat(),
        }  # fmt: skip
        return [*written, row], (AuditKind.DECISION, canonical_plain(told))

    def _attempt(self, driver: Driver) -> Statement:
        return driver.insert(
            Attempt, id=f"{self._last:032x}", decision_id=self._last, campaign_id=self._campaign.id,
            contact_id=1 + self._last % PEOPLE, advertiser_id=self._campaign.advertiser_id, number=CALLEE,
            caller_id="+33162000001", trunk=self._campaign.trunk, state=AttemptState.CLOSED, approved_at=AT,
            lease_until=AT, dialed_at=AT, ended_at=AT, disposition="answered", sip_code=200, talk_ms=60_000,
            events=EVENTS,
        )  # fmt: skip

    def _steps(self) -> Iterator[Entry]:
        approved = {"decision": self._last, "trunk": self._campaign.trunk, "caller_id": "+33162000001"}
        report = report_digest("", "", None, None, "", "", canonical(EVENTS))
        over = {"disposition": "answered", "sip": 200, "talk_ms": 60_000, "reported": report}
        for state, told in (("approved", approved), ("dialing", {}), ("closed", over)):
            yield AuditKind.ATTEMPT, canonical_plain({"attempt": f"{self._last:032x}", "state": state, **told})


def lay_out(folder: Path, url: str) -> Writer:
    """A folder with a campaign of nobody, and people to be decided about."""
    config = set_up(folder)
    config.write_text(config.read_text("utf-8").replace("sqlite:///dialer.db", url), "utf-8")
    Store(load_settings(config).database_url).migrate()
    workspace = Workspace.open(config, SimulatedClock(AT))
    with workspace.store.transaction() as session:
        session.add_all(Contact(id=number) for number in range(1, PEOPLE + 1))
        campaign = create_campaign(session, workspace.settings, load_plan(workspace.path("campaign.toml")), [], AT)
    return Writer(workspace, campaign)


def appends(writer: Writer, seconds: float) -> dict[str, tuple[float, float]]:
    """Appends a second by the wall, and milliseconds of our own CPU each; the rivals take turns."""
    done = dict.fromkeys(RIVALS, (0, 0.0, 0.0))
    for _ in range(TURNS):
        for name, what in RIVALS.items():
            count, began, own = 0, perf_counter(), process_time()
            while perf_counter() - began < seconds / TURNS:
                writer.append(what)
                count += 1
            before = done[name]
            done[name] = before[0] + count, before[1] + perf_counter() - began, before[2] + process_time() - own
    return {name: (count / wall, 1000 * cpu / count) for name, (count, wall, cpu) in done.items()}


def verified(writer: Writer, rows: int) -> tuple[int, float]:
    """How many rows were verified, and in how many seconds, after filling the chain up to about `rows`."""
    there = 0
    while there < rows:
        with writer.workspace.store.transaction() as session:
            there = writer.fill(session, min(AT_ONCE, (rows - there) // 4 + 1))
    began = perf_counter()
    with writer.workspace.store.reading() as session:
        found = verify(session, pseudonyms=writer.workspace.pseudonyms)
    if not found.whole:
        raise SystemExit(f"row {found.broken_at}: {found.why}")
    return found.rows, perf_counter() - began


@contextmanager
def databases(only: str) -> Iterator[dict[str, tuple[str, str]]]:
    """Two addresses of each engine: what was appended without the chain would not be verified as whole."""
    found = {"sqlite": ("sqlite:///dialer.db",) * 2}
    if only:
        yield found
        return
    with running_cluster("-c synchronous_commit=on") as cluster:
        yield found | {"postgresql": (cluster.new_database()[1], cluster.new_database()[1])}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=float, default=5, help="of appends, for each of the three kinds")
    parser.add_argument("--only", choices=["sqlite"], default="")
    wanted = parser.parse_args()
    print(machine())
    with tempfile.TemporaryDirectory() as folder, databases(wanted.only) as engines:
        for name, (first, second) in engines.items():
            found = appends(lay_out(Path(folder) / name / "appends", first), wanted.seconds)
            whole, _ = found["with the chain"]
            for rival, (each, cpu) in found.items():
                print(f"{name:<11} {rival:<18} {each:>8,.0f} appends/s  {cpu:.3f} ms CPU  × {each / whole:.2f}")
            rows, seconds = verified(lay_out(Path(folder) / name / "verified", second), wanted.rows)
            print(f"{name:<11} verified {rows:,} rows in {seconds:.1f} s: {rows / seconds:,.0f} rows/s")


if __name__ == "__main__":
    main()
