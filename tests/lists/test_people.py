"""What holds of the people of any list, however its rows are mixed: nobody is lost, no limit either."""

from __future__ import annotations

import csv
import io
import tempfile
from collections import Counter
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lists import ContactList, Persons, Severity, read_contacts
from lists.frame import PEOPLE

TODAY = date(2026, 11, 24)
HEADER = (
    "Réf", "Nom", "CP", "Tél", "Portable", "SIREN", "Consentement", "Heures acceptées", "Contrat", "Refus",
    "Opposition", "Appels passés", "Note",
)  # fmt: skip
DAYS = ("", "", "01/02/2026", "03/04/2026", "oui")
ROWS = st.lists(
    st.tuples(
        st.sampled_from(("", "", "A", "B", "C")),
        st.sampled_from(("", "Roux", "ROUX", "Noël")),
        st.sampled_from(("", "75001", "33000")),
        st.sampled_from(("0639980001", "0639980002", "0639980003", "", "112")),
        st.sampled_from(("", "", "0639980004", "06 39 98 00 01", "abc")),
        st.sampled_from(("", "", "", "123456782")),
        st.sampled_from((*DAYS, "non")),
        st.sampled_from(("", "", "18h-20h", "le soir")),
        st.sampled_from(("", "", "Fibre", "non")),
        st.sampled_from((*DAYS, "", "", "non")),
        st.sampled_from((*DAYS, "", "", "non")),
        st.sampled_from(("", "", "01/11/2026", "01/11/2026, 02/11/2026", "hier")),
        st.sampled_from(("", "a", '"b\\', "=c")),
    ),
    min_size=1,
    max_size=10,
)
Row = tuple[str, ...]


def read(rows: list[Row], persons: Persons = Persons.BY_NUMBER, header: tuple[str, ...] = HEADER) -> ContactList:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, delimiter=";").writerows([header, *rows])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "liste.csv")
        path.write_bytes(buffer.getvalue().encode())
        return read_contacts(path, today=TODAY, persons=persons)


def same_people(rows: list[Row]) -> list[set[int]]:
    """Rows of one person as sets of places, the slow way: by id or by number."""
    numbers = [{cell.replace(" ", "") for cell in row[3:5] if cell.startswith("06")} for row in rows]
    groups = [{place} for place in range(len(rows))]
    for one in range(len(rows)):
        for other in range(one):
            if (rows[one][0] and rows[one][0] == rows[other][0]) or numbers[one] & numbers[other]:
                mine = next(group for group in groups if one in group)
                theirs = next(group for group in groups if other in group)
                if mine is not theirs:
                    groups.remove(mine)
                    theirs |= mine
    return [group for group in groups if any(numbers[place] for place in group)]


@settings(max_examples=20)
@given(ROWS, st.sampled_from(Persons))
def test_every_row_is_accounted_for(rows: list[Row], persons: Persons) -> None:
    contacts = read(rows, persons)
    report = contacts.report
    assert contacts.people.schema == PEOPLE
    assert report.rows_read == report.accepted + report.merged + report.rejected
    assert report.rows_read + len([row for row in rows if not any(row)]) == len(rows)
    assert report.accepted == contacts.people.height
    severities = contacts.problems.group_by("severity").agg(pl.col("line").n_unique())
    lines = dict(severities.iter_rows())
    assert lines.get(Severity.MERGED.value, 0) == report.merged
    assert lines.get(Severity.REJECTED.value, 0) == report.rejected
    numbers = contacts.people["numbers"].explode()
    assert numbers.null_count() == 0
    assert numbers.n_unique() == len(numbers)
    assert contacts.people.select(same=pl.col("numbers").list.len() == pl.col("kinds").list.len())["same"].all()


def called(several: list[Row]) -> Counter[date]:
    """The calls to one person, the slow way: of each name the fullest row tells, and names add up, none being one."""
    words = {"01/11/2026": date(2026, 11, 1), "02/11/2026": date(2026, 11, 2), "hier": TODAY}
    of_names: dict[str, Counter[date]] = {}
    for row in several:
        days = Counter(words[word] for word in row[11].split(", ") if word)
        of_names[row[1].casefold()] = of_names.get(row[1].casefold(), Counter()) | days
    return sum(of_names.values(), Counter())


@settings(max_examples=20)
@given(ROWS, st.integers(0, 9))
def test_a_row_more_never_lowers_how_often_somebody_was_called(rows: list[Row], place: int) -> None:
    """Whoever it names, nobody included: each number is then of somebody who was called as often, or more."""
    fewer = rows[: place % len(rows)] + rows[place % len(rows) + 1 :]
    if not fewer:
        return
    now = {number: person for person in read(rows).people.iter_rows(named=True) for number in person["numbers"]}
    for person in read(fewer).people.iter_rows(named=True):
        for number in person["numbers"]:
            assert Counter(person["past_calls"]) <= Counter(now[number]["past_calls"])


@settings(max_examples=20)
@given(ROWS)
def test_limits_of_all_rows_are_in_the_person_and_permissions_of_each_name(rows: list[Row]) -> None:
    people = {person["line"]: person for person in read(rows).people.iter_rows(named=True)}
    groups = same_people(rows)
    assert sorted(people) == sorted(min(group) + 2 for group in groups)
    for group in groups:
        person, several = people[min(group) + 2], [rows[place] for place in sorted(group)]
        for name, place in (("refused", 9), ("objected", 10)):
            said = [row[place] for row in several if row[place] not in ("", "non")]
            assert person[name] is bool(said)
            assert (person[f"{name}_on"] is None) is (not said or "oui" in said)
        assert Counter(person["past_calls"]) == called(several)
        for permission, place in (("consent_stated", 6), ("contract_stated", 8)):
            stating = {row[1].casefold() for row in several if row[place] not in ("", "non")}
            names = {row[1].casefold() for row in several} - {""}
            over = permission == "contract_stated" and (person["contract_until"] or TODAY) < TODAY
            no = permission == "consent_stated" and person["consent_channels"] == "none"
            if person[permission] and not over and not no:
                assert stating >= names if len(names) > 1 else stating


@settings(max_examples=20)
@given(ROWS.flatmap(lambda rows: st.tuples(st.just(rows), st.permutations(rows))))
def test_the_order_of_the_rows_changes_nobody(orders: tuple[list[Row], list[Row]]) -> None:

    def known(contacts: ContactList) -> list[tuple[object, ...]]:
        unordered = contacts.people.with_columns(pl.col("numbers").list.sort()).sort("numbers")
        return unordered.select(
            "numbers", "siret", "consent_stated", "consent_on", "contract_stated", "contract_until", "refused",
            "refused_on", "objected", "objected_on", "past_calls",
        ).rows()  # fmt: skip

    one, other = (read(rows) for rows in orders)
    assert known(one) == known(other)
    assert (one.report.accepted, one.report.rejected) == (other.report.accepted, other.report.rejected)


@settings(max_examples=20)
@given(ROWS, st.sampled_from(Persons))
def test_people_written_and_read_again_are_the_same_and_none_is_merged(rows: list[Row], persons: Persons) -> None:
    once = read(rows, persons).people
    if once.is_empty():
        return

    def day(name: str, said: str) -> pl.Expr:
        dated = pl.col(name).dt.to_string("iso").fill_null("oui")
        return pl.when(said).then(dated).otherwise(pl.lit("")).alias(name)

    header = {
        "Réf": "external_id", "Nom": "last_name", "CP": "postcode", "SIREN": "siret", "Tél": "numbers",
        "Consentement": "consent_on", "Heures acceptées": "consent_hours", "Contrat": "contract_object",
        "Refus": "refused_on", "Opposition": "objected_on", "Appels passés": "past_calls",
    }  # fmt: skip
    plain = once.select(
        pl.col("numbers").list.join(" / "),
        pl.col("past_calls").cast(pl.List(pl.String)).list.join(", "),
        pl.col("external_id", "last_name", "postcode", "siret", "consent_hours").fill_null(""),
        pl.when("contract_stated")
        .then(pl.col("contract_object").fill_null("non"))
        .alias("contract_object")
        .fill_null(""),
        day("consent_on", "consent_stated"),
        day("refused_on", "refused"),
        day("objected_on", "objected"),
    )
    again = read(plain.select(header.values()).rows(), persons, tuple(header))
    assert again.report.merged == 0
    same = ("numbers", "external_id", "last_name", "siret", "consent_stated", "consent_on", "consent_hours",
            "contract_stated", "refused", "refused_on", "objected", "objected_on", "past_calls")  # fmt: skip
    assert again.people.select(same).rows() == once.select(same).rows()


@pytest.mark.parametrize("persons", Persons)
def test_the_pandas_form_says_the_same(persons: Persons) -> None:
    contacts = read([("A", "Roux", "75001", "0639980001", "0639980002", "", "01/02/2026", *[""] * 6)], persons)
    frame = contacts.frame
    assert list(frame.columns) == PEOPLE.names()
    assert frame["numbers"].tolist() == ["+33639980001;+33639980002"]
    assert frame["consent_on"].tolist() == [date(2026, 2, 1)]
    assert frame["siret"].isna().tolist() == [True]
    assert contacts.frame is frame
