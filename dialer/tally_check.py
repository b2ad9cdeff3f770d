"""Counts the tallied tables anew and holds them against what the chain tells: a row added, altered or gone is found.

Kept apart from `tallying`, which writes: a verification reads alone, and may have no key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from dialer.audit import Pseudonyms
from dialer.driver import Driver
from dialer.faults import Fault, Reservation
from dialer.lost_keys import Key
from dialer.tallied import SHAPE, TALLIED, Place, Tallies, Words, merge
from dialer.tallies import NOTHING, Tally, TallyKey
from dialer.tally_rows import count_rows, read_all
from dialer.tallying import from_body, is_signed

Progress = Callable[[int, int], None]
"""Told how many rows of how many are counted."""


@dataclass(frozen=True, slots=True)
class _Told:
    """What the chain tells of one list in one table. `seq`: the row that told of it first."""

    seq: int
    tally: Tally


class TallyCheck:
    """Adds up what the chain tells; the tables are counted at the end. Without pseudonyms there is no key for it."""

    def __init__(self, pseudonyms: Pseudonyms | None) -> None:
        self._key = TallyKey.of(pseudonyms.key) if pseudonyms else None
        self._told: dict[Place, _Told] = {}
        self._nonces: set[str] = set()
        self._wrong: Fault | None = None
        """The first row that cannot be read with the key at hand."""
        self._begun = self._uncounted = self._is_key_of_the_log = False

    def take(self, seq: int, told: dict[str, Any]) -> None:
        self._begun = True
        if self._key is None:
            return
        if told["key"] != self._key.id:
            self._wrong = self._wrong or _under_another_key(seq)
        elif not is_signed(self._key, told) or told["nonce"] in self._nonces:
            self._wrong = self._wrong or _not_ours(seq)
        else:
            self._nonces.add(told["nonce"])
            self._read(seq, told, self._key)

    def _read(self, seq: int, told: dict[str, Any], key: TallyKey) -> None:
        if told["shape"] != SHAPE:
            self._forget()
        else:
            self._is_key_of_the_log = True
            self._add(seq, from_body(key, told))

    def _add(self, seq: int, tallies: Tallies) -> None:
        for place, tally in tallies.items():
            before = self._told.pop(place, _Told(seq, NOTHING))
            after = before.tally + tally
            if after != NOTHING:
                self._told[place] = _Told(before.seq, after)

    def replace(self, told: dict[str, Any]) -> None:
        """A key was lost and replaced: what was told under it cannot be compared, and all is counted anew."""
        if told["key"] == Key.PSEUDONYM and not self._is_key_of_the_log:  # what is at hand was not lost
            self._forget()

    def _forget(self) -> None:
        """From here on all is counted anew."""
        self._told, self._wrong, self._begun = {}, None, False

    def check(self, driver: Driver, end: int, progress: Progress | None = None) -> Fault | None:
        """The fault that lies first in the chain; `end` is the row after its last one."""
        if self._key is None or not self._begun:
            self._uncounted = any(driver.rows(f'SELECT 1 FROM "{table}" LIMIT 1') for table in TALLIED)
            return None
        if self._wrong:
            return self._wrong
        found = _counted(driver, self._key, progress)
        told = {place: self._told.get(place, _Told(end, NOTHING)) for place in found.keys() | self._told.keys()}
        unlike = [(each.seq, place) for place, each in told.items() if found.get(place, NOTHING) != each.tally]
        if not unlike:
            return None
        seq, place = min(unlike)
        return _unlike(driver, seq, place, found.get(place, NOTHING), told[place].tally)

    def reservations(self) -> Iterator[Reservation]:
        if not self._uncounted:
            return
        english, french = "the log does not count it yet", "le journal ne le compte pas encore"
        if self._begun:
            english, french = "keys/pseudonym.key is not there", "keys/pseudonym.key n'est pas là"
        told = f"not compared: what came from files; {english}", f"non comparé : ce qui vient de fichiers ; {french}"
        yield Reservation(*told)


def _counted(driver: Driver, key: TallyKey, progress: Progress | None) -> Tallies:
    found: Tallies = {}
    rows = sum(driver.rows(f'SELECT count(*) FROM "{table}"')[0][0] for table in TALLIED) if progress else 0
    done = 0
    for tallied in TALLIED.values():
        for part in read_all(driver, tallied):
            merge(found, count_rows(tallied, key, part))
            done += len(part)
            if progress:
                progress(done, rows)
    return found


def _unlike(driver: Driver, seq: int, place: Place, found: Tally, told: Tally) -> Fault:
    """Something was added, altered or is gone; as many as before does not mean that they are the same."""
    table, list_id = place
    what, whose = TALLIED[table].words, _whose(driver, list_id)
    return Fault(
        seq,
        f"the stored {what.english} {whose.english} are not those of which the log tells from there on "
        f"({found.rows} stored, {told.rows} told)",
        f"{what.french} {whose.french} : ce qui est stocké n'est pas ce que dit le journal à partir de là "
        f"({found.rows} en base, {told.rows} au journal)",
    )


def _whose(driver: Driver, list_id: int) -> Words:
    """The list in words; it may be its very row that is gone."""
    if not list_id:
        return Words("of no list", "d'aucune liste")
    names = driver.rows("SELECT name FROM imported_list WHERE id = ?", list_id)
    shown = repr(names[0][0]) if names else str(list_id)
    return Words(f"of the list {shown}", f"de la liste {shown}")


def _under_another_key(seq: int) -> Fault:
    return Fault(
        seq,
        "what came from files is told under another key than keys/pseudonym.key; put the right one back from where "
        "keys are kept apart",
        "ce qui est venu de fichiers est dit sous une autre clé que keys/pseudonym.key ; remettre la bonne depuis "
        "l'endroit où les clés sont gardées à part",
    )


def _not_ours(seq: int) -> Fault:
    return Fault(
        seq,
        "what it counts was not signed with keys/pseudonym.key, or was told before: this program did not write it",
        "ce qu'elle compte n'est pas signé avec keys/pseudonym.key, ou fut déjà dit : ce programme ne l'a pas écrite",
    )
