"""How far a forecast's window lets facts fall together: what cannot matter on its days is one class."""

from __future__ import annotations

from datetime import date, time, timedelta
from random import Random

import pytest

from rules.facts import Bloctel, Consent, Contract, Facts
from rules.screening import class_within
from tests.rules.calls import NEW_LAW, OLD_LAW, legal_call, utc

DAY = timedelta(days=1)
FIRST, LAST = date(2026, 9, 15), date(2026, 9, 30)
EVENING, MORNING = (time(18), time(20)), (time(10), time(12))
REUNION_OR_MAYOTTE = {"postcode": None, "number": "+262262000000"}
Window = tuple[date, date]


def together(*many: Facts, window: Window = (FIRST, LAST)) -> int:
    """How many classes these facts are in the window."""
    return len({class_within(facts, *window) for facts in many})


def each_day(name: str, *days: date | None, **changes: object) -> list[Facts]:
    return [legal_call(**{name: day}, **changes) for day in days]


@pytest.mark.parametrize(
    "many",
    [
        each_day("consent_until", date(2026, 10, 2), date(2027, 8, 31), None),
        [
            *each_day("consent_until", date(2026, 9, 14), date(2025, 9, 14)),
            legal_call(consent=Consent.UNPROVEN, consent_hours=(EVENING,), consent_after_refusal=True),
        ],
        each_day("contract_until", date(2026, 10, 2), None, contract=Contract.RELATED),
        [
            *each_day("contract_until", date(2026, 9, 14), contract=Contract.RELATED),
            *(legal_call(contract=contract) for contract in (Contract.UNRELATED, Contract.NONE)),
        ],
        each_day("sources_until", date(2026, 10, 2), date(2028, 1, 1), None),
        each_day("sources_until", date(2026, 9, 14), date(2023, 1, 1)),
        each_day("callback_until", date(2026, 10, 2), date(2026, 10, 20)),
        [
            *each_day("callback_until", None, date(2026, 9, 14)),
            legal_call(callback_from=date(2026, 10, 1), callback_until=date(2026, 10, 7)),
            legal_call(callback_from=date(2026, 9, 2)),
        ],
        [
            legal_call(callback_until=date(2026, 9, 20)),
            legal_call(callback_from=FIRST, callback_until=date(2026, 9, 20)),
        ],
        [legal_call(bloctel=status) for status in Bloctel],
        [legal_call(number="+33199000001"), legal_call(number="+33639980001", postcode="33000")],
        [legal_call(number="+33199000001", postcode=None), legal_call(number="+33639980001", postcode="")],
        [legal_call(consent_hours=(EVENING, MORNING)), legal_call(consent_hours=(MORNING, EVENING, MORNING))],
        [legal_call(), *(legal_call(attempts=(utc(at),)) for at in ("2026-08-16 11:00", "2026-09-30 22:00"))],
        [legal_call(attempts=(utc("2026-09-14 11:00"),) * 4), legal_call(attempts=(utc("2026-09-14 08:12"),) * 4)],
        [legal_call(attempts=(utc("2026-09-14 11:00"),) * count) for count in range(4)],
        [
            legal_call(attempts=(utc("2026-09-14 11:00"),) * 4),
            legal_call(attempts=(utc("2026-08-20 11:00"), *[utc("2026-09-14 09:00")] * 5)),
        ],
        [
            legal_call(last_refusal=utc("2026-07-16 10:00"), consent_after_refusal=True),
            legal_call(last_refusal=OLD_LAW, consent_after_refusal=True),
        ],
        [legal_call(last_refusal=utc("2026-09-14 10:00")), legal_call(last_refusal=utc("2026-09-14 11:00"))],
        [
            legal_call(consent=Consent.NONE, last_refusal=OLD_LAW),
            legal_call(consent=Consent.NONE, last_refusal=OLD_LAW, consent_after_refusal=True),
        ],
        [legal_call(), legal_call(last_refusal=utc("2026-09-30 22:00"), consent_after_refusal=True)],
        [legal_call(), legal_call(slots=(utc("2026-09-14 21:44:59"), utc("2026-09-30 22:00")))],
        [
            legal_call(slots=(utc("2026-09-20 10:00"), utc("2026-09-19 10:00"))),
            legal_call(slots=(utc("2026-09-19 10:00"), utc("2026-09-20 10:00"), utc("2026-09-19 10:00"))),
        ],
    ],
    ids=[
        "consents that outlive the window", "no consent that holds in it", "contracts that outlive it",
        "no related contract in it", "sources fresh throughout", "sources stale throughout",
        "call-backs throughout", "no call-back in it", "a request of the first day or before",
        "Bloctel after its end", "numbers of one place", "numbers of one country", "hours in any order",
        "attempts that have left the count or are yet to come", "attempts of one day before it",
        "attempts too few to fill the cap",
        "the four latest attempts", "refusals that have rested", "refusals of one day",
        "a refusal without consent", "a refusal yet to come",
        "slots before and after it", "slots in any order",
    ],
)  # fmt: skip
def test_what_cannot_matter_in_the_window_is_one_class(many: list[Facts]) -> None:
    assert together(*many) == 1


@pytest.mark.parametrize(
    "many",
    [
        each_day("consent_until", *(date(2026, 9, 14) + DAY * ahead for ahead in range(18))),
        each_day("sources_until", *(date(2026, 9, 14) + DAY * ahead for ahead in range(18))),
        each_day("callback_until", *(date(2026, 9, 14) + DAY * ahead for ahead in range(18))),
        [legal_call(callback_from=FIRST + DAY * ahead, callback_until=LAST) for ahead in range(17)],
        [legal_call(attempts=(utc(f"{FIRST - DAY * ago} 11:00"),) * 4) for ago in range(31)],
        [legal_call(attempts=(utc("2026-09-14 11:00"),) * count) for count in (3, 4)],
        [legal_call(last_refusal=utc(f"{FIRST - DAY * ago} 11:00")) for ago in range(1, 62)],
        [legal_call(last_refusal=OLD_LAW, consent_after_refusal=again) for again in (True, False)],
        [legal_call(last_refusal=utc("2026-09-15 10:00")), legal_call(last_refusal=utc("2026-09-15 11:00"))],
        [legal_call(), *(legal_call(slots=(utc(at),)) for at in ("2026-09-14 21:45", "2026-09-30 21:59:59"))],
        [legal_call(), legal_call(postcode="67000"), legal_call(postcode=None), legal_call(**REUNION_OR_MAYOTTE)],
        [legal_call(postcode=None, number=number) for number in ("+33199000001", "+590590010000", "+32460000000")],
        [legal_call(postcode=code) for code in ("98000", "99999", "97700")],
        [legal_call(), legal_call(consent_hours=(EVENING,)), legal_call(consent_hours=(MORNING,))],
    ],
    ids=[
        "last days of consents", "last days of sources", "last days of requests", "days of requests",
        "days of attempts", "numbers of attempts", "days of refusals", "a consent before and after a refusal",
        "instants within it", "slots at its edges",
        "places", "countries", "postcodes to be corrected", "accepted hours",
    ],
)  # fmt: skip
def test_what_can_matter_in_the_window_stays_apart(many: list[Facts]) -> None:
    assert together(*many) == len(many)


def test_in_the_old_law_scrubs_are_told_apart() -> None:
    window = (date(2026, 8, 1), date(2026, 8, 10))
    scrubs = [legal_call(bloctel_until=window[0] + DAY * ahead) for ahead in range(-1, 12)]
    listed = [legal_call(bloctel=Bloctel.LISTED), legal_call(bloctel=Bloctel.LISTED, bloctel_until=window[0])]
    assert together(*scrubs, *listed, window=window) == len(scrubs) + 1
    assert together(scrubs[0], legal_call(bloctel=Bloctel.NOT_CHECKED, bloctel_until=LAST), window=window) == 1
    assert together(scrubs[-1], legal_call(), window=window) == 1
    assert together(legal_call(), legal_call(bloctel=Bloctel.LISTED), window=(date(2026, 8, 10), LAST)) == 2


def test_a_day_that_is_two_in_two_zones_is_kept_by_its_instant() -> None:
    """20:30 UTC is the 15th in Reunion and the 14th in Mayotte."""
    between = [legal_call(**REUNION_OR_MAYOTTE, attempts=(utc(f"2026-09-10 20:{minute}"),) * 4) for minute in (10, 30)]
    same = [legal_call(**REUNION_OR_MAYOTTE, attempts=(utc(f"2026-09-10 1{hour}:00"),) * 4) for hour in (0, 5)]
    assert together(*between) == 2
    assert together(*same) == 1


def test_what_was_before_the_forecast_is_past_though_on_its_first_day() -> None:
    early = [
        legal_call(**{name: value})
        for name in ("attempts", "slots")
        for value in ((utc("2026-09-15 06:00"),) * 4, (utc("2026-09-15 07:00"),) * 4)
    ]
    early += [legal_call(last_refusal=utc(f"2026-09-15 0{hour}:00")) for hour in (6, 7)]
    assert together(*early) == 6
    assert len({class_within(facts, FIRST, LAST, NEW_LAW) for facts in early}) == 3
    assert together(*early, window=(FIRST, LAST)) == len({class_within(f, FIRST, LAST, OLD_LAW) for f in early})


def test_a_class_names_no_one() -> None:
    shown = class_within(legal_call(number="+33639980001", postcode="75011"), FIRST, LAST)
    assert (shown.number, shown.postcode) == ("", "01000")
    assert class_within(legal_call(number="+33639980001", postcode=None), FIRST, LAST).number == "+33"
    assert class_within(legal_call(**REUNION_OR_MAYOTTE), FIRST, LAST).number == "+262"


def test_a_worked_list_falls_into_few_classes() -> None:
    """Two thousand people whose consents end on 300 days, half of them called four times within two weeks."""
    random = Random(1)
    people = [
        legal_call(
            consent_until=date(2026, 10, 10) + DAY * random.randrange(300),
            attempts=(NEW_LAW - timedelta(minutes=random.randrange(1, 20_000)),) * random.choice((0, 4)),
        )
        for _ in range(2_000)
    ]
    assert len(set(people)) > 1_000
    assert len({class_within(facts, FIRST, FIRST + 20 * DAY, NEW_LAW) for facts in people}) == 1 + 15
