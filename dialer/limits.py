"""What a file says against calling, as rows of tables: kept by number, whoever has it, today or later."""

from __future__ import annotations

import polars as pl
from sqlmodel import Session, SQLModel

from dialer.advertisers import advertiser_row
from dialer.alike_references import looking_like
from dialer.naming import Named, named_people, numbers_of_people
from dialer.schema import ListKind, Opposition, PastCall, WishKind
from dialer.taken import Scope, Taken, remarked, with_advertisers
from lists.evidence_files import EvidenceFile
from lists.opposition_numbers import also_meant
from lists.problems import Severity

_DIGITS = pl.col("number").str.slice(1).cast(pl.Int64)
"""E.164 without its plus."""
_BEHIND = 1_000_000
"""Added to the ranks of numbers that a row does not write, but its reference stands for."""


def limits_of(session: Session, file: EvidenceFile, scope: Scope) -> Taken:
    """Objections, refusals, numbers of an opposition list, or calls made elsewhere.

    A row that names nothing but a customer reference is about all numbers of that person; a reference that nobody
    is known by is rejected, for it would limit nobody. An advertiser whom the settings do not know is taken to be
    every advertiser.
    """
    if scope.kind is ListKind.OPPOSITION:
        toward = advertiser_row(session, scope.settings, scope.advertiser).id if scope.advertiser else 0
        rows = _strictest(file.rows, scope, "number")
        return Taken({Opposition: rows.with_columns(kind=pl.lit(str(WishKind.OBJECTION)), advertiser_id=toward)})
    rows = with_advertisers(session, file.rows.with_row_index("row"), scope)
    named = named_people(session, rows, scope.source)
    reached = _numbers(session, rows, named)
    tables: dict[type[SQLModel], pl.DataFrame]
    if scope.kind is ListKind.PAST_CALLS:
        tables = {PastCall: _calls(reached, rows, scope)}
    else:
        tables = {Opposition: _opposed(_with_others_meant(reached), rows, scope)}
    return Taken(tables, pl.concat([_unreached(session, rows, reached, scope), _of_unknown_advertisers(rows)]))


def withdrawals_of(session: Session, rows: pl.DataFrame, scope: Scope) -> tuple[pl.DataFrame, pl.Series]:
    """Withdrawn consents as oppositions (R.223-3), and which rows they come from.

    Toward the advertiser whom the row or its notice names; toward all where neither tells.
    """
    withdrawn = rows.filter("withdrawn")
    notices = {notice.id: notice.advertiser for notice in scope.settings.notices}
    by_notice = pl.col("notice").replace_strict(notices, default="", return_dtype=pl.String)
    named_by = pl.when(pl.col("advertiser") == "").then(by_notice).otherwise("advertiser")
    told = with_advertisers(
        session, withdrawn.with_columns(named_by.alias("advertiser"), kind=pl.lit(str(WishKind.OBJECTION))), scope
    ).with_columns(said_on="withdrawn_on")
    reached = _numbers(session, told, named_people(session, told, scope.source))
    return _opposed(reached, told, scope), reached["row"].unique()


def _numbers(session: Session, rows: pl.DataFrame, named: Named) -> pl.DataFrame:
    """Which numbers (`row`, `number`, `rank`) each row is about: those that it names, else those of its reference."""
    written = rows.select("row", pl.col("numbers").alias("number")).explode("number").drop_nulls()
    theirs = named.by_id.join(numbers_of_people(session, named.by_id["contact_id"]), on="contact_id")
    ranked = written.with_columns(pl.int_range(pl.len()).over("row").alias("rank"))
    behind = theirs.select("row", "number", pl.col("rank") + _BEHIND)
    return pl.concat([ranked, behind]).unique(["row", "number"], keep="first", maintain_order=True)


def _calls(reached: pl.DataFrame, rows: pl.DataFrame, scope: Scope) -> pl.DataFrame:
    """Each call at every number that its row writes, or else the first of its reference, and at all that these may
    mean: which of several was called is not known, and to count too much is lawful."""
    called = reached.filter((pl.col("rank") < _BEHIND) | (pl.col("rank") == pl.col("rank").min().over("row")))
    calls = _with_others_meant(called).join(rows, on="row", maintain_order="left").explode("made_on", "made_at")
    return calls.select(
        *(_DIGITS, "advertiser_id", "made_on", "made_at"),
        list_id=pl.lit(scope.list_id),
        source=pl.lit(scope.source),
        telling=pl.lit(str(scope.telling)),
    )


def _with_others_meant(reached: pl.DataFrame) -> pl.DataFrame:
    """`row`, `number`: beside each number the others that whoever wrote it may have meant."""
    plain = reached.select("row", "number")
    others = also_meant(plain["number"].str.slice(1)).select(("+" + pl.col("number", "meant")).name.keep())
    meant = plain.join(others, on="number").select("row", number="meant")
    return pl.concat([plain, meant]).unique(maintain_order=True)


def _opposed(reached: pl.DataFrame, rows: pl.DataFrame, scope: Scope) -> pl.DataFrame:
    said = reached.select("row", _DIGITS).join(rows.drop("numbers"), on="row")
    toward = said.with_columns(pl.col("advertiser_id").fill_null(0))
    return _strictest(toward, scope, "number", "kind", "advertiser_id")


def _strictest(rows: pl.DataFrame, scope: Scope, *key: str) -> pl.DataFrame:
    """One row per key, in its order: the latest day, or none as soon as one of them is unknown."""
    latest = pl.when(pl.col("said_on").is_not_null().all()).then(pl.col("said_on").max())
    return rows.group_by(key).agg(said_on=latest).sort(key).with_columns(list_id=pl.lit(scope.list_id))


def _unreached(session: Session, rows: pl.DataFrame, reached: pl.DataFrame, scope: Scope) -> pl.DataFrame:
    lost = rows.join(reached, on="row", how="anti", maintain_order="left")
    if scope.source:
        alike = looking_like(session, lost["external_id"], scope.source).alias("detail")
        code = pl.when(pl.col("detail") == "").then(pl.lit("person-unknown")).otherwise(pl.lit("reference-alike"))
    else:
        alike, code = pl.repeat("", len(lost), eager=True).alias("detail"), pl.lit("reference-without-source")
    told = lost.with_columns(alike).with_columns(code.alias("code"), pl.col("external_id").fill_null("").alias("value"))
    return remarked(told)


def _of_unknown_advertisers(rows: pl.DataFrame) -> pl.DataFrame:
    unknown = rows.filter(pl.col("advertiser_id").is_null() & (pl.col("advertiser") != ""))
    told = unknown.with_columns(pl.lit("advertiser-unknown-all").alias("code"), pl.col("advertiser").alias("value"))
    return remarked(told, Severity.WARNING)
