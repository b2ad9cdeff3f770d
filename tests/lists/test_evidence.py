"""Evidence is read on the strict side: what forbids a call survives a bad date, what allows one does not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from lists import ContactList

ReadCells = Callable[..., ContactList]


def outcome(contacts: ContactList, *columns: str) -> tuple[object, ...]:
    """The values of the only contact (missing text as None), then the codes of the problems."""
    row = contacts.frame.iloc[0]
    values = (row[column] for column in columns)
    cells = tuple(None if isinstance(value, float) else value for value in values)
    return *cells, [each.code for each in contacts.report.problems]


@pytest.mark.parametrize(
    ("text", "stated", "on", "problems"),
    [
        ("12/03/2026", True, date(2026, 3, 12), []),
        ("24/11/2026", True, date(2026, 11, 24), []),
        ("25/11/2026", True, None, ["consent-date-future"]),
        ("31/02/2026", True, None, ["consent-date-unreadable"]),
        ("03/27/2026", True, None, ["consent-date-unreadable"]),
        ("oui", True, None, ["consent-date-unreadable"]),
        ("non", False, None, []),
        ("", False, None, []),
    ],
)
def test_a_consent_without_a_readable_past_date_stays_stated_without_date(
    read_cells: ReadCells, text: str, stated: bool, on: date | None, problems: list[str]
) -> None:
    contacts = read_cells(Date_consentement=text)
    assert outcome(contacts, "consent_stated", "consent_on") == (stated, on, problems)


def test_a_proof_without_a_date_states_a_consent_that_will_not_count(read_cells: ReadCells) -> None:
    contacts = read_cells(Consentement="", Preuve="p.pdf")
    assert outcome(contacts, "consent_stated", "consent_on") == (True, None, ["consent-date-missing"])


def test_a_consent_that_is_denied_keeps_nothing_of_its_record(read_cells: ReadCells) -> None:
    contacts = read_cells(Consentement="Non", Preuve="p.pdf", Notice="N1", Systèmes_acceptés="robot")
    assert outcome(contacts, "consent_stated", "consent_proof", "consent_notice", "consent_systems") == (
        False, None, None, None, [],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "systems", "problems"),
    [
        ("humain,robot", "human-agent;automated;ai-agent", []),
        ("Robot / Humain", "human-agent;automated;ai-agent", []),
        ("humain et robot", "human-agent;automated;ai-agent", []),
        ("humain", "human-agent", []),
        ("robot", "automated;ai-agent", []),
        ("ai-agent", "ai-agent", []),
        ("automated, human", "human-agent;automated", []),
        ("humain, pigeon", "human-agent", ["consent-system-unknown"]),
        ("tous", None, ["consent-system-unknown"]),
        ("", None, []),
    ],
)
def test_accepted_systems_are_named_in_our_words(
    read_cells: ReadCells, text: str, systems: str | None, problems: list[str]
) -> None:
    contacts = read_cells(Consentement="12/03/2026", Systèmes_acceptés=text)
    assert outcome(contacts, "consent_systems") == (systems, problems)


@pytest.mark.parametrize(
    ("systems", "robot", "expected", "problems"),
    [
        ("humain", "oui", "human-agent;automated;ai-agent", []),
        ("", "oui", "automated;ai-agent", []),
        ("humain", "non", "human-agent", []),
        ("humain", "", "human-agent", []),
        ("humain,robot", "non", "human-agent", ["consent-system-contradiction"]),
        ("humain", "peut-être", "human-agent", ["consent-system-unknown"]),
    ],
)
def test_a_yes_no_column_about_robots_adds_or_takes_away(
    read_cells: ReadCells, systems: str, robot: str, expected: str, problems: list[str]
) -> None:
    contacts = read_cells(Consentement="12/03/2026", Systèmes_acceptés=systems, Accepte_robot=robot)
    assert outcome(contacts, "consent_systems") == (expected, problems)


@pytest.mark.parametrize(
    ("text", "said", "on", "flawed"),
    [
        ("21/04/2026", True, date(2026, 4, 21), False),
        ("courant septembre", True, None, True),
        ("oui", True, None, True),
        ("31/02/2026", True, None, True),
        ("25/11/2026", True, None, True),
        ("non", False, None, False),
        ("-", False, None, False),
        ("", False, None, False),
    ],
)
@pytest.mark.parametrize(
    ("header", "name", "code"),
    [
        ("Refus_le", "refused", "refusal-date-unreadable"),
        ("Opposition_le", "objected", "objection-date-unreadable"),
    ],
)
def test_a_prohibition_with_a_bad_date_still_stands(
    read_cells: ReadCells, header: str, name: str, code: str, text: str, said: bool, on: date | None, flawed: bool
) -> None:
    contacts = read_cells(**{header: text})
    assert outcome(contacts, name, f"{name}_on") == (said, on, [code] if flawed else [])


@pytest.mark.parametrize(
    ("text", "calls", "problems"),
    [
        ("27/10/2026, 03/11/2026", "2026-10-27;2026-11-03", []),
        ("03/11/2026 27/10/2026", "2026-10-27;2026-11-03", []),
        ("2026-11-03, 03/11/2026", "2026-11-03;2026-11-03", []),
        ("27/10/2026, hier", "2026-10-27;2026-11-24", ["past-call-unreadable"]),
        ("25/11/2026", "2026-11-24", ["past-call-unreadable"]),
        ("aucun", None, []),
        ("", None, []),
    ],
)
def test_a_past_call_that_cannot_be_dated_counts_as_today(
    read_cells: ReadCells, text: str, calls: str | None, problems: list[str]
) -> None:
    assert outcome(read_cells(Appels_passés=text), "past_calls") == (calls, problems)


def test_past_calls_of_several_columns_are_all_counted(read_cells: ReadCells) -> None:
    contacts = read_cells(Dernier_appel="03/11/2026", Historique_appels="27/10/2026")
    assert outcome(contacts, "past_calls") == ("2026-10-27;2026-11-03", [])


@pytest.mark.parametrize(
    ("text", "until", "stated", "named", "end", "problems"),
    [
        ("Fibre 500", "30/06/2027", True, "Fibre 500", date(2027, 6, 30), []),
        ("Fibre 500", "", True, "Fibre 500", None, []),
        ("oui", "", True, None, None, []),
        ("", "30/06/2027", True, None, date(2027, 6, 30), []),
        ("non", "30/06/2027", False, None, date(2027, 6, 30), []),
        ("Fibre 500", "juin", False, "Fibre 500", None, ["contract-end-unreadable"]),
        ("", "", False, None, None, []),
    ],
)
def test_a_contract_counts_only_if_its_end_can_be_read(
    read_cells: ReadCells, text: str, until: str, stated: bool, named: str | None, end: date | None,
    problems: list[str],
) -> None:  # fmt: skip
    contacts = read_cells(Contrat_en_cours=text, Fin_contrat=until)
    found = outcome(contacts, "contract_stated", "contract_object", "contract_until")
    assert found == (stated, named, end, problems)


@pytest.mark.parametrize(
    ("text", "siret", "problems"),
    [
        ("12345678200010", "12345678200010", []),
        ("123 456 782 00010", "12345678200010", []),
        ("12345678200011", None, ["siret-checksum"]),
        ("123456782", None, ["siret-unreadable"]),
        ("1,23E+13", None, ["siret-unreadable"]),
        ("", None, []),
    ],
)
def test_only_a_siret_that_passes_its_check_makes_a_professional(
    read_cells: ReadCells, text: str, siret: str | None, problems: list[str]
) -> None:
    assert outcome(read_cells(SIRET=text), "siret") == (siret, problems)


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("75001", []), ("01000", []), ("20000", []), ("97400", []), ("98800", []),
        ("1000", ["postcode-short"]), ("7500", ["postcode-short"]), ("98000", ["postcode-unknown"]),
        ("00000", ["postcode-unknown"]), ("99999", ["postcode-unknown"]), ("750011", ["postcode-unreadable"]),
        ("75 001", ["postcode-unreadable"]), ("B-1000", ["postcode-unreadable"]),
        ("7.5E+04", ["postcode-unreadable"]),
    ],
)  # fmt: skip
def test_a_postcode_is_kept_as_written_and_never_guessed(read_cells: ReadCells, text: str, problems: list[str]) -> None:
    assert outcome(read_cells(CP=text), "postcode") == (text, problems)


def test_an_empty_postcode_is_pointed_at_only_where_the_file_has_postcodes(read_cells: ReadCells) -> None:
    assert outcome(read_cells(CP="", Nom="A"), "postcode") == (None, ["postcode-missing"])
    assert outcome(read_cells(Nom="A"), "postcode") == (None, [])
