"""Who a row is about: place, business, and the columns that only the customer understands.

Kept apart from `evidence`: nothing here can forbid or allow a call by itself, but a wrong postcode or
SIRET would change which law applies, so neither is ever guessed.
"""

from __future__ import annotations

import re

import polars as pl

from lists.cells import Cells, Column, Reading
from lists.dates import NEGATIVE, is_negative
from lists.evidence import Said
from lists.headers import Field
from lists.place_names import read_country, read_town
from lists.problems import found, nothing_found

_OVERSEAS_987 = ("984", "986", "987", "988")
_FORMULA = r"^[=+\-@]"
_AMOUNT = r"^[+-]?[\d\s.,]+[%€]?$"
_WHOLE_TERRITORY = r"^(9[78][0-9])00$"
"""The postcode that stands for one in `lists.place_names`: any other of it is there too."""
_SIRET, _SIREN = 14, 9
"""Digits of the id of an establishment and of the business that it belongs to."""


def read_postcode(text: str) -> Reading[None]:
    """A postcode is kept as written; five digits of a French place are clean, anything else is warned about."""
    if not text:
        return Reading(None, "postcode-missing")
    if re.fullmatch(r"[0-9]{4}", text):
        return Reading(None, "postcode-short")
    if not re.fullmatch(r"[0-9]{5}", text):
        return Reading(None, "postcode-unreadable")
    if text[:2] in ("00", "96", "99") or (text[:2] == "98" and text[:3] not in _OVERSEAS_987):
        return Reading(None, "postcode-unknown")
    return Reading(None)


def places(cells: Cells) -> Said:
    """Columns `postcode`, `city`; an empty postcode is pointed at, or once that the file has none at all.

    Where a second postcode, a country or a town names another place, `postcode` bears both, joined with `;`.
    """
    column = cells.single(Field.POSTCODE)
    missing = found("postcode-column-missing", lines=cells.table.header_line, column="", values="")
    problems = column.read(read_postcode, pl.Null)[1] if column.header else missing
    postcodes, told = _with_other_places(cells, column.texts)
    return {"postcode": postcodes, "city": cells.single(Field.CITY).or_null()}, pl.concat([problems, *told])


def _with_other_places(cells: Cells, postcodes: pl.Series) -> tuple[pl.Series, list[pl.DataFrame]]:
    """The postcodes with those of other places that a row names (null: none at all), and remarks on them."""
    readers = (
        (Field.OTHER_POSTCODE, _read_other_postcode),
        (Field.COUNTRY, read_country),
        (Field.CITY, read_town),
    )
    here, place = pl.col("here"), pl.col("place")
    told = []
    for column, reader in ((column, reader) for field, reader in readers for column in cells.of(field)):
        if not any(reader(text).value for text in column.texts.unique()):
            continue
        places, problems = column.read(reader, pl.String)
        territory = place.str.replace(_WHOLE_TERRITORY, "${1}")
        known = (pl.lit(";") + here).str.contains(pl.lit(";") + territory, literal=True)
        named = pl.DataFrame({"here": postcodes, "place": places}).with_columns(other=(place != "") & ~known)
        joined = pl.concat_str(pl.when(here != "").then(here), place, separator=";", ignore_nulls=True)
        postcodes = named.select(pl.when("other").then(joined).otherwise(here)).to_series()
        told.append(problems.filter(pl.col("line").is_in(cells.table.lines.filter(named["other"]).implode())))
    return postcodes.set(postcodes == "", None), told


def _read_other_postcode(text: str) -> Reading[str]:
    return Reading("") if is_negative(text) else Reading(text, read_postcode(text).code)


def names(cells: Cells) -> Said:
    """Columns `external_id`, `last_name`, `first_name`, as written."""
    fields = (Field.EXTERNAL_ID, Field.LAST_NAME, Field.FIRST_NAME)
    return {field.value: cells.single(field).or_null() for field in fields}, nothing_found()


def businesses(cells: Cells) -> Said:
    """Column `siret`: the digits of a SIRET, else of a SIREN, that pass their check; null: then a consumer.

    A SIRET that was stated and cannot be read, or is not of the stated SIREN, makes a consumer too.
    """
    siret, siren = cells.single(Field.SIRET), cells.single(Field.SIREN)
    establishments, problems = _business_id(siret, _SIRET, "siret-unreadable", "siret-checksum")
    if not siren.header:
        return {"siret": establishments}, problems
    firms, wrong = _business_id(siren, _SIREN, "siren-unreadable", "siren-checksum")
    of_the_firm = (establishments.str.slice(0, _SIREN) == firms).fill_null(False)
    strange = establishments.is_not_null() & firms.is_not_null() & ~of_the_firm
    agreed = establishments.set(siren.stated() & ~of_the_firm, None)
    disagreement = siret.warn("siren-disagrees", strange, siren.texts.filter(strange))
    return {"siret": agreed.zip_with(siret.stated(), firms)}, pl.concat([problems, wrong, disagreement])


def _business_id(column: Column, length: int, unreadable: str, checksum: str) -> tuple[pl.Series, pl.DataFrame]:
    if not column.header:
        return column.or_null(), nothing_found()
    digits, stated = _digits(column), column.stated()
    readable = digits.str.contains(f"^[0-9]{{{length}}}$")
    passes = readable & _luhn(digits.set(~readable, None), length).fill_null(False)
    problems = [column.warn(unreadable, stated & ~readable), column.warn(checksum, stated & readable & ~passes)]
    return digits.set(~(stated & passes), None), pl.concat(problems)


def _digits(column: Column) -> pl.Series:
    return column.texts.str.replace_all(r"[\s.\-]", "")


def _luhn(digits: pl.Series, length: int) -> pl.Series:
    """ISO/IEC 7812-1 annex B, over numbers of this many digits of which the last is the check digit."""
    number = digits.cast(pl.Int64)
    total = pl.repeat(0, len(number), dtype=pl.Int64, eager=True)
    for place in range(length):
        digit = number // 10**place % 10
        twice = 2 * digit
        total += digit if place % 2 == 0 else twice // 10 + twice % 10
    return total % 10 == 0


def formulas(cells: Cells) -> pl.DataFrame:
    """A warning for each text that a spreadsheet would run; numbers may start with a plus."""
    columns = cells.of(*(field for field in Field if field not in (Field.NUMBER, Field.IGNORED)))
    headers = pl.Series(cells.table.headers, dtype=pl.String)
    running = headers.filter(_runs(headers))
    in_headers = found("formula-like", lines=cells.table.header_line, column=running, values=running)
    return pl.concat([in_headers, *(column.warn("formula-like", _runs(column.texts)) for column in columns)])


def _runs(texts: pl.Series) -> pl.Series:
    starts = texts.str.contains(_FORMULA)
    return starts & ~texts.is_in(list(NEGATIVE)) & ~texts.str.contains(_AMOUNT) if starts.any() else starts
