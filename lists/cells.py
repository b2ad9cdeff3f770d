"""The cells of a table by what they mean, read one distinct value at a time.

Kept apart because it is the one place that decides how cells are walked: a list of a million rows has
few distinct dates, postcodes or notices, so each is read once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar

import polars as pl

from lists.dates import NEGATIVE
from lists.headers import Field
from lists.problems import found, nothing_found
from lists.table import Table

T = TypeVar("T")


class Reading(NamedTuple, Generic[T]):
    """What a cell says, with the code of its problem (empty when it is clean)."""

    value: T
    code: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its header (empty when the file has no such column), its cells (String, no nulls), their lines.

    `texts` are what is read, `written` what the file says: see `lists.date_order`.
    """

    header: str
    texts: pl.Series
    lines: pl.Series
    written: pl.Series

    def read(
        self,
        reader: Callable[[str], Reading[T]],
        dtype: pl.DataType | type[pl.DataType],
        by: Callable[[pl.Series], pl.Series] = lambda texts: texts,
    ) -> tuple[pl.Series, pl.DataFrame]:
        """Every cell's value as `dtype`, in row order, and a warning for each cell whose reading has a code.

        `by` shortens the texts to what decides the reading, where that leaves fewer distinct ones.
        """
        if not self.header:
            return pl.Series([reader("").value], dtype=dtype).new_from_index(0, len(self.texts)), nothing_found()
        keys = by(self.texts).rename("key")
        distinct = keys.unique()
        values: list[T] = []
        codes: list[str] = []
        details: list[str] = []
        for text in distinct:
            reading = reader(text)
            values.append(reading.value)
            codes.append(reading.code)
            details.append(reading.detail)
        meaning = pl.Series(values, dtype=dtype)
        known = pl.DataFrame({"key": distinct, "value": meaning, "code": codes, "detail": details})
        wrong = known.filter(pl.col("code") != "")
        read = keys.to_frame().join(known.select("key", "value"), on="key", how="left", maintain_order="left")
        return read["value"], self._warnings(keys, wrong) if wrong.height else nothing_found()

    def _warnings(self, keys: pl.Series, wrong: pl.DataFrame) -> pl.DataFrame:
        cells = pl.DataFrame({"key": keys, "line": self.lines, "value": self.written})
        flawed = cells.join(wrong.drop("value"), on="key", how="inner", maintain_order="left")
        return pl.concat(
            found(code, lines=part["line"], column=self.header, values=part["value"], detail=part["detail"])
            for (code,), part in flawed.group_by("code", maintain_order=True)
        )

    def warn(self, code: str, where: pl.Series, detail: pl.Series | str = "") -> pl.DataFrame:
        """A warning for each row of the mask; a series of details holds one for each of these rows."""
        if not where.any():
            return nothing_found()
        return found(
            code, lines=self.lines.filter(where), column=self.header, values=self.written.filter(where), detail=detail
        )

    def filled(self) -> pl.Series:
        """Where something is written."""
        return self.texts != ""

    def stated(self) -> pl.Series:
        """Where something is written that is not a no."""
        return self.filled() & ~self.texts.str.to_lowercase().is_in(list(NEGATIVE))

    def or_null(self) -> pl.Series:
        """The texts, null where there is none."""
        return self.texts.set(self.texts == "", None)


@dataclass(frozen=True, slots=True)
class Cells:
    """A table whose columns have a meaning.

    `written`: the cells as the file has them, of the columns of the table that are read otherwise.
    """

    table: Table
    fields: tuple[Field, ...]
    written: Mapping[str, pl.Series] = field(default_factory=dict)

    def of(self, *wanted: Field) -> list[Column]:
        """The columns of these fields, in file order."""
        return [self._column(place) for place, field in enumerate(self.fields) if field in wanted]

    def single(self, field: Field) -> Column:
        """The column of a single-valued field; one of empty cells when the file has none.

        Of several, which never contradict each other (see `lists.headers`), each row's filled cell.
        """
        found = self.of(field)
        if not found:
            empty = pl.Series([""]).new_from_index(0, len(self.table.lines))
            return Column("", empty, self.table.lines, empty)
        first, *others = found
        for other in others:
            texts = first.texts.zip_with(first.filled(), other.texts)
            first = Column(f"{first.header} / {other.header}", texts, first.lines, texts)
        return first

    def _column(self, place: int) -> Column:
        name = str(place)
        texts = self.table.frame[name]
        return Column(self.table.headers[place], texts, self.table.lines, self.written.get(name, texts))
