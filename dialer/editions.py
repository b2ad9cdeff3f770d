"""Editions of an opposition list: each shows the state of one day, and adds what earlier ones did not hold."""

from __future__ import annotations

from datetime import date
from difflib import get_close_matches
from fractions import Fraction

import polars as pl
from sqlalchemy import String, cast
from sqlmodel import Session, col, select

from dialer.bulk import read_rows
from dialer.errors import NotPossible
from dialer.imports import is_same_list
from dialer.schema import Advertiser, Edition, ImportedList, ListKind, Opposition
from dialer.settings import Settings
from lists import ListReport
from lists.fields import plain
from lists.problems import found, nothing_found

DOUBTS = UNREADABLE, SHORTER = "edition-unreadable", "edition-shorter"
"""Problems for which an edition does not make its source fresh."""
_MOST_REJECTED = Fraction(1, 100)
_LEAST_HELD = Fraction(1, 2)
"""Shares: of the rows, and of the numbers of the edition before. Beyond them a file is likely cut off or misread."""
_ALIKE = 0.7
"""From here on two names of sources are likely the same with a typing error (`difflib`, 1 for equal ones)."""
_HELD = pl.Schema({"number": pl.Int64, "held_on": pl.String})


def require_new_edition(
    session: Session,
    settings: Settings,
    report: ListReport,
    source: str,
    as_of: date | None,
    advertiser: str,
    today: date,
    *,
    accept_shorter: bool,
) -> None:
    """Raises `NotPossible` for an edition without source or day, of a day to come, for the wrong advertiser, or that
    is there already. The same file with a later day is new: it says that nothing has changed since. So is one that
    did not renew its source because it was shorter, once that is accepted."""
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
    stored = session.exec(
        select(ImportedList)
        .join(Edition)
        .where(
            ImportedList.kind == ListKind.OPPOSITION,
            ImportedList.source == source,
            ImportedList.sha256 == report.sha256,
            col(ImportedList.as_of) >= as_of,
            toward,
            *([col(Edition.renews)] if accept_shorter else []),
        )
    )
    same = next((each for each in stored if is_same_list(each, report)), None)
    if same:
        raise NotPossible(
            f"this very file was already imported as {same.name!r} with the state of {same.as_of}; give a later "
            "--as-of if it is unchanged since",
            f"ce même fichier a déjà été importé sous le nom {same.name!r} avec l'état du {same.as_of} ; donner un "
            "--as-of plus récent s'il n'a pas changé depuis",
        )


def similar_source(session: Session, settings: Settings, source: str) -> str | None:
    """The source that is meant if this name, which nobody knows, has a typing error; None where none is like it."""
    editions = select(ImportedList.source).where(ImportedList.kind == ListKind.OPPOSITION).distinct()
    known = {*session.exec(editions), *(declared.id for declared in settings.opposition_sources)}
    by_letters = {plain(each): each for each in sorted(known)}
    alike = [] if source in known else get_close_matches(plain(source), by_letters, n=1, cutoff=_ALIKE)
    return by_letters[alike[0]] if alike else None


def require_known_source(session: Session, settings: Settings, source: str) -> None:
    """Raises `NotPossible` for an unknown source whose name is like a known one: that one would go stale unseen."""
    if meant := similar_source(session, settings, source):
        raise NotPossible(
            f"no source {source!r} is known, but {meant!r} is: import with --source {meant}, or add --new-source if it "
            "is another one",
            f"pas de source {source!r}, mais il y a {meant!r} : importer avec --source {meant}, ou ajouter "
            "--new-source si c'en est une autre",
        )


def judged(
    session: Session, edition: ImportedList, report: ListReport, numbers: int, *, accept_shorter: bool
) -> tuple[Edition, pl.DataFrame]:
    """What an edition of so many numbers is worth, and the problems for which it does not renew its source.

    It is held against the newest edition that did renew it. `accept_shorter` speaks for numbers that are gone, never
    for rows that could not be read.
    """
    problems = [nothing_found()]
    if report.rejected > _MOST_REJECTED * report.rows_read:
        problems.append(_doubt(UNREADABLE, f"{report.rejected} / {report.rows_read}"))
    renewing = (
        select(Edition.numbers)
        .join(ImportedList)
        .where(
            ImportedList.source == edition.source,
            ImportedList.advertiser_id == edition.advertiser_id,
            ImportedList.id != edition.id,
            col(Edition.renews),
        )
    )
    before = session.exec(renewing.order_by(col(ImportedList.as_of).desc(), col(ImportedList.id).desc())).first()
    if before and numbers < _LEAST_HELD * before and not accept_shorter:
        problems.append(_doubt(SHORTER, f"{numbers} / {before}"))
    return Edition(list_id=edition.id, numbers=numbers, renews=len(problems) == 1), pl.concat(problems)


def _doubt(code: str, detail: str) -> pl.DataFrame:
    return found(code, lines=1, column="", values="", detail=detail)


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
