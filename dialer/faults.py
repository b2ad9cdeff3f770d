"""What is wrong with the records, and where: the answer that a verification gives, told in both languages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """The first row of the chain that does not hold, or beside which something stored does not."""

    seq: int
    why: str
    why_fr: str


@dataclass(frozen=True, slots=True)
class Reservation:
    """What an answer does not cover, though nothing of it was found wrong."""

    why: str
    why_fr: str


@dataclass(frozen=True, slots=True)
class Verification:
    """`broken_at` is the first row that does not hold, with `why`; None when everything is whole.

    `rows` and `head` (SHA-256) are those of the part of the chain that holds. `reservations`: what was not compared.
    """

    rows: int
    head: str
    broken_at: int | None = None
    why: str = ""
    why_fr: str = ""
    reservations: tuple[Reservation, ...] = ()

    @property
    def whole(self) -> bool:
        return self.broken_at is None

    @classmethod
    def of(cls, rows: int, head: str, fault: Fault | None, reservations: Iterable[Reservation] = ()) -> Verification:
        told = tuple(reservations)
        if fault is None:
            return cls(rows, head, reservations=told)
        return cls(rows, head, fault.seq, fault.why, fault.why_fr, told)
