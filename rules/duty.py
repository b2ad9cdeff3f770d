"""Duties of a campaign that no single call can show: words said, notices given, records kept.

A campaign that lacks what its date, sector and system demand cannot start; each lack is named with the
words or the setting that would mend it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from rules.facts import Sector, SystemKind
from rules.numbers import Numbers
from rules.rule import ALWAYS, Citation, Layer, Period, Text


class Recording(StrEnum):
    OFF = "off"
    SAMPLE = "sample"
    """One-off, for training or quality."""
    ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignFacts:
    """What a campaign and its folder say, as far as the law asks. Names are those spoken to the consumer."""

    sector: Sector
    system: SystemKind
    caller_name: str
    advertiser_name: str
    opening: str | None
    """The words of the opening prompt; None when they are not on record."""
    opt_out_offered: bool
    collection_notice: str
    """Version of the notice given when the numbers were collected (L.223-2)."""
    recording: Recording
    recording_days: int
    consent_proof_days: int
    caller_ids_without_route: tuple[str, ...]
    follow_ups: frozenset[str]
    """Channels used after the call: `sms`, `e-mail`, `social`."""
    abandoned_percent_max: int


@dataclass(frozen=True, slots=True)
class Lack:
    """One thing that is missing: what, and how to mend it."""

    duty_id: str
    layer: Layer
    citation: Citation
    text: Text


Find = Callable[[CampaignFacts, Numbers], Iterable[Text]]


@dataclass(frozen=True, slots=True)
class Duty:
    """One version of one duty; `find` yields what is missing, nothing when it is met."""

    id: str
    title: Text
    layer: Layer
    citations: tuple[Citation, ...]
    find: Find
    in_force: Period = ALWAYS
    reads: tuple[str, ...] = ()


def lacks(campaign: CampaignFacts, duties: Iterable[Duty], numbers: Numbers, day: date) -> tuple[Lack, ...]:
    """Everything that the duties in force on `day` find missing, in order of duty."""
    return tuple(
        Lack(duty.id, duty.layer, duty.citations[0], text)
        for duty in sorted(duties, key=lambda duty: duty.id)
        if day in duty.in_force
        for text in duty.find(campaign, numbers)
    )


def says(words: str, pattern: str) -> bool:
    """Whether a text says something, accents, case and spacing aside. `pattern` is a regular expression."""
    return re.search(pattern, plain(words)) is not None


def names(words: str, name: str) -> bool:
    """Whether a text speaks a name, as words of its own: « taxation » does not speak Axa, and no text an empty name."""
    spoken = re.escape(plain(name))
    return bool(spoken) and says(words, rf"(?<!\w){spoken}(?!\w)")


def plain(words: str) -> str:
    """Lower case, without accents, one space between words."""
    decomposed = unicodedata.normalize("NFKD", words.replace("’", "'"))
    return " ".join("".join(char for char in decomposed if not unicodedata.combining(char)).lower().split())


def first_sentences(words: str, count: int) -> str:
    return " ".join(re.split(r"(?<=[.!?])\s+", words.strip())[:count])
