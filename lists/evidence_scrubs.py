"""Files of scrubs against Bloctel: which file was sent, when it came back, and what it lost.

Kept apart because it is history: the register ended on 2026-08-10, and nothing but this proof may be kept of it.
"""

from __future__ import annotations

import re
from datetime import date

import polars as pl

from lists.cells import Cells, Reading
from lists.dates import read_date, without_time
from lists.evidence import Said
from lists.evidence_permits import refuse
from lists.fields import Field

FIRST_DAY, LAST_DAY = date(2023, 1, 1), date(2026, 8, 10)
"""When a file that came back may count (dossier, section 6)."""


def scrubs(cells: Cells, today: date) -> Said:
    """`sha256`, `uploaded_on`, `returned_on`, `rows_in`, `rows_removed`; a row that lacks one is left out."""
    digest, sent, back, rows_in, removed = (
        cells.single(field)
        for field in (Field.FILE_HASH, Field.UPLOADED_ON, Field.RETURNED_ON, Field.ROWS_IN, Field.ROWS_REMOVED)
    )
    hashes, _ = digest.read(_read_hash, pl.String)
    uploaded, _ = sent.read(lambda text: Reading(read_date(text)), pl.Date, by=without_time)
    returned, _ = back.read(lambda text: Reading(read_date(text)), pl.Date, by=without_time)
    counts, _ = rows_in.read(_read_count, pl.Int64)
    losses, _ = removed.read(_read_count, pl.Int64)
    undated = uploaded.is_null() | returned.is_null()
    uncounted = counts.is_null() | losses.is_null()
    return {
        "sha256": hashes,
        "uploaded_on": uploaded,
        "returned_on": returned,
        "rows_in": counts,
        "rows_removed": losses,
    }, pl.concat(
        [
            refuse(digest, "scrub-hash-unreadable", hashes.is_null()),
            refuse(back, "scrub-date-unreadable", undated),
            refuse(back, "scrub-date-outside", ~returned.is_between(FIRST_DAY, min(LAST_DAY, today))),
            refuse(back, "scrub-date-order", uploaded > returned),
            refuse(rows_in, "scrub-rows-unreadable", uncounted),
            refuse(removed, "scrub-rows-removed", losses > counts),
        ]
    )


def _read_hash(text: str) -> Reading[str | None]:
    digest = re.sub(r"\s", "", text).lower()
    return Reading(digest if re.fullmatch(r"[0-9a-f]{64}", digest) else None)


def _read_count(text: str) -> Reading[int | None]:
    digits = re.sub(r"[\s\u00a0\u202f]", "", text)
    return Reading(int(digits) if re.fullmatch(r"[0-9]{1,10}", digits) else None)
