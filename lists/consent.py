"""What a file says about consents, as stated; whether one is valid is for the rules to decide.

Kept apart from the other evidence because a consent has parts that must stay together: date, notice,
proof and accepted systems are those of one and the same consent (art. R.223-1 C. conso.).
"""

from __future__ import annotations

import re
from datetime import date

from lists.cells import Cells, Reading
from lists.dates import NEGATIVE, is_negative, read_date
from lists.headers import Field
from lists.problems import Problem

HUMAN = ("human-agent",)
ROBOT = ("automated", "ai-agent")
SYSTEMS = (*HUMAN, *ROBOT)
"""In the words of the design; always listed in this order."""

_SYSTEM_WORDS: dict[str, tuple[str, ...]] = {
    "humain": HUMAN, "human": HUMAN, "human-agent": HUMAN, "agent humain": HUMAN, "conseiller": HUMAN,
    "robot": ROBOT, "robots": ROBOT, "automated": ("automated",), "automate": ("automated",),
    "automatique": ("automated",), "ai-agent": ("ai-agent",), "ia": ("ai-agent",), "ai": ("ai-agent",),
    "agent ia": ("ai-agent",),
}  # fmt: skip
_POSITIVE = frozenset({"oui", "o", "yes", "y", "1", "true", "vrai", "x"})


def read_systems(text: str) -> Reading[tuple[str, ...]]:
    """The system kinds that a cell accepts; unknown words are left out, with their code."""
    if is_negative(text):
        return Reading(())
    words = [word for piece in re.split(r"[,;/|+]|\bet\b|\band\b", text) if (word := piece.strip())]
    named = {system for word in words for system in _SYSTEM_WORDS.get(word.casefold(), ())}
    unknown = [word for word in words if word.casefold() not in _SYSTEM_WORDS]
    systems = tuple(system for system in SYSTEMS if system in named)
    return Reading(systems, "consent-system-unknown" if unknown else "", ", ".join(unknown))


def read_robot(text: str) -> Reading[bool | None]:
    """The answer of a yes/no column about robots; None when it is empty or unclear."""
    if not text:
        return Reading(None)
    if text.casefold() in NEGATIVE:
        return Reading(False)
    if text.casefold() in _POSITIVE:
        return Reading(True)
    return Reading(None, "consent-system-unknown", text)


def consents(cells: Cells, today: date) -> tuple[dict[str, list[object]], list[Problem]]:
    """Frame columns `consent_*`, one entry per row.

    A consent without a readable date up to `today` stays stated without date: it will not count.
    A cell that says no (`non`) states that there is no consent, whatever its neighbours hold.
    """
    when = cells.single(Field.CONSENT_ON)
    notices = cells.single(Field.CONSENT_NOTICE).texts()
    proofs = cells.single(Field.CONSENT_PROOF).texts()
    systems, problems = _systems(cells)
    days, unreadable = when.read(lambda text: _read_day(text, today))
    problems += unreadable
    stated: list[object] = []
    for row, text in enumerate(when.texts()):
        named = bool(text or notices[row] or proofs[row] or systems[row])
        given = named and not (text and is_negative(text))
        stated.append(given)
        if given and not text:
            problems.append(when.warning(row, "consent-date-missing"))
    return {
        "consent_stated": stated,
        "consent_on": [day if given else None for day, given in zip(days, stated, strict=True)],
        "consent_notice": [text if given else "" for text, given in zip(notices, stated, strict=True)],
        "consent_proof": [text if given else "" for text, given in zip(proofs, stated, strict=True)],
        "consent_systems": [";".join(several) if given else "" for several, given in zip(systems, stated, strict=True)],
    }, problems


def _read_day(text: str, today: date) -> Reading[date | None]:
    if is_negative(text):
        return Reading(None)
    day = read_date(text)
    if day is None:
        return Reading(None, "consent-date-unreadable")
    if day > today:
        return Reading(None, "consent-date-future")
    return Reading(day)


def _systems(cells: Cells) -> tuple[list[tuple[str, ...]], list[Problem]]:
    """Both columns that speak of systems, joined; a contradiction about robots is held to be a no."""
    systems, problems = cells.single(Field.CONSENT_SYSTEMS).read(read_systems)
    column = cells.single(Field.CONSENT_ROBOT)
    robots, unclear = column.read(read_robot)
    problems += unclear
    for row, robot in enumerate(robots if column.header else ()):
        if robot:
            systems[row] = tuple(system for system in SYSTEMS if system in {*systems[row], *ROBOT})
        elif robot is False and set(systems[row]) & set(ROBOT):
            systems[row] = tuple(system for system in systems[row] if system not in ROBOT)
            problems.append(column.warning(row, "consent-system-contradiction"))
    return systems, problems
