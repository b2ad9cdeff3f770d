"""The recount finds what it is there to find: every kind of breach, in calls that no engine would have made."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from dateutil.easter import easter

from adapters.simulation.calendar_of_the_recount import is_holiday
from adapters.simulation.recount import Breach, Recount, recount

NOON = "2026-11-24 12:02"
"""A Tuesday, in Paris."""


class Book:
    """A database with the columns that the recount reads, and calls written into it."""

    def __init__(self, path: Path) -> None:
        self.path, self.attempts = path, 0
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.executescript(
                "CREATE TABLE campaign (id, plan); CREATE TABLE contact (id, postcode, siret);"
                "CREATE TABLE agreed_slot (contact_id, at);"
                "CREATE TABLE attempt (id, contact_id, advertiser_id, campaign_id, number, dialed_at, ended_at,"
                " state, disposition);"
            )
            connection.executemany(
                "INSERT INTO campaign VALUES (?, ?)",
                [
                    (1, json.dumps({"sector": "telecom", "concerns_business": True})),
                    (2, json.dumps({"sector": "survey"})),
                    (3, json.dumps({"sector": "telecom"})),
                ],
            )
            connection.executemany(
                "INSERT INTO contact VALUES (?, ?, ?)",
                [(1, "75011", None), (2, "97400", None), (3, "67000", None), (4, "35000", "12345678900011"),
                 (5, None, None), (6, "13005", None)],
            )  # fmt: skip

    def call(self, local: str, *, person: int = 1, state: str = "closed", lasts: int = 30, **columns: object) -> None:
        """A call at an instant of Paris's clock in winter, for the first advertiser unless told otherwise."""
        at = datetime.fromisoformat(f"{local}+01:00").astimezone(UTC)
        self.attempts += 1
        row = {
            "advertiser_id": 1, "campaign_id": 1, "number": f"+3363998000{person}", "disposition": "no-answer",
            "ended_at": _text(at + timedelta(seconds=lasts)),
        } | columns  # fmt: skip
        row |= {"id": f"a{self.attempts}", "contact_id": person, "dialed_at": _text(at), "state": state}
        with closing(sqlite3.connect(self.path)) as connection, connection:
            names = ", ".join(row)
            connection.execute(f"INSERT INTO attempt ({names}) VALUES ({', '.join('?' * len(row))})", [*row.values()])

    def slot(self, local: str, person: int) -> None:
        at = datetime.fromisoformat(f"{local}+01:00").astimezone(UTC)
        with closing(sqlite3.connect(self.path)) as connection, connection:
            connection.execute("INSERT INTO agreed_slot VALUES (?, ?)", (person, _text(at)))

    def count(self) -> Recount:
        return recount(self.path)

    def broken(self) -> dict[Breach, int]:
        return {breach: count for breach, count in self.count().broken.items() if count}


def _text(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S.%f}"


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return Book(tmp_path / "calls.db")


def test_an_ordinary_call_breaks_nothing(book: Book) -> None:
    book.call(NOON)
    count = book.count()
    assert (count.clean, count.calls, count.people, count.most_attempts) == (True, 1, 1, 1)
    assert str(count.earliest) == str(count.latest) == "12:02:00"


def test_no_calls_at_all_are_no_trouble(book: Book) -> None:
    assert book.count().clean
    assert book.count().earliest is None


@pytest.mark.parametrize(
    ("local", "person", "breach"),
    [
        ("2026-11-24 09:59:59", 1, Breach.OUT_OF_HOURS),
        ("2026-11-24 10:00:00", 1, None),
        ("2026-11-24 12:59:59", 1, None),
        ("2026-11-24 13:00:00", 1, Breach.OUT_OF_HOURS),
        ("2026-11-24 14:00:00", 1, None),
        ("2026-11-24 20:00:00", 1, Breach.OUT_OF_HOURS),
        ("2026-11-28 12:00:00", 1, Breach.WEEKEND_OR_HOLIDAY),
        ("2026-11-11 12:00:00", 1, Breach.WEEKEND_OR_HOLIDAY),
        ("2027-03-29 12:00:00", 1, Breach.WEEKEND_OR_HOLIDAY),
        ("2026-11-24 08:00:00", 2, None),
        ("2026-11-24 17:30:00", 2, Breach.OUT_OF_HOURS),
        ("2026-12-25 12:00:00", 3, Breach.WEEKEND_OR_HOLIDAY),
        ("2027-03-26 12:00:00", 3, Breach.WEEKEND_OR_HOLIDAY),
        ("2027-03-26 12:00:00", 1, None),
        ("2026-11-24 21:00:00", 4, None),
        ("2026-11-24 21:00:00", 5, Breach.OUT_OF_HOURS),
    ],
    ids=lambda value: str(value),
)
def test_hours_and_days_are_those_of_the_consumer(book: Book, local: str, person: int, breach: Breach | None) -> None:
    book.call(local, person=person)
    assert book.broken() == ({breach: 1} if breach else {})


def test_polls_may_be_made_at_any_hour_and_firms_called_by_offers_for_them_alone(book: Book) -> None:
    book.call("2026-11-24 21:00", campaign_id=2)
    assert book.broken() == {}
    book.call("2026-11-24 21:00", person=4, campaign_id=3)
    assert book.broken() == {Breach.OUT_OF_HOURS: 1}


def test_an_appointment_lifts_the_hours_for_a_quarter_of_an_hour(book: Book) -> None:
    book.slot("2026-11-24 21:00", person=1)
    book.call("2026-11-24 21:15")
    assert book.broken() == {}
    book.call("2026-11-24 21:16")
    assert book.broken() == {Breach.OUT_OF_HOURS: 1}


@pytest.mark.parametrize(("fifth_on", "broken"), [("2026-12-04 12:00", 1), ("2026-12-07 12:00", 0)])
def test_a_fifth_attempt_within_thirty_days_is_one_too_many(book: Book, fifth_on: str, broken: int) -> None:
    for day in ("05", "06", "09", "10"):
        book.call(f"2026-11-{day} 12:00")
    book.call(fifth_on)
    assert book.count().broken[Breach.TOO_OFTEN] == broken
    assert book.count().most_attempts == 4 + broken


def test_attempts_count_for_each_advertiser_apart_and_not_when_nothing_left(book: Book) -> None:
    for day in ("16", "17", "18", "19"):
        book.call(f"2026-11-{day} 12:00")
    book.call("2026-11-20 12:00", advertiser_id=2)
    book.call("2026-11-20 12:30", state="cancelled")
    assert book.broken() == {}


def test_two_calls_at_once_to_one_person_are_found_whoever_makes_them(book: Book) -> None:
    book.call("2026-11-24 12:00:00", lasts=40)
    book.call("2026-11-24 12:00:30", advertiser_id=2, number="+33639980099")
    assert book.broken() == {Breach.TWICE_AT_ONCE: 1}


def test_who_said_never_again_is_not_called_again_by_that_advertiser(book: Book) -> None:
    book.call("2026-11-24 12:00", disposition="opted-out")
    book.call("2026-11-25 12:00", advertiser_id=2)
    assert book.broken() == {}
    book.call("2026-11-26 12:00")
    assert book.broken() == {Breach.AFTER_AN_OBJECTION: 1}


def test_a_number_that_is_nobodys_is_not_called_again_for_anyone(book: Book) -> None:
    book.call("2026-11-24 12:00", disposition="unassigned")
    assert book.broken() == {}
    book.call("2026-11-25 12:00", person=6, number="+33639980001")
    assert book.broken() == {Breach.UNASSIGNED: 1}


def test_the_first_attempt_that_broke_something_is_named(book: Book) -> None:
    for hour in ("12", "21", "22"):
        book.call(f"2026-11-24 {hour}:00")
    assert book.count().examples == {Breach.OUT_OF_HOURS: "a2"}


@pytest.mark.parametrize(
    ("postcode", "day"),
    [("97600", "2027-04-27"), ("97200", "2027-05-22"), ("97110", "2027-05-27"), ("97300", "2027-06-10"),
     ("97400", "2026-12-20"), ("97133", "2026-10-09"), ("97150", "2027-05-28"), ("57000", "2026-12-26")],
)  # fmt: skip
def test_regional_holidays_are_kept_where_they_are_kept(postcode: str, day: str) -> None:
    assert is_holiday(date.fromisoformat(day), postcode)
    assert not is_holiday(date.fromisoformat(day), "35000")


def test_its_own_easter_is_everybodys() -> None:
    for year in range(1950, 2099):
        monday = easter(year) + timedelta(days=1)
        assert is_holiday(monday, "35000"), year
        assert not is_holiday(monday + timedelta(days=1), "35000"), year
