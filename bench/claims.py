"""How many calls the gate can approve in a second, on SQLite and on PostgreSQL, alone and with four claimers.

A claim is what the engine does for one call: the next candidate, the facts, the decision, the attempt, its permit and
the rows of the chain, in one transaction that is on disk when it returns. Beside it, in the same run, stands the bare
minimum: as many rows read and written by the driver, without anything being asked or judged.

    python -m bench.claims [--people 100000] [--calls 20000] [--seconds 5] [--only sqlite|postgresql]
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from multiprocessing.synchronize import Barrier
from pathlib import Path
from time import perf_counter, process_time, time
from typing import Any

from sqlmodel import update

from bench.claim_folder import FastClock, lay_out
from bench.measuring import machine
from dialer import candidates
from dialer.choice import choose
from dialer.schema import Attempt, AttemptState
from dialer.settings import load_settings
from dialer.store import Store
from dialer.wake import Wait
from dialer.workspace import Workspace
from tests.dialer.postgres import running_cluster

TRUNK = "boucle"
ON_THE_LINE = 8
"""Calls that a claimer lets stand before it ends them all."""
READ = ("phone", "consent", "contract", "callback_request", "agreed_slot", "wish", "attempt", "list_member")
NUMBERING = (
    "SELECT coalesce(max(id), 0) + 1 FROM decision",
    "SELECT nextval(pg_get_serial_sequence('decision', 'id'))",
)
BODY = "x" * 5000
"""As long as a decision with its facts and findings."""


@dataclass(frozen=True)
class Measured:
    """What one claimer did: claims, those of them approved, wall and own CPU seconds."""

    claims: int
    approved: int
    wall: float
    cpu: float
    slowest_in_a_hundred: float


def claim(workspace: Workspace) -> bool:
    """One transaction, as the engine's; False when there is no room, or somebody may not be called."""
    with workspace.store.transaction() as session:
        found = choose(session, workspace.gate, TRUNK, workspace.clock.now())
        if isinstance(found, Wait):
            return False
        answer = workspace.gate.ask(session, found.campaign, found.contact_id, seen=found.seen)
        candidates.after_answer(session, found.campaign, found.contact_id, answer)
        return answer.order is not None


def end_all(workspace: Workspace) -> None:
    """The calls on the line were answered and talked for a minute."""
    over = {"state": AttemptState.CLOSED, "disposition": "answered", "talk_ms": 60_000}
    with workspace.store.transaction() as session:
        ended = update(Attempt).where(Attempt.state == AttemptState.APPROVED)  # type: ignore[arg-type]
        session.execute(ended.values(dialed_at=Attempt.approved_at, ended_at=Attempt.approved_at, **over))


def claiming(config: Path, started: float, seconds: float) -> Measured:
    settings = load_settings(config)
    workspace = Workspace(settings, Store(settings.database_url), FastClock(started))
    done = measured(lambda: claim(workspace), seconds, lambda: end_all(workspace))
    workspace.store.close()
    return done


def bare(config: Path, started: float, seconds: float) -> Measured:
    """The same statements, without our code and without SQLAlchemy."""
    store = Store(load_settings(config).database_url)
    postgresql = store.engine.dialect.name == "postgresql"
    connection: Any = store.engine.raw_connection().driver_connection
    numbers = count(10_000 * (os.getpid() % 9))
    mark = "%s" if postgresql else "?"

    def ask(*statements: tuple[str, tuple[object, ...]]) -> list[Any]:
        if not postgresql:
            return [connection.execute(sql, values).fetchall() for sql, values in statements]
        with connection.pipeline():
            cursors = [connection.execute(sql.replace("?", mark), values) for sql, values in statements]
        return [cursor.fetchall() if cursor.description else [] for cursor in cursors]

    ((people,),) = ask(("SELECT count(*) FROM contact", ()))[0]
    connection.rollback()

    def once() -> bool:
        person = 1 + next(numbers) % people
        ask(("SELECT pg_advisory_xact_lock(1)" if postgresql else "BEGIN IMMEDIATE", ()))
        ask(*((f"SELECT * FROM {table} WHERE contact_id = ?", (person,)) for table in READ))
        ((seq,),), ((decision,),) = ask(("SELECT coalesce(max(seq), 0) FROM audit", ()), (NUMBERING[postgresql], ()))
        at, key = "2026-11-24 09:02:00+00", uuid.uuid4().hex
        ask(
            ("INSERT INTO decision VALUES (?, ?, 1, ?, '', 'allow', '', '', ?, '')", (decision, at, person, BODY)),
            ("INSERT INTO audit VALUES (?, ?, 'decision', '{}', '', ?)", (seq + 1, at, "0" * 64)),
            ("INSERT INTO audit VALUES (?, ?, 'attempt', '{}', '', ?)", (seq + 2, at, "0" * 64)),
            (
                "INSERT INTO attempt (id, decision_id, campaign_id, contact_id, advertiser_id, number, caller_id, "
                "trunk, state, approved_at, lease_until, sip_code, sip_reason, failure, call_id, talk_ms, events) "
                "VALUES (?, ?, 1, ?, 1, '', '', 'bare', 'closed', ?, ?, 0, '', '', '', 0, '[]')",
                (key, decision, person, at, at),
            ),
            ("UPDATE candidate SET tries = tries + 1 WHERE campaign_id = 1 AND contact_id = ?", (person,)),
            ("UPDATE limiter SET next_start = ? WHERE name = 'trunk:bare'", (at,)),
        )
        connection.commit()
        return True

    return measured(once, seconds, lambda: None)


def measured(claim_one: Callable[[], bool], seconds: float, rest: Callable[[], None]) -> Measured:
    claim_one()
    claims = approved = 0
    each: list[float] = []
    began, own = perf_counter(), process_time()
    while perf_counter() - began < seconds:
        before = perf_counter()
        approved += claim_one()
        each.append(perf_counter() - before)
        claims += 1
        if claims % ON_THE_LINE == 0:
            rest()
    wall, cpu = perf_counter() - began, process_time() - own
    return Measured(claims, approved, wall, cpu, sorted(each)[len(each) * 99 // 100])


def together(
    work: Callable[[Path, float, float], Measured], config: Path, started: float, seconds: float, number: int
) -> list[Measured]:
    """So many claimers, each in a process of its own, from the same instant on."""
    context = multiprocessing.get_context("spawn")
    ready, told = context.Barrier(number), context.Queue()
    processes = [
        context.Process(target=_work, args=(work, config, started, seconds, ready, told)) for _ in range(number)
    ]
    for process in processes:
        process.start()
    found = [told.get(timeout=60 + 3 * seconds) for _ in processes]
    for process in processes:
        process.join()
    return found


def _work(
    work: Callable[..., Measured], config: Path, started: float, seconds: float, ready: Barrier, told: Any
) -> None:
    ready.wait(60)
    told.put(work(config, started, seconds))


@contextmanager
def databases(only: str) -> Iterator[dict[str, tuple[str, tuple[int, ...]]]]:
    """Each engine's address, and with how many claimers it is tried."""
    found: dict[str, tuple[str, tuple[int, ...]]] = {"sqlite": ("sqlite:///dialer.db", (1,))}
    if only == "sqlite":
        yield found
        return
    with running_cluster("-c synchronous_commit=on") as cluster:
        served = {"postgresql": (cluster.new_database()[1], (1, 4))}
        yield served if only else found | served


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--calls", type=int, default=20_000, help="ended calls in the hour before")
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--only", choices=["sqlite", "postgresql"], default="")
    wanted = parser.parse_args()
    print(machine())
    print(f"{wanted.people} candidates, {wanted.calls} calls in the hour\n")
    print("engine       claimers  claims/s  approved  CPU ms each  p99 ms  bare/s  bare ÷ claims")
    with tempfile.TemporaryDirectory() as folder, databases(wanted.only) as engines:
        for name, (url, numbers) in engines.items():
            config = lay_out(Path(folder) / name, url, wanted.people, wanted.calls)
            started = time()
            for number in numbers:
                ours = together(claiming, config, started, wanted.seconds, number)
                least = together(bare, config, started, wanted.seconds, number)
                per_second, floor = (sum(each.claims / each.wall for each in found) for found in (ours, least))
                claims = sum(each.claims for each in ours)
                print(
                    f"{name:<12} {number:>8}  {per_second:>8.0f}  {sum(each.approved for each in ours) / claims:>8.0%}"
                    f"  {1000 * sum(each.cpu for each in ours) / claims:>11.2f}"
                    f"  {1000 * max(each.slowest_in_a_hundred for each in ours):>6.1f}"
                    f"  {floor:>6.0f}  {floor / per_second:>13.1f}"
                )


if __name__ == "__main__":
    main()
