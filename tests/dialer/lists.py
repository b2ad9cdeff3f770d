"""Lists of people for tests, written as a CRM would export them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlmodel import SQLModel, col, select

from dialer.contacts import import_list
from dialer.errors import NotPossible
from dialer.imports import Imported
from dialer.schema import Contact, ImportedList, ListKind, Phone
from dialer.taking_back import TakenBack, take_back
from tests.dialer.agency import Agency
from tests.dialer.reading import contacts_of

HEADER = (
    "Réf client;Nom;Prénom;Téléphone;Portable;Code postal;Ville;SIRET;Date consentement;Notice;Preuve;"
    "Systèmes acceptés;Contrat en cours;Fin contrat;Refus le;Opposition le;Appels passés;Commentaire;"
    "Preuve du contrat"
)
COLUMNS = HEADER.split(";")
TODAY = date(2026, 11, 24)
CONSENT = {"Date_consentement": "12/03/2026", "Notice": "FH-2026-01", "Preuve": "p.pdf", "Systèmes_acceptés": "robot"}


def row(**cells: str) -> str:
    """One line of the file: `row(Nom="Roux", Portable="06…")`; `_` stands for a space."""
    named = {name.replace("_", " "): value for name, value in cells.items()}
    assert set(named) <= set(COLUMNS)
    return ";".join(named.get(column, "") for column in COLUMNS)


def load(agency: Agency, *rows: str, name: str = "liste", **options: Any) -> Imported:
    """Import these rows as a file of that name."""
    path = agency.workspace.settings.folder / f"{name}.csv"
    path.write_text("\n".join([HEADER, *rows]) + "\n", "utf-8")
    with agency.transaction() as session:
        return import_list(session, contacts_of(path, TODAY), name, agency.clock.now(), **options)


def undo(agency: Agency, name: str = "liste", **options: str) -> TakenBack:
    with agency.transaction() as session:
        return take_back(session, agency.workspace.pseudonyms, name, agency.clock.now(), **options)


def refused(agency: Agency, match: str, name: str = "liste") -> None:
    """Nothing changes, and the message says so."""
    before = agency.numbers_of_rows()
    with pytest.raises(NotPossible, match=match):
        undo(agency, name)
    assert agency.numbers_of_rows() == before


def people(agency: Agency) -> list[Contact]:
    with agency.transaction() as session:
        return list(session.exec(select(Contact).order_by(col(Contact.id))))


def numbers(agency: Agency) -> list[str]:
    with agency.transaction() as session:
        return ["0" + number[3:] for number in session.exec(select(Phone.number).order_by(col(Phone.number)))]


def evidence_file(agency: Agency, kind: ListKind, *rows: SQLModel, name: str = "fichier", **fields: object) -> int:
    """An imported file of evidence with these rows, which get its id."""
    with agency.transaction() as session:
        file = ImportedList(
            kind=kind, name=name, file_name="f.csv", sha256=name, imported_at=agency.clock.now(), report={}, **fields
        )
        session.add(file)
        session.flush()
        for each in rows:
            each.list_id = file.id  # type: ignore[attr-defined]
            session.add(each)
        return file.id
