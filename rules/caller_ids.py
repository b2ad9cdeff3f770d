"""What kind of number a caller id is, by the prefixes in force."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache

from rules.numbers import Numbers


class CallerIdKind(StrEnum):
    MASKED = "masked"
    """Anonymous, private, or absent."""
    MOBILE = "mobile"
    PREMIUM = "premium"
    NPV = "npv"
    """Numéro polyvalent vérifié: the only kind open to automated systems."""
    FIXED = "fixed"
    """01 to 05 and ordinary 09."""
    OTHER = "other"
    """08, short, foreign, or a range that no operator has attested."""


class CallerIdMalformed(ValueError):
    """The caller id {value!r} is neither `anonymous`, an E.164 number such as +33162000000, nor a short number."""

    def __init__(self, value: str) -> None:
        super().__init__((self.__doc__ or "").format(value=value))
        self.message_fr = f"{value!r} n'est ni `anonymous`, ni un numéro E.164 comme +33162000000, ni un numéro court"


_MASKED = frozenset({"", "anonymous", "private", "restricted", "unavailable", "unknown"})
_WELL_FORMED = re.compile(r"\+[1-9]\d{6,14}|118\d{3}|10\d{2}|3\d{3}", re.ASCII)
"""E.164, or a French short number: 118xyz, 3BPQ, 10XY."""


def require_caller_id(text: str) -> str:
    """Return the caller id as the rules want it. Raises `CallerIdMalformed`; nothing is guessed."""
    text = text.strip()
    if text.lower() in _MASKED:
        return "anonymous"
    if not _WELL_FORMED.fullmatch(text):
        raise CallerIdMalformed(text)
    return text


@lru_cache(maxsize=4096)
def caller_id_kind(caller_id: str, numbers: Numbers) -> CallerIdKind:
    """Classify; the special ranges are looked at before the wide ones that contain them."""
    if caller_id.lower() in _MASKED:
        return CallerIdKind.MASKED
    for name, kind in _ORDER:
        if caller_id.startswith(numbers.prefixes(name)):
            return kind
    return CallerIdKind.OTHER


_ORDER = (
    ("caller-npv", CallerIdKind.NPV),
    ("caller-unattested", CallerIdKind.OTHER),
    ("caller-mobile", CallerIdKind.MOBILE),
    ("caller-mobile-policy", CallerIdKind.MOBILE),
    ("caller-premium", CallerIdKind.PREMIUM),
    ("caller-premium-policy", CallerIdKind.PREMIUM),
    ("caller-fixed", CallerIdKind.FIXED),
)
