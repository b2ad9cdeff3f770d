"""Proof that lists of contacts came back from Bloctel: each scrub is tied to the list that came back."""

from __future__ import annotations

from typing import Any

import polars as pl
from sqlmodel import Session, col, select

from dialer.contacts import list_named
from dialer.schema import ImportedList, ListKind, Scrub
from dialer.taken import Scope, Taken, remarked
from lists.evidence_files import EvidenceFile


def scrubs_of(session: Session, file: EvidenceFile, scope: Scope, contacts: str) -> Taken:
    """One row per scrub of a list that is loaded: the one named `contacts`, else the one with the hash that was sent.

    The list must be what came back: the very file that was sent still holds the people whom Bloctel took out.
    """
    named = list_named(session, contacts) if contacts else None
    hashes = file.rows["sha256"].unique().to_list()
    by_hash = {
        each.sha256: each
        for each in session.exec(
            select(ImportedList).where(ImportedList.kind == ListKind.CONTACTS, col(ImportedList.sha256).in_(hashes))
        )
    }
    judged = [(row, named or by_hash.get(row["sha256"])) for row in file.rows.iter_rows(named=True)]
    lists = pl.Series("contacts_id", [about.id if about else None for _, about in judged], dtype=pl.Int64)
    faults = pl.Series("code", [_fault(row, about) for row, about in judged], dtype=pl.String)
    rows = file.rows.with_columns(lists, faults, pl.col("sha256").alias("value"), list_id=pl.lit(scope.list_id))
    kept = rows.filter(pl.col("code").is_null())
    columns = ("contacts_id", "list_id", "sha256", "uploaded_on", "returned_on", "rows_in", "rows_removed")
    return Taken({Scrub: kept.select(columns)}, remarked(rows))


def _fault(row: dict[str, Any], about: ImportedList | None) -> str | None:
    if about is None or about.kind is not ListKind.CONTACTS:
        return "scrub-list-unknown"
    if row["rows_removed"] and row["sha256"] == about.sha256:
        return "scrub-of-sent-file"
    if int(str(about.report["accepted"])) > row["rows_in"] - row["rows_removed"]:
        return "scrub-counts"
    return None
