"""Evidence is read on the strict side: what forbids a call survives a bad date, what allows one does not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from lists import ContactList

ReadCells = Callable[..., ContactList]


def outcome(contacts: ContactList, *columns: str) -> tuple[object, ...]:
    """The values of the only contact (missing text as None), then the codes of the problems of its cells."""
    row = contacts.frame.iloc[0]
    values = (row[column] for column in columns)
    cells = tuple(None if isinstance(value, float) else value for value in values)
    return *cells, [each.code for each in contacts.report.problems if each.line > 1]


@pytest.mark.parametrize(
    ("text", "stated", "on", "problems"),
    [
        ("12/03/2026", True, date(2026, 3, 12), []),
        ("24/11/2026", True, date(2026, 11, 24), []),
        ("25/11/2026", True, None, ["consent-date-future"]),
        ("31/02/2026", True, None, ["consent-date-unreadable"]),
        ("03/27/2026", True, None, ["consent-date-unreadable"]),
        ("oui", True, None, ["consent-date-unreadable"]),
        ("", False, None, []),
        ("non renseigné", False, None, []),
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


@pytest.mark.parametrize("text", ["Non", "0", "false", "aucun", "pas de consentement", "non recueilli"])
def test_a_no_keeps_nothing_of_its_record_and_ends_as_of_today_what_was_given_before(
    read_cells: ReadCells, text: str
) -> None:
    contacts = read_cells(Consentement=text, Preuve="p.pdf", Notice="N1", Systèmes_acceptés="robot", Heures="18h-20h")
    columns = ("stated", "on", "channels", "proof", "notice", "systems", "hours")
    assert outcome(contacts, *(f"consent_{column}" for column in columns)) == (
        True, date(2026, 11, 24), "none", None, None, None, None, [],
    )  # fmt: skip
    assert contacts.report.counts["consent-denied"] == 1


@pytest.mark.parametrize("text", ["peut-être", "à demander", "???"])
def test_what_is_neither_a_day_nor_a_yes_nor_a_no_is_held_to_be_a_no(read_cells: ReadCells, text: str) -> None:
    contacts = read_cells(Consentement=text, Preuve="p.pdf")
    assert outcome(contacts, "consent_on", "consent_channels", "consent_proof") == (
        date(2026, 11, 24), "none", None, ["consent-unclear"],
    )  # fmt: skip


@pytest.mark.parametrize("header", ["Consentement", "Opt-in"])
@pytest.mark.parametrize(
    ("text", "on"),
    [
        ("Retiré le 01/11/2026", date(2026, 11, 1)),
        ("Retiré le 25/11/2026", None),
        ("01/11/2026 : retiré", date(2026, 11, 1)),
        ("Non (03/11/2026)", date(2026, 11, 3)),
        ("retiré", None),
        ("refusé", None),
        ("Unsubscribed", None),
        ("ne plus appeler", None),
        ("retiré le 01/11/2026, donné le 01/02/2026", None),
    ],
)
def test_a_withdrawal_is_an_objection_of_the_day_it_states(
    read_cells: ReadCells, header: str, text: str, on: date | None
) -> None:
    contacts = read_cells(**{header: text})
    assert outcome(contacts, "consent_stated", "objected", "objected_on") == (False, True, on, ["consent-taken-back"])


def test_a_withdrawal_in_a_second_row_of_the_same_person_holds_for_the_first(read: Callable[..., ContactList]) -> None:
    rows = ["0639980001;1;12/03/2026\n", ";1;Retiré le 01/11/2026\n"]
    for order in (1, -1):
        contacts = read("".join(["Tél;Réf;Consentement\n", *rows[::order]]))
        assert outcome(contacts, "objected", "objected_on")[:2] == (True, date(2026, 11, 1))


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
        ("", "non", "human-agent", []),
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


def test_robots_refused_where_only_robots_were_accepted_leave_a_consent_that_will_not_count(
    read_cells: ReadCells,
) -> None:
    contacts = read_cells(Consentement="12/03/2026", Systèmes_acceptés="robot", Accepte_robot="non")
    found = outcome(contacts, "consent_stated", "consent_on", "consent_channels", "consent_systems")
    assert found == (True, date(2026, 3, 12), "none", None, ["consent-system-contradiction"])


def test_a_no_to_robots_alone_states_no_consent(read_cells: ReadCells) -> None:
    assert outcome(read_cells(Accepte_robot="non", Nom="A"), "consent_stated") == (False, [])


@pytest.mark.parametrize(
    ("text", "channels", "problems"),
    [
        ("voix", "voice", []),
        ("E-mail, SMS et Téléphone", "voice;sms;email", []),
        ("courrier / réseaux sociaux", "post;social", []),
        ("sms, pigeon", "sms", ["consent-channel-unknown"]),
        ("pigeon", "none", ["consent-channels-unreadable"]),
        ("e-mail seulement", "none", ["consent-channels-unreadable"]),
        ("aucun", "none", ["consent-channels-unreadable"]),
        ("", None, []),
    ],
)
def test_accepted_channels_that_cannot_be_read_are_held_to_be_none(
    read_cells: ReadCells, text: str, channels: str | None, problems: list[str]
) -> None:
    contacts = read_cells(Consentement="12/03/2026", Canaux_acceptés=text)
    on = date(2026, 3, 12)
    assert outcome(contacts, "consent_stated", "consent_channels", "consent_on") == (True, channels, on, problems)


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("18h-20h", "18:00-20:00"),
        ("18:00-20:00, 10h-12h", "18:00-20:00;10:00-12:00"),
        ("18h30 à 20h", "18:30-20:00"),
        ("de 9h à 12h et de 14h à 18h", "09:00-12:00;14:00-18:00"),
        ("entre 18h et 20h", "18:00-20:00"),
        ("18–20", "18:00-20:00"),
        ("18h-20h / 18:00-20:00", "18:00-20:00"),
        ("20h-18h", None),
        ("22h-24h", None),
        ("18h-18h", None),
        ("18h75-20h", None),
        ("après 18h", None),
        ("le soir", None),
        ("18h-20h, le soir", None),
        ("lundi 18h-20h", None),
        ("non", None),
        (";", None),
    ],
)
def test_a_consent_of_which_the_hours_cannot_be_read_accepts_no_call(
    read: Callable[..., ContactList], text: str, hours: str | None
) -> None:
    contacts = read(f'Tél;Consentement;Heures acceptées\n0639980001;12/03/2026;"{text}"\n')
    found = outcome(contacts, "consent_stated", "consent_on", "consent_hours", "consent_channels")
    if hours:
        assert found == (True, date(2026, 3, 12), hours, None, [])
    else:
        assert found == (True, date(2026, 3, 12), None, "none", ["consent-hours-unreadable"])


@pytest.mark.parametrize(
    ("text", "until", "channels", "problems"),
    [
        ("30/06/2027", date(2027, 6, 30), None, []),
        ("2027-06-30 10:00", date(2027, 6, 30), None, []),
        ("fin octobre", None, "none", ["consent-end-unreadable"]),
        ("aucune", None, None, []),
        ("", None, None, []),
    ],
)
def test_a_consent_whose_own_end_cannot_be_read_accepts_no_call(
    read_cells: ReadCells, text: str, until: date | None, channels: str | None, problems: list[str]
) -> None:
    contacts = read_cells(Consentement="12/03/2026", Fin_consentement=text)
    found = outcome(contacts, "consent_on", "consent_until", "consent_channels")
    assert found == (date(2026, 3, 12), until, channels, problems)


def test_the_terms_of_a_denied_consent_are_not_kept(read_cells: ReadCells) -> None:
    contacts = read_cells(
        Consentement="non", Canaux_acceptés="sms", Heures_acceptées="18h-20h", Fin_consentement="30/06/2027"
    )
    columns = ("consent_stated", "consent_channels", "consent_hours", "consent_until")
    assert outcome(contacts, *columns) == (True, "none", None, None, [])


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
        ("non", "30/06/2027", True, None, date(2026, 11, 23), []),
        ("résilié", "", True, None, date(2026, 11, 23), []),
        ("Fibre 500", "juin", True, "Fibre 500", date(2026, 11, 23), ["contract-end-unreadable"]),
        ("", "", False, None, None, []),
    ],
)
def test_a_contract_of_which_the_end_cannot_be_read_is_held_to_be_over(
    read_cells: ReadCells, text: str, until: str, stated: bool, named: str | None, end: date | None,
    problems: list[str],
) -> None:  # fmt: skip
    contacts = read_cells(Contrat_en_cours=text, Fin_contrat=until)
    found = outcome(contacts, "contract_stated", "contract_object", "contract_until")
    assert found == (stated, named, end, problems)


@pytest.mark.parametrize(
    ("text", "since", "stated", "problems"),
    [
        ("24/11/2026", date(2026, 11, 24), True, []),
        ("25/11/2026", None, False, ["contract-start-future"]),
        ("juin", None, False, ["contract-start-unreadable"]),
        ("non", None, True, []),
        ("", None, True, []),
    ],
)
def test_a_contract_that_has_not_begun_does_not_count(
    read_cells: ReadCells, text: str, since: date | None, stated: bool, problems: list[str]
) -> None:
    contacts = read_cells(Contrat_en_cours="Fibre", Début_contrat=text)
    assert outcome(contacts, "contract_stated", "contract_since") == (stated, since, problems)


def test_a_start_alone_is_no_contract(read_cells: ReadCells) -> None:
    assert outcome(read_cells(Début_contrat="01/02/2026"), "contract_stated") == (False, [])


@pytest.mark.parametrize(
    ("siren", "siret", "kept", "problems"),
    [
        ("123456782", "", "123456782", []),
        ("123 456 782", "non", "123456782", []),
        ("123456782", "12345678200010", "12345678200010", []),
        ("", "12345678200010", "12345678200010", []),
        ("732829320", "12345678200010", None, ["siren-disagrees"]),
        ("123456789", "", None, ["siren-checksum"]),
        ("123456789", "12345678200010", None, ["siren-checksum"]),
        ("12345", "12345678200010", None, ["siren-unreadable"]),
        ("123456782", "12345678200011", None, ["siret-checksum"]),
        ("123456782", "1,23E+13", None, ["siret-unreadable"]),
        ("non", "", None, []),
    ],
)
def test_a_siren_makes_a_professional_where_nothing_contradicts_it(
    read_cells: ReadCells, siren: str, siret: str, kept: str | None, problems: list[str]
) -> None:
    assert outcome(read_cells(SIREN=siren, SIRET=siret), "siret") == (kept, problems)


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


@pytest.mark.parametrize("header", ["Dernier_contact", "Last_contacted", "Last_Activity_Date"])
@pytest.mark.parametrize(("times", "calls"), [("", 1), ("3", 3), ("1", 1)])
def test_a_last_contact_is_a_call_and_counts_as_often_as_the_list_says(
    read_cells: ReadCells, header: str, times: str, calls: int
) -> None:
    contacts = read_cells(**{header: "03/11/2026", "Number_of_times_contacted": times})
    assert outcome(contacts, "past_calls") == (";".join(["2026-11-03"] * calls), [])


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-10-25T23:10:00.000Z", "2026-10-26"),
        ("2026-10-25T11:10Z", "2026-10-25"),
        ("2026-10-25T23:10:00+02:00", "2026-10-26"),
    ],
)
def test_a_last_contact_with_an_offset_is_on_the_latest_day_that_it_may_be(
    read_cells: ReadCells, text: str, day: str
) -> None:
    assert outcome(read_cells(Last_contacted=text), "past_calls") == (day, [])
