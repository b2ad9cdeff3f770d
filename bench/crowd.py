"""A folder with a crowd in its SQLite database, as a year of lists and calls leaves it: forecasts are timed on it.

Rows are written behind the program's back, since only reading them is measured. Numbers begin like those reserved
for fiction and are too long to be anybody's.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

from commands.folder import set_up
from dialer.campaigns import create_campaign
from dialer.clock import SimulatedClock
from dialer.plan import load_plan
from dialer.schema import Campaign, ImportedList
from dialer.workspace import Workspace

AT = datetime(2026, 11, 24, 9, 2, tzinfo=UTC)
"""A Tuesday, 10:02 in Paris, under the consent regime."""
_POSTCODES = (
    *(f"{department:02d}{town:02d}0" for department in range(1, 96) if department != 20 for town in range(64)),
    *("97400", "97200", "97100", "97133", "97300", "97600", "97500", "98713", "99999"),
)
_PREFIXES = ("+3363998", "+3363998", "+3319900", "+3326191", "+3335301", "+3346571", "+3353649")
_SYSTEMS = ("human-agent;automated;ai-agent", "human-agent;automated", "")
_TRIES = ((0, 1, 2, 4), (70, 15, 10, 5))
"""Attempts of a person on a list that has been worked on, and how many in a hundred have so many."""


def crowd(folder: Path, people: int, *, worked: bool) -> tuple[Workspace, Campaign, int]:
    """A folder whose first list holds so many people, and the next one nobody; its workspace, its campaign, and the
    first list's id.

    Each has a consent of the last thirteen months with a proof of its own, one in five a second number. On a
    worked list 30 % were called, at instants of their own, 5 % refused and 1 % objected.
    """
    workspace = Workspace.open(set_up(folder), SimulatedClock(AT))
    with workspace.store.transaction() as session:
        stored = ImportedList(name="crowd", file_name="crowd.csv", sha256="", imported_at=AT, report={})
        sample = ImportedList(name="sample", file_name="sample.csv", sha256="-", imported_at=AT, report={})
        session.add(stored)
        session.flush()
        session.add(sample)
        session.flush()
        plan = load_plan(workspace.path("campaign.toml"))
        campaign = create_campaign(session, workspace.settings, plan, [], AT)
    with closing(sqlite3.connect(workspace.path("dialer.db"), isolation_level=None)) as connection:
        connection.execute("BEGIN")
        _people(connection, people, stored.id)
        if worked:
            _work(connection, people, stored.id, campaign)
        connection.execute("COMMIT")
        connection.execute("ANALYZE")
    return workspace, campaign, stored.id


def _people(connection: sqlite3.Connection, people: int, list_id: int) -> None:
    random, ids = Random(1), range(1, people + 1)
    _insert(
        connection,
        "contact (id, list_id, last_name, siret, postcode, attributes)",
        ((n, list_id, "Lefèvre", _siret(random), random.choice(_POSTCODES), "{}") for n in ids),
    )
    _insert(connection, "list_member (list_id, contact_id, line, named)", ((list_id, n, n + 1, False) for n in ids))
    columns = "phone (contact_id, list_id, number, kind, region, rank, state)"
    _insert(connection, columns, sorted(_phones(random, ids, list_id), key=lambda phone: phone[2]))
    columns = "consent (contact_id, list_id, collected_on, notice, proof, systems"
    _insert(
        connection,
        columns + ", channels, hours, advertiser, sectors, any_hour, withdrawn)",
        (
            (n, list_id, _day(random, 395), _notice(random), f"preuves/{n}.pdf", _systems(random), "", "", "", "", 0, 0)
            for n in ids
        ),
    )


def _work(connection: sqlite3.Connection, people: int, list_id: int, campaign: Campaign) -> None:
    random, ids = Random(2), range(1, people + 1)
    columns = "decision (id, at, campaign_id, contact_id, number, verdict, rule_ids, next_at, body, sha256)"
    _insert(connection, columns, [(1, _stamp(AT), campaign.id, 1, "", "allow", "", "", "{}", "")])
    columns = "attempt (id, decision_id, campaign_id, contact_id, advertiser_id, number, caller_id, trunk, state"
    _insert(
        connection,
        columns + ", approved_at, lease_until, dialed_at, disposition, sip_code, sip_reason, failure, call_id"
        ", talk_ms, events)",
        _attempts(random, ids, campaign),
    )
    columns = "wish (contact_id, kind, said_at, source, origin, number, noted_at)"
    _insert(connection, columns, _wishes(random, ids))
    _insert(
        connection, "opposition (number, list_id, kind, advertiser_id, said_on)", _oppositions(random, ids, list_id)
    )


def _insert(connection: sqlite3.Connection, columns: str, rows: Iterable[Sequence[object]]) -> None:
    places = ",".join("?" * (columns.count(",") + 1))
    connection.executemany(f"INSERT INTO {columns} VALUES ({places})", rows)


def _phones(random: Random, ids: range, list_id: int) -> Iterator[tuple[int, int, str, str, str, int, str]]:
    for n in ids:
        for rank in range(random.choices((1, 2), (4, 1))[0]):
            yield n, list_id, number_of(n, rank), "mobile", "FR", rank, "live"


def number_of(person: int, rank: int) -> str:
    return f"{_PREFIXES[(person + rank) % len(_PREFIXES)]}{person * 2 + rank:07d}"


def _attempts(random: Random, ids: range, campaign: Campaign) -> Iterator[tuple[object, ...]]:
    for n in ids:
        for turn in range(random.choices(*_TRIES)[0]):
            at = _stamp(AT - timedelta(seconds=random.randrange(40 * 86_400)))
            called = (n, campaign.advertiser_id, number_of(n, 0), "+33162000001", campaign.trunk)
            yield f"{n:x}-{turn}", 1, campaign.id, *called, "closed", at, at, at, "no-answer", 487, "", "", "", 0, "[]"


def _wishes(random: Random, ids: range) -> Iterator[tuple[object, ...]]:
    for n in ids:
        drawn = random.random()
        if drawn < 0.03:
            kind = "refusal" if drawn < 0.025 else "objection"
            at = _stamp(AT - timedelta(seconds=random.randrange(300 * 86_400)))
            yield n, kind, at, "call", "call", number_of(n, 0), at


def _oppositions(random: Random, ids: range, list_id: int) -> Iterator[tuple[object, ...]]:
    for n in ids:
        drawn = random.random()
        if drawn < 0.03:
            kind = "refusal" if drawn < 0.025 else "objection"
            yield int(number_of(n, 0)[1:]), list_id, kind, 0, _day(random, 300)


def _day(random: Random, reach: int) -> str:
    return (date(2026, 11, 23) - timedelta(days=random.randrange(reach))).isoformat()


def _notice(random: Random) -> str:
    return random.choices(("FH-2026-01", "FH-2025-09", "inconnue"), (18, 1, 1))[0]


def _systems(random: Random) -> str:
    return random.choices(_SYSTEMS, (8, 1, 1))[0]


def _siret(random: Random) -> str | None:
    return "73282932000074" if random.random() < 0.01 else None


def _stamp(at: datetime) -> str:
    """As SQLAlchemy writes an instant into SQLite."""
    return at.strftime("%Y-%m-%d %H:%M:%S.%f")
