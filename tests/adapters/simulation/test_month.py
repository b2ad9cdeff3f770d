"""A simulated month held against readings of the law and of the ledger that are not the engine's own."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from dialer.dispositions import Disposition
from dialer.settings import Settings
from dialer.verification import verify
from tests.adapters.simulation.conftest import MONDAY, PEOPLE, Month, simulate
from tests.rules.reference import judge, territories_of
from tests.rules.reference_tables import ZONES


def cases(month: Month) -> Iterator[dict[str, str]]:
    """Each call as a case of the dossier, from the calls and people on record alone: no decision is looked at."""
    earlier: dict[int, list[datetime]] = defaultdict(list)
    objected: set[int] = set()
    proven = dict(month.ask("SELECT contact_id, proof <> '' FROM consent"))
    rows = month.ask(
        "SELECT a.contact_id, a.number, a.caller_id, a.dialed_at, a.disposition, c.postcode FROM attempt a"
        " JOIN contact c ON c.id = a.contact_id ORDER BY a.dialed_at"
    )
    for person, number, caller_id, dialed_at, disposition, postcode in rows:
        at = datetime.fromisoformat(dialed_at).replace(tzinfo=UTC)
        (zone,) = (ZoneInfo(zone) for territory in territories_of(postcode, number) for zone in ZONES[territory])
        window = [made for made in earlier[person] if (at.astimezone(zone).date() - made.date()).days < 30]
        yield {
            "case_id": f"{person} at {dialed_at}",
            "instant_utc": at.isoformat(),
            "contact_postcode": postcode,
            "number_e164": number,
            "contact_kind": "consumer",
            "advertiser_sector": "telecom",
            "consent": "withdrawn" if person in objected else "valid" if proven[person] else "expired-or-unproven",
            "existing_contract": "no",
            "bloctel_listed": "n/a",
            "attempts_last_30d": str(len(window)),
            "last_refusal_days_ago": "",
            "appointment_consent": "no",
            "system_kind": "ai-agent",
            "cli": caller_id,
        }
        earlier[person].append(at.astimezone(zone))
        if disposition == Disposition.OPTED_OUT:
            objected.add(person)


def test_the_reference_evaluator_allows_every_call_of_a_month(month: Month) -> None:
    judged = [(case["case_id"], judge(case)) for case in cases(month)]
    assert len(judged) == month.report.calls > PEOPLE
    assert [(case, answer) for case, answer in judged if answer[0] != "allow"] == []


def test_the_reference_would_have_noticed_a_call_at_night(month: Month) -> None:
    for case in cases(month):
        at = datetime.fromisoformat(case["instant_utc"]) + timedelta(hours=12)
        assert judge(case | {"instant_utc": at.isoformat()})[0] != "allow"


def test_the_recount_finds_nothing_and_has_seen_every_call(month: Month) -> None:
    count = month.report.recount
    assert (count.clean, count.examples) == (True, {})
    assert count.calls == month.report.calls == month.observed.calls
    assert count.people == month.report.called
    assert 1 < count.most_attempts <= 4
    assert count.most_attempts == max(month.report.tries)


def test_the_carrier_counted_no_more_than_its_limits(month: Month) -> None:
    trunk = month.report.limits
    assert 1 < month.observed.most_at_once <= trunk.channels
    assert month.observed.most_starts_in_a_second == trunk.starts_per_second
    assert month.report.clean


def test_the_figures_of_the_report_fit_together(month: Month) -> None:
    report = month.report
    assert sum(report.dispositions.values()) == report.calls
    assert sum(tries * people for tries, people in report.tries.items()) == report.calls
    assert sum(day.calls for day in report.days) == report.calls
    assert sum(day.reached for day in report.days) == report.reached <= report.called <= report.contacts == PEOPLE
    assert sum(report.candidates.values()) == PEOPLE
    assert report.overdue == 0, "a month is long enough for so few"
    assert report.decisions["allow"] == report.calls
    assert report.quality.asr_percent is not None
    answered = sum(count for disposition, count in report.dispositions.items() if disposition.answered)
    assert abs(report.quality.asr_percent - 100 * answered / report.calls) < 0.1


def test_nobody_is_called_on_a_closed_day(month: Month) -> None:
    days = {day.day.isoformat() for day in month.report.days}
    assert "2026-11-11" not in days
    assert all(day.day.isoweekday() <= 5 for day in month.report.days)


def test_virtual_time_ends_where_it_was_told_to(month: Month) -> None:
    assert month.workspace.clock.now() == MONDAY + timedelta(days=30) == month.report.until


def test_people_whose_turn_has_not_come_are_counted(real: Settings, tmp_path: Path) -> None:
    ten_seconds = simulate(real, tmp_path / "ground", days=10 / 86_400).report
    assert 0 < ten_seconds.calls < PEOPLE
    asked = sum(ten_seconds.decisions.values())
    assert ten_seconds.overdue == PEOPLE - asked > 0


def test_every_call_is_in_the_chain(month: Month) -> None:
    with month.workspace.store.reading() as session:
        assert verify(session).whole


def made(month: Month) -> Counter[tuple[str, str, str, int]]:
    """Who was called when, and what came of it, whatever the attempts are named."""
    return Counter(month.ask("SELECT number, dialed_at, disposition, talk_ms FROM attempt"))


def test_the_same_seed_gives_the_same_calls_and_another_gives_others(real: Settings, tmp_path: Path) -> None:
    first, again, other = (
        simulate(real, tmp_path / name, days=2, seed=seed, people=15)
        for name, seed in (("first", 7), ("again", 7), ("other", 8))
    )
    assert made(first) == made(again)
    assert made(first) != made(other)
