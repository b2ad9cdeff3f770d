"""What `phonenumbers` says of many numbers at once: its own patterns as polars expressions.

Kept apart because nothing here is ours: every pattern is read from the library's metadata when it is
first needed, so that another version of the library changes the fast way as it changes the slow one.
The expressions read the column `national`: the digits that follow the country code.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import phonenumbers
import polars as pl
from phonenumbers import PhoneMetadata, PhoneNumberType
from phonenumbers.phonemetadata import PhoneNumberDesc

_NATIONAL = pl.col("national")
_SURE = "^[1-9][0-9]{3,14}$"
"""What the library takes as it stands, unless a national prefix of the country opens it. Leading zeros
are kept in Italy and dropped elsewhere; very short and very long ones it refuses to parse."""

_BEFORE_LINES = (
    ("premium_rate", PhoneNumberType.PREMIUM_RATE),
    ("toll_free", PhoneNumberType.TOLL_FREE),
    ("shared_cost", PhoneNumberType.SHARED_COST),
    ("voip", PhoneNumberType.VOIP),
    ("personal_number", PhoneNumberType.PERSONAL_NUMBER),
    ("pager", PhoneNumberType.PAGER),
    ("uan", PhoneNumberType.UAN),
    ("voicemail", PhoneNumberType.VOICEMAIL),
)
"""The library tries these in this order, then the plain lines."""


@cache
def country_codes() -> tuple[int, ...]:
    """Codes of countries; those of no country (+800 …) are left to the library. None begins another."""
    codes = phonenumbers.COUNTRY_CODE_TO_REGION_CODE.items()
    return tuple(code for code, regions in sorted(codes) if regions != (phonenumbers.REGION_CODE_FOR_NON_GEO_ENTITY,))


@cache
def significant(code: int) -> pl.Expr:
    """The national number without its national prefix (+33 **0**6 …); null where only the library can tell."""
    main = _metadata(_regions(code)[0])
    prefix = main.national_prefix_for_parsing
    if prefix == "0" and not main.national_prefix_transform_rule:
        after = _NATIONAL.str.strip_prefix("0")
        stripped = _possible(after, main.general_desc) & ~_fits(_NATIONAL, main.general_desc)
        return pl.when(after.str.contains(_SURE) & (stripped | ~_NATIONAL.str.starts_with("0"))).then(after)
    prefixed = _NATIONAL.str.contains(f"^(?:{_ascii(prefix)})") if prefix else pl.lit(False)
    return pl.when(_NATIONAL.str.contains(_SURE) & ~prefixed).then(_NATIONAL)


@cache
def type_and_region(code: int) -> tuple[pl.Expr, pl.Expr]:
    """The library's type (null: not valid) and region of a significant national number under this code."""
    regions = _regions(code)
    types = [_type(_metadata(region)) for region in regions]
    if len(regions) == 1:
        return types[0], pl.lit(regions[0])
    belongs = [
        _NATIONAL.str.contains(f"^(?:{_ascii(digits)})")
        if (digits := _metadata(region).leading_digits)
        else kind.is_not_null()
        for region, kind in zip(regions, types, strict=True)
    ]
    return _first(belongs, types), _first(belongs, [pl.lit(region) for region in regions])


def _type(metadata: PhoneMetadata) -> pl.Expr:
    """`phonenumbers.number_type` in one region; null where it says unknown."""
    fixed = _described(_NATIONAL, metadata.fixed_line)
    mobile = fixed if metadata.same_mobile_and_fixed_line_pattern else _described(_NATIONAL, metadata.mobile)
    tests = [
        (~_described(_NATIONAL, metadata.general_desc), None),
        *((_described(_NATIONAL, getattr(metadata, name)), kind) for name, kind in _BEFORE_LINES),
        (fixed & mobile, PhoneNumberType.FIXED_LINE_OR_MOBILE),
        (fixed, PhoneNumberType.FIXED_LINE),
        (mobile, PhoneNumberType.MOBILE),
    ]
    return _first([test for test, _ in tests], [pl.lit(kind, pl.Int8) for _, kind in tests])


def _described(number: pl.Expr, description: PhoneNumberDesc | None) -> pl.Expr:
    """Whether a number fits a description of the metadata, whole and in length."""
    return _fits(number, description) & _possible(number, description)


def _fits(number: pl.Expr, description: PhoneNumberDesc | None) -> pl.Expr:
    """Whether the whole number has the pattern of a description; nothing has one that is not there."""
    pattern = description.national_number_pattern if description is not None else None
    return number.str.contains(f"^(?:{_ascii(pattern)})$") if pattern else pl.lit(False)


def _possible(number: pl.Expr, description: PhoneNumberDesc | None) -> pl.Expr:
    """Whether a description allows a number of this length; one that names none allows all."""
    lengths = description.possible_length if description is not None else ()
    return number.str.len_bytes().is_in(lengths) if lengths else pl.lit(True)


def _ascii(pattern: str) -> str:
    """A pattern whose digits are ASCII only, as the numbers here are: far quicker to match."""
    return pattern.replace(r"\d", "[0-9]")


def _first(tests: Sequence[pl.Expr], values: Sequence[pl.Expr]) -> pl.Expr:
    """The value of the first test that holds, else null."""
    chosen = pl.lit(None)
    for test, value in zip(reversed(tests), reversed(values), strict=True):
        chosen = pl.when(test).then(value).otherwise(chosen)
    return chosen


def _regions(code: int) -> tuple[str, ...]:
    return tuple(phonenumbers.COUNTRY_CODE_TO_REGION_CODE[code])


def _metadata(region: str) -> PhoneMetadata:
    metadata = PhoneMetadata.metadata_for_region(region)
    if metadata is None:
        raise LookupError(f"phonenumbers lists the region {region} without describing it")
    return metadata
