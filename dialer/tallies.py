"""A tally: how many rows there are, and a sum that only these rows give, in whatever order they are counted.

Kept apart from tables and chain because it is nothing but arithmetic: the MSet-Add-Hash of Clarke et al. (Incremental
Multiset Hash Functions, ASIACRYPT 2003) with keyed BLAKE2b (RFC 7693). Why this and not a digest: `docs/adr/0017`.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

BYTES = 32
"""Of what one row adds."""
_MODULUS = 1 << (8 * BYTES)


@dataclass(frozen=True, slots=True)
class Tally:
    """Of some rows, or the difference that a change made to them: then there may be less than none."""

    rows: int = 0
    sum: int = 0
    """Modulo 2^256."""

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.rows + other.rows, (self.sum + other.sum) % _MODULUS)

    def __sub__(self, other: Tally) -> Tally:
        return Tally(self.rows - other.rows, (self.sum - other.sum) % _MODULUS)


NOTHING = Tally()


@dataclass(frozen=True)
class TallyKey:
    """Without it nobody can tell what a row adds, and so make up rows that add the same."""

    secret: bytes = field(repr=False)

    @classmethod
    def of(cls, pseudonym_key: bytes) -> TallyKey:
        """A key of its own, that says nothing of the one that it comes from."""
        return cls(hashlib.blake2b(b"tally", key=pseudonym_key, digest_size=BYTES).digest())

    @property
    def id(self) -> str:
        """Tells this key from another one, and nothing else."""
        return self._mac("id").hex()[:16]

    def signature(self, text: str) -> str:
        """Of what the chain tells: whoever can write into the tables could else write more rows of it."""
        return self._mac(f"signed {text}").hex()

    def masked(self, tally: Tally, nonce: str, place: str) -> str:
        """The sum as the chain tells it, in hexadecimal: from many of them in clear one could learn single rows'."""
        return f"{(tally.sum + self._mask(nonce, place)) % _MODULUS:0{2 * BYTES}x}"

    def unmasked(self, rows: int, told: str, nonce: str, place: str) -> Tally:
        return Tally(rows, (int(told, 16) - self._mask(nonce, place)) % _MODULUS)

    def _mask(self, nonce: str, place: str) -> int:
        return int.from_bytes(self._mac(f"mask {nonce} {place}"), "little")

    def _mac(self, text: str) -> bytes:
        """Of what cannot be the text of a row, which begins with the name of its table and a bar."""
        return hashlib.blake2b(text.encode(), key=self.secret, digest_size=BYTES).digest()
