"""Files of evidence: what permits goes to the person named, what limits to the number, and both take effect at once."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

import pytest
from sqlmodel import SQLModel, select

from dialer.errors import NotPossible, SettingsRefused
from dialer.facts import read_facts
from dialer.schema import (
    AgreedSlot,
    CallbackRequest,
    CandidateState,
    ConsentRow,
    ContractRow,
    ImportedList,
    Opposition,
    PastCall,
    Phone,
    Scrub,
)
from rules.facts import Contract
from rules.rule import Verdict
from tests.dialer.agency import Agency
from tests.dialer.evidence import codes, load
from tests.dialer.records import list_id

NUMBER, OTHER, NOBODYS = "+33639980101", "+33199000001", "+33639980999"
FIBRE = "fibre-horizon"
CONTRACTS = "Tél;Objet;Preuve"


def stored(agency: Agency, table: type[SQLModel], *names: str) -> list[tuple[Any, ...]]:
    with agency.transaction() as session:
        return sorted((tuple(getattr(row, name) for name in names) for row in session.exec(select(table))), key=repr)


@pytest.mark.parametrize(
    ("kind", "lines", "table", "values"),
    [
        (
            "consents",
            ("Tél;Date;Notice;Preuve;Systèmes;Annonceur", f"{NUMBER};01/09/2026;FH-2026-01;p;robot;Fibre Horizon"),
            ConsentRow,
            {"collected_on": date(2026, 9, 1), "notice": "FH-2026-01", "proof": "p", "advertiser": FIBRE},
        ),
        (
            "contracts",
            ("Tél;Objet;Depuis;Fin;Preuve;Annonceur", f"{NUMBER};ADSL;01/01/2026;31/12/2026;c;FIBRE-HORIZON"),
            ContractRow,
            {"object": "ADSL", "since": date(2026, 1, 1), "until": date(2026, 12, 31), "advertiser_id": 1},
        ),
        (
            "callbacks",
            ("Tél;Objet;Demandé le;Preuve;Annonceur", f"{NUMBER};Fibre;23/11/2026;p;{FIBRE}"),
            CallbackRequest,
            {"object": "Fibre", "requested_on": date(2026, 11, 23), "proof": "p", "advertiser_id": 1},
        ),
        (
            "slots",
            ("Tél;RDV;Preuve;Annonceur", f"{NUMBER};25/11/2026 18:30;p;{FIBRE}"),
            AgreedSlot,
            {"at": datetime.fromisoformat("2026-11-25T18:30+01:00"), "proof": "p", "advertiser_id": 1},
        ),
    ],
    ids=["consents", "contracts", "callbacks", "slots"],
)
def test_what_permits_is_given_to_the_person_who_has_the_number(
    agency: Agency, kind: str, lines: tuple[str, str], table: type[SQLModel], values: dict[str, Any]
) -> None:
    person = agency.person(NUMBER, consent=False)
    agency.person(OTHER, consent=False)
    imported = load(agency, kind, *lines)
    assert stored(agency, table, "contact_id", "list_id", *values) == [(person, imported.list.id, *values.values())]
    assert codes(imported) == []


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (f"{NOBODYS};;{FIBRE}", "person-unknown"),
        (f"{NUMBER} / {OTHER};;{FIBRE}", "person-several"),
        (f"{NUMBER};C2;{FIBRE}", "person-several"),
        (f"{NOBODYS};C1;{FIBRE}", "person-unknown"),
        (f";C9;{FIBRE}", "person-unknown"),
        (f"{NUMBER};;Autre annonceur", "advertiser-unknown"),
        (f"{NUMBER};;", "advertiser-missing"),
    ],
    ids=[
        "a number of nobody", "numbers of two people", "a reference of somebody else", "a number that is not theirs",
        "a reference of nobody", "for nobody known", "for nobody named",
    ],
)  # fmt: skip
def test_what_permits_reaches_nobody_where_it_is_in_doubt(agency: Agency, row: str, code: str) -> None:
    crm = list_id(agency, "people", source="crm")
    agency.person(NUMBER, external_id="C1", list_id=crm)
    agency.person(OTHER, external_id="C2", list_id=crm)
    good = f"{NUMBER};C1;{FIBRE}"
    lines = [
        f"{number};{reference};{advertiser};Fibre;23/11/2026;p"
        for number, reference, advertiser in map(_cells, (good, row))
    ]
    imported = load(agency, "callbacks", "Tél;Réf client;Annonceur;Objet;Demandé le;Preuve", *lines, source="crm")
    assert codes(imported) == [(3, "rejected", code)]
    assert (imported.report.accepted, imported.report.rejected) == (1, 1)
    assert len(stored(agency, CallbackRequest, "contact_id")) == 1


@pytest.mark.parametrize(
    ("row", "code"),
    [("ADSL;c;", "advertiser-missing"), ("ADSL;;Fibre Horizon", "proof-missing"), ("ADSL;c;fibre horizon", None)],
)
def test_a_contract_with_nobody_or_without_proof_permits_no_call(agency: Agency, row: str, code: str | None) -> None:
    person = agency.person(NUMBER, consent=False)
    agency.person(OTHER, consent=False)
    campaigns = agency.campaign(), agency.campaign(name="Autre", advertiser="autre")
    header, good = "Tél;Objet;Preuve;Annonceur", f"{OTHER};ADSL;c;{FIBRE}"
    imported = load(agency, "contracts", header, good, f"{NUMBER};{row}")
    assert codes(imported) == ([(3, "rejected", code)] if code else [])
    with agency.transaction() as session:
        told = [
            read_facts(session, agency.workspace.settings, each, [person], agency.clock.now())[person].facts.contract
            for each in campaigns
        ]
    assert told == [Contract.NONE if code else Contract.RELATED, Contract.NONE]


def _cells(row: str) -> list[str]:
    return row.split(";")


@pytest.mark.parametrize(
    ("row", "given"),
    [
        ("LEFEVRE;Anne;", True),
        (";;", True),
        ("Martin;Paul;", False),
        ("Martin;Paul;C1", True),
        ("Martin;Paul;C2", False),
        (";;C2", False),
    ],
    ids=[
        "the same but for accents",
        "no name",
        "another name",
        "another name, their reference",
        "another's reference",
        "a reference alone, not theirs",
    ],
)
def test_a_permission_under_another_name_is_not_given_to_who_has_the_number_now(
    agency: Agency, row: str, given: bool
) -> None:
    crm = list_id(agency, "people", source="crm")
    agency.person(NUMBER, last_name="Lefèvre", first_name="Anne", external_id="C1", list_id=crm)
    agency.person(OTHER)
    lines = [f"{NUMBER};{row};ADSL;c", f"{OTHER};;;;ADSL;c"]
    header = "Tél;Nom;Prénom;Réf client;Objet;Preuve"
    imported = load(agency, "contracts", header, *lines, source="crm", advertiser=FIBRE)
    assert len(stored(agency, ContractRow, "id")) == 1 + given
    assert codes(imported) == ([] if given else [(2, "rejected", "person-other-name")])


def test_a_reference_counts_within_its_own_source_only(agency: Agency) -> None:
    ours = agency.person(NUMBER, external_id="1001", list_id=list_id(agency, "people", source="crm"))
    agency.person(OTHER, external_id="1001", list_id=list_id(agency, "others", source="shop"))
    rows = ("Réf client;Objet;Preuve", "1001;ADSL;c")
    load(agency, "contracts", *rows, source="crm", advertiser=FIBRE)
    assert stored(agency, ContractRow, "contact_id") == [(ours,)]
    with pytest.raises(NotPossible, match="says nothing without the CRM"):
        load(agency, "contracts", *rows, "1002;ADSL;c", name="without source", advertiser=FIBRE)


def test_what_limits_is_kept_by_number_whoever_has_it(agency: Agency) -> None:
    agency.person(NUMBER, OTHER, external_id="C1", list_id=list_id(agency, "people", source="crm"))
    imported = load(
        agency,
        "objections",
        "Tél;Réf client;Type;Date;Annonceur",
        f"{NOBODYS};;;01/10/2026;",
        f"{NOBODYS};;;jadis;",
        f"{NOBODYS};;refus;01/10/2026;{FIBRE}",
        ";C1;retrait;02/10/2026;Inconnu SA",
        ";C9;;02/10/2026;",
        source="crm",
    )
    assert stored(agency, Opposition, "number", "kind", "advertiser_id", "said_on") == [
        (33199000001, "objection", 0, date(2026, 10, 2)),
        (33639980101, "objection", 0, date(2026, 10, 2)),
        (33639980999, "objection", 0, None),
        (33639980999, "refusal", 1, date(2026, 10, 1)),
    ]
    assert codes(imported) == [
        (3, "warning", "said-date-unreadable"),
        (5, "warning", "advertiser-unknown-all"),
        (6, "rejected", "person-unknown"),
    ]


def test_a_withdrawn_consent_opposes_its_numbers_even_of_people_who_are_not_loaded(agency: Agency) -> None:
    person = agency.person(NUMBER, consent=False)
    imported = load(
        agency,
        "consents",
        "Tél;Date;Notice;Preuve;Retiré le",
        f"{NUMBER};01/09/2026;FH-2026-01;p;01/10/2026",
        f"{NOBODYS};01/09/2026;?;p;oui",
    )
    assert stored(agency, ConsentRow, "contact_id", "withdrawn", "withdrawn_on") == [(person, True, date(2026, 10, 1))]
    assert stored(agency, Opposition, "number", "advertiser_id", "said_on") == [
        (33639980101, 1, date(2026, 10, 1)),
        (33639980999, 0, None),
    ]
    assert codes(imported) == [(3, "warning", "withdrawal-date-unreadable")]


def test_each_row_of_a_call_log_is_one_call(agency: Agency) -> None:
    agency.person(NUMBER, OTHER, external_id="C1", list_id=list_id(agency, "people", source="crm"))
    load(
        agency,
        "past-calls",
        "Tél;Réf client;Date de l'appel",
        f"{NUMBER};C1;20/11/2026 10:00",
        f"{NUMBER};C1;20/11/2026 11:00",
        ";C1;19/11/2026",
        f"{NOBODYS};;hier",
        source="crm",
        advertiser=FIBRE,
    )
    assert stored(agency, PastCall, "number", "advertiser_id", "made_on") == [
        (33639980101, 1, date(2026, 11, 19)),
        (33639980101, 1, date(2026, 11, 20)),
        (33639980101, 1, date(2026, 11, 20)),
        (33639980999, 1, date(2026, 11, 24)),
    ]


@pytest.mark.parametrize(
    ("written", "place", "result"),
    [
        ("25/11/2026 18:30", {"postcode": "35000"}, "2026-11-25T18:30+01:00"),
        ("25/11/2026 18:30", {"postcode": "97400"}, "2026-11-25T18:30+04:00"),
        ("25/11/2026 18:30", {"postcode": None}, "2026-11-25T18:30+01:00"),
        ("25/11/2026 18:30", {"postcode": "98000"}, "slot-place-unknown"),
        ("2026-11-25T18:30+02:00", {"postcode": "98000"}, "2026-11-25T18:30+02:00"),
        ("25/10/2026 02:30", {"postcode": "35000"}, "slot-no-such-time"),
        ("29/03/2026 02:30", {"postcode": "35000"}, "slot-no-such-time"),
        ("2026-10-25T02:30+01:00", {"postcode": "35000"}, "2026-10-25T02:30+01:00"),
    ],
)
def test_a_slot_is_on_the_persons_own_clock(
    agency: Agency, written: str, place: dict[str, str | None], result: str
) -> None:
    agency.person(NUMBER, **place)
    agency.person(OTHER)
    other = f"{OTHER};26/11/2026 18:30;p"
    imported = load(agency, "slots", "Tél;RDV;Preuve", f"{NUMBER};{written};p", other, advertiser=FIBRE)
    if result.startswith("slot"):
        assert codes(imported) == [(2, "rejected", result)]
    else:
        assert (datetime.fromisoformat(result),) in stored(agency, AgreedSlot, "at")


def test_a_number_overseas_without_postcode_may_be_in_two_places(agency: Agency) -> None:
    agency.person("+262692000001", postcode=None)
    rows = ("Tél;RDV;Preuve;CP", "+262692000001;25/11/2026 18:30;p;")
    with pytest.raises(NotPossible, match="not known where the person is"):
        load(agency, "slots", *rows, advertiser=FIBRE)
    load(agency, "slots", rows[0], rows[1] + "97600", name="with postcode", advertiser=FIBRE)
    assert stored(agency, AgreedSlot, "at") == [(datetime.fromisoformat("2026-11-25T18:30+03:00"),)]


HASH = "ab" * 32
SCRUBS = "Empreinte;Déposé le;Retourné le;Lignes envoyées;Lignes retirées"


@pytest.mark.parametrize(
    ("sha256", "row", "contacts", "code"),
    [
        (HASH, f"{HASH};01/07/2026;02/07/2026;10;0", "", None),
        ("other", f"{HASH};01/07/2026;02/07/2026;10;3", "people", None),
        (HASH, f"{HASH};01/07/2026;02/07/2026;10;3", "", "came back|still on it"),
        (HASH, f"{HASH};01/07/2026;02/07/2026;10;3", "people", "came back|still on it"),
        ("other", f"{HASH};01/07/2026;02/07/2026;10;3", "", "has this hash"),
        ("other", f"{HASH};01/07/2026;02/07/2026;10;4", "people", "more people"),
    ],
    ids=["nobody was listed", "the returned file", "the sent file", "the sent file by name", "unknown", "too many"],
)
def test_a_scrub_speaks_for_the_list_that_came_back(
    agency: Agency, sha256: str, row: str, contacts: str, code: str | None
) -> None:
    people = list_id(agency, "people", sha256=sha256, report={"accepted": 7})
    if code:
        with pytest.raises(NotPossible, match=code):
            load(agency, "scrubs", SCRUBS, row, contacts=contacts)
    else:
        load(agency, "scrubs", SCRUBS, row, contacts=contacts)
        assert stored(agency, Scrub, "contacts_id", "returned_on") == [(people, date(2026, 7, 2))]


def test_a_consent_that_arrives_wakes_whom_its_lack_had_put_aside(agency: Agency) -> None:
    person, other = agency.person(NUMBER, consent=False), agency.person(OTHER, consent=False)
    campaign = agency.campaign()
    engine = agency.engine_of_one_question()
    agency.wait_for_a_start()
    engine._approve_one()
    assert [agency.candidate(campaign, each).state for each in (person, other)] == [CandidateState.NEVER] * 2
    load(agency, "consents", "Tél;Date;Notice;Preuve;Systèmes", f"{NUMBER};01/09/2026;FH-2026-01;p;humain, robot")
    states = [agency.candidate(campaign, each).state for each in (person, other)]
    assert states == [CandidateState.WAITING, CandidateState.NEVER]
    assert agency.ask(campaign, person).order


@pytest.mark.parametrize(
    ("kind", "lines"),
    [
        ("objections", ("Tél", NUMBER)),
        ("opposition", ("Tél", NUMBER)),
        ("past-calls", ("Tél;Date", *(f"{NUMBER};23/11/2026" for _ in range(4)))),
    ],
)
def test_a_limit_stops_what_is_planned_at_once(agency: Agency, kind: str, lines: tuple[str, ...]) -> None:
    person, neighbour = agency.person(NUMBER), agency.person()
    campaign = agency.campaign()
    engine = agency.engine_of_one_question()
    assert agency.candidate(campaign, person).state is CandidateState.CALLING
    options = {"source": "groupe", "as_of": date(2026, 11, 20)} if kind == "opposition" else {}
    load(agency, kind, *lines, **options)
    order = engine.queue.take()
    assert order
    assert agency.state(order.permit.attempt_id) == "cancelled"
    waits = CandidateState.WAITING if kind == "past-calls" else CandidateState.NEVER
    assert agency.candidate(campaign, person).state is waits
    assert agency.candidate(campaign, neighbour).state is CandidateState.WAITING
    assert agency.ask(campaign, person).decision.verdict is not Verdict.ALLOW


def test_who_consented_after_what_a_file_says_goes_on_waiting(agency: Agency) -> None:
    person = agency.person(NUMBER)
    campaign = agency.campaign()
    load(agency, "objections", "Tél;Date", f"{NUMBER};01/08/2026")
    assert agency.candidate(campaign, person).state is CandidateState.WAITING
    assert agency.ask(campaign, person).order


def test_a_limit_toward_another_advertiser_stops_nothing_of_ours(agency: Agency) -> None:
    person = agency.person(NUMBER)
    ours, other = agency.campaign(), agency.campaign(name="Autre", advertiser="autre")
    load(agency, "objections", "Tél", NUMBER, advertiser="autre")
    states = [agency.candidate(campaign, person).state for campaign in (ours, other)]
    assert states == [CandidateState.WAITING, CandidateState.NEVER]


def test_the_same_file_is_refused_but_may_be_another_kind_or_another_advertisers(agency: Agency) -> None:
    agency.person(NUMBER)
    load(agency, "objections", "Tél", NUMBER)
    rows = agency.numbers_of_rows()
    with pytest.raises(NotPossible, match="already imported"):
        load(agency, "objections", "Tél", NUMBER, name="again")
    assert agency.numbers_of_rows() == rows
    load(agency, "objections", "Tél", NUMBER, name="for one", advertiser="autre")
    load(agency, "opposition", "Tél", NUMBER, source="groupe", as_of=date(2026, 11, 20))


def test_a_file_of_which_nothing_can_be_used_changes_nothing(agency: Agency) -> None:
    rows = agency.numbers_of_rows()
    with pytest.raises(NotPossible, match=r"none of its 1 rows can be used.*Person unknown"):
        load(agency, "contracts", CONTRACTS, f"{NOBODYS};ADSL;c", advertiser=FIBRE)
    with pytest.raises(SettingsRefused, match="no advertiser 'inconnu'"):
        load(agency, "contracts", CONTRACTS, f"{NOBODYS};ADSL;c", advertiser="inconnu")
    assert agency.numbers_of_rows() == rows


def test_strict_refuses_a_file_with_one_bad_row(agency: Agency) -> None:
    agency.person(NUMBER)
    lines = f"{NUMBER};ADSL;c", f"{NOBODYS};ADSL;c"
    with pytest.raises(NotPossible, match="--strict was asked"):
        load(agency, "contracts", CONTRACTS, *lines, advertiser=FIBRE, strict=True)
    assert stored(agency, ContractRow, "id") == []


@pytest.mark.parametrize("named", [FIBRE, "FIBRE-HORIZON", "Fibre Horizon", " fibre horizon "])
def test_an_advertiser_is_named_by_id_or_name(agency: Agency, named: str) -> None:
    agency.person(NUMBER)
    imported = load(agency, "contracts", CONTRACTS, f"{NUMBER};ADSL;c", advertiser=named)
    assert stored(agency, ContractRow, "advertiser_id") == [(imported.list.advertiser_id,)] == [(1,)]


def test_an_import_is_on_record_without_a_name_or_number(agency: Agency) -> None:
    agency.person(NUMBER)
    lines = f"{NUMBER};ADSL;c", f"{NOBODYS};ADSL;c"
    load(agency, "contracts", CONTRACTS, *lines, source="crm", advertiser=FIBRE)
    last = agency.audit()[-1]
    body = json.loads(last.body)
    assert last.kind == "list-imported"
    assert {
        "kind": "contracts",
        "list": "contracts",
        "source": "crm",
        "accepted": 1,
        "rejected": 1,
    }.items() <= body.items()
    assert [number for number in (NUMBER, NOBODYS) if number[1:] in last.body] == []
    with agency.transaction() as session:
        held = session.exec(select(ImportedList).where(ImportedList.name == "contracts")).one()
    assert held.report["counts"] == {"person-unknown": 1}


def test_no_number_moves_and_nobody_is_added_by_a_file_of_evidence(agency: Agency) -> None:
    agency.person(NUMBER)
    before = stored(agency, Phone, "contact_id", "number")
    load(agency, "objections", "Tél", NUMBER, NOBODYS)
    load(agency, "contracts", CONTRACTS, f"{NUMBER};ADSL;c", f"{NOBODYS};ADSL;c", advertiser=FIBRE)
    assert stored(agency, Phone, "contact_id", "number") == before
