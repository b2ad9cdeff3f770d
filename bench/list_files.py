"""Contact and opposition files as customers send them, drawn from a seed: what `bench.lists` is fed with.

Kept apart from the measurement because others want such files too. The first rows of a longer file are those of a
shorter one, so that sizes can be compared. Numbers are any that exist, drawn at random; nothing calls them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Literal

import numpy as np
import polars as pl
from numpy.random import Generator, default_rng

TODAY = date(2026, 11, 20)
"""The day of the export; nothing in a file is later."""
_BLOCK = 10_000
"""Rows drawn together. A duplicate repeats another row of its block."""
_DUPLICATES, _HOUSEHOLDS = 0.05, 0.2
"""Rows that repeat a number, and the share of them that name somebody else."""
_CONSENTED, _REFUSED, _OBJECTED, _CALLED = 0.9, 0.01, 0.005, 0.03

_PLANS: tuple[tuple[float, tuple[tuple[int, int, int], ...]], ...] = (
    (0.55, tuple((33, start, 7) for start in (60, 61, 62, 64, 65, 66, 67, 68, 74, 75, 76, 77, 78))),
    (0.30, tuple((33, start, 7) for start in (14, 16, 17, 22, 24, 25, 29, 32, 34, 38, 42, 44, 47, 49, 55, 56))),
    (0.05, tuple((33, start, 7) for start in (95, 97, 98))),
    (0.03, ((262, 692, 6), (262, 2622, 5), (590, 690, 6), (594, 6940, 5), (596, 696, 6))),
    (0.02, ((32, 47, 7), (34, 61, 7), (41, 79, 7), (49, 1512, 7), (352, 621, 6))),
)  # fmt: skip
"""Share of the rows, and (country code, first digits, digits to draw): mobile, fixed, VoIP, overseas, foreign."""
_BROKEN = ("06 39 98 5", "voir fiche", "", "6,12E+08", "0639980000001", "01 99 00 01 2?", "00 00 00 00 00", "n/c")
_SPECIAL = ("0899 00 00 00", "0810 000 000", "3631", "118 218", "0800 00 00 00", "112")
_BROKEN_SHARE, _SPECIAL_SHARE = 0.04, 0.01

_SURNAME_STARTS = (
    "Bel", "Mont", "Ros", "Four", "Gau", "Leb", "Mar", "Per", "Del", "Cha", "Vil", "Lam", "Rob", "Gar", "Bou", "Cor",
    "Ber", "Hé", "Fré", "Lé",
)  # fmt: skip
_SURNAME_ENDS = (
    "ard", "eau", "ier", "ère", "taine", "mond", "nard", "lin", "vin", "chet", "bert", "doux", "çon", "let", "my",
    "guet", "nand", "rieux", "sac", "velle",
)  # fmt: skip
_FIRST_NAMES = (
    "Anaïs", "Chloé", "Zoé", "Rose", "Inès", "Karim", "Paul", "Luc", "Hugo", "Jules", "Éric", "Noël", "Maël", "Lina",
    "Jeanne", "Gaël", "Loïc", "Aïcha",
)  # fmt: skip
_DEPARTMENTS = tuple(f"{number:02d}" for number in range(1, 96) if number != 20)
_OVERSEAS_POSTCODES = {262: "974", 590: "971", 594: "973", 596: "972"}


def write_contacts(path: Path, rows: int, *, seed: int = 1, encoding: str = "cp1252", quoted: bool = False) -> None:
    """A file of 13 columns, `;` between them: somebody's number and what an export says about them."""
    style: Literal["always", "necessary"] = "always" if quoted else "necessary"
    with path.open("wb") as file:
        for number, people in enumerate(_blocks(rows, seed)):
            written = _columns(people).write_csv(separator=";", quote_style=style, include_header=number == 0)
            file.write(written.encode(encoding))


def write_opposition(path: Path, count: int, *, contacts: int, seed: int = 1, share: float = 0.03) -> None:
    """One column of distinct E.164 numbers; `share` of the callable ones in the contact file of that seed are there."""
    opposed = pl.concat([_e164(people).gather_every(round(1 / share)) for people in _blocks(contacts, seed)])
    random = default_rng([seed, 1, 0])
    others = count + count // 10
    drawn = pl.DataFrame({"code": np.full(others, 33), "national": _nationals(random, others, _PLANS[0][1])[1]})
    numbers = pl.concat([opposed.unique(maintain_order=True), _e164(drawn)]).unique(maintain_order=True).head(count)
    numbers.shuffle(seed).to_frame("Téléphone").write_csv(path)


def _blocks(rows: int, seed: int) -> Iterator[pl.DataFrame]:
    for start in range(0, rows, _BLOCK):
        yield _people(default_rng([seed, 0, start // _BLOCK]), start).head(rows - start)


def _people(random: Generator, first: int) -> pl.DataFrame:
    """One block: who they are, their country code and national number (0 where none can be called), its spelling."""
    shares = [share for share, _ in _PLANS]
    kinds = random.choice(len(_PLANS), _BLOCK, p=np.array(shares) / sum(shares))
    codes, nationals = np.zeros(_BLOCK, int), np.zeros(_BLOCK, int)
    for kind, (_, plan) in enumerate(_PLANS):
        here = kinds == kind
        codes[here], nationals[here] = _nationals(random, int(here.sum()), plan)
    drawn = random.random(_BLOCK)
    codes[drawn < _BROKEN_SHARE + _SPECIAL_SHARE] = 0
    odd = np.where(drawn < _BROKEN_SHARE, _some(random, _BROKEN), _some(random, _SPECIAL))
    towns = random.integers(0, 64, _BLOCK)
    people = pl.DataFrame(
        {
            "id": np.arange(first, first + _BLOCK) + 100_000,
            "surname": np.strings.add(_some(random, _SURNAME_STARTS), _some(random, _SURNAME_ENDS)),
            "first_name": _some(random, _FIRST_NAMES),
            "department": _some(random, _DEPARTMENTS),
            "town": towns,
            "code": codes,
            "national": nationals,
            "odd": odd,
        }
    )
    return _with_duplicates(random, people).with_columns(_evidence(random))


def _with_duplicates(random: Generator, people: pl.DataFrame) -> pl.DataFrame:
    """Some rows repeat the person of another one; some only the number, as in a household."""
    places = np.arange(_BLOCK)
    repeats = random.random(_BLOCK) < _DUPLICATES
    source = np.where(repeats, random.choice(places[~repeats], _BLOCK), places)
    household = repeats & (random.random(_BLOCK) < _HOUSEHOLDS)
    own = pl.Series(household)
    same = people[source]
    return same.with_columns(
        pl.when(own).then(people[name]).otherwise(same[name]).alias(name) for name in ("id", "surname", "first_name")
    ).with_columns(spelling=pl.Series(random.integers(0, 12, _BLOCK)))


def _evidence(random: Generator) -> list[pl.Series]:
    consented = random.random(_BLOCK) < _CONSENTED
    systems = np.where(random.random(_BLOCK) < 0.8, "humain,robot", "humain")
    calls = _days(random, 60)
    more = np.where(random.random(_BLOCK) < 0.5, np.strings.add(", ", _days(random, 60)), "")
    return [
        pl.Series("consent", np.where(consented, _days(random, 420), "")),
        pl.Series("systems", np.where(consented, systems, "")),
        pl.Series("refused", np.where(random.random(_BLOCK) < _REFUSED, _days(random, 120), "")),
        pl.Series("objected", np.where(random.random(_BLOCK) < _OBJECTED, _days(random, 900), "")),
        pl.Series("called", np.where(random.random(_BLOCK) < _CALLED, np.strings.add(calls, more), "")),
    ]


def _columns(people: pl.DataFrame) -> pl.DataFrame:
    agreed = pl.col("consent") != ""
    postcode = pl.col("code").replace_strict(_OVERSEAS_POSTCODES, default=pl.col("department"), return_dtype=pl.String)
    town = pl.format("{}0", pl.col("town").cast(pl.String).str.zfill(2))
    return people.select(
        pl.format("C-{}", "id").alias("Réf client"),
        pl.col("surname").alias("Nom"),
        pl.col("first_name").alias("Prénom"),
        _spelled().alias("Téléphone"),
        (postcode + pl.when(postcode.str.len_chars() == 2).then(town).otherwise(town.str.slice(1))).alias(
            "Code postal"
        ),
        pl.format("Ville-{}", "town").alias("Ville"),
        pl.col("consent").alias("Date consentement"),
        pl.when(agreed).then(pl.lit("FH-2026-01")).otherwise(pl.lit("")).alias("Notice"),
        pl.when(agreed).then(pl.format("preuves/FH-{}.pdf", "id")).otherwise(pl.lit("")).alias("Preuve"),
        pl.col("systems").alias("Systèmes acceptés"),
        pl.col("refused").alias("Refus le"),
        pl.col("objected").alias("Opposition le"),
        pl.col("called").alias("Appels passés"),
    ).with_columns(pl.all().replace("", None))


def _spelled() -> pl.Expr:
    """A French number in one of twelve spellings, a foreign one in three, or something else altogether."""
    national, code = pl.col("national").cast(pl.String), pl.col("code").cast(pl.String)
    ten = pl.format("0{}", national)
    pairs = [national.str.slice(start, 2) for start in (1, 3, 5, 7)]
    first = national.str.slice(0, 1)
    tails = {sign: pl.concat_str(first, *pairs, separator=sign) for sign in (" ", ".", "-", "/", "\N{NO-BREAK SPACE}")}
    abroad = [
        pl.format("+{}{}", code, national),
        pl.format("00{}{}", code, national),
        pl.format("+{} {}", code, national),
    ]
    spellings = [
        ten,
        *(pl.format("0{}", tail) for tail in tails.values()),
        *abroad[:2],
        pl.format("+{} {}", code, tails[" "]),
        pl.format("+{} (0){}", code, tails[" "]),
        national,
        pl.format("{}{}", code, national),
    ]
    french = pl.coalesce(pl.when(pl.col("spelling") == place).then(way) for place, way in enumerate(spellings))
    foreign = pl.coalesce(pl.when(pl.col("spelling") % 3 == place).then(way) for place, way in enumerate(abroad))
    ours = pl.col("code").is_in([33, *_OVERSEAS_POSTCODES])
    return pl.when(pl.col("code") == 0).then(pl.col("odd")).when(ours).then(french).otherwise(foreign)


def _e164(people: pl.DataFrame) -> pl.Series:
    callable_ = people.filter(pl.col("code") != 0)
    return callable_.select(pl.format("+{}{}", "code", "national").alias("Téléphone")).to_series()


def _nationals(
    random: Generator, count: int, plan: Sequence[tuple[int, int, int]]
) -> tuple[np.ndarray[tuple[int], np.dtype[np.int64]], np.ndarray[tuple[int], np.dtype[np.int64]]]:
    """Country codes and national numbers, drawn from ranges of a plan."""
    codes, starts, sizes = np.array(plan)[random.integers(0, len(plan), count)].T
    return codes, starts * 10**sizes + (random.random(count) * 10**sizes).astype(int)


def _some(random: Generator, words: Sequence[str]) -> np.ndarray[tuple[int], np.dtype[np.str_]]:
    return np.array(words)[random.integers(0, len(words), _BLOCK)]


def _days(random: Generator, back: int) -> np.ndarray[tuple[int], np.dtype[np.str_]]:
    """Days as a spreadsheet writes them, from `back` days ago to the day of the export."""
    written = np.array([f"{TODAY - timedelta(days):%d/%m/%Y}" for days in range(back + 1)])
    return written[random.integers(0, back + 1, _BLOCK)]
