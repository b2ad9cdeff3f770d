"""One written phone number to one callable number, or the reason why it cannot be called.

`phonenumbers` is the authority on what exists; this module only tells it which territory a French
spelling belongs to, and refuses what no campaign may ever call. Kept apart because a differential
test holds it against the library.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import phonenumbers
from phonenumbers import PhoneNumberType

from lists import number_plan as plan


class NumberKind(StrEnum):
    FIXED = "fixed"
    MOBILE = "mobile"
    VOIP = "voip"
    OTHER = "other"
    """Valid, but the plan of its country does not tell fixed from mobile."""


@dataclass(frozen=True, slots=True)
class Number:
    """A callable number. `region` is ISO 3166 (`FR`, `RE`, `NC` …); `fictional` ones ring nowhere."""

    e164: str
    kind: NumberKind
    region: str
    fictional: bool = False


@dataclass(frozen=True, slots=True)
class NumberProblem:
    """Why a text is not a callable number: a code of `lists.problems.CATALOGUE`."""

    code: str


_KINDS = {
    PhoneNumberType.FIXED_LINE: NumberKind.FIXED,
    PhoneNumberType.MOBILE: NumberKind.MOBILE,
    PhoneNumberType.VOIP: NumberKind.VOIP,
    PhoneNumberType.FIXED_LINE_OR_MOBILE: NumberKind.OTHER,
}
_SURCHARGED = {PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST}
_SCIENTIFIC = re.compile(r"\d+(?:[.,]\d+)?[eE]\+?\d+")
_FLOAT = re.compile(r"(\+?\d{6,})[.,]0")
_SEPARATORS = re.compile(r"[\s.\-/()_'’·‐-―]")


def normalise_number(text: str, postcode: str | None = None) -> Number | NumberProblem:
    """Read one written number; the postcode helps where subscribers write no prefix (98800: `25 00 00`)."""
    return _normalise(text, plan.POSTCODE_TERRITORIES.get((postcode or "")[:3]))


@lru_cache(maxsize=1 << 17)
def _normalise(text: str, territory: str | None) -> Number | NumberProblem:
    digits = _digits(text)
    if isinstance(digits, NumberProblem):
        return digits
    short = digits.removeprefix("+")
    if short in plan.EMERGENCY:
        return NumberProblem("number-emergency")
    if not digits.startswith("+"):
        if len(digits) < 6 or re.fullmatch(r"118\d{3}", digits):
            return NumberProblem("number-short")
        digits = _international(digits, territory)
    return _judge(digits)


def _digits(text: str) -> str | NumberProblem:
    """Digits with an optional leading +, other signs of a written number removed."""
    visible = "".join(
        character for character in unicodedata.normalize("NFKC", text) if unicodedata.category(character) != "Cf"
    ).strip()
    if _SCIENTIFIC.fullmatch(visible):
        return NumberProblem("number-scientific")
    if whole := _FLOAT.fullmatch(visible):
        visible = whole[1]
    if any(character.isalpha() for character in visible):
        return NumberProblem("number-letters")
    bare = _SEPARATORS.sub("", visible)
    if not bare:
        return NumberProblem("number-missing")
    if not re.fullmatch(r"\+?[0-9]{2,18}", bare):
        return NumberProblem("number-unreadable")
    return f"+{bare[2:]}" if bare.startswith("00") else bare


def _international(digits: str, territory: str | None) -> str:
    """Digits without + as they are dialled from anywhere; an unknown shape is left for the library to refuse."""
    if territory is not None and not digits.startswith("0") and len(digits) in (6, 8):
        code = phonenumbers.country_code_for_region(territory)
        return f"+{code}{digits}"
    if len(digits) == 9 and digits[0] != "0":
        digits = f"0{digits}"
    if len(digits) == 10 and digits[0] == "0":
        overseas = plan.overseas_territory(digits)
        if overseas == "PM" and digits.startswith("0508"):
            return f"+508{digits[4:]}"
        code = phonenumbers.country_code_for_region(overseas or "FR")
        return f"+{code}{digits[1:]}"
    if any(digits.startswith(code) and len(digits) == size for code, size in plan.LENGTHS_WITH_CODE.items()):
        return f"+{digits}"
    return f"+33{digits.removeprefix('0')}"


def _judge(international: str) -> Number | NumberProblem:
    try:
        parsed = phonenumbers.parse(international)
    except phonenumbers.NumberParseException:
        return NumberProblem("number-unreadable")
    e164 = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    fiction = plan.FICTION_PREFIXES.get(e164[:8])
    if fiction is not None and len(e164) == 12:
        return Number(e164, NumberKind(fiction), "FR", fictional=True)
    kind = phonenumbers.number_type(parsed)
    refused = _refusal(parsed, kind)
    if refused is not None:
        return NumberProblem(refused)
    region = plan.MAIN_TERRITORY.get(parsed.country_code or 0) or phonenumbers.region_code_for_number(parsed)
    return Number(e164, _KINDS[kind], region or "")


def _refusal(parsed: phonenumbers.PhoneNumber, kind: int) -> str | None:
    """The code of a number that no campaign may call, or that cannot exist, else None."""
    national = str(parsed.national_number)
    if parsed.country_code == 33 and national.startswith("700"):
        return "number-m2m"
    if kind in _SURCHARGED:
        return "number-premium"
    shares_plan = parsed.country_code == 33 or parsed.country_code in plan.OVERSEAS_CODES
    if shares_plan and len(national) == 9 and national.startswith("8"):
        return "number-special"
    if kind == PhoneNumberType.UNKNOWN:  # the library's word for: not a valid number
        return "number-unreadable"
    return None if kind in _KINDS else "number-special"
