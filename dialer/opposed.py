"""Which people stand on opposition lists: one query over their own numbers.

Kept apart because its shape is chosen for speed: a million people against five million oppositions. Numbers are looked
up in the order in which they are stored, which is that of the oppositions: ten times faster than person by person.
"""

from __future__ import annotations

import polars as pl
from sqlalchemy import exists, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from dialer.bulk import read_rows_of
from dialer.dossiers import digits_of
from dialer.schema import ImportedList, Opposition, Phone, WishKind

_SCHEMA = pl.Schema({"contact_id": pl.Int64, "number": pl.String, "list": pl.String})


def opposed_people(session: Session, contact_ids: pl.Series, but_list_id: int) -> pl.DataFrame:
    """contact_id, number, list: objections that lists other than one hold against people, by any of their numbers."""
    corrected = aliased(Opposition)
    put_right = exists().where(
        col(corrected.number) == col(Opposition.number),
        col(corrected.list_id) == col(Opposition.list_id),
        col(corrected.advertiser_id) == col(Opposition.advertiser_id),
        col(corrected.kind) == WishKind.CORRECTION,
    )
    query = (
        select(col(Phone.contact_id), col(Phone.number), col(ImportedList.name))
        .join(Opposition, col(Opposition.number) == digits_of(Phone))
        .join(ImportedList, col(ImportedList.id) == col(Opposition.list_id))
        .where(col(Opposition.kind) == WishKind.OBJECTION, col(Opposition.list_id) != but_list_id, ~put_right)
    )
    return read_rows_of(session, query, col(Phone.contact_id), contact_ids, _SCHEMA).unique()
