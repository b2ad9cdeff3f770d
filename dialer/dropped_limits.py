"""What no longer speaks against calling when an import is taken back: told before, so that nobody is freed unawares.

Kept apart from `resting`, which refuses for good: here a reason is enough, and it goes on record.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, func, or_, select, union
from sqlalchemy.orm import aliased
from sqlmodel import Session, SQLModel, col

from dialer.dossiers import digits_of
from dialer.errors import NotPossible
from dialer.schema import Contact, ImportedList, Opposition, PastCall, Phone, Wish, WishKind

LIMITS: tuple[type[SQLModel], ...] = (Opposition, PastCall)


@dataclass(frozen=True, slots=True)
class DroppedLimits:
    """`numbers` lose an objection, a refusal or a call that counts; `persons`, who stay, have then none left at all."""

    numbers: int
    persons: int

    def refusal(self, name: str, campaigns: Sequence[str]) -> NotPossible:
        """Why an import that holds limits is not taken back just so; `campaigns` would lose the list."""
        lost = ", ".join(map(repr, campaigns))
        lost_en, lost_fr = (
            (f"; it would be lost to: {lost}", f" ; elle serait perdue pour : {lost}") if lost else ("", "")
        )
        return NotPossible(
            f"{name!r} speaks against calls: without it {self.numbers} numbers lose an objection, a refusal or a past "
            f"call, and {self.persons} persons who stay have none left{lost_en}. If it must go all the same, add "
            "--drop-limits --reason TEXT, which goes on record",
            f"{name!r} s'oppose à des appels : sans elle, {self.numbers} numéros perdent une opposition, un refus ou "
            f"un appel passé, et {self.persons} personnes qui restent n'en ont plus aucun{lost_fr}. S'il faut la "
            "reprendre tout de même, ajouter --drop-limits --reason TEXTE, qui est consigné",
        )


def dropped_limits(session: Session, row: ImportedList) -> DroppedLimits:
    """Counted before anything is gone. Persons who came with this import go with it, and are not counted."""
    said = union(*(select(table.number).where(table.list_id == row.id) for table in LIMITS)).subquery()  # type: ignore[attr-defined]
    numbers = session.execute(select(func.count()).select_from(said)).scalar_one()
    if not numbers:
        return DroppedLimits(0, 0)
    persons = (
        select(func.count(col(Phone.contact_id).distinct()))
        .join(said, said.c.number == digits_of(Phone))
        .join(Contact, col(Contact.id) == col(Phone.contact_id))
        .where(col(Contact.list_id).is_distinct_from(row.id), ~or_(*_left(row.id)))
    )
    return DroppedLimits(numbers, session.execute(persons).scalar_one())


def _left(list_id: int) -> list[ColumnElement[bool]]:
    """What else limits calls to the person of a phone: a word of theirs, or other lists, by any of their numbers."""
    other, correction = aliased(Phone), aliased(Wish)
    theirs = col(other.contact_id) == col(Phone.contact_id)
    wish = exists().where(
        col(Wish.contact_id) == col(Phone.contact_id),
        col(Wish.kind) != WishKind.CORRECTION,
        ~exists().where(col(correction.corrects) == col(Wish.id)),
    )
    said = [
        exists().where(theirs, table.number == digits_of(other), table.list_id.is_distinct_from(list_id))  # type: ignore[attr-defined]
        for table in LIMITS
    ]
    return [wish, *said]
