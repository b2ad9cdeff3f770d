"""What permits a call is personal: it never passes from one of several people under a number to another."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from lists import ContactList, Persons

Read = Callable[..., ContactList]
TODAY = date(2026, 11, 24)
HEADER = "Nom;Tél;SIRET;Consentement;Notice;Systèmes acceptés;Contrat;Fin contrat;Opposition"
FIRM = "12345678200010"


def row(name: str = "", consent: str = "", **cells: str) -> str:
    names = ("siret", "notice", "systems", "contract", "until", "objection")
    siret, *others = (cells.get(each, "") for each in names)
    return ";".join([name, "0639980001", siret, consent, *others])


def joined(read: Read, *rows: str, persons: Persons = Persons.BY_NUMBER) -> tuple[dict[str, object], list[str]]:
    """The only person, and the English messages of permissions that were not kept."""
    contacts = read("\n".join([HEADER, *rows]) + "\n", persons=persons)
    (person,) = contacts.people.iter_rows(named=True)
    return person, [each.message_en for each in contacts.report.problems if each.code == "permission-not-shared"]


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize("persons", Persons)
@pytest.mark.parametrize(
    ("rows", "on", "kept"),
    [
        pytest.param([row("Roux", "01/02/2026"), row("Roux")], date(2026, 2, 1), True, id="same name"),
        pytest.param([row("Roux", "01/02/2026"), row("ROUX")], date(2026, 2, 1), True, id="same name, other case"),
        pytest.param([row("Roux", "01/02/2026"), row("")], date(2026, 2, 1), True, id="no other name"),
        pytest.param([row("", "01/02/2026"), row("Roux")], date(2026, 2, 1), True, id="stated without a name"),
        pytest.param([row("Roux", "01/02/2026"), row("Noël")], None, False, id="only one of two"),
        pytest.param(
            [row("Roux", "01/02/2026"), row("Noël", "03/04/2026")], date(2026, 2, 1), True, id="the older of both"
        ),
        pytest.param([row("Roux", "01/02/2026"), row("Noël", "oui")], None, True, id="one of both has no date"),
        pytest.param(
            [row("Roux", "01/02/2026"), row("Roux", "05/06/2026"), row("Noël", "03/04/2026")],
            date(2026, 4, 3),
            True,
            id="the best of each, the older of these",
        ),
        pytest.param(
            [row("Roux", "01/02/2026"), row("Noël", "03/04/2026"), row("Cardin")], None, False, id="two of three"
        ),
        pytest.param([row("Roux", "01/02/2026"), row("Noël"), row("", "03/04/2026")], None, False, id="anybody's"),
        pytest.param(
            [row("Roux", "01/02/2026", notice="N1"), row("Noël", "03/04/2026", notice="N2")], None, False, id="notices"
        ),
        pytest.param(
            [row("Roux", "01/02/2026", notice="N1"), row("Noël", "03/04/2026")], None, False, id="other notices"
        ),
        pytest.param([row("Roux", "01/02/2026", siret=FIRM), row("Roux")], None, False, id="a business and a person"),
        pytest.param(
            [row("Roux", "01/02/2026", siret=FIRM), row("Roux", "03/04/2026")], date(2026, 2, 1), True, id="both"
        ),
    ],
)
def test_a_consent_is_kept_only_if_every_named_person_gave_their_own(
    read: Read, rows: list[str], on: date | None, kept: bool, order: int, persons: Persons
) -> None:
    person, dropped = joined(read, *rows[::order], persons=persons)
    assert (person["consent_stated"], person["consent_on"]) == (kept, on)
    assert bool(dropped) is not kept
    if not kept:
        assert (person["consent_notice"], person["consent_systems"]) == (None, None)


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize(
    ("rows", "kept"),
    [
        (["01/02/2026;;;", "01/02/2026;18h-20h;;"], (date(2026, 2, 1), "18:00-20:00", None)),
        (["01/02/2026;;;", "01/02/2026;;01/03/2026;"], (date(2026, 2, 1), None, date(2026, 3, 1))),
        (["01/02/2026;;01/04/2026;", "01/02/2026;;01/03/2026;"], (date(2026, 2, 1), None, date(2026, 3, 1))),
        (["01/02/2026;;;", "01/03/2026;18h-20h;;"], (date(2026, 3, 1), "18:00-20:00", None)),
        (["01/02/2026;18h-20h;;", "01/03/2026;;;"], (date(2026, 3, 1), None, None)),
        (["01/02/2026;;;", "31/02/2026;18h-20h;;"], (None, "18:00-20:00", None)),
        (["01/02/2026;;;", "oui;;;"], (date(2026, 2, 1), None, None)),
        (["01/02/2026;;;p", "oui;;;p"], (date(2026, 2, 1), None, None)),
    ],
    ids=[
        "of one day, for some hours", "of one day, for a shorter time", "of one day, the shorter", "a later one",
        "a later one for every hour", "of no day, for some hours", "a bare yes", "a yes with a proof",
    ],
)  # fmt: skip
def test_the_consent_that_agrees_to_less_is_kept_when_it_may_be_the_last(
    read: Read, rows: list[str], kept: tuple[date | None, str | None, date | None], order: int
) -> None:
    lines = [f"Roux;0639980001;{row}" for row in rows]
    header = "Nom;Tél;Consentement;Heures acceptées;Fin du consentement;Preuve"
    (person,) = read("\n".join([header, *lines[::order]]) + "\n").people.iter_rows(named=True)
    assert tuple(person[f"consent_{part}"] for part in ("on", "hours", "until")) == kept


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize("persons", Persons)
@pytest.mark.parametrize(
    ("rows", "on"),
    [
        ([row("Roux", "01/02/2026", systems="robot"), row("Noël", "03/04/2026")], date(2026, 2, 1)),
        ([row("Roux", "01/02/2026", systems="robot"), row("Noël", "03/04/2026", systems="humain")], date(2026, 4, 3)),
        ([row("Roux", "31/02/2026", systems="humain"), row("Noël", "03/04/2026")], None),
        ([row("Roux", "01/02/2026"), row("Noël", "non")], TODAY),
    ],
    ids=["other systems", "the later of two", "of no day", "the other said no"],
)
def test_a_consent_to_less_that_cannot_be_shared_ends_those_before_and_permits_nothing(
    read: Read, rows: list[str], on: date | None, order: int, persons: Persons
) -> None:
    person, dropped = joined(read, *rows[::order], persons=persons)
    assert dropped
    kept = tuple(person[f"consent_{part}"] for part in ("stated", "on", "channels", "proof"))
    assert kept == (True, on, "none", None)


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize(
    ("rows", "until", "kept"),
    [
        ([row("Roux", contract="Fibre", until="30/06/2027"), row("Roux")], date(2027, 6, 30), True),
        ([row("Roux", contract="Fibre", until="30/06/2027"), row("Noël")], date(2027, 6, 30), False),
        (
            [row("Roux", contract="Fibre", until="30/06/2027"), row("Noël", contract="Fibre", until="31/12/2026")],
            date(2026, 12, 31),
            True,
        ),
        ([row("Roux", contract="Fibre"), row("Noël", contract="Gaz")], None, False),
    ],
)
def test_a_contract_is_kept_only_if_every_named_person_has_the_same(
    read: Read, rows: list[str], until: date | None, kept: bool, order: int
) -> None:
    person, dropped = joined(read, *rows[::order])
    assert (person["contract_stated"], person["contract_until"]) == (kept or until is not None, until)
    assert bool(dropped) is not kept


def test_the_end_of_a_contract_that_several_people_cannot_share_is_kept_and_its_proof_is_not(read: Read) -> None:
    (person,) = read(
        "Nom;Tél;Contrat;Fin contrat;Preuve du contrat\n"
        "Roux;0639980001;Fibre;30/06/2027;c1\nNoël;0639980001;Gaz;31/12/2026;c2\n"
    ).people.iter_rows(named=True)
    parts = ("object", "until", "proof")
    assert tuple(person[f"contract_{part}"] for part in parts) == ("Gaz", date(2026, 12, 31), None)


def test_what_is_dropped_is_said_with_its_lines_where_it_was_stated(read: Read) -> None:
    contacts = read("\n".join([HEADER, row("Noël"), row("Roux", "01/02/2026"), row("Cardin")]))
    (problem,) = (each for each in contacts.report.problems if each.code == "permission-not-shared")
    assert (problem.line, problem.column, problem.value) == (3, "Consentement", "01/02/2026")
    assert "consent, lines 2, 3, 4" in problem.message_en
    assert "consentement, lignes 2, 3, 4" in problem.message_fr
    assert "--persons apart" in problem.remedy_en


def test_many_lines_are_named_only_in_part(read: Read) -> None:
    _, (message,) = joined(read, *(row(f"Nom {place}", "01/02/2026" if place else "") for place in range(50)))
    assert "lines 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 …" in message


def test_a_limit_passes_to_everybody_under_the_number(read: Read) -> None:
    person, _ = joined(read, row("Roux", "01/02/2026"), row("Noël", "03/04/2026", objection="01/06/2026"))
    assert (person["objected"], person["objected_on"]) == (True, date(2026, 6, 1))
