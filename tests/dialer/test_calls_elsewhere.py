"""Calls made elsewhere: told once, in parts or again and again, nobody is counted less than they were called."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from dialer.calls_elsewhere import calls_elsewhere
from dialer.facts import read_facts
from dialer.schema import Campaign, PastCall, Telling
from tests.dialer import lists
from tests.dialer.agency import Agency
from tests.dialer.evidence import load
from tests.dialer.records import list_id, past_call

NUMBER = "+33639980101"
DAY = date(2026, 11, 20)


def calls_of(agency: Agency, campaign: Campaign, person: int) -> tuple[datetime, ...]:
    with agency.transaction() as session:
        found = read_facts(session, agency.workspace.settings, campaign, [person], agency.clock.now())
    return found[person].facts.attempts


def told(agency: Agency) -> int:
    """How often NUMBER counts as called."""
    with agency.transaction() as session:
        return len(calls_elsewhere(session.exec(select(PastCall)), 1))


def log(agency: Agency, name: str, *times: str, source: str = "hubspot", telling: Telling = Telling.PART) -> None:
    rows = [f"{NUMBER};{time};{name}" for time in times]
    load(agency, "past-calls", "Tél;Appelé le;Note", *rows, name=name, source=source, telling=telling)


def test_calls_made_elsewhere_count_for_every_number_once_however_often_exported(agency: Agency) -> None:
    person = agency.person("+33639980101", "+33199000001")
    campaign, other = agency.campaign(), agency.campaign(name="Autre", advertiser="autre")
    day = date(2026, 11, 20)
    one, two = list_id(agency, "export"), list_id(agency, "other export")
    agency.add(
        *(past_call("+33639980101", day, list_id=one, source="crm") for _ in range(2)),
        *(past_call("+33639980101", day, list_id=two, source="crm") for _ in range(3)),
        past_call("+33199000001", day, list_id=one, advertiser_id=campaign.advertiser_id),
        past_call("+33199000001", day - timedelta(days=1), list_id=one, advertiser_id=other.advertiser_id),
        past_call("+33199000002", day, list_id=one),
    )
    made = calls_of(agency, campaign, person)
    assert made == (datetime(2026, 11, 20, 11, tzinfo=UTC),) * 4


@pytest.mark.parametrize("sources", [("", ""), ("crm", "call centre"), ("", "crm")])
def test_calls_that_different_sources_tell_of_are_different_calls(agency: Agency, sources: tuple[str, str]) -> None:
    person, day = agency.person("+33639980101"), date(2026, 11, 20)
    lists = [list_id(agency, name) for name in ("one", "other")]
    told = zip(lists, sources, strict=True)
    agency.add(*(past_call("+33639980101", day, list_id=each, source=source) for each, source in told))
    assert len(calls_of(agency, agency.campaign(), person)) == 2


@pytest.mark.parametrize(
    ("files", "count"),
    [
        ([["20/11/2026 10:00"], ["20/11/2026 15:00"]], 2),
        ([["20/11/2026 10:00"], ["20/11/2026 10:00", "20/11/2026 15:00"]], 2),
        ([["20/11/2026 10:00"], ["2026-11-20T10:00:00", "20/11/2026 15h00"]], 2),
        ([["2026-11-20T10:00:00+01:00"], ["2026-11-20T09:00:00Z"]], 1),
        ([["20/11/2026 10:00", "20/11/2026 10:00"], ["20/11/2026 10:00"]], 2),
        ([["20/11/2026"], ["20/11/2026"]], 2),
        ([["20/11/2026 00:00"], ["20/11/2026 00:00:00"]], 2),
        ([["20/11/2026"], ["20/11/2026 10:00"]], 2),
        ([["hier 10:00"], ["jadis 10:00"]], 2),
        ([["20/11/2026 25:00"], ["20/11/2026 25:00"]], 2),
    ],
    ids=[
        "morning and afternoon", "the afternoon repeats the morning", "other spellings", "other offsets",
        "twice in a minute", "days only", "midnight is no time", "a day and an instant", "unreadable", "no such time",
    ],
)  # fmt: skip
def test_files_of_one_source_add_up_but_for_an_instant_that_several_tell(
    agency: Agency, files: list[list[str]], count: int
) -> None:
    for place, times in enumerate(files):
        log(agency, f"log {place}", *times)
    assert told(agency) == count


def test_a_file_that_tells_the_whole_history_repeats_what_came_before_it_only(agency: Agency) -> None:
    log(agency, "monday", "20/11/2026", "20/11/2026")
    log(agency, "whole", "20/11/2026", "20/11/2026", "20/11/2026", telling=Telling.WHOLE)
    assert told(agency) == 3
    assert json.loads(agency.audit()[-1].body)["whole_history"] == 1
    log(agency, "later", "20/11/2026 18:00")
    assert told(agency) == 4
    log(agency, "whole again", "20/11/2026 18:00", telling=Telling.WHOLE)
    assert told(agency) == 4


def test_the_last_call_of_a_contact_list_is_told_again_by_the_next_one(agency: Agency) -> None:
    for name in ("june", "july"):
        cells = lists.row(Portable=NUMBER, Appels_passés="20/11/2026", Commentaire=name)
        lists.load(agency, cells, name=name, source="hubspot")
    assert told(agency) == 1
    log(agency, "log", "20/11/2026 10:00")
    assert told(agency) == 1
    log(agency, "more", "20/11/2026 11:00")
    assert told(agency) == 2


@pytest.mark.parametrize(
    ("written", "counted"),
    [("+33 6 92 12 34 56", {33692123456, 262692123456}), ("+33 5 96 12 34 56", {33596123456, 596596123456})],
)
def test_a_call_counts_for_every_number_that_its_row_may_mean(agency: Agency, written: str, counted: set[int]) -> None:
    load(agency, "past-calls", "Tél;Date", f"{written};20/11/2026")
    with agency.transaction() as session:
        assert set(session.exec(select(PastCall.number))) == counted


FILES = (None, Telling.PART, Telling.WHOLE, Telling.STATE, Telling.PART, Telling.WHOLE)
"""How each list tells, by its id; calls of no list were loaded before lists were kept with them."""
TOLD = st.builds(
    lambda list_id, **fields: PastCall(list_id=list_id or None, telling=FILES[list_id] or Telling.STATE, **fields),
    list_id=st.integers(0, len(FILES) - 1),
    number=st.sampled_from((1, 2)),
    source=st.sampled_from(("", "crm")),
    advertiser_id=st.sampled_from((None, 1, 2)),
    made_on=st.sampled_from((DAY, DAY + timedelta(days=1))),
    made_at=st.sampled_from(("", "", "10:00", "11:00", "12:00")),
)


def counted_by_the_fullest_file(past: list[PastCall]) -> Counter[date]:
    """The least that may be counted: of each number, day and source as many as the file tells that tells most."""
    ours = [call for call in past if call.advertiser_id in (None, 1)]
    by_list = Counter((call.number, call.made_on, call.source or call.list_id, call.list_id) for call in ours)
    most: dict[tuple[int, date, str | int | None], int] = defaultdict(int)
    for (number, day, source, _), count in by_list.items():
        most[number, day, source] = max(most[number, day, source], count)
    return sum((Counter({day: count}) for (_, day, _), count in most.items()), Counter())


@given(st.lists(TOLD, max_size=12))
def test_nobody_is_counted_less_than_by_the_file_that_tells_most(past: list[PastCall]) -> None:
    assert counted_by_the_fullest_file(past) <= Counter(at.date() for at in calls_elsewhere(past, 1))


@given(st.lists(TOLD, max_size=12), TOLD)
def test_a_row_more_never_lowers_the_count(past: list[PastCall], more: PastCall) -> None:
    assert Counter(calls_elsewhere(past, 1)) <= Counter(calls_elsewhere([*past, more], 1))


@given(st.lists(st.lists(st.integers(0, 23), max_size=4), max_size=4), st.booleans())
def test_call_logs_that_part_the_calls_count_every_one(hours: list[list[int]], timed: bool) -> None:
    """Whatever file holds a call: no two calls are of one instant here, so each must count."""
    instants = iter(range(1_000))
    past = [
        PastCall(
            number=1,
            list_id=place,
            source="crm",
            made_on=DAY,
            made_at=str(next(instants)) if timed else "",
            telling=Telling.PART,
        )
        for place, several in enumerate(hours)
        for _ in several
    ]
    assert len(calls_elsewhere(past, 1)) == len(past)
