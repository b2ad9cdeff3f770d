"""What the law could charge for the calls of a period, call by call, and on what looks a sum of zero rests."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, select

from dialer.ledger import NOT_COUNTED
from dialer.left_calls import LeftCall, OnRecord, calls_by_person, on_record, wishes_noted
from dialer.replay import Reader
from dialer.sanctions import Sanction, sanction_of
from dialer.schema import Attempt, DecisionRow
from dialer.second_look import Found, Permission, Reading, look_again
from dialer.vault import Erased
from rules.facts import Facts

_CHUNK = 500
"""Decisions in one question; databases bound the number of parameters."""


@dataclass(frozen=True, slots=True)
class Breach:
    """One thing found against one call, and what it may cost; no sanction: no text sets one for it."""

    found: Found
    sanction: Sanction | None

    def to_dict(self) -> dict[str, object]:
        found = self.found
        return {
            "attempt": found.attempt_id,
            "at": found.at.isoformat(),
            "law_day": found.law_day.isoformat(),
            "fault": str(found.fault),
            "rule": found.rule_id,
            "layer": str(found.layer) if found.layer else None,
            "article": found.article,
            "fr": found.words.fr,
            "en": found.words.en,
            "sanction": self.sanction.to_dict() if self.sanction else None,
        }


@dataclass(frozen=True, slots=True)
class LegalExposure:
    """What was found for the `calls` that left in [since, until); `judged` of them from the stored facts as well.

    Of the `erased` ones the facts are gone with the person's key: only ledger and chain speak for them.
    """

    since: datetime
    until: datetime
    calls: int
    judged: int
    erased: int
    breaches: tuple[Breach, ...]

    @property
    def euros(self) -> tuple[int, int]:
        """The most for a natural and for a legal person, each breach counted (L.242-16: cumulated)."""
        priced = [breach.sanction for breach in self.breaches if breach.sanction]
        return sum(each.natural or 0 for each in priced), sum(each.legal or 0 for each in priced)

    @property
    def without_amount(self) -> int:
        """Breaches for which no amount is set or was verified."""
        return sum(not (breach.sanction and breach.sanction.legal) for breach in self.breaches)

    def to_dict(self) -> dict[str, object]:
        natural, legal = self.euros
        return {
            "since": self.since.isoformat(),
            "until": self.until.isoformat(),
            "calls": self.calls,
            "judged_again": self.judged,
            "erased": self.erased,
            "euros_natural_person": natural,
            "euros_legal_person": legal,
            "without_amount": self.without_amount,
            "breaches": [breach.to_dict() for breach in self.breaches],
        }


def calls_left(session: Session, since: datetime, until: datetime) -> int:
    """How many calls left in [since, until)."""
    left = col(Attempt.dialed_at)
    counted = select(func.count()).where(left >= since, left < until, col(Attempt.state).not_in(NOT_COUNTED))
    return session.exec(counted).one()


def legal_exposure(
    session: Session,
    read: Reader,
    since: datetime,
    until: datetime,
    tick: Callable[[], None] = lambda: None,
    only: Collection[str] | None = None,
) -> LegalExposure:
    """Judge again every call that left in [since, until), or of them `only` these attempts; `tick` after each."""
    record, wishes = on_record(session, since, until), wishes_noted(session, since, until)
    twice = _used_twice(session)
    counted: Counter[str] = Counter()
    breaches: list[Breach] = []
    for people in _batches(calls_by_person(session, since, until)):
        asked = [call for theirs in people for call in theirs if _asked(call, since, only)]
        permissions = _permissions(session, read, {call.decision_id for call in asked}, twice)
        around = {theirs[0].contact_id: theirs for theirs in people}
        for call in asked:
            permission = permissions.get(call.decision_id)
            theirs, said = around[call.contact_id], wishes.get(call.contact_id, ())
            found = look_again(call, theirs, permission, record.get(call.attempt_id, OnRecord()), said)
            breaches += [Breach(each, sanction_of(each.rule_id, each.law_day)) for each in found]
            counted[permission.reading if permission else Reading.MISSING] += 1
            tick()
    judged, erased = counted[Reading.CLEAR], counted[Reading.ERASED]
    return LegalExposure(since, until, sum(counted.values()), judged, erased, tuple(breaches))


def _asked(call: LeftCall, since: datetime, only: Collection[str] | None) -> bool:
    return call.left_at >= since and (only is None or call.attempt_id in only)


def _batches(people: Iterator[list[LeftCall]]) -> Iterator[list[list[LeftCall]]]:
    """People few at a time: as many as have about `_CHUNK` calls."""
    batch: list[list[LeftCall]] = []
    for theirs in people:
        batch.append(theirs)
        if sum(map(len, batch)) >= _CHUNK:
            yield batch
            batch = []
    if batch:
        yield batch


def _used_twice(session: Session) -> frozenset[int]:
    """Decisions on which more than one call rests."""
    several = select(Attempt.decision_id).where(col(Attempt.state).not_in(NOT_COUNTED))
    return frozenset(session.exec(several.group_by(col(Attempt.decision_id)).having(func.count() > 1)))


def _permissions(
    session: Session, read: Reader, decision_ids: Collection[int], twice: Collection[int]
) -> dict[int, Permission]:
    rows = session.exec(select(DecisionRow).where(col(DecisionRow.id).in_(decision_ids))).all()
    return {row.id: _permission(row, read, row.id in twice) for row in rows}


def _permission(row: DecisionRow, read: Reader, twice: bool) -> Permission:
    intact = hashlib.sha256(row.body.encode()).hexdigest() == row.sha256
    try:
        facts = Facts.from_dict(read(row)["facts"])
    except Erased:
        return Permission(row.verdict, twice, intact, Reading.ERASED, None)
    except (KeyError, TypeError, ValueError):
        return Permission(row.verdict, twice, intact, Reading.MISSING, None)
    return Permission(row.verdict, twice, intact, Reading.CLEAR, facts)
