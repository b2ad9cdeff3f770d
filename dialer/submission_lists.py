"""What lists say about the people of a file for an authority: oppositions to their numbers, and scrubs by Bloctel.

Apart from the records that are kept by person (`submission.evidence`): these are kept by number and by list.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from dialer.corrections import entry_id, standing_oppositions
from dialer.dossiers import came_back, numbers_of_scrubbed
from dialer.schema import ImportedList, Opposition, Phone, Scrub, WishKind
from dialer.submission import Person

_AT_ONCE = 500
"""Numbers in one question; databases bound the number of parameters."""


@dataclass(frozen=True, slots=True)
class ListedOpposition:
    """One list's word against calling a number of somebody. `stands`: no correction took it back."""

    id: str
    kind: WishKind
    contact_id: int
    number: str
    said_on: date | None
    list_name: str
    stands: bool

    def to_dict(self) -> dict[str, object]:
        return {
            "id": self.id, "kind": self.kind, "contact": self.contact_id, "number": self.number,
            "said_on": self.said_on.isoformat() if self.said_on else None, "list": self.list_name,
            "stands": self.stands,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class ScrubProof:
    """One list's return from Bloctel, and how many of the people's numbers it clears."""

    list_name: str
    sha256: str
    """Of the file that was sent."""
    uploaded_on: date
    returned_on: date
    rows_in: int
    rows_removed: int
    numbers: int

    def to_dict(self) -> dict[str, object]:
        return {
            "list": self.list_name, "sha256": self.sha256, "uploaded_on": self.uploaded_on.isoformat(),
            "returned_on": self.returned_on.isoformat(), "rows_in": self.rows_in, "rows_removed": self.rows_removed,
            "numbers": self.numbers,
        }  # fmt: skip


def listed_oppositions(session: Session, people: Mapping[int, Person]) -> Iterator[ListedOpposition]:
    """Number by number; of an erased person no number is left to ask by."""
    whose = {int(number[1:]): (person.contact_id, number) for person in people.values() for number in person.numbers}
    names = {stored.id: stored.name for stored in session.exec(select(ImportedList))}
    for numbers in _chunks(sorted(whose)):
        asked = select(Opposition).where(col(Opposition.number).in_(numbers))
        found = session.exec(
            asked.order_by(col(Opposition.number), col(Opposition.list_id), col(Opposition.kind))
        ).all()
        standing = standing_oppositions(found)
        for row in found:
            contact_id, number = whose[row.number]
            listed = names[row.list_id]
            yield ListedOpposition(entry_id(row), row.kind, contact_id, number, row.said_on, listed, row in standing)


def scrub_proofs(session: Session, contact_ids: Collection[int]) -> list[ScrubProof]:
    """Every scrub of a list that these people are on, the oldest first."""
    cleared: dict[int, int] = {}
    for ids in _chunks(sorted(contact_ids)):
        rows = numbers_of_scrubbed(col(Scrub.id), came_back()).where(col(Phone.contact_id).in_(ids))
        for _, scrub_id, returned_on in session.execute(rows):
            cleared[scrub_id] = cleared.get(scrub_id, 0) + (returned_on is not None)
    scrubs = select(Scrub, ImportedList.name).join(ImportedList, col(ImportedList.id) == Scrub.contacts_id)
    found = session.exec(scrubs.where(col(Scrub.id).in_(cleared)).order_by(col(Scrub.returned_on), col(Scrub.id)))
    return [_proof(scrub, name, cleared[scrub.id]) for scrub, name in found]


def _proof(scrub: Scrub, list_name: str, numbers: int) -> ScrubProof:
    sent_and_back = scrub.uploaded_on, scrub.returned_on
    return ScrubProof(list_name, scrub.sha256, *sent_and_back, scrub.rows_in, scrub.rows_removed, numbers)


def _chunks(ids: list[int]) -> Iterable[list[int]]:
    return (ids[start : start + _AT_ONCE] for start in range(0, len(ids), _AT_ONCE))
