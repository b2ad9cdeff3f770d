"""One written phone number to one callable number, or the reason why it cannot be called.

`phonenumbers` is the authority on what exists; this module only tells it which territory a French
spelling belongs to, and refuses what no campaign may ever call. Kept apart because it is the one
definition of what a written number means: it is held against the library by a differential test, and
the reading of whole columns (`number_columns`) is held against it.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

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


KINDS = {
    PhoneNumberType.FIXED_LINE: NumberKind.FIXED,
    PhoneNumberType.MOBILE: NumberKind.MOBILE,
    PhoneNumberType.VOIP: NumberKind.VOIP,
    PhoneNumberType.FIXED_LINE_OR_MOBILE: NumberKind.OTHER,
}
"""The library's types that a campaign may call."""
SURCHARGED = frozenset({PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST})
_SCIENTIFIC = re.compile(r"(\d+)(?:[.,](\d+))?[eE]\+?0*(\d{1,3})")
_FLOAT = re.compile(r"(\+?\d{6,})[.,]0")
_SEPARATORS = re.compile(r"[\s.\-/()_'’·‐-―]")
_NATIONAL_OF_33 = r"\+330?([1-9][0-9]{8})"
LONGEST_TEXT = 1_000
"""Characters of a cell; a longer text is no cell of numbers, and is not looked at."""
_LEAST_WHOLE = 9
"""A phone number in a cell of numbers has at least so many digits: its leading zero is gone."""
MOST_DIGITS = 18
"""Country code, national prefix and a national number of fifteen digits; beyond that it is no number."""


def normalise_number(text: str, postcode: str | None = None) -> Number | NumberProblem:
    """Read one written number; the postcode helps where subscribers write no prefix (98800: `25 00 00`)."""
    digits = digits_of(text)
    if isinstance(digits, NumberProblem):
        return digits
    short = digits.removeprefix("+")
    if short in plan.EMERGENCY:
        return NumberProblem("number-emergency")
    within_france = not digits.startswith("+")
    if within_france and (len(digits) < plan.SHORTEST or re.fullmatch(plan.DIRECTORY_ENQUIRIES, digits)):
        return NumberProblem("number-short")
    return judge(under_own_code(international(digits, plan.POSTCODE_TERRITORIES.get((postcode or "")[:3]))))


def digits_of(text: str) -> str | NumberProblem:
    """Digits with an optional leading +, other signs of a written number removed.

    `="0639980121"` and `=+33639980121` are how exports keep a spreadsheet from counting with a number.
    """
    if len(text) > LONGEST_TEXT:
        return NumberProblem("number-unreadable")
    visible = "".join(
        character for character in unicodedata.normalize("NFKC", text) if unicodedata.category(character) != "Cf"
    ).strip()
    visible = visible.removeprefix("=").strip(' "')
    if rounded := _SCIENTIFIC.fullmatch(visible):
        return _unrounded(*rounded.groups()) or NumberProblem("number-scientific")
    if whole := _FLOAT.fullmatch(visible):
        visible = whole[1]
    if any(character.isalpha() for character in visible):
        return NumberProblem("number-letters")
    bare = _SEPARATORS.sub("", visible)
    if not bare:
        return NumberProblem("number-missing")
    if not re.fullmatch(rf"\+?[0-9]{{2,{MOST_DIGITS}}}", bare):
        return NumberProblem("number-unreadable")
    return f"+{bare[2:]}" if bare.startswith("00") else bare


def _unrounded(units: str, decimals: str | None, exponent: str) -> str | None:
    """The integer that a spreadsheet wrote as `6.12345678E+08`, if its mantissa gives every digit.

    `6.12E+08` and `6.1234567E+08` do not: the digits left out may have been zeros, or rounded away.
    """
    decimals, size = decimals or "", int(exponent)
    whole = f"{units}{decimals[:size]}"
    complete = size <= len(decimals) and not decimals[size:].strip("0")
    usual = whole.isascii() and units[0] != "0" and _LEAST_WHOLE <= len(whole) <= MOST_DIGITS
    return whole if complete and usual else None


def international(digits: str, territory: str | None) -> str:
    """Digits as they are dialled from anywhere, with +; an unknown shape is left for the library to refuse."""
    if digits.startswith("+"):
        return digits
    rest = digits.removeprefix("0")
    if territory is not None and digits == rest and len(digits) in plan.LENGTHS_OVERSEAS:
        code = code_of(territory)
    elif len(rest) == 9:
        overseas = plan.overseas_territory(f"0{rest}")
        code = "" if rest.startswith(plan.CODE_WITHIN) else code_of(overseas or "FR")
    elif any(digits.startswith(code) and len(digits) == size for code, size in plan.LENGTHS_WITH_CODE.items()):
        code = ""
    else:
        code = code_of("FR")
    return f"+{code}{rest}"


def under_own_code(dialled: str) -> str:
    """`+33 6 92 …` is the number that is written `06 92 …`: many exports put +33 for the zero, wherever it rings.

    No subscriber of the metropole has such a number. Left as it is, some would be refused and the limits of their row
    lost with them; others, which the library takes for metropolitan (`+33 5 96 …`), would be called by the clock of
    Paris. So it is read as what it is, and judged by the place where it rings.
    """
    national = re.fullmatch(_NATIONAL_OF_33, dialled)
    return international(f"0{national[1]}", None) if national else dialled


def code_of(territory: str) -> str:
    """The country code of a territory, without +."""
    return str(phonenumbers.country_code_for_region(territory))


def judge(dialled: str) -> Number | NumberProblem:
    """What the library and the law say of a number with its country code (`+33…`)."""
    try:
        parsed = phonenumbers.parse(dialled)
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
    return Number(e164, KINDS[kind], region or "")


def _refusal(parsed: phonenumbers.PhoneNumber, kind: int) -> str | None:
    """The code of a number that no campaign may call, or that cannot exist, else None."""
    national = str(parsed.national_number)
    if parsed.country_code == 33 and national.startswith(plan.MACHINES):
        return "number-m2m"
    if kind in SURCHARGED:
        return "number-premium"
    if parsed.country_code in plan.CODES_OF_THE_PLAN and re.fullmatch(plan.NO_SUBSCRIBER, national):
        return "number-special"
    if kind == PhoneNumberType.UNKNOWN:  # the library's word for: not a valid number
        return "number-unreadable"
    return None if kind in KINDS else "number-special"
