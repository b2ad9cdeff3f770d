"""Files of evidence: typed rows, the strict reading of what permits and of what limits, and honest counts."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from lists.errors import MissingColumn
from lists.evidence_files import EvidenceFile, read_evidence
from lists.evidence_vocabularies import EvidenceKind, vocabulary_of
from lists.headers import map_columns
from lists.mapping import from_options

TODAY = date(2026, 11, 24)
NUMBER = "06 39 98 01 21"
E164 = "+33639980121"


def read(folder: Path, kind: EvidenceKind, *lines: str, **options: Any) -> EvidenceFile:
    path = folder / "evidence.csv"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return read_evidence(path, kind, today=TODAY, **options)


def rows(file: EvidenceFile) -> list[dict[str, Any]]:
    return file.rows.drop("line").to_dicts()


def codes(file: EvidenceFile) -> list[tuple[int, str, str]]:
    found = file.problems.sort("line", "code").select("line", "severity", "code")
    return [tuple(row) for row in found.iter_rows()]


def accounts(file: EvidenceFile) -> tuple[int, int, int]:
    report = file.report
    assert report.rows_read == report.accepted + report.merged + report.rejected
    return report.rows_read, report.accepted, report.rejected


def test_a_consent_has_its_parts_and_whom_it_is_about(tmp_path: Path) -> None:
    file = read(
        tmp_path,
        EvidenceKind.CONSENTS,
        "Tél;Réf client;Date;Notice;Preuve;Systèmes;Canaux;Heures;Jusqu'au;Annonceur;Secteur;Hors horaires;Retrait",
        f"{NUMBER};C1;01/09/2026;FH-1;p.pdf;robot;voix;18h-20h;31/12/2026;Fibre Horizon;fibre, presse;oui;",
    )
    assert rows(file) == [
        {
            "collected_on": date(2026, 9, 1),
            "notice": "FH-1",
            "proof": "p.pdf",
            "systems": "automated;ai-agent",
            "channels": "voice",
            "hours": "18:00-20:00",
            "until": date(2026, 12, 31),
            "sectors": "telecom;press",
            "any_hour": True,
            "withdrawn": False,
            "withdrawn_on": None,
            "numbers": [E164],
            "advertiser": "Fibre Horizon",
            "external_id": "C1",
            "last_name": None,
            "first_name": None,
        }
    ]
    assert (codes(file), accounts(file)) == ([], (1, 1, 0))


@pytest.mark.parametrize(
    ("cell", "withdrawn", "day", "told"),
    [
        ("", False, None, []),
        ("non", False, None, []),
        ("01/10/2026", True, date(2026, 10, 1), []),
        ("oui", True, None, [(2, "warning", "withdrawal-date-unreadable")]),
        ("01/10/2027", True, None, [(2, "warning", "withdrawal-date-unreadable")]),
    ],
)
def test_a_withdrawal_survives_an_unreadable_date(
    tmp_path: Path, cell: str, withdrawn: bool, day: date | None, told: list[object]
) -> None:
    file = read(tmp_path, EvidenceKind.CONSENTS, "Tél;Date;Retiré le", f"{NUMBER};01/09/2026;{cell}")
    (row,) = rows(file)
    assert (row["withdrawn"], row["withdrawn_on"], codes(file)) == (withdrawn, day, told)


def test_a_row_that_only_withdraws_or_says_no_is_kept_and_one_that_says_nothing_is_not(tmp_path: Path) -> None:
    file = read(
        tmp_path,
        EvidenceKind.CONSENTS,
        "Tél;Date;Retiré le",
        f"{NUMBER};;01/10/2026",
        "0639980122;non;",
        "0639980123;;",
        "0639980124;Retiré le 02/10/2026;",
        "0639980125;refusé;",
    )
    told = [(row["withdrawn"], row["withdrawn_on"], row["collected_on"], row["channels"]) for row in rows(file)]
    assert told == [
        (True, date(2026, 10, 1), None, ""),
        (False, None, TODAY, "none"),
        (True, date(2026, 10, 2), None, ""),
        (True, None, None, ""),
    ]
    assert codes(file) == [
        (1, "warning", "consent-denied"),
        (4, "rejected", "nothing-said"),
        (5, "warning", "consent-taken-back"),
        (6, "warning", "consent-taken-back"),
    ]


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [("Secteur", "boulangerie", "sector-unknown"), ("Heures", "le soir", "consent-hours-unreadable")],
)
def test_a_consent_whose_limits_cannot_be_read_accepts_no_call(
    tmp_path: Path, column: str, cell: str, code: str
) -> None:
    file = read(tmp_path, EvidenceKind.CONSENTS, f"Tél;Date;{column}", f"{NUMBER};01/09/2026;{cell}")
    assert [(row["collected_on"], row["channels"]) for row in rows(file)] == [(date(2026, 9, 1), "none")]
    assert codes(file) == [(2, "warning", code)]


def test_an_agreement_to_any_hour_that_is_unclear_is_a_no(tmp_path: Path) -> None:
    file = read(tmp_path, EvidenceKind.CONSENTS, "Tél;Date;Hors horaires", f"{NUMBER};01/09/2026;peut-être")
    assert [row["any_hour"] for row in rows(file)] == [False]
    assert codes(file) == [(2, "warning", "any-hour-unclear")]


def test_contracts_that_cannot_be_read_are_left_out_with_their_reason(tmp_path: Path) -> None:
    file = read(
        tmp_path,
        EvidenceKind.CONTRACTS,
        "Tél;Objet;Depuis;Fin;Preuve",
        f"{NUMBER};ADSL;01/01/2026;31/12/2026;c.pdf",
        "0639980122;ADSL;bientôt;;c.pdf",
        "0639980123;;;;c.pdf",
        "0639980124;ADSL;01/01/2027;;c.pdf",
        "0639980125;ADSL;01/01/2026;;",
    )
    (row,) = rows(file)
    assert (row["object"], row["since"], row["until"], row["proof"]) == (
        "ADSL", date(2026, 1, 1), date(2026, 12, 31), "c.pdf",
    )  # fmt: skip
    assert codes(file) == [
        (3, "rejected", "contract-start-unreadable"),
        (4, "rejected", "object-missing"),
        (5, "rejected", "contract-start-future"),
        (6, "rejected", "proof-missing"),
    ]
    assert accounts(file) == (5, 1, 4)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (f"{NUMBER};Fibre;23/11/2026;p", None),
        (f"{NUMBER};Fibre;24/11/2026 09:00;p", None),
        (f"{NUMBER};;23/11/2026;p", "object-missing"),
        (f"{NUMBER};Fibre;hier;p", "request-date-unreadable"),
        (f"{NUMBER};Fibre;;p", "request-date-unreadable"),
        (f"{NUMBER};Fibre;25/11/2026;p", "request-date-unreadable"),
        (f"{NUMBER};Fibre;23/11/2026;", "proof-missing"),
        (";Fibre;23/11/2026;p", "number-missing"),
        ("18;Fibre;23/11/2026;p", "number-emergency"),
    ],
)
def test_a_request_needs_a_person_an_object_a_day_and_a_proof(tmp_path: Path, line: str, code: str | None) -> None:
    file = read(tmp_path, EvidenceKind.CALLBACKS, "Tél;Objet;Demandé le;Preuve", line)
    assert codes(file) == ([(2, "rejected", code)] if code else [])
    assert len(file.rows) == (0 if code else 1)


@pytest.mark.parametrize(
    ("text", "at", "offset"),
    [
        ("24/11/2026 18:30", "2026-11-24 18:30:00", None),
        ("24/11/2026 à 18h30", "2026-11-24 18:30:00", None),
        ("24/11/2026 18h", "2026-11-24 18:00:00", None),
        ("2026-11-24T18:30:15", "2026-11-24 18:30:15", None),
        ("2026-11-24T18:30+04:00", "2026-11-24 18:30:00", timedelta(hours=4)),
        ("2026-11-24T18:30-0930", "2026-11-24 18:30:00", -timedelta(hours=9, minutes=30)),
        ("2026-11-24T18:30Z", "2026-11-24 18:30:00", timedelta(0)),
    ],
)
def test_a_slot_is_a_date_and_a_time_on_the_persons_clock_or_with_an_offset(
    tmp_path: Path, text: str, at: str, offset: timedelta | None
) -> None:
    file = read(tmp_path, EvidenceKind.SLOTS, "Tél;RDV;Preuve;CP", f"{NUMBER};{text};p;35000")
    (row,) = rows(file)
    assert (str(row["at"]), row["offset"], row["postcode"]) == (at, offset, "35000")


@pytest.mark.parametrize("text", ["", "24/11/2026", "demain 18h", "24/11/2026 25:00", "31/11/2026 10:00", "18:30"])
def test_a_slot_without_a_readable_time_is_left_out(tmp_path: Path, text: str) -> None:
    file = read(tmp_path, EvidenceKind.SLOTS, "Tél;RDV;Preuve", f"{NUMBER};{text};p")
    assert codes(file) == [(2, "rejected", "slot-unreadable")]


@pytest.mark.parametrize(
    ("kind", "meant", "told"),
    [
        ("refus", "refusal", []),
        ("Opposition", "objection", []),
        ("retrait", "objection", []),
        ("", "objection", []),
        ("bof", "objection", [(2, "warning", "kind-unknown")]),
    ],
)
def test_what_was_said_is_an_objection_unless_it_was_a_refusal(
    tmp_path: Path, kind: str, meant: str, told: list[object]
) -> None:
    file = read(tmp_path, EvidenceKind.OBJECTIONS, "Tél;Type;Date", f"{NUMBER};{kind};01/10/2026")
    assert [(row["kind"], row["said_on"]) for row in rows(file)] == [(meant, date(2026, 10, 1))]
    assert codes(file) == told


def test_an_objection_survives_an_unreadable_date_and_needs_none(tmp_path: Path) -> None:
    dated = read(
        tmp_path, EvidenceKind.OBJECTIONS, "Tél;Date", f"{NUMBER};jadis", "0639980122;", "0639980123;25/11/2026",
        "0639980124;non",
    )  # fmt: skip
    assert [row["said_on"] for row in rows(dated)] == [None, None, None]
    assert codes(dated) == [
        *((line, "warning", "said-date-unreadable") for line in (2, 3, 4)),
        (5, "rejected", "nothing-said"),
    ]
    bare = read(tmp_path, EvidenceKind.OBJECTIONS, "Téléphone", NUMBER)
    assert ([row["said_on"] for row in rows(bare)], codes(bare)) == ([None], [])


@pytest.mark.parametrize(
    ("cell", "days", "told"),
    [
        ("20/11/2026 10:05", [date(2026, 11, 20)], False),
        ("2026-11-20T10:05:00Z", [date(2026, 11, 20)], False),
        ("2026-11-20T10:05:00.123+01:00", [date(2026, 11, 20)], False),
        ("20/11/2026, 21/11/2026", [date(2026, 11, 20), date(2026, 11, 21)], False),
        ("avant-hier", [TODAY], True),
        ("", [TODAY], True),
        ("01/01/2027", [TODAY], True),
    ],
)
def test_a_call_without_a_readable_day_counts_as_todays(
    tmp_path: Path, cell: str, days: list[date], told: bool
) -> None:
    file = read(tmp_path, EvidenceKind.PAST_CALLS, "Tél;Date de l'appel", f"{NUMBER};{cell}")
    assert [row["made_on"] for row in rows(file)] == [days]
    assert codes(file) == ([(2, "warning", "past-call-unreadable")] if told else [])


HASH = "ab" * 32


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (f"{HASH.upper()};01/06/2026;02/06/2026;1 000;12", None),
        (f"{HASH};09/08/2026;10/08/2026;10;10", None),
        (f"{HASH};09/08/2026;11/08/2026;10;1", "scrub-date-outside"),
        (f"{HASH};01/12/2022;31/12/2022;10;1", "scrub-date-outside"),
        (f"{HASH};03/06/2026;02/06/2026;10;1", "scrub-date-order"),
        (f"{HASH};;02/06/2026;10;1", "scrub-date-unreadable"),
        (f"{HASH};01/06/2026;02/06/2026;10;11", "scrub-rows-removed"),
        (f"{HASH};01/06/2026;02/06/2026;dix;1", "scrub-rows-unreadable"),
        ("ab12;01/06/2026;02/06/2026;10;1", "scrub-hash-unreadable"),
    ],
)
def test_a_scrub_is_kept_whole_or_not_at_all(tmp_path: Path, line: str, code: str | None) -> None:
    headers = "Empreinte;Déposé le;Retourné le;Lignes envoyées;Lignes retirées"
    file = read(tmp_path, EvidenceKind.SCRUBS, headers, line)
    assert codes(file) == ([(2, "rejected", code)] if code else [])
    assert [row["sha256"] for row in rows(file)] == ([] if code else [HASH])


def test_people_may_be_named_by_reference_alone(tmp_path: Path) -> None:
    file = read(tmp_path, EvidenceKind.OBJECTIONS, "Réf client", "C1")
    assert [(row["numbers"], row["external_id"]) for row in rows(file)] == [([], "C1")]


def test_a_file_that_names_nobody_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MissingColumn, match="external_id or number"):
        read(tmp_path, EvidenceKind.OBJECTIONS, "Type;Date", "refus;01/10/2026")


def test_columns_can_be_declared(tmp_path: Path) -> None:
    file = read(
        tmp_path, EvidenceKind.CALLBACKS, "Tél;Sujet;Quand;Où", f"{NUMBER};Fibre;23/11/2026;p",
        mapping=from_options(["Quand=requested_on", "Où=consent_proof"]),
    )  # fmt: skip
    assert [(row["requested_on"], row["proof"]) for row in rows(file)] == [(date(2026, 11, 23), "p")]


@pytest.mark.parametrize("kind", EvidenceKind)
def test_no_word_of_a_kind_of_file_means_two_things(kind: EvidenceKind) -> None:
    vocabulary = vocabulary_of(kind)
    for field, words in vocabulary.synonyms.items():
        for word in words:
            assert vocabulary.field_of(word) is field, word
    needed = [sorted(fields)[0] for fields in vocabulary.required]
    headers = [vocabulary.synonyms[field][-1] if field in vocabulary.synonyms else "Téléphone" for field in needed]
    assert list(map_columns(headers, vocabulary, file="f", line=1)) == needed
