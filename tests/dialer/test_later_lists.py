"""A later list ends what an earlier one opened, whether its rows are taken, rejected, unclear or of another name."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from sqlmodel import Session

from dialer.contacts import import_list
from dialer.errors import RowsRefused
from dialer.imports import Imported
from dialer.schema import Campaign
from dialer.wishes import holder_of
from rules.rule import Verdict
from tests.dialer.agency import Agency
from tests.dialer.evidence import load as load_evidence
from tests.dialer.lists import TODAY, undo
from tests.dialer.reading import contacts_of

pytestmark = pytest.mark.slow_on_postgresql

A, B, C, D = "0639981028", "0199002010", "0261913012", "0353015025"
HEADER = "Id;Nom;Prénom;Téléphone;Code postal;Date consentement;Notice;Preuve;Systèmes acceptés"
CONSENT = "12/03/2026;FH-2026-01;p.pdf;humain,robot"
PEOPLE = (f"1;Martin;Alice;{A};35000", f"2;Durand;Paul;{B};75011", f"3;Petit;Zoe;{C};44000", f"4;Blanc;Luc;{D};67000")
WITHOUT_EFFECT = "prohibition-without-effect"


@pytest.fixture
def campaign(agency: Agency) -> Campaign:
    """For Martin (1), Durand (2), Petit (3) and Blanc (4), who consented on 12 March."""
    load(agency, HEADER, *(f"{person};{CONSENT}" for person in PEOPLE), name="a")
    return agency.campaign(lists=["a"])


def load(agency: Agency, *lines: str, name: str = "b", source: str = "sf") -> Imported:
    path = agency.workspace.path(f"{name}.csv")
    path.write_text("\n".join(lines) + "\n", "utf-8")
    read = contacts_of(path, TODAY)
    with agency.transaction() as session:
        settings = agency.workspace.settings
        return import_list(session, read, name, agency.clock.now(), source=source, settings=settings)


def callable_ones(agency: Agency, campaign: Campaign) -> str:
    """The digits of those of the four whom the gate lets call; its questions are taken back."""
    found = ""
    for digit, number in zip("1234", (A, B, C, D), strict=True):
        with Session(agency.workspace.store.engine) as session:
            person = holder_of(session, f"+33{number[1:]}")
            assert person
            if agency.workspace.gate.ask(session, campaign, person).decision.verdict is Verdict.ALLOW:
                found += digit
    return found


def told(imported: Imported, *codes: str) -> list[tuple[int, str]]:
    rows = imported.problems.sort("line", "code").select("line", "code").rows()
    return [(line, code) for line, code in rows if code in codes]


@pytest.mark.parametrize(
    ("header", "rows", "left"),
    [
        ("Id;Nom;Téléphone;Ne pas appeler", ("1;Martin;06 39 98 5;oui", "2;Durand;;peut-être"), "34"),
        ("Id;Nom;Téléphone;Ne pas appeler", ("1;Martin;;ne veut plus", "2;Durand;;oui - mail du 3/11"), "34"),
        ("Id;Nom;Téléphone;Ne pas appeler", (f";M.;{A};46329", f"6;;{B};peut-être", f"8;;{D};non"), "34"),
        ("Id;Nom;Téléphone;Opposition le", ("1;Martin;3212;03/11/2026", "2;Durand;;jadis"), "34"),
        ("Id;Nom;Téléphone;Refus le", ("1;Martin;;jadis", "2;Durand;abc;03/11/2026"), "34"),
        ("Id;Nom;Téléphone;Accepte les appels", ("1;Martin;;03/11/2026 : refusé", "2;Durand;;à voir"), "34"),
        ("Id;Nom;Téléphone;Ne pas appeler", ("1;Martin;;non", "2;Durand;;"), "1234"),
    ],
)
def test_what_a_row_forbids_or_may_forbid_holds_though_the_row_is_not_taken(
    agency: Agency, campaign: Campaign, header: str, rows: Sequence[str], left: str
) -> None:
    assert callable_ones(agency, campaign) == "1234"
    imported = load(agency, header, *rows, f"9;Roux;{A[:-2]}77;")
    assert callable_ones(agency, campaign) == left
    kept = [line for line, _ in told(imported, "prohibition-kept")]
    assert kept == ([2, 3] if left == "34" else [])
    assert told(imported, WITHOUT_EFFECT) == []


def test_it_holds_for_every_number_of_the_person_and_goes_with_the_list(agency: Agency, campaign: Campaign) -> None:
    load(agency, "Id;Nom;Prénom;Téléphone", f"1;Martin;Alice;{A[:-2]}99", name="more")
    load(agency, "Id;Nom;Téléphone;Stop", "1;Martin;;peut-être", f"9;Roux;{A[:-2]}77;")
    assert callable_ones(agency, campaign) == "234"
    undo(agency, "b", drop_limits="asked")
    assert callable_ones(agency, campaign) == "1234"


def test_a_list_of_nothing_but_such_rows_is_taken_for_its_limits(agency: Agency, campaign: Campaign) -> None:
    imported = load(agency, "Id;Nom;Téléphone;Stop", "1;Martin;;oui", "2;Durand;;peut-être")
    assert (imported.report.accepted, imported.report.rejected) == (0, 2)
    assert callable_ones(agency, campaign) == "34"


@pytest.mark.parametrize("row", ["7;Nul;06 39 98 5;oui", "7;Nul;;peut-être"])
def test_one_that_reaches_nobody_is_told(agency: Agency, campaign: Campaign, row: str) -> None:
    imported = load(agency, "Id;Nom;Téléphone;Stop", row, f"9;Roux;{A[:-2]}77;")
    assert told(imported, "prohibition-kept", WITHOUT_EFFECT) == [(2, WITHOUT_EFFECT)]
    before = agency.numbers_of_rows()
    with pytest.raises(RowsRefused):
        load(agency, "Id;Nom;Téléphone;Stop", row, name="alone")
    assert agency.numbers_of_rows() == before


def test_a_doubt_about_a_number_of_nobody_waits_for_whoever_gets_it(agency: Agency, campaign: Campaign) -> None:
    number = f"{A[:-2]}77"
    imported = load(agency, "Nom;Téléphone;Stop", f"Roux;{number};peut-être")
    assert told(imported, "prohibition-kept", WITHOUT_EFFECT) == [(2, "prohibition-kept")]
    load(agency, HEADER, f"9;Roux;;{number};35000;{CONSENT}", name="c")
    with Session(agency.workspace.store.engine) as session:
        person = holder_of(session, f"+33{number[1:]}")
        assert person
        assert agency.workspace.gate.ask(session, campaign, person).decision.verdict is Verdict.DENY


@pytest.mark.parametrize("row", [f"1;Martin;{A[:-2]}77;oui", "1;Martin;;oui"])
def test_an_id_that_limits_says_nothing_without_its_source(agency: Agency, campaign: Campaign, row: str) -> None:
    imported = load(agency, "Id;Nom;Téléphone;Stop", row, "2;Durand;0639987701;", source="")
    assert told(imported, "reference-without-source") == [(2, "reference-without-source")]


def test_what_a_list_brings_against_calling_is_counted(agency: Agency, campaign: Campaign) -> None:
    imported = load(agency, "Id;Nom;Téléphone;Stop;Refus le", "1;Martin;;oui;", f"2;Durand;{B};;01/11/2026")
    counted = {name: imported.stored[name] for name in ("opposed", "objections_added", "refusals_added")}
    assert counted == {"opposed": 0, "objections_added": 1, "refusals_added": 1}


CONSENTS = "Id;Nom;Prénom;Téléphone;{};Notice;Preuve"


@pytest.mark.parametrize(
    ("header", "cell"),
    [
        *(("Consentement", cell) for cell in ("non", "Retiré le 01/11/2026", "retiré", "refusé", "peut-être", "0")),
        *(("Opt-in", cell) for cell in ("Retiré", "Unsubscribed", "Non (03/11/2026)", "non", "???")),
        *(("Accepte les appels", cell) for cell in ("03/11/2026 : refusé", "refuse", "non")),
    ],
)
@pytest.mark.parametrize("number", [A, ""], ids=["a row that is taken", "a row without number"])
def test_a_no_or_a_withdrawal_ends_the_consent_given_before(
    agency: Agency, campaign: Campaign, header: str, cell: str, number: str
) -> None:
    load(agency, CONSENTS.format(header), f"1;Martin;Alice;{number};{cell};;", "9;Roux;;0639987701;;;")
    assert callable_ones(agency, campaign) == "234"


@pytest.mark.parametrize("cell", ["", "-", "non renseigné", "oui"])
def test_what_says_nothing_of_a_consent_ends_none(agency: Agency, campaign: Campaign, cell: str) -> None:
    load(agency, CONSENTS.format("Consentement"), f"1;Martin;Alice;{A};{cell};;")
    assert callable_ones(agency, campaign) == "1234"


def test_who_consents_again_after_a_no_may_be_called(agency: Agency, campaign: Campaign) -> None:
    load(agency, "Id;Nom;Prénom;Téléphone;Consentement", f"1;Martin;Alice;{A};non")
    assert callable_ones(agency, campaign) == "234"
    agency.clock.set("2026-11-26T09:02+00:00")
    load_consents(agency, f"{A};25/11/2026;FH-2026-01;q;humain,robot")
    assert callable_ones(agency, campaign) == "1234"


TERMS = "Id;Nom;Prénom;Téléphone;Consentement;Notice;Preuve;Systèmes acceptés;{}"


@pytest.mark.parametrize(
    ("header", "cell"),
    [
        ("Heures acceptées", "après 18h"),
        ("Canaux acceptés", "e-mail seulement"),
        ("Canaux acceptés", "e-mail"),
        ("Fin consentement", "fin octobre"),
    ],
)
@pytest.mark.parametrize(
    "who", [f"1;Martin;Alice;{A}", f";Roux;Jean;{A}", "1;Martin;Alice;"],
    ids=["the same person", "another name", "a row without number"],
)  # fmt: skip
def test_a_later_consent_to_less_or_to_what_cannot_be_read_ends_the_wider_one(
    agency: Agency, campaign: Campaign, header: str, cell: str, who: str
) -> None:
    rows = f"{who};01/11/2026;FH-2026-01;q;humain,robot;{cell}", "9;Roux;;0639987701;;;;;"
    imported = load(agency, TERMS.format(header), *rows)
    assert callable_ones(agency, campaign) == "234"
    own = who.startswith("1") and who.endswith(A)
    assert told(imported, "consent-still-narrows") == ([] if own else [(2, "consent-still-narrows")])


def load_consents(agency: Agency, *rows: str, header: str = "", source: str = "") -> Imported:
    return load_evidence(agency, "consents", header or "Tél;Date;Notice;Preuve;Systèmes", *rows, source=source)


@pytest.mark.parametrize("cell", ["non", "retiré le 01/11/2026", "refusé", "???"])
def test_a_no_of_a_file_of_consents_ends_the_one_before(agency: Agency, campaign: Campaign, cell: str) -> None:
    load_consents(agency, f"{A};{cell};;;", f"{B};01/11/2026;FH-2026-01;q;humain,robot")
    assert callable_ones(agency, campaign) == "234"


@pytest.mark.parametrize(
    ("column", "cell"), [("Heures", "après 18h"), ("Canaux", "e-mail"), ("Fin", "fin octobre"), ("Secteur", "lune")]
)
@pytest.mark.parametrize("who", [f"{A};Martin;Alice", f"{A};Roux;Jean"], ids=["the same person", "another name"])
def test_a_later_consent_of_a_file_ends_the_wider_one_whoever_it_names(
    agency: Agency, campaign: Campaign, column: str, cell: str, who: str
) -> None:
    header = f"Tél;Nom;Prénom;Date;Notice;Preuve;Systèmes;{column}"
    rows = f"{who};01/11/2026;FH-2026-01;q;humain,robot;{cell}", f"{B};;;02/11/2026;FH-2026-01;q;humain,robot;"
    imported = load_consents(agency, *rows, header=header)
    assert callable_ones(agency, campaign) == "234"
    assert bool(told(imported, "consent-still-narrows")) == ("Roux" in who)


def test_a_withdrawal_that_reaches_nobody_is_told(agency: Agency, campaign: Campaign) -> None:
    header, rows = "Réf;Tél;Date;Notice;Preuve;Retiré le", (f";{B};01/11/2026;FH-2026-01;q;", "77;;;;;01/11/2026")
    imported = load_consents(agency, *rows, header=header, source="sf")
    assert told(imported, WITHOUT_EFFECT) == [(3, WITHOUT_EFFECT)]


@pytest.mark.parametrize("cell", ["0353O15025", f"{D} poste 12", "03 53 01 50 25 (bureau)"])
def test_an_objection_reaches_a_number_that_only_a_human_reads_beside_a_good_one(
    agency: Agency, campaign: Campaign, cell: str
) -> None:
    imported = load(agency, "Nom;Téléphone;Portable;Opposition le", f"Noir;{A[:-2]}77;{cell};03/11/2026", source="")
    assert imported.report.accepted == 1
    assert callable_ones(agency, campaign) == "123"
    assert told(imported, "prohibition-kept", WITHOUT_EFFECT) == []


def test_what_else_such_a_row_says_is_kept_once(agency: Agency, campaign: Campaign) -> None:
    before = agency.numbers_of_rows()
    row = f"1;Martin;Alice;{A};35000;{CONSENT[:-6]};0353O15025;03/11/2026;20/11/2026"
    load(agency, f"{HEADER};Portable;Opposition le;Appels passés", row)
    after = agency.numbers_of_rows()
    assert {name: after[name] - before[name] for name in ("past_call", "consent")} == {"past_call": 1, "consent": 1}
