"""Entries noted by mistake. Nothing is deleted: a correction beside them says that they do not count.

Only what was noted by hand can be corrected. What a person said in a call stands, and a file is taken back as a whole.
"""

from __future__ import annotations

from collections.abc import Iterable

from dialer.schema import Opposition, Wish, WishKind

_NOT_BY_HAND = ("call ", "list ", "withdrawal: ")
"""How the source of a wish begins that was said in a call, came with a file, or withdraws a consent (R.223-3)."""


def noted_by_hand(wish: Wish) -> bool:
    return not wish.source.startswith(_NOT_BY_HAND)


def standing_wishes(wishes: Iterable[Wish]) -> list[Wish]:
    """The wishes that count: a correction takes back what was noted by hand before it toward the same advertiser."""
    told = list(wishes)
    corrected: dict[int | None, int] = {}
    for wish in told:
        if wish.kind is WishKind.CORRECTION:
            corrected[wish.advertiser_id] = max(wish.id, corrected.get(wish.advertiser_id, 0))
    return [
        wish
        for wish in told
        if wish.kind is not WishKind.CORRECTION
        and not (noted_by_hand(wish) and wish.id < corrected.get(wish.advertiser_id, 0))
    ]


def standing_oppositions(oppositions: Iterable[Opposition]) -> list[Opposition]:
    """The oppositions that count: a correction takes back those of its own list toward the same advertiser."""
    told = list(oppositions)
    corrected = {_where(row) for row in told if row.kind is WishKind.CORRECTION}
    return [row for row in told if _where(row) not in corrected]


def _where(row: Opposition) -> tuple[int, int, int]:
    return row.number, row.list_id, row.advertiser_id
