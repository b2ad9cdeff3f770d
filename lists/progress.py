"""How far a long reading has come, told to whoever shows it; nothing here knows a terminal."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum


class Step(StrEnum):
    READ = "read"
    NORMALISE = "normalise"
    MERGE = "merge"
    MATCH = "match"
    STORE = "store"


Progress = Callable[[Step, int, int], None]
"""Told (step, done, total), both in the step's own unit: bytes, columns or rows."""


def silent(step: Step, done: int, total: int) -> None:
    """For whoever shows nothing."""
