"""What was said against calling and still counts: a correction names the entry that it takes back, nothing is deleted.

Pure; `entries` reads them for people.
"""

from __future__ import annotations

from collections.abc import Iterable

from dialer.schema import Opposition, Wish, WishKind


def standing_wishes(wishes: Iterable[Wish]) -> list[Wish]:
    """The wishes that count: no correction does, nor what one takes back."""
    told = list(wishes)
    taken_back = {wish.corrects for wish in told}
    return [wish for wish in told if wish.kind is not WishKind.CORRECTION and wish.id not in taken_back]


def standing_oppositions(oppositions: Iterable[Opposition]) -> list[Opposition]:
    """The oppositions that count: a correction takes back those of its own list toward the same advertiser."""
    told = list(oppositions)
    corrected = {_where(row) for row in told if row.kind is WishKind.CORRECTION}
    return [row for row in told if _where(row) not in corrected]


def entry_id(row: Wish | Opposition) -> str:
    """How people name an entry: `P12` of the person, whichever number they have; `N3-…` of the number in list 3."""
    return f"N{row.list_id}-{row.kind}-{row.advertiser_id}" if hasattr(row, "list_id") else f"P{row.id}"


def _where(row: Opposition) -> tuple[int, int, int]:
    return row.number, row.list_id, row.advertiser_id
