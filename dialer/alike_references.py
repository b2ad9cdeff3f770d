"""Customer references that a spreadsheet wrote otherwise: `2.0` for 2, `004` for 4.

Kept apart from `naming`: a reference that is only alike names nobody; whoever wrote it is told what it looks like.
"""

from __future__ import annotations

import polars as pl
from sqlmodel import Session, select

from dialer.bulk import read_rows_of
from dialer.schema import CustomerReference

_KNOWN = pl.Schema({"looks_like": pl.String})
_DIGITS = r"^0*([0-9]+?)(?:[.,]0+)?$"


def looking_like(session: Session, references: pl.Series, source: str) -> pl.Series:
    """Beside each reference (null where there is none) the one of this source that it looks like; "" for most."""
    plain = references.str.extract(_DIGITS)
    asked = plain.set(plain == references, None)
    known = select(CustomerReference.external_id).where(CustomerReference.source == source)
    found = read_rows_of(session, known, CustomerReference.external_id, asked, _KNOWN)
    return asked.set(~asked.is_in(found["looks_like"].implode()), None).fill_null("")
