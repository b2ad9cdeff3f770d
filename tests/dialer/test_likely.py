"""Who took calls at this time of the day and week comes first; nothing else about a person is looked at."""

from __future__ import annotations

from datetime import datetime, timedelta
from fractions import Fraction

import pytest

from dialer.dispositions import Disposition
from dialer.likely import likelihood, likely_first
from dialer.schema import AttemptState, Campaign
from tests.dialer.agency import Agency
from tests.dialer.fakes import MORNING

SHORT = timedelta(seconds=8)
LAST_TUESDAY = MORNING - timedelta(days=7)


def order(agency: Agency, campaign: Campaign, people: list[int], now: datetime = MORNING) -> list[int]:
    with agency.transaction() as session:
        return likely_first(session, campaign.advertiser_id, people, SHORT, now)


def call(
    agency: Agency, campaign: Campaign, person: int, talk_ms: int, at: datetime = LAST_TUESDAY, **fields: object
) -> None:
    answered = Disposition.ANSWERED if talk_ms else Disposition.NO_ANSWER
    ended = {"state": AttemptState.CLOSED, "disposition": answered, "talk_ms": talk_ms, "dialed_at": at}
    agency.write_attempt(campaign, person, **(ended | fields))


def test_who_answered_comes_before_who_was_never_tried_and_who_did_not_answer_last(agency: Agency) -> None:
    silent, new, short, talker = (agency.person() for _ in range(4))
    campaign = agency.campaign()
    call(agency, campaign, silent, 0)
    call(agency, campaign, silent, 0)
    call(agency, campaign, short, 7_999)
    call(agency, campaign, talker, 8_000)
    assert order(agency, campaign, [silent, new, short, talker]) == [talker, new, short, silent]


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"at": LAST_TUESDAY + timedelta(hours=4)},
        {"at": LAST_TUESDAY + timedelta(hours=8)},
        {"at": LAST_TUESDAY - timedelta(days=2)},
        {"state": AttemptState.CANCELLED},
        {"state": AttemptState.ANSWERED},
    ],
    ids=["in the afternoon", "in the evening", "on a Sunday", "never left", "still under way"],
)
def test_only_ended_calls_of_this_time_of_the_day_and_week_tell(agency: Agency, elsewhere: dict[str, object]) -> None:
    new, other = agency.person(), agency.person()
    campaign = agency.campaign()
    call(agency, campaign, other, 60_000, **elsewhere)  # type: ignore[arg-type]
    assert order(agency, campaign, [new, other]) == [new, other]


def test_the_time_of_the_day_is_the_persons_own(agency: Agency) -> None:
    """Ten in Paris is an hour of the afternoon on La Réunion: 13:02."""
    new, there = agency.person(), agency.person("+262639980001", postcode="97400")
    campaign = agency.campaign()
    call(agency, campaign, there, 60_000, LAST_TUESDAY - timedelta(hours=2))
    assert order(agency, campaign, [new, there]) == [new, there]
    call(agency, campaign, there, 60_000, LAST_TUESDAY + timedelta(hours=2))
    assert order(agency, campaign, [new, there]) == [there, new]


def test_calls_for_somebody_else_are_not_looked_at(agency: Agency) -> None:
    new, known = agency.person(), agency.person()
    ours, theirs = agency.campaign(), agency.campaign(name="autre", advertiser="autre")
    call(agency, theirs, known, 60_000)
    assert order(agency, ours, [new, known]) == [new, known]
    assert order(agency, theirs, [new, known]) == [known, new]


def test_among_equals_the_retry_order_stands(agency: Agency) -> None:
    people = [agency.person() for _ in range(5)]
    campaign = agency.campaign()
    assert order(agency, campaign, people[::-1]) == people[::-1]


@pytest.mark.parametrize(("good", "tries", "expected"), [(0, 0, "1/2"), (0, 2, "1/4"), (1, 1, "2/3"), (3, 4, "2/3")])
def test_nobody_is_written_off_after_one_try(good: int, tries: int, expected: str) -> None:
    assert likelihood(good, tries) == Fraction(expected)
