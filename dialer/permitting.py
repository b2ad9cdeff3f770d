"""What a file permits, as rows of tables: each goes to the one person whom its row names, or to nobody."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo

import polars as pl
from sqlmodel import Session, SQLModel, col, select

from dialer.bulk import read_rows_of
from dialer.limits import withdrawals_of
from dialer.naming import known_otherwise, named_people
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
from lists.evidence_files import EvidenceFile
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
_PLACES = pl.Schema({"contact_id": pl.Int64, "their_postcode": pl.String, "number": pl.String})


def permissions_of(session: Session, file: EvidenceFile, scope: Scope) -> Taken:
    """Rows of the kind's table for those whose row names one person who is loaded, and an advertiser who is known.

    A consent that was withdrawn opposes its numbers as well, whoever has them.
    """
    rows = with_advertisers(session, file.rows.with_row_index("row"), scope)
    homes = named_people(session, rows, scope.source).one_each()
    rows = rows.join(homes, on="row", maintain_order="left").with_columns(_named(), _first_fault(scope))
    others = pl.col("code").is_null() & known_otherwise(session, rows, scope.source)
    rows = rows.with_columns(pl.when(others).then(pl.lit("person-other-name")).otherwise("code").alias("code"))
    if scope.kind is ListKind.SLOTS:
        rows = _with_instants(session, rows)
    table, columns = _TABLES[scope.kind]
    kept = rows.filter(pl.col("code").is_null())
    tables: dict[type[SQLModel], pl.DataFrame] = {
        table: kept.select("contact_id", *columns, list_id=pl.lit(scope.list_id))
    }
    faults = rows
    if scope.kind is ListKind.CONSENTS:
        tables[Opposition], held = withdrawals_of(session, rows, scope)
        faults = rows.filter(~pl.col("row").is_in(held.implode()))
    return Taken(tables, remarked(faults), kept["contact_id"].unique())


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
