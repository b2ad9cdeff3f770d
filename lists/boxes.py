"""Boxes to tick, as exports write them: yes, no, or a word that is neither."""

from __future__ import annotations

from enum import StrEnum

from lists.dates import NEGATIVE

POSITIVE = frozenset({"oui", "o", "yes", "y", "1", "1.0", "true", "vrai", "x", "✓", "✔", "on"})
_UNSAID = frozenset({"", "-", "n/a", "none", "néant"})
_NEGATIVE = NEGATIVE - _UNSAID | {"0.0", "off"}
_ALLOWS = frozenset({"allow", "allowed", "autoriser", "autorisé", "autorisée", "accepte", "accepté", "acceptée"})
_FORBIDS = frozenset(
    {
        "do not allow", "not allowed", "ne pas autoriser", "do not call", "dnc", "ne pas appeler", "ne plus appeler",
        "stop", "opposition", "opposé", "opposée", "opt-out", "opt out", "optout", "opted out", "refus", "refuse",
        "refusé", "refusée", "désinscrit", "désinscrite", "inscrit", "inscrite", "blacklist", "blacklisté", "bloctel",
        "liste rouge", "robinson",
    }
)  # fmt: skip
_NOT_LISTED = frozenset({"non inscrit", "non inscrite", "absent", "absente", "ras"})


class Box(StrEnum):
    YES = "yes"
    NO = "no"
    UNCLEAR = "unclear"


def forbids(text: str, header: str) -> Box:
    """Whether a cell says that somebody is not to be called; one that repeats its own header says so."""
    word = text.casefold()
    if word in _UNSAID | _NEGATIVE | _ALLOWS | _NOT_LISTED:
        return Box.NO
    return Box.YES if word in POSITIVE | _FORBIDS or word == header.casefold() else Box.UNCLEAR


def allows(text: str) -> Box:
    """Whether a cell under a header of the opposite meaning says that somebody may be called."""
    word = text.casefold()
    if word in _NEGATIVE | _FORBIDS:
        return Box.NO
    return Box.YES if word in POSITIVE | _ALLOWS else Box.UNCLEAR


def is_unsaid(text: str) -> bool:
    """Whether a cell is left open."""
    return text.casefold() in _UNSAID
