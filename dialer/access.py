"""Who looked at whose data: one line for each look, kept as long as the retention table says (CNIL 2021-122).

A look at many people at once is noted by what was asked for; who was in it, their decisions of that time tell.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, or_, select

from dialer.audit import Pseudonyms
from dialer.outlook import OFFICE_ZONE
from dialer.schema import AccessLog, Campaign, DecisionRow
from dialer.standing import Standing
from dialer.store import Store
from dialer.submission import Scope
from dialer.wishes import holder_of

_A_MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Look:
    """One look at somebody's data; who looked is not told. `detail` in French, as whoever is told reads it."""

    at: datetime
    verb: str
    detail: str


def note_access(session: Session, verb: str, person: str, detail: str, at: datetime) -> None:
    """In the caller's transaction. `person` is a pseudonym; for more than one person see `note_scope`."""
    standing: Standing | None = session.info.get(Standing)
    actor = standing.actor if standing else ""
    session.add(AccessLog(at=at, actor=actor, verb=verb, person=person, detail=detail))


def note_scope(session: Session, verb: str, scope: Scope, campaign: str, at: datetime) -> None:
    """A look at everybody about whom something was decided in a campaign or a period."""
    asked = {"campaign": campaign, "since": _iso(scope.since), "until": _iso(scope.until)}
    note_access(session, verb, "", json.dumps({name: value for name, value in asked.items() if value}), at)


def note_look(store: Store, verb: str, person: str, at: datetime, detail: str = "") -> None:
    """One person, in a transaction of its own, before anything is shown: who reads needs no write lock but for this."""
    with store.transaction() as session:
        note_access(session, verb, person, detail, at)


def note_look_at_number(session: Session, pseudonyms: Pseudonyms, verb: str, number: str, at: datetime) -> None:
    """In the caller's transaction, about whoever has the number; about the number where nobody has it."""
    contact_id = holder_of(session, number)
    person = pseudonyms.of_number(number) if contact_id is None else pseudonyms.of(contact_id)
    note_access(session, verb, person, "", at)


def looks_at(session: Session, pseudonyms: Pseudonyms, contact_id: int, numbers: Sequence[str]) -> Iterator[Look]:
    """Every look at a person's data, at one of their numbers, or at many people of whom they were one; oldest first."""
    names = [pseudonyms.of(contact_id), *map(pseudonyms.of_number, numbers)]
    mine = or_(col(AccessLog.person).in_(names), col(AccessLog.person) == "")
    for look in session.exec(select(AccessLog).where(mine).order_by(col(AccessLog.id))).all():
        if look.person:
            yield Look(look.at, look.verb, look.detail)
        elif was_in(session, contact_id, asked := _asked(look.detail), look.at):
            yield Look(look.at, look.verb, _words(asked))


def _asked(detail: str) -> dict[str, str]:
    """What a look at many was noted by; earlier versions noted the campaign's name alone, and nothing of a period."""
    try:
        said = json.loads(detail)
    except ValueError:
        said = None
    if isinstance(said, dict):
        return said
    return {"campaign": detail} if detail else {}


def was_in(session: Session, contact_id: int, asked: dict[str, str], at: datetime) -> bool:
    """Whether a decision about them that was there by then belongs to it."""
    since, until = (datetime.fromisoformat(asked[name]) if name in asked else None for name in ("since", "until"))
    scope = Scope(contact_id=contact_id, since=since, until=until)
    found = select(DecisionRow.id).where(*scope.conditions, col(DecisionRow.at) <= at)
    if "campaign" in asked:
        found = found.join(Campaign, col(Campaign.id) == DecisionRow.campaign_id).where(
            col(Campaign.name) == asked["campaign"]
        )
    return session.exec(found.limit(1)).first() is not None


def _words(asked: dict[str, str]) -> str:
    parts = [f"campagne « {asked['campaign']} »" if "campaign" in asked else ""]
    if "since" in asked and "until" in asked:
        since, until = (datetime.fromisoformat(asked[name]).astimezone(OFFICE_ZONE) for name in ("since", "until"))
        parts.append(f"du {since:%d/%m/%Y} au {until - _A_MOMENT:%d/%m/%Y}")
    return ", ".join(part for part in parts if part) or "toutes les personnes"


def _iso(at: datetime | None) -> str:
    return at.isoformat() if at else ""
