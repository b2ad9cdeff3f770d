"""A column of numbers says what its cells say one by one: two ways of reading, one meaning."""

from __future__ import annotations

import re
from collections import defaultdict
from random import Random

import phonenumbers
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lists import number_columns, number_shapes
from lists.number_cells import numbers_in
from lists.number_plan import EMERGENCY, FICTION_PREFIXES, OVERSEAS_PREFIXES, POSTCODE_TERRITORIES
from lists.numbers import Number, NumberProblem, digits_of, normalise_number

POSTCODES = {territory: f"{prefix}00" for prefix, territory in POSTCODE_TERRITORIES.items()} | {"": ""}
BETWEEN = ["/", " / ", ";", ", ", "|", "\n", " ou ", " OR ", " et ", " and "]
COUNTRY_CODES = sorted(phonenumbers.COUNTRY_CODE_TO_REGION_CODE)
FICTION = [f"0{prefix.removeprefix('+33')}" for prefix in FICTION_PREFIXES]
INTERNATIONAL = ["+{}{}", "00{}{}", "{}{}", "+{} (0){}", "(+{}) {}", "+{}0{}", "+{} 00{}"]
INTRUDERS = ["x", " ", "é", "\u0301", "\x00", "…", "․", "#", "+", "0", "E", "\ufeff", ".", "_", "9"]
SPACES = [" ", "\u00a0", "\u202f", "\u2009", ".", "-", "/", "–", "\u2011", "·", "\t", "\u200b"]

Cell = tuple[tuple[tuple[str, str, str], ...], tuple[tuple[str, str], ...]]


def read_cell(text: str, hint: str) -> Cell:
    """The meaning of one cell, in plain Python: its (number, kind, region), and the (text, code) of what is none."""
    whole = normalise_number(text, POSTCODES[hint])
    if isinstance(whole, Number):
        return ((whole.e164, whole.kind.value, whole.region),), ()
    if whole.code == "number-missing":
        return (), ()
    signs = r"[/;,|\n]|\b(?:ou|or|et|and)\b" if whole.code != "number-scientific" else r"(?!)"
    pieces = [piece.strip() for piece in re.split(signs, text, flags=re.IGNORECASE)]
    readings = [(piece, normalise_number(piece, POSTCODES[hint])) for piece in pieces]
    numbers = [(each.e164, each.kind.value, each.region) for _, each in readings if isinstance(each, Number)]
    bad = [(piece, each.code) for piece, each in readings if isinstance(each, NumberProblem)]
    told = tuple((piece, code) for piece, code in bad if code != "number-missing")
    return (tuple(dict.fromkeys(numbers)), told) if numbers else ((), ((text, whole.code),))


def differences(cells: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The (text, hint) that the column reads otherwise than they read alone."""
    texts, hints = (pl.Series(column, dtype=pl.String) for column in zip(*cells, strict=True))
    found, bad = numbers_in(texts, hints)
    numbers: dict[int, dict[tuple[str, str, str], None]] = defaultdict(dict)
    for place, number, kind, region in found.iter_rows():
        numbers[place][number, kind, region] = None
    wrong: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for place, value, code in bad.iter_rows():
        wrong[place].append((value, code))
    readings = [(tuple(numbers[place]), tuple(wrong[place])) for place in range(len(cells))]
    return [cell for cell, reading in zip(cells, readings, strict=True) if reading != read_cell(*cell)]


def drawn(random: Random, count: int) -> str:
    return "".join(random.choices("0123456789", k=count))


def national(random: Random) -> str:
    """Ten digits of the French plan, overseas prefixes and the ranges for fiction included."""
    usual = [f"0{first}" for first in "123456677899"]
    prefix = random.choice([*usual, *usual, *OVERSEAS_PREFIXES, "0508", "0700", *FICTION])
    return prefix + drawn(random, 10 - len(prefix))


def abroad(random: Random, code: int) -> str:
    """A number with this country code, often one that the library holds to be valid there."""
    example = phonenumbers.example_number(random.choice(phonenumbers.COUNTRY_CODE_TO_REGION_CODE[code]))
    if example is None or random.random() < 0.3:
        return f"+{code}{random.choice(['', '', '0', '1', '8'])}{drawn(random, random.randrange(4, 13))}"
    known = phonenumbers.national_significant_number(example)
    kept = random.randrange(len(known) + 1)
    return f"+{code}{random.choice(['', '', '0'])}{known[:kept]}{drawn(random, len(known) - kept)}"


def never_callable(random: Random) -> str:
    return random.choice(
        [*sorted(EMERGENCY), f"118{drawn(random, 3)}", f"3{drawn(random, 3)}", f"08{drawn(random, 8)}"]
    )


def any_digits(random: Random) -> str:
    return random.choice(["", "+", "00", "0"]) + drawn(random, random.randrange(1, 20))


def spelling(random: Random, number: str) -> str:
    """One of the ways in which a file may hold a number, from the usual to the broken."""
    if len(number) == 10 and number.startswith("0"):
        code = random.choice(["33"] * 7 + ["262", "590", "594", "596", "508"])
        number = random.choice([*[number] * 3, number[1:], *(each.format(code, number[1:]) for each in INTERNATIONAL)])
    sign = random.choice(SPACES)
    spaced = re.sub(r"(?<=\d)(?=(?:\d\d)+$)", lambda _: sign, number)
    return spaced if random.random() < 0.5 else number if random.random() < 0.5 else odd(random, number)


def odd(random: Random, number: str) -> str:
    place = random.randrange(len(number) + 1)
    return random.choice(
        [
            f"{number}{random.choice(['.0', ',0', '.', ' ', '?', ' poste 12', ' (M. Dupont)', 'ou', '/'])}",
            f"{random.choice(SPACES)}{number}{random.choice(['', '.0'])}{random.choice(SPACES)}",
            f"{number[:1]}{random.choice('.,')}{number[1:]}{random.choice(['E+08', 'E+8', 'e8', 'E+10', 'E+09'])}",
            f"{number[:place]}{random.choice(INTRUDERS)}{number[place:]}",
            number.translate({ord(digit): ord(random.choice("０٠")) + int(digit) for digit in "0123456789"}),
            number[:place],
            random.choice(['="{}"', "={}", "'{}", ' ="{}', '"{}"', "=={}"]).format(number),
        ]
    )


def cells(random: Random, count: int) -> list[tuple[str, str]]:
    """Written cells with the hint of their postcode; one in ten holds two or three numbers.

    Twenty countries take part: the library forgets its compiled patterns when there are more.
    """
    countries = random.sample(COUNTRY_CODES, 20)
    hints = [*POSTCODES, *[""] * 6]

    def number() -> str:
        kind = random.randrange(12)
        if kind < 8:
            return national(random)
        return (
            abroad(random, random.choice(countries)) if kind < 10 else (never_callable, any_digits)[kind - 10](random)
        )

    def cell() -> str:
        pieces = random.randrange(2, 4) if random.random() < 0.1 else 1
        return random.choice(BETWEEN).join(spelling(random, number()) for _ in range(pieces))

    return [(cell(), random.choice(hints)) for _ in range(count)]


@pytest.fixture
def _patterns_whatever_they_cost(monkeypatch: pytest.MonkeyPatch) -> None:
    """However few numbers of a country a column has, the patterns judge them here."""
    monkeypatch.setattr(number_columns, "PATTERNS_PAY_FROM", 1)


@settings(max_examples=60)
@given(st.integers(0), st.lists(st.tuples(st.text(max_size=25), st.sampled_from([*POSTCODES]))))
def test_a_column_reads_as_its_cells_read_alone(seed: int, texts: list[tuple[str, str]]) -> None:
    assert differences([*texts, *cells(Random(seed), 30)]) == []


@pytest.mark.usefixtures("_patterns_whatever_they_cost")
def test_fifty_thousand_written_cells_read_the_same_in_a_column() -> None:
    assert differences(cells(Random(0), 50_000)) == []


@pytest.mark.usefixtures("_patterns_whatever_they_cost")
def test_numbers_of_every_country_read_the_same_in_a_column() -> None:
    random = Random(0)
    assert differences([(abroad(random, code), "") for code in COUNTRY_CODES for _ in range(20)]) == []


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", range(1000, 1030))
@pytest.mark.usefixtures("_patterns_whatever_they_cost")
def test_a_hundred_thousand_more_cells_read_the_same_in_a_column(seed: int) -> None:
    assert differences(cells(Random(seed), 100_000)) == []


@pytest.mark.parametrize("sign", [*number_shapes.UNSEEN, *number_shapes.SIGNS])
def test_the_signs_that_a_column_passes_over_mean_nothing_in_a_number(sign: str) -> None:
    assert digits_of(sign) == NumberProblem("number-missing")
    assert digits_of(f"06{sign}39980100") == "0639980100"


def test_a_text_too_long_for_a_cell_of_numbers_is_not_parted() -> None:
    text = "0639980100," * 200
    found, bad = numbers_in(pl.Series([text]), pl.Series([""]))
    assert (found.rows(), bad.rows()) == ([], [(0, text, "number-unreadable")])


def test_an_empty_column_has_no_rows() -> None:
    nothing = pl.Series([], dtype=pl.String)
    assert all(frame.is_empty() for frame in numbers_in(nothing, nothing))
