"""A column of written numbers at once: what `normalise_number` says of each, without asking it each time.

Kept apart because it is a faster way and no second meaning. The steps are those of `numbers`; what an
expression cannot tell for sure goes, once per distinct value, through the step's own definition there.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from lists import number_plan as plan
from lists.number_patterns import country_codes, significant, type_and_region
from lists.number_shapes import digits_of_each, under_own_code, unreachable, with_dialled
from lists.numbers import KINDS, SURCHARGED, Number, judge

READING = pl.Schema({"number": pl.String, "kind": pl.String, "region": pl.String, "code": pl.String})
"""`number` (E.164), `kind` and `region` of a callable number, or the `code` why it is none; the rest is null."""

PATTERNS_PAY_FROM = 500
"""Fewer numbers of one country are sooner asked of the library one by one."""

_FRENCH = 33


def normalise_numbers(texts: pl.Series, hints: pl.Series) -> pl.DataFrame:
    """`normalise_number` of each text, as READING; a hint is the territory that the postcode tells, or ""."""
    if texts.is_empty():
        return READING.to_frame()
    digits, code = pl.col("digits"), pl.col("code")
    read = (
        digits_of_each(texts)
        .lazy()
        .with_columns(hints.alias("hint"), pl.coalesce(code, unreachable(digits)).alias("code"))
        .with_columns(pl.when(code.is_null()).then(digits).alias("digits"))
        .pipe(with_dialled)
        .select("code", "dialled")
        .collect(engine="streaming")
    )
    return judge_each(under_own_code(read["dialled"])).with_columns(pl.coalesce(read["code"], code).alias("code"))


def judge_each(numbers: pl.Series) -> pl.DataFrame:
    """`judge` each number, given without its +, as READING; all null where there is none."""
    if numbers.null_count() == len(numbers):
        return READING.to_frame().clear(len(numbers))
    rows = numbers.alias("dialled").to_frame().with_row_index("row")
    asked = rows.filter(pl.col("dialled").is_not_null())
    sure = pl.concat([_judged(code, group) for code, group in _by_country_code(asked)])
    unsure = asked.join(sure, on="row", how="anti")
    answered = unsure.join(_by_definition(unsure["dialled"]), on="dialled").drop("dialled")
    nothing = rows.filter(pl.col("dialled").is_null()).select("row")
    return pl.concat([sure, answered, nothing], how="diagonal").sort("row").select(READING.names())


def _by_country_code(rows: pl.DataFrame) -> Iterator[tuple[int, pl.DataFrame]]:
    """The rows of each country code that has enough of them; those of none are left out."""
    number = pl.col("dialled")
    french = number.str.starts_with(str(_FRENCH))
    yield _FRENCH, rows.filter(french)
    codes = "|".join(str(code) for code in country_codes() if code != _FRENCH)
    others = rows.filter(~french).with_columns(number.str.extract(f"^({codes})").cast(pl.Int32).alias("country"))
    enough = others.drop_nulls("country").filter(pl.len().over("country") >= PATTERNS_PAY_FROM)
    for (code,), group in enough.partition_by("country", as_dict=True, include_key=False).items():
        yield int(code), group


def _judged(country: int, rows: pl.DataFrame) -> pl.DataFrame:
    """The rows of one country code that the patterns are sure of, with their `row` and READING."""
    national, callable_ = pl.col("national"), pl.col("code").is_null()
    kind, region = type_and_region(country)
    named = pl.col("type").replace_strict(KINDS, default=None, return_dtype=pl.String)
    return (
        rows.lazy()
        .with_columns(pl.col("dialled").str.slice(len(str(country))).alias("national"))
        .select("row", significant(country).alias("national"))
        .filter(national.is_not_null())
        .with_columns(kind.alias("type"), region.alias("region"), _fiction(country, national).alias("fiction"))
        .with_columns(
            pl.when(pl.col("fiction").is_null()).then(_refusal(country, national, pl.col("type"))).alias("code")
        )
        .select(
            "row",
            pl.when(callable_).then(f"+{country}" + national).alias("number"),
            pl.when(callable_).then(pl.coalesce("fiction", named)).alias("kind"),
            pl.when(callable_)
            .then(pl.lit(plan.MAIN_TERRITORY.get(country)).fill_null(pl.col("region")))
            .alias("region"),
            "code",
        )
        .collect(engine="streaming")
    )


def _fiction(country: int, national: pl.Expr) -> pl.Expr:
    """The kind of a number reserved for fiction, else null."""
    kind = pl.lit(None, pl.String)
    for name in set(plan.FICTION_PREFIXES.values()) if country == _FRENCH else ():
        openings = [each.removeprefix(f"+{_FRENCH}") for each, named in plan.FICTION_PREFIXES.items() if named == name]
        reserved = national.str.contains(f"^(?:{'|'.join(openings)})[0-9]{{4}}$")
        kind = pl.when(reserved).then(pl.lit(name)).otherwise(kind)
    return kind


def _refusal(country: int, national: pl.Expr, kind: pl.Expr) -> pl.Expr:
    """The code of a number that no campaign may call, or that cannot exist, else null."""
    french, of_the_plan = pl.lit(country == _FRENCH), pl.lit(country in plan.CODES_OF_THE_PLAN)
    return (
        pl.when(french & national.str.starts_with(plan.MACHINES))
        .then(pl.lit("number-m2m"))
        .when(kind.is_in(SURCHARGED))
        .then(pl.lit("number-premium"))
        .when(of_the_plan & national.str.contains(f"^{plan.NO_SUBSCRIBER}$"))
        .then(pl.lit("number-special"))
        .when(kind.is_null())
        .then(pl.lit("number-unreadable"))
        .when(~kind.is_in(list(KINDS)))
        .then(pl.lit("number-special"))
    )


def _by_definition(dialled: pl.Series) -> pl.DataFrame:
    """What `judge` itself says of each distinct number without +, as READING beside it.

    Country by country: the library's patterns are compiled anew whenever Python's own memory of them overflows.
    """
    readings = []
    for number in dialled.unique().sort():
        told = judge(f"+{number}")
        reading = (
            (told.e164, told.kind.value, told.region, None)
            if isinstance(told, Number)
            else (None, None, None, told.code)
        )
        readings.append((number, *reading))
    return pl.DataFrame(readings, schema={"dialled": pl.String, **READING}, orient="row")
