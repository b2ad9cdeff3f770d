"""Somebody who is on record without a name gets that of the first row that has one; any other name is a stranger's."""

from __future__ import annotations

import pytest

from tests.dialer.agency import Agency
from tests.dialer.lists import CONSENT, load, people, row, undo
from tests.dialer.test_matching import codes, register

A, B = "0639980101", "0639980102"


@pytest.fixture(autouse=True)
def nameless(agency: Agency) -> None:
    load(agency, row(Portable=A), name="un")


def names(agency: Agency) -> list[tuple[str | None, str | None]]:
    return [(person.last_name, person.first_name) for person in people(agency)]


def test_a_consent_of_another_name_than_the_first_does_not_pass(agency: Agency) -> None:
    load(agency, row(Nom="Martin", Portable=A), name="deux")
    imported = load(agency, row(Nom="Durand", Portable=A, **CONSENT), name="trois")
    assert register(agency).consents == []
    assert codes(imported) == {"known-as-another": [2]}


def test_a_consent_of_the_first_name_passes(agency: Agency) -> None:
    load(agency, row(Nom="Martin", Portable=A), name="deux")
    load(agency, row(Nom="MARTIN", Portable=A, **CONSENT), name="trois")
    assert register(agency).consents == ["Martin"]


def test_the_first_of_several_rows_gives_the_name_and_none_of_them_permits(agency: Agency) -> None:
    rows = (row(Nom="Martin", Portable=A), row(Nom="Durand", Portable=A, **CONSENT))
    load(agency, *rows, name="deux")
    assert names(agency)[0] == ("Martin", None)
    assert register(agency).consents == []


def test_the_name_goes_with_its_list(agency: Agency) -> None:
    load(agency, row(Nom="Martin", Prénom="Alice", Portable=A), name="deux")
    load(agency, row(Nom="Martin", Prénom="Alice", Portable=A, Commentaire="again"), name="trois")
    undo(agency, "trois")
    assert names(agency) == [("Martin", "Alice")]
    undo(agency, "deux")
    assert names(agency) == [(None, None)]


def test_a_name_that_was_there_stays_when_a_list_goes(agency: Agency) -> None:
    load(agency, row(Nom="Blanc", Portable=B), name="deux")
    load(agency, row(Nom="Blanc", Portable=B), row(Nom="Martin", Portable=A), name="trois")
    undo(agency, "trois")
    assert names(agency) == [(None, None), ("Blanc", None)]


def test_who_belongs_to_several_gives_nobody_a_name(agency: Agency) -> None:
    load(agency, row(Nom="Blanc", Portable=B), name="deux")
    load(agency, row(Nom="Martin", Téléphone=A, Portable=B), name="trois")
    assert names(agency) == [(None, None), ("Blanc", None)]
