"""The signs of many written numbers at once: texts to digits, and digits to what is dialled from anywhere.

Kept apart because it knows spellings and national prefixes but no number: the steps `digits_of`, `international` and
`under_own_code` of `numbers` define them, and answer here for what an expression cannot tell for sure.
"""

from __future__ import annotations

import polars as pl

from lists import number_plan as plan
from lists.numbers import LONGEST_TEXT, MOST_DIGITS, NumberProblem, code_of, digits_of

UNSEEN = " \t\r\n\u00a0\u00ad\u2009\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u202f\u2060\ufeff"
"""Spaces and marks that `digits_of` does not see wherever they stand."""
SIGNS = "./()_'’·‐‑‒–—―-"
"""Signs that a written number may hold between its digits."""

_AROUND = f"[{UNSEEN}]*"
_WHOLE_FLOAT = rf"^{_AROUND}(\+?[0-9]{{6,}})[.,]0{_AROUND}$"
_KEPT_AS_TEXT = rf'^{_AROUND}="?([^="]*)"?{_AROUND}$'
"""What a spreadsheet is not to count with: `="0639980121"`, `=+33639980121`."""
_NOT_SURE = rf"[=\"]|[^!-~{UNSEEN}{SIGNS}]|[0-9]{_AROUND}[eE]|[.,]{_AROUND}0{_AROUND}$"
"""Another formula or a quote, a sign of another alphabet, scientific notation, or what may be the end of a float."""
_TOO_LONG = "?"
"""Stands for a text that is not looked at: as unreadable as it."""

_CODES_BY_TERRITORY = {territory: code_of(territory) for territory in plan.POSTCODE_TERRITORIES.values()}
_PREFIXES_BY_CODE: dict[str, list[str]] = {}
"""Country code → openings of the nine digits behind the zero."""
for _prefix, _territory in plan.OVERSEAS_PREFIXES.items():
    _PREFIXES_BY_CODE.setdefault(code_of(_territory), []).append(_prefix[1:])

_NINE = 9
"""Digits of a national number without its zero."""
_OVERSEAS_UNDER_33 = f"^330?((?:{'|'.join(prefix[1:] for prefix in plan.OVERSEAS_PREFIXES)})[0-9]+)$"


def digits_of_each(texts: pl.Series) -> pl.DataFrame:
    """`digits_of` each text: the `digits` with their +, or the `code` of why there are none; the other is null."""
    text, bare = pl.col("text"), pl.col("bare")
    code = (
        pl.when(text.str.contains("[A-Za-z]"))
        .then(pl.lit("number-letters"))
        .when(bare == "")
        .then(pl.lit("number-missing"))
        .when(~bare.str.contains(rf"^\+?[0-9]{{2,{MOST_DIGITS}}}$"))
        .then(pl.lit("number-unreadable"))
    )
    digits = pl.when(bare.str.starts_with("00")).then("+" + bare.str.slice(2)).otherwise(bare)
    read = (
        texts.alias("text")
        .to_frame()
        .lazy()
        .with_columns(
            pl.when(text.str.len_chars() > LONGEST_TEXT).then(pl.lit(_TOO_LONG)).otherwise(text).alias("text")
        )
        .with_columns(text.str.replace(_KEPT_AS_TEXT, "$1").str.replace(_WHOLE_FLOAT, "$1"))
        .with_columns(
            text.str.contains(_NOT_SURE).alias("odd"),
            text.str.replace_many([*UNSEEN, *SIGNS], [""]).alias("bare"),
        )
        .with_columns(pl.when(~pl.col("odd")).then(code).alias("code"))
        .with_columns(pl.when(~pl.col("odd") & pl.col("code").is_null()).then(digits).alias("digits"))
        .select("text", "odd", "digits", "code")
        .collect(engine="streaming")
    )
    return _with_odd_ones(read).select("digits", "code")


def _with_odd_ones(read: pl.DataFrame) -> pl.DataFrame:
    """The texts that no expression reads, each distinct one read by its definition."""
    texts = read.filter("odd")["text"].unique()
    if texts.is_empty():
        return read
    answers = [(text, digits_of(text)) for text in texts]
    told = pl.DataFrame(
        [(text, *((None, told.code) if isinstance(told, NumberProblem) else (told, None))) for text, told in answers],
        schema={"text": pl.String, "digits": pl.String, "code": pl.String},
        orient="row",
    )
    return read.join(told, on="text", how="left", maintain_order="left").select(
        pl.coalesce("digits", "digits_right").alias("digits"), pl.coalesce("code", "code_right").alias("code")
    )


def unreachable(digits: pl.Expr) -> pl.Expr:
    """The code of an emergency or short number, else null."""
    short = digits.str.len_bytes() < plan.SHORTEST
    return (
        pl.when(digits.str.strip_prefix("+").is_in(plan.EMERGENCY))
        .then(pl.lit("number-emergency"))
        .when(~digits.str.starts_with("+") & (short | digits.str.contains(f"^{plan.DIRECTORY_ENQUIRIES}$")))
        .then(pl.lit("number-short"))
    )


def with_dialled(read: pl.LazyFrame) -> pl.LazyFrame:
    """`dialled` beside `digits` and `hint` (a territory or ""): `international` of them, without its +."""
    digits, rest = pl.col("digits"), pl.col("rest")
    abroad = digits.str.starts_with("+")
    territory = pl.col("hint").replace_strict(_CODES_BY_TERRITORY, default=None, return_dtype=pl.String)
    local = ~digits.str.starts_with("0") & digits.str.len_bytes().is_in(plan.LENGTHS_OVERSEAS)
    with_code = [
        digits.str.starts_with(code) & (digits.str.len_bytes() == size) for code, size in plan.LENGTHS_WITH_CODE.items()
    ]
    code = (
        pl.when(abroad)
        .then(pl.lit(""))
        .when(local & territory.is_not_null())
        .then(territory)
        .when(rest.str.len_bytes() == 9)
        .then(_code_of_nine(rest))
        .when(pl.any_horizontal(with_code))
        .then(pl.lit(""))
        .otherwise(pl.lit("33"))
    )
    without_opening = pl.when(abroad).then(digits.str.slice(1)).otherwise(digits.str.strip_prefix("0"))
    return read.with_columns(without_opening.alias("rest")).with_columns((code + rest).alias("dialled"))


def under_own_code(dialled: pl.Series) -> pl.Series:
    """`under_own_code` of `numbers` for numbers without their +, of which few are overseas."""
    national = dialled.str.extract(_OVERSEAS_UNDER_33)
    wanted = (national.str.len_bytes() == _NINE).fill_null(value=False)
    if not wanted.any():
        return dialled
    there = national.filter(wanted).alias("national").to_frame()
    own = there.select(_code_of_nine(pl.col("national")) + pl.col("national")).to_series()
    return dialled.clone().scatter(wanted.arg_true(), own)


def _code_of_nine(rest: pl.Expr) -> pl.Expr:
    """The country code of the territory of nine digits behind a zero; none where they begin with their own."""
    within = rest.str.starts_with(plan.METROPOLITAN_WITHIN_OVERSEAS[1:])
    code = pl.lit("33")
    for overseas, prefixes in _PREFIXES_BY_CODE.items():
        there = rest.str.contains(f"^(?:{'|'.join(prefixes)})") & ~within
        code = pl.when(there).then(pl.lit(overseas)).otherwise(code)
    return pl.when(rest.str.starts_with(plan.CODE_WITHIN)).then(pl.lit("")).otherwise(code)
