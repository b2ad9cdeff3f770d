"""A forecast judges classes of facts that cannot differ on its days: each class must get its members' answers."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from rules.decide import Decision, decide
from rules.eligibility import next_eligible_at
from rules.facts import Bloctel, Facts
from rules.rulebook import LawNotCovered
from rules.screening import class_within
from rules.situation import Situation
from tests.rules.calls import NEW_LAW, legal_call, utc
from tests.rules.random_cases import TURNING_DAYS
from tests.rules.strategies import calls, calls_that_wait

DAY = timedelta(days=1)
FIRST, LAST = date(2026, 9, 15), date(2026, 9, 30)
REUNION_OR_MAYOTTE = {"postcode": None, "number": "+262262000000"}
Window = tuple[date, date]


def answer(decision: Decision) -> tuple[object, ...]:
    """What a forecast shows of a decision, with the end of each obstacle."""
    ends = [(each.rule.id, each.outcome.verdict, each.outcome.until, each.discharged_by) for each in decision.findings]
    return decision.verdict, decision.rule_ids, ends


def lies_within(facts: Facts, at: datetime, window: Window) -> bool:
    return all(window[0] <= clock.date() <= window[1] for clock in Situation.of(facts, at).clocks)


WINDOWS = st.tuples(st.integers(-20, 3), st.integers(0, 45))
"""How many days after the call a window begins, and how many more days it has."""
MOMENTS = st.tuples(
    st.integers(0, 45),
    st.sampled_from([time(0), time(2, 30), time(10), time(12, 59, 59), time(16, 45), time(18), time(22), time(23, 50)]),
)


SINCE = st.none() | st.integers(0, 40).map(lambda hours: timedelta(hours=hours))
"""How long before the instant judged the forecast is made."""


@given(calls() | calls_that_wait(), WINDOWS, MOMENTS, SINCE)
@settings(max_examples=400)
def test_a_class_gets_the_answers_of_its_members_on_every_day_of_the_window(
    call: tuple[Facts, datetime], window: tuple[int, int], moment: tuple[int, time], since: timedelta | None
) -> None:
    judged_alike(*call, window, moment, since)


@pytest.mark.slow
@pytest.mark.timeout(900)
@given(calls() | calls_that_wait(), WINDOWS, MOMENTS, SINCE)
@settings(max_examples=5_000)
def test_a_class_gets_the_answers_of_its_members_in_many_more_windows(
    call: tuple[Facts, datetime], window: tuple[int, int], moment: tuple[int, time], since: timedelta | None
) -> None:
    judged_alike(*call, window, moment, since)


def judged_alike(
    facts: Facts, known_at: datetime, window: tuple[int, int], moment: tuple[int, time], since: timedelta | None
) -> None:
    first = known_at.date() + window[0] * DAY
    last = first + window[1] * DAY
    assume(first >= date(2023, 1, 1))
    at = datetime.combine(first + min(moment[0], window[1]) * DAY, moment[1], UTC)
    assume(lies_within(facts, at, (first, last)))
    shown = class_within(facts, first, last, None if since is None else at - since)
    ours = decide(facts, at)
    assert answer(decide(shown, at)) == answer(ours)
    event(ours.verdict.word)
    for one, other in ((facts, shown), (shown, facts)):
        found = next_eligible_at(one, at)
        if found.at and lies_within(facts, found.at, (first, last)):
            assert next_eligible_at(other, at) == found
            event("possible within the window")


@given(calls())
def test_a_class_is_its_own_class(call: tuple[Facts, datetime]) -> None:
    facts, at = call
    assume(at.date() >= date(2023, 1, 2))
    shown = class_within(facts, at.date(), at.date() + 30 * DAY)
    assert class_within(shown, at.date(), at.date() + 30 * DAY) == shown


@pytest.mark.parametrize("first", [day for day in TURNING_DAYS if day.year == 2026])
def test_every_edge_of_a_day_is_within_its_own_window(first: date) -> None:
    """Facts that matter on one single day, at its first and last instant, in Paris."""
    facts = legal_call(
        consent_until=first,
        contract_until=first,
        bloctel_until=first,
        sources_until=first,
        callback_from=first,
        callback_until=first,
        attempts=tuple(utc(f"{first - DAY * ago} 11:00") for ago in (28, 29, 29, 30)),
    )
    shown = class_within(facts, first, first)
    zone = Situation.of(facts, NEW_LAW).zones[0]
    for edge in (time(0), time(10), time(19, 59, 59), time(23, 59, 59, 999999)):
        at = datetime.combine(first, edge, zone)
        assert answer(decide(shown, at)) == answer(decide(facts, at))


@pytest.mark.parametrize(
    ("facts", "at", "window", "rule"),
    [
        (
            legal_call(**REUNION_OR_MAYOTTE, attempts=(utc("2026-08-16 20:30"), *[utc("2026-09-10 10:00")] * 3)),
            *("2026-09-15 07:00", (FIRST, LAST), "FR-FREQ"),
        ),
        (
            legal_call(**REUNION_OR_MAYOTTE, last_refusal=utc("2026-07-16 20:30"), consent_after_refusal=True),
            *("2026-09-15 07:00", (FIRST, LAST), "FR-REFUSAL-60D"),
        ),
        (
            legal_call(attempts=(utc("2026-09-14 22:00"), *[utc("2026-09-10 10:00")] * 3)),
            *("2026-09-15 09:00", (FIRST, LAST), "FR-FREQ"),
        ),
        (
            legal_call(attempts=(utc("2023-02-20 10:00"),) * 4),
            *("2023-03-01 10:00", (date(2023, 2, 27), date(2023, 3, 1)), "FR-FREQ"),
        ),
        (
            legal_call(last_refusal=utc("2023-01-05 10:00")),
            *("2023-03-01 10:00", (date(2023, 2, 27), date(2023, 3, 1)), "FR-REFUSAL-60D"),
        ),
        (
            legal_call(bloctel=Bloctel.LISTED),
            *("2026-08-10 09:00", (date(2026, 8, 10), LAST), "FR-BLOCTEL"),
        ),
    ],
    ids=[
        "an attempt that counts in one of two zones", "a refusal that has not rested in one of two zones",
        "an attempt at the first instant", "attempts before the cap was law", "a refusal before sixty days were law",
        "the last day of Bloctel",
    ],
)  # fmt: skip
def test_what_stands_against_a_call_at_an_edge_is_kept(facts: Facts, at: str, window: Window, rule: str) -> None:
    decision = decide(facts, utc(at))
    assert decision.rule_ids == (rule,)
    assert answer(decide(class_within(facts, *window), utc(at))) == answer(decision)


def test_a_window_before_the_book_is_refused() -> None:
    with pytest.raises(LawNotCovered):
        class_within(legal_call(), date(2022, 12, 31), LAST)
