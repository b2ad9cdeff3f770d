"""What people said, each entry against the row of the chain that tells of it; none may vanish, change, or be added."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from dialer.driver import Driver
from dialer.faults import Fault, Reservation
from dialer.recorded.people import People
from dialer.recorded.words import Words
from dialer.schema import Origin, WishKind

_WISHES = (
    "SELECT id, contact_id, advertiser_id, kind, said_at, source, origin, number, corrects, noted_at FROM wish "
    "ORDER BY id"
)


class _Stored(NamedTuple):
    """A row of `wish`; instants as the chain tells them."""

    id: int
    contact_id: int
    advertiser_id: int | None
    kind: str
    said_at: str | None
    source: str
    origin: str
    number: str
    corrects: int | None
    noted_at: str


class _Told(NamedTuple):
    seq: int
    at: str
    person: str
    kind: str
    told: dict[str, Any]


class Wishes:
    """By their ids, unless a row tells that they were erased."""

    def __init__(self, people: People) -> None:
        self._people = people
        self._told: dict[int, _Told] = {}
        self._blanked_at = 0
        """The last row that tells of a retention: sources of before may be empty since."""
        self._untold = 0
        """Wishes of files, from before those were kept by number: the chain tells of them by the list only."""

    def take(self, seq: int, at: str, told: dict[str, Any]) -> None:
        if "wish" in told:  # what was noted about a number of nobody has no row of its own
            self._told[told["wish"]] = _Told(seq, at, told["person"], told["kind"], told)

    def forget(self, told: dict[str, Any]) -> None:
        for wish in told.get("wishes", ()):
            self._told.pop(wish, None)

    def blank(self, seq: int) -> None:
        self._blanked_at = seq

    def check(self, driver: Driver, end: int, words: Words, instant: Callable[[object], str]) -> Fault | None:
        """The fault that lies first in the chain."""
        return min(self._faults(driver, end, words, instant), key=lambda fault: fault.seq, default=None)

    def _faults(self, driver: Driver, end: int, words: Words, instant: Callable[[object], str]) -> Iterator[Fault]:
        for row in driver.stream(_WISHES):
            *first, said_at, source, origin, number, corrects, noted_at = row
            said = said_at and instant(said_at)
            stored = _Stored._make([*first, said, source, origin, number, corrects, instant(noted_at)])
            known = self._told.pop(stored.id, None)
            if known is not None:
                if not self._same(stored, known, words):
                    yield _wish(known.seq, stored.id, "was altered", "a été altéré")
            elif stored.origin == Origin.LIST and stored.kind != WishKind.CORRECTION:
                self._untold += 1
            else:
                english, french = "is stored, but no row tells of it", "est stocké, mais aucune ligne n'en parle"
                yield _wish(end, stored.id, english, french)
        for wish, known in self._told.items():
            yield _wish(known.seq, wish, "is missing", "manque")

    def reservations(self) -> Iterator[Reservation]:
        if self._untold:
            yield Reservation(
                f"not compared: {self._untold} wishes that came with files before those were kept by number",
                f"non comparé : {self._untold} souhaits venus de fichiers, avant que ceux-ci soient gardés par numéro",
            )

    def _same(self, stored: _Stored, known: _Told, words: Words) -> bool:
        told = known.told
        return (
            stored.kind == known.kind
            and stored.noted_at == known.at
            and self._people.is_person(known.seq, stored.contact_id, known.person)
            and all(
                told.get(name, value) == value
                for name, value in (
                    ("advertiser", stored.advertiser_id),
                    ("said_at", stored.said_at),
                    ("origin", stored.origin),
                    ("corrects", stored.corrects),
                )
            )
            and ("about" not in told or self._people.is_number(known.seq, stored.number, told["about"] or ""))
            and self._same_words(stored, known, words)
        )

    def _same_words(self, stored: _Stored, known: _Told, words: Words) -> bool:
        """Emptied ones are those that a retention emptied, which the chain tells as well."""
        if not stored.source and self._blanked_at > known.seq:
            return True
        if "source" in known.told:
            return bool(known.told["source"] == stored.source)
        return "source_sha256" not in known.told or words.are(known.told["source_sha256"], stored.source)


def _wish(seq: int, wish: int, english: str, french: str) -> Fault:
    return Fault(seq, f"the stored wish {wish} {english}", f"le souhait stocké {wish} {french}")
