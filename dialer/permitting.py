"""What a file permits, as rows of tables: each goes to the one person whom its row names, or to nobody."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo

import polars as pl
from sqlmodel import Session, SQLModel, col, select

from dialer.bulk import read_rows_of
from dialer.limits import withdrawals_of
from dialer.naming import Named, known_otherwise, named_people
from dialer.schema import (
    AgreedSlot,
    CallbackRequest,
    ConsentRow,
    Contact,
    ContractRow,
    ListKind,
    Opposition,
    Phone,
)
from dialer.taken import Scope, Taken, remarked, with_advertisers
from lists.consent_terms import SYSTEMS
from lists.evidence_files import EvidenceFile
from lists.problems import Severity
from rules.places import possible_places

_TABLES: dict[ListKind, tuple[type[SQLModel], tuple[str, ...]]] = {
    ListKind.CONSENTS: (
        ConsentRow,
        (
            "collected_on", "notice", "proof", "systems", "channels", "hours", "until", "advertiser", "sectors",
            "any_hour", "withdrawn", "withdrawn_on",
        ),
    ),
    ListKind.CONTRACTS: (ContractRow, ("advertiser_id", "object", "since", "until", "proof")),
    ListKind.CALLBACKS: (CallbackRequest, ("advertiser_id", "object", "requested_on", "proof")),
    ListKind.SLOTS: (AgreedSlot, ("advertiser_id", "at", "proof")),
}  # fmt: skip
_FOR_SOMEBODY = frozenset({ListKind.CONTRACTS, ListKind.CALLBACKS, ListKind.SLOTS})
"""What was signed with, asked of or agreed with one professional lets no other call."""
_AGREES_TO_LESS = pl.any_horizontal(
    pl.col("hours") != "",
    pl.col("until").is_not_null(),
    (pl.col("channels") != "") & ~pl.col("channels").str.contains("voice", literal=True),
    (pl.col("systems") != "") & (pl.col("systems") != ";".join(SYSTEMS)),
)
"""As `lists.consent.NARROWS`, of a file of consents."""
_PLACES = pl.Schema({"contact_id": pl.Int64, "their_postcode": pl.String, "number": pl.String})


def permissions_of(session: Session, file: EvidenceFile, scope: Scope) -> Taken:
    """Rows of the kind's table for those whose row names one person who is loaded, and an advertiser who is known.

    A consent that was withdrawn opposes its numbers as well, whoever has them.
    """
    rows = with_advertisers(session, file.rows.with_row_index("row"), scope)
    named = named_people(session, rows, scope.source)
    rows = rows.join(named.one_each(), on="row", maintain_order="left").with_columns(_named(), _first_fault(scope))
    others = pl.col("code").is_null() & known_otherwise(session, rows, scope.source)
    rows = rows.with_columns(pl.when(others).then(pl.lit("person-other-name")).otherwise("code").alias("code"))
    if scope.kind is ListKind.SLOTS:
        rows = _with_instants(session, rows)
    table, columns = _TABLES[scope.kind]
    kept = stored = rows.filter(pl.col("code").is_null())
    faults, doubts = rows, rows.clear()
    if scope.kind is ListKind.CONTRACTS:
        ends = _ends_in_doubt(rows, named)
        ended = pl.col("row").is_in(ends["row"].unique().implode())
        stored, faults, doubts = pl.concat([kept, ends.select(kept.columns)]), rows.filter(~ended), rows.filter(ended)
    tables: dict[type[SQLModel], pl.DataFrame] = {
        table: stored.select("contact_id", *columns, list_id=pl.lit(scope.list_id))
    }
    if scope.kind is ListKind.CONSENTS:
        tables[Opposition], held = withdrawals_of(session, rows, scope)
        faults = rows.filter(~pl.col("row").is_in(held.implode()))
        doubts = _narrowing(faults, named)
        narrowed = doubts.select("contact_id", *columns, list_id=pl.lit(scope.list_id))
        tables[table] = pl.concat([tables[table], narrowed])
        doubts = doubts.unique("row")
    told = pl.concat([remarked(faults), remarked(doubts, Severity.WARNING), remarked(_without_effect(faults))])
    return Taken(tables, told, kept["contact_id"].unique())


def _without_effect(faults: pl.DataFrame) -> pl.DataFrame:
    """Withdrawals among rows that reach nobody."""
    withdrawn = faults.filter("withdrawn") if "withdrawn" in faults.columns else faults.clear()
    return withdrawn.with_columns(code=pl.lit("prohibition-without-effect"))


def _narrowing(rows: pl.DataFrame, named: Named) -> pl.DataFrame:
    """Consents that agree to less and are given to nobody, for everybody whom their row may name: without proof they
    permit nothing, and limit all the same. Toward an advertiser who is not known is toward all."""
    people = pl.concat([named.by_number, named.by_id.select("row", "contact_id")]).unique(maintain_order=True)
    unknown = pl.col("code") == "advertiser-unknown"
    return (
        rows.filter(pl.col("code").is_not_null(), ~pl.col("withdrawn"), _AGREES_TO_LESS)
        .with_columns(
            advertiser=pl.when(unknown).then(pl.lit("")).otherwise("advertiser"),
            proof=pl.lit(""),
            code=pl.lit("consent-still-narrows"),
        )
        .drop("contact_id")
        .join(people, on="row", maintain_order="left")
        .select(rows.columns)
    )


def _ends_in_doubt(rows: pl.DataFrame, named: Named) -> pl.DataFrame:
    """The ends told by rows that permit nothing, for everybody whom they may name; without proof they open no call."""
    people = pl.concat([named.by_number, named.by_id.select("row", "contact_id")]).unique(maintain_order=True)
    doubtful = rows.filter(pl.col("code").is_not_null() & pl.col("until").is_not_null()).drop("contact_id")
    return doubtful.with_columns(proof=pl.lit("")).join(people, on="row", maintain_order="left")


def _named() -> pl.Expr:
    """What the row calls the person, for a report."""
    return pl.coalesce(pl.col("numbers").list.first(), "external_id").fill_null("").alias("value")


def _first_fault(scope: Scope) -> pl.Expr:
    """The code of why a row permits nothing, else null."""
    unknown = pl.col("advertiser_id").is_null() & (pl.col("advertiser") != "")
    missing = pl.lit(scope.kind in _FOR_SOMEBODY) & (pl.col("advertiser") == "")
    reference_alone = pl.col("numbers").list.len() == 0
    return (
        pl.when(reference_alone & pl.lit(not scope.source))
        .then(pl.lit("reference-without-source"))
        .when(pl.col("code").is_not_null())
        .then("code")
        .when(unknown)
        .then(pl.lit("advertiser-unknown"))
        .when(missing)
        .then(pl.lit("advertiser-missing"))
        .alias("code")
    )


def _with_instants(session: Session, rows: pl.DataFrame) -> pl.DataFrame:
    """`at` as an instant: local times are read on the person's own clock, where there is exactly one."""
    places = (
        select(Contact.id, Contact.postcode, Phone.number)
        .join(Phone, col(Phone.contact_id) == Contact.id)
        .order_by(col(Phone.rank))
    )
    people = read_rows_of(session, places, Contact.id, rows["contact_id"], _PLACES)
    known = people.unique("contact_id", keep="first", maintain_order=True)
    read = [
        _instant(row["at"], row["offset"], row["their_postcode"] or row["postcode"], row["number"] or "")
        for row in rows.join(known, on="contact_id", how="left", maintain_order="left").iter_rows(named=True)
    ]
    instants = pl.Series("at", [at for at, _ in read], dtype=pl.Datetime("us", str(UTC)))
    faults = pl.Series("slot_code", [code for _, code in read], dtype=pl.String)
    return rows.with_columns(instants, faults).with_columns(pl.coalesce("code", "slot_code").alias("code"))


def _instant(
    local: datetime, offset: timedelta | None, postcode: str | None, number: str
) -> tuple[datetime | None, str | None]:
    """A local time on the clock of a place, or the code of why it is none."""
    if offset is not None:
        return (local - offset).replace(tzinfo=UTC), None
    zones = {place.zone for place in possible_places(postcode, number)}
    if len(zones) != 1 or None in zones:
        return None, "slot-place-unknown"
    (zone,) = zones
    return _on_the_clock(local, zone)


def _on_the_clock(local: datetime, zone: tzinfo | None) -> tuple[datetime | None, str | None]:
    """When clocks are changed, an hour is missing or comes twice: neither is a precise time."""
    once, again = (local.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if once.utcoffset() != again.utcoffset():
        return None, "slot-no-such-time"
    return once.astimezone(UTC), None
