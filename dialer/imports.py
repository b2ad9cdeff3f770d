"""What every import does first and last, whatever its file holds: refuse what is there already, and go on record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import polars as pl
from sqlmodel import Session, col, select

from dialer import audit
from dialer.audit import AuditKind
from dialer.errors import NotPossible, RowsRefused
from dialer.oppositions import NOTED_BY_HAND
from dialer.schema import ImportedList, ListKind
from lists import ListReport
from lists.problems import Severity, worded
from lists.report import counted, first_in_words


@dataclass(frozen=True, slots=True)
class Imported:
    """A list that is stored. `problems` are all there are: those of the file, then those that the database showed."""

    list: ImportedList
    report: ListReport
    problems: pl.DataFrame
    stored: Mapping[str, int]
    """How many rows of what came into the database, by plain names (`persons_added`, `opposed`, …)."""


def begin_import(
    session: Session,
    report: ListReport,
    kind: ListKind,
    name: str,
    now: datetime,
    *,
    source: str = "",
    as_of: date | None = None,
    advertiser_id: int | None = None,
    again: bool = False,
) -> ImportedList:
    """The list's own row. Raises `NotPossible` when its name is taken or, but for `again`, this very file is there."""
    known = select(ImportedList)
    if name == NOTED_BY_HAND:
        raise NotPossible(
            f"{name!r} is where entries noted by hand are kept; choose another name with --name",
            f"{name!r} garde ce qui est noté à la main ; choisir un autre nom avec --name",
        )
    if named := session.exec(known.where(ImportedList.name == name)).first():
        if named.sha256 == report.sha256 and named.kind == kind and is_same_list(named, report):
            raise _same_file(named)
        raise NotPossible(
            f"a list named {name!r} was imported on {_when(named)}; choose another name with --name",
            f"une liste nommée {name!r} a été importée le {_when(named)} ; choisir un autre nom avec --name",
        )
    same = known.where(
        ImportedList.sha256 == report.sha256,
        ImportedList.kind == kind,
        ImportedList.advertiser_id == advertiser_id,
    )
    stored = session.exec(same.order_by(col(ImportedList.id).desc()))
    found = next((each for each in stored if is_same_list(each, report)), None)
    if found and not again and not _left_rows_behind(found):
        raise _same_file(found)
    row = ImportedList(
        kind=kind,
        name=name,
        file_name=report.file,
        sha256=report.sha256,
        source=source,
        as_of=as_of,
        advertiser_id=advertiser_id,
        imported_at=now,
        report={},
    )
    session.add(row)
    session.flush()
    return row


def is_same_list(stored: ImportedList, report: ListReport) -> bool:
    """Whether a list of the same file is the same sheet of it; where that was not yet written down, it is."""
    return all(
        stored.report.get(part, said) == said for part, said in (("sheet", report.sheet), ("member", report.member))
    )


def require_usable(report: ListReport, problems: pl.DataFrame, *, strict: bool = False, limits: bool = False) -> None:
    """Raises `RowsRefused` when no row can be used or, if `strict`, when one cannot; names the first problems.

    `limits`: rows that cannot be used limit calls all the same, and that is of use.
    """
    first = worded(problems.filter(pl.col("severity") == Severity.REJECTED.value).sort("line").head(3))
    english = "; ".join(f"line {each.line}, {each.message_en}" for each in first)
    french = " ; ".join(f"ligne {each.line}, {each.message_fr}" for each in first)
    if not report.accepted and not limits:
        raise RowsRefused(
            f"{report.file}: none of its {report.rows_read} rows can be used, so nothing was imported: {english}",
            f"{report.file} : aucune de ses {report.rows_read} lignes n'est utilisable, rien n'est importé : {french}",
            problems,
        )
    if strict and report.rejected:
        raise RowsRefused(
            f"{report.file}: {report.rejected} rows cannot be used and --strict was asked, so nothing was imported: "
            f"{english}; correct them, or leave --strict out to import the others",
            f"{report.file} : {report.rejected} lignes sont inutilisables et --strict est demandé, rien n'est "
            f"importé : {french} ; les corriger, ou enlever --strict pour importer les autres",
            problems,
        )


def finish_import(
    session: Session,
    row: ImportedList,
    report: ListReport,
    problems: pl.DataFrame,
    stored: Mapping[str, int],
    now: datetime,
) -> Imported:
    """Put the report beside the list and the import on the chain; the report tells of all `problems`."""
    report = replace(report, counts=counted(problems), problems_found=len(problems), problems=first_in_words(problems))
    row.report = report.to_dict() | {"stored": dict(stored)}
    session.add(row)
    session.flush()
    body: dict[str, object] = {
        "list": row.name,
        "kind": str(row.kind),
        "sha256": row.sha256,
        "source": row.source,
        "as_of": row.as_of.isoformat() if row.as_of else None,
        "advertiser": row.advertiser_id,
        "accepted": report.accepted,
        "merged": report.merged,
        "rejected": report.rejected,
    }
    audit.append(session, AuditKind.LIST_IMPORTED, body | dict(stored), now)
    return Imported(row, report, problems, stored)


def report_of(row: ImportedList) -> tuple[ListReport, Mapping[str, int]]:
    """The stored report of a list, and what of it came into the database."""
    plain: dict[str, Any] = dict(row.report)
    stored: Mapping[str, int] = plain.pop("stored", {})
    uncounted = {"counts": {}, "problems_found": len(plain["problems"])}  # as version 0001 stored it
    return ListReport.from_dict(uncounted | plain), stored


def _left_rows_behind(found: ImportedList) -> bool:
    """Evidence about people who were not there yet may be loaded again once they are."""
    return found.kind is not ListKind.CONTACTS and bool(found.report.get("rejected"))


def _same_file(found: ImportedList) -> NotPossible:
    return NotPossible(
        f"this very file was already imported on {_when(found)} as {found.name!r}; use that list",
        f"ce même fichier a déjà été importé le {_when(found)} sous le nom {found.name!r} ; utiliser cette liste",
    )


def _when(found: ImportedList) -> str:
    return f"{found.imported_at:%Y-%m-%d %H:%M} UTC"
