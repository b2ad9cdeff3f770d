"""What a cell in a column of consents answers: given, not given, withdrawn, or nothing that can be told.

Kept apart from `consent`, which reads the terms: a column of days is also where people write that there is none.
"""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum

from lists.boxes import Box, allows, forbids, is_unsaid
from lists.dates import read_date

_DAY = re.compile(r"\(?\d{1,4}[/.\-]\d{1,2}[/.\-]\d{1,4}(?!\d)(?:[T ]\d{1,2}[:h]\d{2}(?::\d{2}(?:\.\d+)?)?)?\)?")
_DOUBTFUL = "?"
"""Before a day that `lists.date_order` could not settle."""
_NOT_TOLD = frozenset({"non renseigné", "non renseignée", "not set", "not provided", "nc", "n.c."})
_NO = re.compile(r"^(?:non|no|not|pas|jamais|never|aucune?|sans)\b|\bn(?:e |['’]).*\b(?:pas|jamais)\b")
_WITHDRAWN = re.compile(
    r"retir|retrait|r[ée]vo[qck]|withdr|unsub|d[ée]sinscri|d[ée]sabonn|refus|oppos|object|opt(?:ed)?[- ]?out|\bstop"
    r"|annul|cancel|declined|denied|do(?:es)? not|n['’]t\b|no longer|\bn(?:e |['’]).*\bplus\b|\bplus d"
)


class Answer(StrEnum):
    OPEN = "open"
    """Nothing is said."""
    GIVEN = "given"
    """A day, a yes, or what may be a day."""
    DENIED = "denied"
    """There is no consent; since when is not said."""
    WITHDRAWN = "withdrawn"
    """Somebody spoke up: it was refused or taken back."""
    UNCLEAR = "unclear"


def read_answer(text: str) -> Answer:
    """What a cell answers; a no beside a day was said on that day, and so is a withdrawal."""
    said = said_beside_day(text)
    if not said and text:
        return Answer.GIVEN
    if is_unsaid(said) or said in _NOT_TOLD:
        return Answer.OPEN
    is_no = allows(said) is Box.NO
    if _WITHDRAWN.search(said) or (is_no and forbids(said, "") is Box.YES):
        return Answer.WITHDRAWN
    if is_no or _NO.search(said):
        return Answer.WITHDRAWN if _DAY.search(text) else Answer.DENIED
    is_yes = allows(said) is Box.YES or any(map(str.isdigit, text))
    return Answer.GIVEN if is_yes else Answer.UNCLEAR


def said_beside_day(text: str) -> str:
    """The words of a cell without the days in it, in small letters."""
    return _DAY.sub(" ", text).strip(" :;,.-–—/()\n").casefold()


def day_said(text: str, today: date) -> date | None:
    """The one day that a cell holds, up to today; None where it cannot be known."""
    days = _DAY.findall(text)
    day = read_date(days[0].strip("()")) if len(days) == 1 and not text.startswith(_DOUBTFUL) else None
    return day if day and day <= today else None
