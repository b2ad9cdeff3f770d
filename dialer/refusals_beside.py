"""Words of refusal beside a number in a file of consents, contracts, requests, slots or calls: objections as well.

Kept apart from `permitting` and `limits`, which read what such a file is for.
"""

from __future__ import annotations

from dataclasses import replace

import polars as pl
from sqlmodel import Session

from dialer.limits import limits_of
from dialer.schema import ListKind, Opposition
from dialer.taken import Scope, Taken
from lists.evidence_files import EvidenceFile

_KEY = ("number", "kind", "advertiser_id", "list_id")


def with_refusals(session: Session, file: EvidenceFile, scope: Scope, taken: Taken) -> Taken:
    """`taken`, and the objections of `file.opposed`: toward everybody, in force at once, whoever has the number.

    One that names only a reference that nobody is known by has no effect, and is rejected as such.
    """
    if file.opposed.is_empty():
        return taken
    objecting = replace(scope, kind=ListKind.OBJECTIONS, advertiser="")
    refused = limits_of(session, replace(file, rows=file.opposed), objecting)
    said = [tables[Opposition] for tables in (taken.tables, refused.tables) if Opposition in tables]
    latest = pl.when(pl.col("said_on").is_not_null().all()).then(pl.col("said_on").max())
    opposed = pl.concat(said, how="diagonal").group_by(_KEY).agg(said_on=latest).sort(_KEY)
    lost = refused.problems.with_columns(code=pl.lit("prohibition-without-effect"))
    return replace(taken, tables={**taken.tables, Opposition: opposed}, problems=pl.concat([taken.problems, lost]))
