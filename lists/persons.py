"""Rows of one file that are one person: found by customer id or by number, through any chain of both.

Kept apart from `merging`, which decides what the joined row then says.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True, slots=True)
class Join:
    """Row `row` is the person of the earlier row `into`, because of this shared id or number."""

    row: int
    into: int
    by_id: bool
    shared: str


def find_joins(ids: list[str], numbers: list[tuple[str, ...]]) -> list[Join]:
    """Every row that belongs to an earlier one, in row order. Rows are positions from 0.

    Only keys that occur twice are walked, so a clean list costs one hashed look at each key.
    """
    keys = [(row, True, key) for row, key in enumerate(ids) if key]
    keys += [(row, False, number) for row, several in enumerate(numbers) for number in several]
    frame = pd.DataFrame(keys, columns=["row", "by_id", "key"])
    repeated = frame[frame.duplicated(["by_id", "key"], keep=False)]
    holders: dict[tuple[bool, str], list[int]] = defaultdict(list)
    for row, by_id, key in zip(
        repeated["row"].tolist(), repeated["by_id"].tolist(), repeated["key"].tolist(), strict=True
    ):
        holders[by_id, key].append(row)
    parents: dict[int, int] = {}
    reasons: dict[int, tuple[bool, str]] = {}
    for reason, rows in holders.items():
        for row in rows:
            _unite(parents, rows[0], row)
        for row in rows[1:]:
            reasons.setdefault(row, reason)
    for reason, rows in holders.items():
        reasons.setdefault(rows[0], reason)
    return [Join(row, into, *reasons[row]) for row in sorted(parents) if (into := _first(parents, row)) != row]


def _first(parents: dict[int, int], row: int) -> int:
    """The earliest row of the person, with path halving."""
    while (above := parents.setdefault(row, row)) != row:
        parents[row] = parents[above]
        row = above
    return row


def _unite(parents: dict[int, int], one: int, other: int) -> None:
    low, high = sorted((_first(parents, one), _first(parents, other)))
    parents[high] = low
