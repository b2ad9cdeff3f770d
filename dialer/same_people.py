"""What limits calls to one of several people on record whom a row shows to be the same: kept for all of them.

They stay apart, for a number is never moved; but whoever objected at one of their numbers must be left alone at the
others, and calls to one count for all. What is stored is the list's own, and goes with it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import reduce
from operator import or_
from typing import TypeAlias

import polars as pl
from sqlmodel import Session

from dialer.calls_elsewhere import calls_elsewhere
from dialer.corrections import standing_oppositions, standing_wishes
from dialer.dossiers import Dossier, read_dossiers
from dialer.facts import local_day
from dialer.ledger import GIVEN_BACK
from dialer.schema import Opposition, PastCall, Telling, WishKind
from rules.places import possible_places

_Calls: TypeAlias = Counter[tuple[int | None, datetime]]
"""How often somebody was called for an advertiser (None: for every one) at an instant."""
_Said: TypeAlias = dict[tuple[WishKind, int], date | None]
"""By what was said and toward which advertiser (0: every one), the day; None: it cannot be known."""

_SOURCE = "same person"
"""Of the calls that are stored here: they do not add up from list to list."""
_COUNTED = timedelta(days=31)
"""Older calls bear on nothing (dossier, FR-FREQ: thirty days, and one for the clocks)."""
_AT_ONCE = 200
"""Groups of people read together."""


def share_limits(session: Session, list_id: int, ties: pl.DataFrame, now: datetime) -> pl.Series:
    """Store for each what was said or done to the others; which rows of `ties` (row, contact_id) this comes from."""
    tied = _grouped(ties)
    groups = tied.group_by("group").agg(pl.col("contact_id").unique().sort()).sort("group")
    shared: list[int] = []
    for batch in groups.iter_slices(_AT_ONCE):
        found = iter(read_dossiers(session, batch["contact_id"].explode().to_list()))
        for group, ids in batch.iter_rows():
            new = list(_shared([next(found) for _ in ids], list_id, now))
            session.add_all(new)
            shared += [group] if new else []
    session.flush()
    return tied.filter(pl.col("group").is_in(shared))["row"].unique().sort()


def _grouped(ties: pl.DataFrame) -> pl.DataFrame:
    """`group`: the lowest id among all whom rows tie together, be it through a third."""
    tied = ties.with_columns(group="contact_id")
    while True:
        lowest = tied.with_columns(pl.col("group").min().over("row"))
        lowest = lowest.with_columns(pl.col("group").min().over("contact_id"))
        if lowest["group"].equals(tied["group"]):
            return tied
        tied = lowest


def _shared(people: Sequence[Dossier], list_id: int, now: datetime) -> Iterator[Opposition | PastCall]:
    """What is to be kept for each of these people, who are one."""
    said = [_said(each) for each in people]
    calls = [_Told(each, list_id, now - _COUNTED) for each in people]
    for place, person in enumerate(people):
        rest = [other for other in range(len(people)) if other != place]
        yield from _oppositions(person, said[place], [said[other] for other in rest], list_id)
        for (advertiser_id, at), count in calls[place].missing([calls[other] for other in rest]).items():
            yield from (_past_call(person, list_id, advertiser_id, at) for _ in range(count))


def _said(person: Dossier) -> _Said:
    zones = [place.zone for place in possible_places(person.contact.postcode, "") if place.zone]
    said: _Said = {}
    for wish in standing_wishes(person.wishes):
        day = local_day(wish.said_at, zones) if wish.said_at else None
        _add(said, (wish.kind, wish.advertiser_id or 0), day)
    for row in standing_oppositions(person.oppositions):
        _add(said, (row.kind, row.advertiser_id), row.said_on)
    return said


def _add(said: _Said, key: tuple[WishKind, int], day: date | None) -> None:
    """The latest day stands, or none as soon as one of them is unknown."""
    before = said.get(key, day)
    said[key] = max(before, day) if before and day else None


def _oppositions(person: Dossier, own: _Said, others: Sequence[_Said], list_id: int) -> Iterator[Opposition]:
    """What others say beyond what the person says, for all their numbers; what the list holds already is sharpened."""
    there = {(row.number, row.kind, row.advertiser_id): row for row in person.oppositions if row.list_id == list_id}
    theirs: _Said = {}
    for key, day in (each for said in others for each in said.items()):
        _add(theirs, key, day)
    for (kind, advertiser_id), day in theirs.items():
        stands = own.get((kind, advertiser_id), date.min)
        if stands is None or (day and stands >= day):
            continue
        for number in (int(phone.number[1:]) for phone in person.phones):
            if held := there.get((number, kind, advertiser_id)):
                held.said_on = day
            else:
                yield Opposition(number=number, list_id=list_id, kind=kind, advertiser_id=advertiser_id, said_on=day)


class _Told:
    """The calls to one person: to themselves, those that the list at hand tells, and those shared before."""

    def __init__(self, person: Dossier, list_id: int, since: datetime) -> None:
        here = [call for call in person.past_calls if call.list_id == list_id]
        before = [call for call in person.past_calls if call.list_id != list_id]
        placed = (attempt for attempt in person.attempts if attempt.state not in GIVEN_BACK)
        ours = Counter((each.advertiser_id, _second(each.dialed_at or each.approved_at)) for each in placed)
        self._own = _since(since, ours + _elsewhere([call for call in before if call.source != _SOURCE]))
        self._here = _since(since, _elsewhere(here))
        self._shared = _since(since, _elsewhere([call for call in before if call.source == _SOURCE]))

    def missing(self, others: Sequence[_Told]) -> _Calls:
        """What was made to the others and is not told of this person; what one list tells of both is one call."""
        made: _Calls = sum((other._own for other in others), start=Counter())
        told: _Calls = reduce(or_, (other._here | other._shared for other in others))
        return (made | (told - self._own)) - self._here


def _elsewhere(past: Sequence[PastCall]) -> _Calls:
    found: _Calls = Counter()
    for advertiser_id in {call.advertiser_id for call in past}:
        told = [call for call in past if call.advertiser_id == advertiser_id]
        found.update((advertiser_id, _second(at)) for at in calls_elsewhere(told, advertiser_id or 0))
    return found


def _since(first: datetime, calls: _Calls) -> _Calls:
    return Counter({(whose, at): count for (whose, at), count in calls.items() if at >= first})


def _second(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(microsecond=0)


def _past_call(person: Dossier, list_id: int, advertiser_id: int | None, at: datetime) -> PastCall:
    """Kept at one number, for a person's calls are counted over all of them."""
    first = min(person.phones, key=lambda phone: (phone.rank, phone.id))
    return PastCall(
        number=int(first.number[1:]),
        list_id=list_id,
        source=_SOURCE,
        advertiser_id=advertiser_id,
        made_on=at.date(),
        made_at=f"{at:%Y-%m-%dT%H:%M:%SZ}",
        telling=Telling.PART,
    )
