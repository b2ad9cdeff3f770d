"""Editions of an opposition list: each shows the state of one day, and adds what earlier ones did not hold."""

from __future__ import annotations

from datetime import date

import polars as pl
from sqlalchemy import String, cast
from sqlmodel import Session, col, select

from dialer.bulk import read_rows
from dialer.errors import NotPossible
from dialer.schema import Advertiser, ImportedList, ListKind, Opposition
from dialer.settings import Settings

_HELD = pl.Schema({"number": pl.Int64, "held_on": pl.String})


def require_new_edition(
    session: Session, settings: Settings, sha256: str, source: str, as_of: date | None, advertiser: str, today: date
) -> None:
    """Raises `NotPossible` for an edition without source or day, of a day to come, for the wrong advertiser, or that
    is there already. The same file with a later day is new: it says that nothing has changed since."""
    if not source or as_of is None:
        raise NotPossible(
            "an opposition list ages: say where it comes from and whose day's state it shows, for example "
            "--source groupe --as-of 2026-11-20",
            "une liste d'opposition vieillit : dire d'où elle vient et de quel jour elle montre l'état, par exemple "
            "--source groupe --as-of 2026-11-20",
        )
    if as_of > today:
        raise NotPossible(
            f"--as-of {as_of}: a day to come; give the day whose state the list shows",
            f"--as-of {as_of} : un jour à venir ; donner le jour dont la liste montre l'état",
        )
    for declared in settings.opposition_sources:
        if declared.id == source and declared.advertiser not in ("", advertiser):
            raise _of_another(source, declared.advertiser)
        if declared.id == source and not declared.advertiser and advertiser:
            raise _of_everybody(source)
    ours = select(Advertiser.id).where(Advertiser.key == advertiser)
    toward = col(ImportedList.advertiser_id).in_(ours) if advertiser else col(ImportedList.advertiser_id).is_(None)
    same = session.exec(
        select(ImportedList).where(
            ImportedList.kind == ListKind.OPPOSITION,
            ImportedList.source == source,
            ImportedList.sha256 == sha256,
            col(ImportedList.as_of) >= as_of,
            toward,
        )
    ).first()
    if same:
        raise NotPossible(
            f"this very file was already imported as {same.name!r} with the state of {same.as_of}; give a later "
            "--as-of if it is unchanged since",
            f"ce même fichier a déjà été importé sous le nom {same.name!r} avec l'état du {same.as_of} ; donner un "
            "--as-of plus récent s'il n'a pas changé depuis",
        )


def without_known_numbers(session: Session, rows: pl.DataFrame, edition: ImportedList) -> pl.DataFrame:
    """The oppositions that no earlier edition of the source holds, or holds with an earlier day only."""
    earlier = (
        select(Opposition.number, cast(Opposition.said_on, String))
        .join(ImportedList, col(ImportedList.id) == Opposition.list_id)
        .where(
            ImportedList.kind == ListKind.OPPOSITION,
            ImportedList.source == edition.source,
            ImportedList.id != edition.id,
            Opposition.advertiser_id == (edition.advertiser_id or 0),
        )
    )
    # a day that is unknown counts as today: nothing is later
    far = pl.lit(date.max)
    days = pl.col("held_on").str.to_date("%Y-%m-%d").fill_null(far)
    held = read_rows(session, earlier, _HELD).group_by("number").agg(days.max())
    return (
        rows.join(held, on="number", how="left", maintain_order="left")
        .filter(pl.col("held_on").is_null() | (pl.col("said_on").fill_null(far) > pl.col("held_on")))
        .drop("held_on")
    )


def _of_another(source: str, advertiser: str) -> NotPossible:
    return NotPossible(
        f"source {source!r} is declared for the advertiser {advertiser!r}: import it with --advertiser {advertiser}",
        f"la source {source!r} est déclarée pour l'annonceur {advertiser!r} : l'importer avec "
        f"--advertiser {advertiser}",
    )


def _of_everybody(source: str) -> NotPossible:
    return NotPossible(
        f"source {source!r} is declared for every advertiser: import it without --advertiser",
        f"la source {source!r} est déclarée pour tous les annonceurs : l'importer sans --advertiser",
    )
