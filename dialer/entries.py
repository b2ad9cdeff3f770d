"""Entries against calling a number as people see them: each with its id, whether it stands, and if it may be corrected.

What a person said in a call stands, and a file is taken back as a whole: only what was noted by hand is corrected.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from dialer.corrections import entry_id, standing_oppositions, standing_wishes
from dialer.errors import NotFound, NotPossible
from dialer.oppositions import NOTED_BY_HAND, oppositions_on
from dialer.schema import ImportedList, Opposition, Origin, Wish, WishKind
from dialer.wishes import holder_of, wishes_of


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that was said against calling a number, by the person who has it or by a list."""

    id: str
    row: Wish | Opposition
    advertiser_id: int | None
    """None: toward every advertiser."""
    said: datetime | date | None
    source: str
    number: str
    """About which it was said; empty: not known."""
    by_hand: bool
    stands: bool
    list: ImportedList | None = None
    """The list that says it; None for a person."""

    @property
    def kind(self) -> WishKind:
        return self.row.kind


def entries_on(session: Session, number: str) -> list[Entry]:
    """Everything on record for an E.164 number: of the person who has it, then of lists; corrections too."""
    contact_id = holder_of(session, number)
    wishes = list(wishes_of(session, contact_id)) if contact_id else []
    listed = oppositions_on(session, number)
    standing: list[Wish | Opposition] = [*standing_wishes(wishes), *standing_oppositions(row for row, _ in listed)]
    of_person = (
        Entry(
            id=entry_id(wish),
            row=wish,
            advertiser_id=wish.advertiser_id,
            said=wish.said_at,
            source=wish.source,
            number=wish.number,
            by_hand=wish.origin is Origin.HAND,
            stands=wish in standing,
        )
        for wish in wishes
    )
    of_lists = (
        Entry(
            id=entry_id(row),
            row=row,
            advertiser_id=row.advertiser_id or None,
            said=row.said_on,
            source=held.name,
            number=number,
            by_hand=held.name == NOTED_BY_HAND,
            stands=row in standing,
            list=held,
        )
        for row, held in listed
    )
    return [*of_person, *of_lists]


def entry_to_correct(entries: Sequence[Entry], number: str, advertiser_id: int | None, entry_id: str) -> Entry:
    """The entry of that id or, without one, the only one noted by hand about this number toward this advertiser.

    A mistake of ours is put right (GDPR art. 5(1)(d), 16); what a person said is not. Raises `NotFound` for an id that
    is none of these, `NotPossible` when nothing that can be corrected stands, or more than one entry does.
    """
    if entry_id:
        named = [entry for entry in entries if entry.id.casefold() == entry_id.casefold()]
        if not named:
            raise _unknown(entry_id, number, entries)
    else:
        named = [e for e in entries if e.advertiser_id == advertiser_id and e.number in ("", number)]
    mistaken = [entry for entry in named if entry.by_hand and entry.stands]
    if not mistaken:
        raise NotPossible(
            f"nothing that was noted by hand stands against {number} toward this advertiser. What was said in a call "
            "stands; a file is taken back with `dialer list undo`; who changes their mind gives a new consent "
            "(`dialer consent add`)",
            f"rien de ce qui a été noté à la main ne vaut contre {number} envers cet annonceur. Ce qui a été dit au "
            "téléphone demeure ; un fichier se reprend avec `dialer list undo` ; qui change d'avis donne un nouveau "
            "consentement (`dialer consent add`)",
        )
    if len(mistaken) > 1:
        told = _told(mistaken)
        raise NotPossible(
            f"several entries stand against {number}: {told}. Name the one that was a mistake with --entry",
            f"plusieurs entrées valent contre {number} : {told}. Nommer avec --entry celle qui était une erreur",
        )
    return mistaken[0]


def _unknown(entry_id: str, number: str, entries: Sequence[Entry]) -> NotFound:
    told = _told(entries) or "—"
    return NotFound(
        f"no entry {entry_id!r} about {number}; on record: {told}",
        f"pas d'entrée {entry_id!r} sur {number} ; au dossier : {told}",
    )


def _told(entries: Iterable[Entry]) -> str:
    return "; ".join(f"{entry.id} ({entry.source})" for entry in entries)
