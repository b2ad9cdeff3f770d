"""What of a file of evidence goes into the tables, and the scope in which it is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl
from sqlmodel import Session, SQLModel

from dialer.advertisers import advertiser_row, keys_of
from dialer.schema import ListKind, Telling
from dialer.settings import Settings
from lists.problems import Severity, found, nothing_found


@dataclass(frozen=True, slots=True)
class Scope:
    """The import that a file is part of: its list, the CRM of its customer ids, and for which advertiser it holds."""

    settings: Settings
    kind: ListKind
    list_id: int
    source: str
    advertiser: str
    """Key of the advertiser where a row names none; empty: not said."""
    telling: Telling = Telling.PART
    """Of past calls: whether the file adds to what is known of its source, or repeats it."""


@dataclass(frozen=True, slots=True)
class Taken:
    """Rows of tables, the problems of what was left out, and the contacts whom something new permits to call."""

    tables: Mapping[type[SQLModel], pl.DataFrame]
    problems: pl.DataFrame = field(default_factory=nothing_found)
    permitted: pl.Series = field(default_factory=lambda: pl.Series(dtype=pl.Int64))


def with_advertisers(session: Session, rows: pl.DataFrame, scope: Scope) -> pl.DataFrame:
    """`advertiser` as the key of whom a row names, or whom the import is for; `advertiser_id` beside it.

    A name that the settings do not know stays as it is written, without an id.
    """
    written = rows["advertiser"].fill_null("").replace("", scope.advertiser)
    keys = keys_of(scope.settings, written.unique())
    ids = {key: advertiser_row(session, scope.settings, key).id for key in set(keys.values())}
    return rows.with_columns(written.replace(keys).alias("advertiser")).with_columns(
        pl.col("advertiser").replace_strict(ids, default=None, return_dtype=pl.Int64).alias("advertiser_id")
    )


def remarked(rows: pl.DataFrame, severity: Severity = Severity.REJECTED) -> pl.DataFrame:
    """Problems of rows that bear a `code`, at their `line`; `value` is what the row names, `detail`, where there is
    that column, what more there is to say."""
    wrong = rows.filter(pl.col("code").is_not_null())
    problems = [
        found(
            code,
            lines=each["line"],
            column="",
            values=each["value"],
            severity=severity,
            detail=each["detail"] if "detail" in each.columns else "",
        )
        for (code,), each in wrong.partition_by("code", as_dict=True, maintain_order=True).items()
    ]
    return pl.concat([nothing_found(), *problems])
