"""What has been kept for as long as it may be: found for any day, kind by kind, without what a legal hold stands over.

Apart from deleting it (`retention_run`): what will go can be shown beforehand, and is then what goes.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, or_
from sqlmodel import Session, col, func, select

from dialer import ledger
from dialer.audit import AuditKind
from dialer.held import standing_holds
from dialer.kept_recordings import KeepReason, what_became
from dialer.outlook import OFFICE_ZONE
from dialer.recording_digests import vanished
from dialer.recordings import recordings_of
from dialer.retention_table import Kept, Period, periods
from dialer.schema import (
    AccessLog,
    Attempt,
    AuditRow,
    CallbackRequest,
    Candidate,
    ConsentRow,
    Contact,
    ContractRow,
    DecisionRow,
    ImportedList,
    LegalHold,
    Origin,
    PastCall,
    PersonKey,
    Phone,
    Remark,
    Wish,
)
from dialer.settings import Settings
from dialer.traces import RECORDINGS

_KINDS = {KeepReason.CONTRACT: Kept.SALE_RECORDINGS, KeepReason.NO_CONTRACT: Kept.NO_SALE_RECORDINGS}


@dataclass(slots=True)
class Due:
    """What is over on a day: ids by kind, recordings as files. `holds` kept back `held` people, or everything."""

    on: date
    periods: Mapping[Kept, Period]
    holds: tuple[int, ...] = ()
    held: frozenset[int] = frozenset()
    everything_held: bool = False
    vanished: list[str] = field(default_factory=list)
    """Attempts whose recording went without a row that tells so."""
    recordings: list[Path] = field(default_factory=list)
    became: Mapping[str, KeepReason] = field(default_factory=dict)
    """By attempt, whether a contract followed it, where somebody said."""
    notes: list[str] = field(default_factory=list)
    sources: list[int] = field(default_factory=list)
    """Wishes whose source says the same words once more."""
    consents: list[int] = field(default_factory=list)
    callbacks: list[int] = field(default_factory=list)
    prospects: list[int] = field(default_factory=list)
    looks: list[int] = field(default_factory=list)
    keys: list[int] = field(default_factory=list)
    """People whose newest decision is over: their facts become unreadable."""
    attempts: list[str] = field(default_factory=list)
    past_calls: list[int] = field(default_factory=list)

    def counts(self) -> dict[Kept, int]:
        recordings = Counter(_kind(self.became.get(path.stem)) for path in self.recordings)
        return {
            **{kind: recordings[kind] for kind in (Kept.RECORDINGS, Kept.SALE_RECORDINGS, Kept.NO_SALE_RECORDINGS)},
            Kept.NOTES: max(len(self.notes), len(self.sources)),
            Kept.CONSENT_PROOFS: len(self.consents),
            Kept.CALLBACK_PROOFS: len(self.callbacks),
            Kept.PROSPECTS: len(self.prospects),
            Kept.ACCESS_LOG: len(self.looks),
            Kept.ATTEMPT_LOG: len(self.keys) + len(self.attempts) + len(self.past_calls),
        }


def due(session: Session, settings: Settings, on: date) -> Due:
    """Everything that is over on that day. Raises `SettingsRefused` for a period that the law does not permit."""
    found = Due(on, periods(settings.retention, on))
    standing = session.exec(standing_holds()).all()
    found.holds = tuple(hold.id for hold in standing)
    found.everything_held = any(hold.contact_id is None and hold.campaign_id is None for hold in standing)
    if found.everything_held:
        return found
    found.held = held = frozenset(_held_people(session, standing))
    days = {data: period.cutoff(on) for data, period in found.periods.items()}
    _recordings(session, settings, found, days)
    found.vanished = _vanished(session, settings, found, days)
    found.notes = _notes(session, days[Kept.NOTES], held)
    found.sources = _free(session.exec(_sources(days[Kept.NOTES])), held)
    found.consents = _free(session.exec(_consents(days[Kept.CONSENT_PROOFS])), held)
    found.callbacks = _free(session.exec(_callbacks(days[Kept.CALLBACK_PROOFS])), held)
    found.prospects = _prospects(session, days[Kept.PROSPECTS], on, held)
    looks = select(AccessLog.id).where(col(AccessLog.at) < midnight(days[Kept.ACCESS_LOG]))
    found.looks = list(session.exec(looks))
    _calls(session, found, days[Kept.ATTEMPT_LOG])
    return found


def midnight(day: date) -> datetime:
    """The instant at which a day of the office begins."""
    return datetime.combine(day, time(), OFFICE_ZONE).astimezone(UTC)


def _free(rows: Any, held: Collection[int]) -> list[Any]:
    """The first column of the rows whose second one names nobody held."""
    return [what for what, whose in rows if whose not in held]


def _held_people(session: Session, standing: Sequence[LegalHold]) -> Iterator[int]:
    for hold in standing:
        if hold.contact_id is not None:
            yield hold.contact_id
        for table in (Candidate, Attempt, DecisionRow) if hold.campaign_id is not None else ():
            yield from session.exec(select(table.contact_id).where(table.campaign_id == hold.campaign_id).distinct())


def _recordings(session: Session, settings: Settings, found: Due, days: Mapping[Kept, date]) -> None:
    """Files by the day they were last written: at the end of the call."""
    paths = sorted((settings.folder / RECORDINGS).glob("*.wav"))
    if not paths:
        return
    found.became, first = what_became(session), _first_days(settings, found.on, days)
    over = {path for path in paths if _written_on(path) < first[_kind(found.became.get(path.stem))]}
    found.recordings = sorted(over - set(recordings_of(session, settings.folder, found.held)) if over else over)


def _kind(became: KeepReason | None) -> Kept:
    return _KINDS[became] if became else Kept.RECORDINGS


def _first_days(settings: Settings, on: date, days: Mapping[Kept, date]) -> Mapping[Kept, date]:
    """From which day on a recording is kept: whichever of both settings is shorter, but where a contract followed."""
    shortest = max(days[Kept.RECORDINGS], on - timedelta(days=settings.recording_days))
    return {
        Kept.RECORDINGS: shortest,
        Kept.NO_SALE_RECORDINGS: max(shortest, days[Kept.NO_SALE_RECORDINGS]),
        Kept.SALE_RECORDINGS: days[Kept.SALE_RECORDINGS],
    }


def _vanished(session: Session, settings: Settings, found: Due, days: Mapping[Kept, date]) -> list[str]:
    """Those that a killed application of the table deleted, by their attempts."""
    missing = vanished(session, settings.folder / RECORDINGS)
    became = what_became(session) if missing else {}
    first = {kind: midnight(day) for kind, day in _first_days(settings, found.on, days).items()}
    over = sorted(each.attempt for each in missing if each.at < first[_kind(became.get(each.attempt))])
    return [each for each in over if session.get_one(Attempt, each).contact_id not in found.held]


def _written_on(path: Path) -> date:
    return datetime.fromtimestamp(path.stat().st_mtime, OFFICE_ZONE).date()


def _notes(session: Session, cutoff: date, held: Collection[int]) -> list[str]:
    """Words of operators about what somebody said, by the day of the row that names them."""
    left = dict(session.exec(select(Remark.sha256, Remark.contact_id)).all())
    rows = select(AuditRow.body).where(AuditRow.kind == str(AuditKind.WISH), col(AuditRow.at) < midnight(cutoff))
    named = (json.loads(body).get("source_sha256", "") for body in (session.exec(rows) if left else ()))
    return [digest for digest in named if digest in left and left[digest] not in held]


def _sources(cutoff: date) -> Any:
    by_hand = Wish.origin == Origin.HAND, Wish.source != "", col(Wish.noted_at) < midnight(cutoff)
    return select(Wish.id, Wish.contact_id).where(*by_hand).order_by(col(Wish.id))


def _consents(cutoff: date) -> Any:
    """Of a consent without a readable day the day of its import counts. A withdrawn one keeps limiting: see there."""
    imported = select(ImportedList.imported_at).where(ImportedList.id == ConsentRow.list_id).scalar_subquery()
    over = or_(
        col(ConsentRow.collected_on) < cutoff,
        and_(col(ConsentRow.collected_on).is_(None), imported < midnight(cutoff)),
    )
    told = or_(~col(ConsentRow.withdrawn), col(ConsentRow.proof) != "")
    return select(ConsentRow.id, ConsentRow.contact_id).where(over, told).order_by(col(ConsentRow.id))


def _callbacks(cutoff: date) -> Any:
    over = col(CallbackRequest.requested_on) < cutoff
    return select(CallbackRequest.id, CallbackRequest.contact_id).where(over).order_by(col(CallbackRequest.id))


def _prospects(session: Session, cutoff: date, on: date, held: Collection[int]) -> list[int]:
    """Who gave no sign since: their newest consent or request to be called, the end of their contract; else the import.

    A call of ours is no sign from them, whether it was answered or not; whoever has a contract is no prospect.
    """
    whose = col(Contact.id)
    signs = [
        select(func.max(day)).where(table.contact_id == whose).scalar_subquery()
        for table, day in (
            (ConsentRow, col(ConsentRow.collected_on)),
            (CallbackRequest, col(CallbackRequest.requested_on)),
            (ContractRow, col(ContractRow.until)),
        )
    ]
    seen = [sign.is_not(None) for sign in signs]
    old = and_(*(or_(sign.is_(None), sign < cutoff) for sign in signs))
    imported = select(ImportedList.imported_at).where(ImportedList.id == Contact.list_id).scalar_subquery()
    first = select(func.min(DecisionRow.at)).where(DecisionRow.contact_id == whose).scalar_subquery()
    unseen: ColumnElement[bool] = and_(~or_(*seen), func.coalesce(imported, first) < midnight(cutoff))
    customer = exists().where(
        col(ContractRow.contact_id) == whose, or_(col(ContractRow.until).is_(None), col(ContractRow.until) >= on)
    )
    live = exists().where(col(Attempt.contact_id) == whose, col(Attempt.state).in_(ledger.LIVE))
    over = case((or_(*seen), old), else_=unseen)
    rows = select(Contact.id).where(col(Contact.erased_at).is_(None), over, ~customer, ~live).order_by(whose)
    return [contact_id for contact_id in session.exec(rows) if contact_id not in held]


def _calls(session: Session, found: Due, cutoff: date) -> None:
    start = midnight(cutoff)
    newest = select(func.max(DecisionRow.at)).where(DecisionRow.contact_id == PersonKey.contact_id).scalar_subquery()
    keys = select(PersonKey.contact_id, PersonKey.contact_id).where(newest < start)
    found.keys = _free(session.exec(keys), found.held)
    old = select(Attempt.id, Attempt.contact_id).where(
        col(Attempt.approved_at) < start, col(Attempt.number).startswith("+"), col(Attempt.state).not_in(ledger.LIVE)
    )
    found.attempts = _free(session.exec(old), found.held)
    past = select(PastCall.id, PastCall.number).where(col(PastCall.made_on) < cutoff)
    rows = session.exec(past).all()
    kept: set[int] = set()
    if rows and found.held:
        numbers = session.exec(select(Phone.number, Phone.contact_id))
        kept = {int(number[1:]) for number, whose in numbers if whose in found.held}
    found.past_calls = [row for row, number in rows if number not in kept]
