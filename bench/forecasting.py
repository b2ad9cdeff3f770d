"""What a forecast of thirty days costs for a crowd in a database, beside asking about each person alone.

    python -m bench.forecasting [--contacts 1000000]

People of a sample are read and asked about one by one, on each day; the rest of them would take as long again.
Another answer than the crowd's ends the run.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
from collections import Counter
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random
from time import perf_counter, process_time

from sqlmodel import Session

from bench.crowd import AT, crowd
from bench.measuring import machine
from dialer.facts import read_facts
from dialer.forecast import OFFICE_ZONE, forecast
from dialer.schema import Campaign, ListMember
from dialer.settings import Settings
from rules.eligibility import next_eligible_at
from rules.rule import Profile

DAYS = 30
SAMPLE = 1_000


def alone(session: Session, settings: Settings, campaign: Campaign, ids: list[int]) -> Counter[date]:
    """How many of these people are callable on each day, each asked about on each."""
    profile = Profile("strict", ring_guard_seconds=settings.ring_guard_seconds)
    counts: Counter[date] = Counter()
    for asked in read_facts(session, settings, campaign, ids, AT).values():
        for ahead in range(DAYS):
            day = AT.astimezone(OFFICE_ZONE).date() + timedelta(days=ahead)
            starts, ends = (datetime.combine(day + timedelta(days=n), time(), OFFICE_ZONE) for n in (0, 1))
            chance = next_eligible_at(asked.facts, max(AT, starts), profile=profile).at
            counts[day] += chance is not None and chance < ends
    return counts


def measure(people: int, *, worked: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        workspace, campaign, list_id = crowd(Path(folder) / "agency", people, worked=worked)
        settings = workspace.settings
        ids = sorted(Random(3).sample(range(1, people + 1), min(SAMPLE, people)))
        with workspace.store.transaction() as session:
            cpu, wall = process_time(), perf_counter()
            forecast(session, settings, campaign, [list_id], AT, DAYS, hourly=False)
            cpu, wall = process_time() - cpu, perf_counter() - wall
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            begun = process_time()
            counted = alone(session, settings, campaign, ids)
            each = (process_time() - begun) / len(ids)
            session.add_all(ListMember(list_id=list_id + 1, contact_id=contact_id) for contact_id in ids)
            session.flush()
            again = forecast(session, settings, campaign, [list_id + 1], AT, DAYS, hourly=False)
            session.rollback()
    if {day.day: day.callable for day in again.days} != {day: counted[day] for day in counted}:
        raise SystemExit("the crowd was told something else than its members alone")
    print(f"{'worked' if worked else 'fresh'} list of {people:,}: {cpu:.1f} s CPU, {wall:.1f} s, peak {peak:,} MB")
    print(f"  one by one {each * people:,.0f} s: {each * people / cpu:.0f} times as long; {len(ids):,} people agree")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--contacts", type=int, default=1_000_000)
    people = parser.parse_args().contacts
    print(machine())
    for worked in (False, True):
        measure(people, worked=worked)


if __name__ == "__main__":
    main()
