"""The daily deletion of what was kept for as long as it may be; what went is told in the chain, kind by kind.

A clock that jumped ahead would delete years at once: where the records show a week without a single row, somebody has
to say that the clock is right.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from dialer import audit
from dialer.audit import AuditKind
from dialer.driver import Driver
from dialer.errors import NotPossible
from dialer.outlook import OFFICE_ZONE
from dialer.recording_digests import attempts_recorded
from dialer.retention import Due, due
from dialer.schema import (
    AccessLog,
    Attempt,
    AuditRow,
    CallbackRequest,
    ConsentRow,
    Contact,
    PastCall,
    PersonKey,
    Remark,
    Wish,
)
from dialer.taking_out import TakenOut, hide_number, take_out
from dialer.workspace import Workspace

LONGEST_SILENCE = timedelta(days=7)
_AT_ONCE = 5_000
"""Rows named in one statement; databases bound the number of parameters."""


class ClockInDoubt(NotPossible):
    """So long nothing was recorded that the clock may have jumped ahead; nothing is deleted until somebody says no."""


def apply_retention(workspace: Workspace, *, clock_is_right: bool = False, most_people: int | None = None) -> Due:
    """Delete what is over today, all in one transaction; gives what it was. `most_people`: so many at once.

    Raises `ClockInDoubt`, `ClockWentBack`, `SettingsRefused`, `OSError` for a recording that cannot be deleted:
    nothing is changed in the database then.
    """
    with workspace.store.transaction() as session:
        now = workspace.clock.now()
        audit.require_clock_goes_on(session, now)
        if not clock_is_right:
            _require_no_jump(session, now)
        found = due(session, workspace.settings, now.astimezone(OFFICE_ZONE).date())
        found.prospects = found.prospects[:most_people]
        taken = _delete(session, workspace, found, now)
        audit.append(session, AuditKind.RETENTION, _told(workspace, found, taken, clock_is_right), now)
        for path in found.recordings:
            path.unlink(missing_ok=True)
    return found


def last_applied(session: Session) -> datetime | None:
    """When the table was last applied."""
    rows = select(AuditRow.at).where(AuditRow.kind == str(AuditKind.RETENTION))
    return session.exec(rows.order_by(col(AuditRow.seq).desc()).limit(1)).first()


def _require_no_jump(session: Session, now: datetime) -> None:
    """Every day on record since the last time, and today, must lie within a week of the one before."""
    days = [*_days_since_last(session), now.date()]
    for before, after in pairwise(days):
        if after - before > LONGEST_SILENCE:
            raise ClockInDoubt(
                f"nothing is on record between {before} and {after}: if the clock jumped ahead, too much would be "
                "deleted. Set it right; if it is right, say so: `dialer retention apply --clock-is-right`",
                f"rien au journal entre le {before} et le {after} : si l'horloge a sauté, trop de données seraient "
                "effacées. La mettre à l'heure, ou dire qu'elle est juste : `dialer retention apply --clock-is-right`",
            )


def _days_since_last(session: Session) -> list[date]:
    driver = Driver(session)
    day = "CAST(at AT TIME ZONE 'UTC' AS date)" if driver.postgresql else "substr(at, 1, 10)"
    last = "coalesce((SELECT max(seq) FROM audit WHERE kind = 'retention'), 0)"
    rows = driver.rows(f"SELECT DISTINCT {day} AS day FROM audit WHERE seq >= {last} ORDER BY day")
    return [date.fromisoformat(str(found)) for (found,) in rows]


def _delete(session: Session, workspace: Workspace, found: Due, now: datetime) -> list[TakenOut]:
    for ids in _chunks(found.sources):
        session.execute(update(Wish).where(col(Wish.id).in_(ids)).values(source=""))
    for ids in _chunks(found.notes):
        session.execute(delete(Remark).where(col(Remark.sha256).in_(ids)))
    _consents(session, found)
    _remove(session, CallbackRequest, found.callbacks)
    people = [session.get_one(Contact, contact_id) for contact_id in found.prospects]
    taken = [take_out(session, workspace.pseudonyms, person, now, objects_on=None) for person in people]
    _remove(session, AccessLog, found.looks)
    _remove(session, PersonKey, found.keys)
    for attempt_id in found.attempts:
        hide_number(session, workspace.pseudonyms, session.get_one(Attempt, attempt_id))
    _remove(session, PastCall, found.past_calls)
    session.flush()
    session.expire_all()
    return taken


def _consents(session: Session, found: Due) -> None:
    """With the words of their proofs. A withdrawal limits calls: its row stays, without the proof."""
    for ids in _chunks(found.consents):
        over = col(ConsentRow.id).in_(ids)
        for consent in session.exec(select(ConsentRow).where(over)).all():
            same = col(Remark.contact_id) == consent.contact_id, col(Remark.text) == consent.proof
            session.execute(delete(Remark).where(*same).execution_options(synchronize_session=False))
        session.execute(update(ConsentRow).where(over, col(ConsentRow.withdrawn)).values(proof=""))
        session.execute(delete(ConsentRow).where(over, ~col(ConsentRow.withdrawn)))


def _remove(session: Session, table: type[Any], ids: Sequence[Any]) -> None:
    key = table.contact_id if table is PersonKey else table.id
    for chunk in _chunks(ids):
        session.execute(delete(table).where(key.in_(chunk)).execution_options(synchronize_session=False))


def _chunks(ids: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (ids[start : start + _AT_ONCE] for start in range(0, len(ids), _AT_ONCE))


def _told(workspace: Workspace, found: Due, taken: Sequence[TakenOut], clock_is_right: bool) -> dict[str, object]:
    return {
        "on": found.on.isoformat(),
        "removed": {str(data): count for data, count in found.counts().items() if count},
        "recorded": [*attempts_recorded(found.recordings), *found.vanished],
        "months": {str(data): period.months for data, period in found.periods.items()},
        "persons": [workspace.pseudonyms.of(contact_id) for contact_id in found.prospects],
        "keys": [workspace.pseudonyms.of(contact_id) for contact_id in found.keys],
        "wishes": [wish for each in taken for wish in each.wishes],
        "holds": list(found.holds),
        "clock_confirmed": clock_is_right,
    }
