"""Loads a file of evidence: who is meant, what may be kept, and what it changes at once; all of it or nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import polars as pl
from sqlmodel import Session, SQLModel

from dialer.advertisers import advertiser_row
from dialer.bulk import insert_rows
from dialer.editions import judged, require_known_source, require_new_edition, without_known_numbers
from dialer.imports import Imported, begin_import, finish_import, require_usable
from dialer.limits import limits_of
from dialer.oppositions import stop_planned
from dialer.permitting import permissions_of
from dialer.refusals_beside import with_refusals
from dialer.schema import ListKind, Opposition, Telling
from dialer.scrubs import scrubs_of
from dialer.settings import Settings
from dialer.stopping import ask_again
from dialer.taken import Scope, Taken
from lists import ListReport
from lists.evidence_files import EvidenceFile
from lists.problems import Severity
from lists.progress import Progress, Step, silent

_LIMITS = frozenset({ListKind.OBJECTIONS, ListKind.OPPOSITION, ListKind.PAST_CALLS})


def import_evidence(
    session: Session,
    settings: Settings,
    file: EvidenceFile,
    name: str,
    now: datetime,
    *,
    source: str = "",
    as_of: date | None = None,
    advertiser: str = "",
    contacts: str = "",
    telling: Telling = Telling.PART,
    new_source: bool = False,
    accept_shorter: bool = False,
    strict: bool = False,
    progress: Progress = silent,
) -> Imported:
    """Store what a file says about people, and let it take effect.

    `source` is the CRM whose customer ids the file holds or, of an opposition list, the register whose state on
    `as_of` it shows; `new_source` and `accept_shorter` answer what `dialer.editions` asks about one. `advertiser` is
    for whom the file holds where a row does not say; `contacts` names the list that a scrub was of, where the hash does
    not tell; `telling` is how a call log tells of calls. What permits goes to people who are loaded; what limits is
    kept by number, whoever has it. Raises `NotPossible`, `NotFound` or `SettingsRefused`: the caller's transaction is
    then rolled back.
    """
    kind = ListKind(file.kind)
    toward = advertiser_row(session, settings, advertiser) if advertiser else None
    advertiser, advertiser_id = (toward.key, toward.id) if toward else ("", None)
    if kind is ListKind.OPPOSITION:
        require_new_edition(
            session,
            settings,
            file.report,
            source,
            as_of,
            advertiser,
            now.date(),
            accept_shorter=accept_shorter,
        )
        if not new_source:
            require_known_source(session, settings, source)
    row = begin_import(
        session,
        file.report,
        kind,
        name,
        now,
        source=source,
        as_of=as_of,
        advertiser_id=advertiser_id,
        again=kind is ListKind.OPPOSITION,
    )
    progress(Step.MATCH, 0, len(file.rows))
    taken = _taken(session, file, Scope(settings, kind, row.id, source, advertiser, telling), contacts)
    progress(Step.MATCH, len(file.rows), len(file.rows))
    problems = pl.concat([file.problems, taken.problems])
    report = _recounted(file.report, taken.problems)
    require_usable(report, problems, strict=strict)
    tables, told = taken.tables, {"whole_history": int(telling is Telling.WHOLE)}
    if kind is ListKind.OPPOSITION:
        numbers = tables[Opposition]
        edition, doubts = judged(session, row, report, len(numbers), accept_shorter=accept_shorter)
        session.add(edition)
        tables, problems = {Opposition: without_known_numbers(session, numbers, row)}, pl.concat([problems, doubts])
        told |= {"numbers": edition.numbers, "not_renewing": not edition.renews, "shorter_accepted": accept_shorter}
    for table, rows in tables.items():
        insert_rows(session, table, rows, progress)
    ask_again(session, taken.permitted.to_list(), now)
    stop_planned(session, row.id, now)
    stored = {_counted(table): len(rows) for table, rows in tables.items()}
    stored |= {name: int(count) for name, count in told.items() if count}
    return finish_import(session, row, report, problems, stored, now)


def _taken(session: Session, file: EvidenceFile, scope: Scope, contacts: str) -> Taken:
    if scope.kind is ListKind.SCRUBS:
        return scrubs_of(session, file, scope, contacts)
    taken = (limits_of if scope.kind in _LIMITS else permissions_of)(session, file, scope)
    return with_refusals(session, file, scope, taken)


def _recounted(report: ListReport, problems: pl.DataFrame) -> ListReport:
    """The rows that the database showed to be of no use are rejected like those that could not be read."""
    rejected = problems.filter(pl.col("severity") == Severity.REJECTED.value)["line"].n_unique()
    return replace(report, accepted=report.accepted - rejected, rejected=report.rejected + rejected)


def _counted(table: type[SQLModel]) -> str:
    return f"{table.__tablename__}s_added"
