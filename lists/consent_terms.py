"""The terms of a consent in the words of the design: systems, channels and hours that a cell accepts.

Kept apart from `consent`, which puts the parts of one consent together; here one cell is read at a time.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import time

from lists.cells import Reading
from lists.dates import NEGATIVE, is_negative

HUMAN = ("human-agent",)
ROBOT = ("automated", "ai-agent")
SYSTEMS = (*HUMAN, *ROBOT)
CHANNELS = ("voice", "sms", "email", "post", "social")
"""In the words of the design; always listed in this order, joined with `;`."""

_SYSTEM_WORDS: Mapping[str, tuple[str, ...]] = {
    "humain": HUMAN, "human": HUMAN, "human-agent": HUMAN, "agent humain": HUMAN, "conseiller": HUMAN,
    "robot": ROBOT, "robots": ROBOT, "automated": ("automated",), "automate": ("automated",),
    "automatique": ("automated",), "ai-agent": ("ai-agent",), "ia": ("ai-agent",), "ai": ("ai-agent",),
    "agent ia": ("ai-agent",),
}  # fmt: skip
_CHANNEL_WORDS: Mapping[str, tuple[str, ...]] = {
    word: (channel,)
    for channel, words in {
        "voice": "voice voix vocal appel appels call calls tel tél téléphone telephone téléphonique phone",
        "sms": "sms texto textos mms text",
        "email": "email e-mail emails e-mails mail mails courriel courriels mel mél",
        "post": "post postal courrier courriers lettre letter",
        "social": "social whatsapp messenger facebook instagram linkedin",
    }.items()
    for word in words.split()
} | {"appel téléphonique": ("voice",), "courrier postal": ("post",), "réseaux sociaux": ("social",)}
_POSITIVE = frozenset({"oui", "o", "yes", "y", "1", "true", "vrai", "x"})
_BETWEEN = re.compile(r"[,;/|+\n]|\bet\b|\band\b")
_HOUR = r"(\d{1,2})\s*(?:[h:]\s*(\d{2})?)?"
_FROM_AND_TO = re.compile(rf"(?:entre|between)\s+({_HOUR})\s*(?:et|and)\s*({_HOUR})", re.IGNORECASE)
_SLOT = re.compile(rf"(?:de\s+|from\s+)?{_HOUR}\s*(?:-|–|—|à|a|to)\s*{_HOUR}", re.IGNORECASE)


def read_systems(text: str) -> Reading[str]:
    """The system kinds that a cell accepts, joined; unknown words are left out, with their code."""
    systems, unknown = ([], []) if is_negative(text) else _named(text, _SYSTEM_WORDS, SYSTEMS)
    return Reading(";".join(systems), "consent-system-unknown" if unknown else "", ", ".join(unknown))


def read_robots(text: str) -> Reading[bool | None]:
    """The answer of a yes/no column about robots; None when it is empty or unclear."""
    if not text:
        return Reading(None)
    if text.casefold() in NEGATIVE:
        return Reading(False)
    if text.casefold() in _POSITIVE:
        return Reading(True)
    return Reading(None, "consent-system-unknown", text)


def read_channels(text: str) -> Reading[str | None]:
    """The channels that a cell accepts, joined; None where it is empty or accepts none that we know."""
    if not text:
        return Reading(None)
    channels, unknown = _named(text, _CHANNEL_WORDS, CHANNELS)
    if not channels:
        return Reading(None, "consent-channels-unreadable")
    return Reading(";".join(channels), "consent-channel-unknown" if unknown else "", ", ".join(unknown))


def read_hours(text: str) -> Reading[str | None]:
    """The slots of the day that a cell accepts, as `18:00-20:00;…`; None where it is empty or unreadable.

    A slot ends on the day on which it starts; one piece that is no slot makes the whole cell unreadable.
    """
    if not text:
        return Reading(None)
    pieces = _BETWEEN.split(_FROM_AND_TO.sub(r"\1-\4", text))
    slots = [_slot(piece.strip()) for piece in pieces if piece.strip()]
    if not slots or None in slots:
        return Reading(None, "consent-hours-unreadable")
    return Reading(";".join(dict.fromkeys(slot for slot in slots if slot)))


def _named(text: str, words: Mapping[str, tuple[str, ...]], order: tuple[str, ...]) -> tuple[list[str], list[str]]:
    """What the words of a cell stand for, in the given order, and the words that we do not know."""
    pieces = [word for piece in _BETWEEN.split(text) if (word := piece.strip())]
    meant = {meaning for word in pieces for meaning in words.get(word.casefold(), ())}
    return [each for each in order if each in meant], [word for word in pieces if word.casefold() not in words]


def _slot(text: str) -> str | None:
    written = _SLOT.fullmatch(text)
    if written is None:
        return None
    try:
        start, end = (time(int(written[group]), int(written[group + 1] or 0)) for group in (1, 3))
    except ValueError:
        return None
    return f"{start:%H:%M}-{end:%H:%M}" if start < end else None
