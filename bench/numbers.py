"""How fast a column of written numbers is read, beside the same numbers one by one, in one run.

    python -m bench.numbers [--rows 1000000]

The mix of a bought list: 55 % mobile, 30 % fixed, 5 % VoIP, 3 % overseas, 2 % foreign, 4 % broken, 1 % special, in
twelve spellings, 5 % of the rows twice. One by one gets a part of the rows: all would take minutes. Another
answer from the column than from `normalise_number` ends the run; the plain loop knows less and is only timed.
"""

from __future__ import annotations

import argparse
import resource
from collections.abc import Callable, Sequence
from random import Random
from statistics import median
from time import perf_counter

import phonenumbers
import polars as pl

from bench.measuring import alternating, machine
from lists import Number, normalise_number
from lists.number_rows import numbers_of

OURS = "the column at once"
ALONE = 50_000
"""Rows that are read one by one."""
ROUNDS = 5
_BROKEN = (
    "",
    "n/a",
    "voir fixe",
    "06 {0}",
    "06{0}{1}",
    "6,{0}E+08",
    "06 {0} XX 98",
    "#31#06{0}",
    "06٣{0}",
    "0{0} poste 2",
)
"""Mostly different from row to row, so that asking each distinct text once saves little."""
_OPENINGS = {
    "mobile": ("60", "61", "62", "66", "67", "74", "76", "77", "78"),
    "fixed": ("1", "2", "3", "4", "5"),
    "voip": ("9",),
    "overseas": ("262", "269", "590", "594", "596", "690", "692", "694", "696"),
    "special": ("80", "81", "82", "89"),
}
_SHARES = {"mobile": 55, "fixed": 30, "voip": 5, "overseas": 3, "special": 1, "abroad": 2, "broken": 4}
_ABROAD = ("+3247", "+447", "+4176", "+39347", "+4915", "+3461", "+1212")


def column(random: Random, rows: int) -> pl.Series:
    """Cells of the mix; built in parts, so that building them is not what fills the memory."""
    parts = [pl.Series([], dtype=pl.String)]
    for start in range(0, rows, ALONE):
        texts = [_cell(random) for _ in range(min(ALONE, rows - start))]
        parts.append(pl.Series(text if random.random() >= 0.05 else random.choice(texts) for text in texts))
    return pl.concat(parts)


def _cell(random: Random) -> str:
    kind = random.choices(tuple(_SHARES), tuple(_SHARES.values()))[0]
    if kind == "broken":
        return random.choice(_BROKEN).format(*("".join(random.choices("0123456789", k=6)) for _ in range(2)))
    opening = random.choice(_ABROAD if kind == "abroad" else _OPENINGS[kind])
    rest = random.choices("0123456789", k=7 if kind == "abroad" else 9 - len(opening))
    written = opening + "".join(rest)
    return written if kind == "abroad" else _spelled(random, written, "0" if kind == "overseas" else "+33")


def _spelled(random: Random, digits: str, code: str) -> str:
    """Nine digits in one of twelve spellings; numbers overseas are written without a country code."""
    pairs = [digits[place : place + 2] for place in range(1, 9, 2)]
    national = [f"0{digits}", digits, f"{digits}.0", f"0{digits} "]
    spaced = [sign.join((f"0{digits[0]}", *pairs)) for sign in (" ", ".", "-", "\u00a0")]
    if code == "0":
        return random.choice(national + spaced)
    international = [f"+33{digits}", f"0033{digits}", f"33{digits}", f"+33 (0){' '.join((digits[0], *pairs))}"]
    return random.choice(national + spaced + international)


def plain_loop(texts: Sequence[str]) -> list[tuple[str, int, str | None] | None]:
    """What everybody writes first: parse, ask whether it is valid, its type and region, format."""
    numbers: list[tuple[str, int, str | None] | None] = []
    for text in texts:
        try:
            parsed = phonenumbers.parse(text, "FR")
        except phonenumbers.NumberParseException:
            numbers.append(None)
            continue
        if not phonenumbers.is_valid_number(parsed):
            numbers.append(None)
            continue
        e164 = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
        numbers.append((e164, phonenumbers.number_type(parsed), phonenumbers.region_code_for_number(parsed)))
    return numbers


def require_agreement(texts: Sequence[str], read: pl.DataFrame) -> None:
    """Another answer would be another reading: nothing is timed then."""
    for text, numbers in zip(texts, read["numbers"].to_list(), strict=True):
        alone = normalise_number(text)
        if numbers != ([alone.e164] if isinstance(alone, Number) else []):
            raise SystemExit(f"{text!r} is {alone}, in a column {numbers}")


def peak() -> float:
    """The most memory that this process has held so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    rows = parser.parse_args().rows
    texts, postcodes = column(Random(1), rows), pl.Series([""]).new_from_index(0, rows)
    before, begun = peak(), perf_counter()
    read, _ = numbers_of([(OURS, texts)], postcodes)
    elapsed, after = perf_counter() - begun, peak()
    part = texts[:ALONE].to_list()
    require_agreement(part, read[: len(part)])
    print(f"{machine()}; {rows:,} rows, {len(part):,} of them also one by one, with the same numbers")
    print(f"{OURS}: {rows / elapsed:,.0f} rows/s by the clock, peak {before:,.0f} → {after:,.0f} MB")
    rivals: dict[str, Callable[[], object]] = {
        OURS: lambda: numbers_of([(OURS, texts)], postcodes),
        "normalise_number, one by one": lambda: [normalise_number(text) for text in part],
        "plain loop over phonenumbers": lambda: plain_loop(part),
    }
    rates = {
        name: (rows if name == OURS else len(part)) / median(taken)
        for name, taken in alternating(rivals, ROUNDS).items()
    }
    for name, rate in rates.items():
        print(f"{name:30} {rate:>10,.0f} rows per CPU second   ours is {rates[OURS] / rate:5.1f} times as fast")


if __name__ == "__main__":
    main()
