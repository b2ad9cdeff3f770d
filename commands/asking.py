"""What a command asks in a terminal, and nowhere else: which column is meant, whether to go on."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypedDict, TypeVar

from rich.markup import escape
from rich.prompt import Confirm, IntPrompt

from commands.desk import Desk
from lists import AmbiguousColumn
from lists.errors import AmbiguousSheet, DoubtfulColumn
from lists.field_wordings import meaning
from lists.fields import Field
from lists.mapping import ColumnMapping, from_options, load_mapping

Read = TypeVar("Read")


class Stated(TypedDict):
    """How a reader of `lists` is told what it need not guess."""

    encoding: str | None
    delimiter: str | None
    sheet: str | None
    mapping: ColumnMapping | None


@dataclass(frozen=True, slots=True)
class Statement:
    """What the user says about a file."""

    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    fields: tuple[tuple[str, Field], ...] = ()

    @classmethod
    def of_options(
        cls,
        encoding: str | None,
        delimiter: str | None,
        sheet: str | None,
        mapping: Path | None,
        options: Sequence[str],
    ) -> Statement:
        """`--map` wins over the saved mapping. Raises `BadMapping` or `FileNotReadable`."""
        saved = load_mapping(mapping).fields if mapping else {}
        fields = {**saved, **from_options(options).fields}
        return cls(encoding, delimiter, sheet, tuple(fields.items()))

    def stated(self) -> Stated:
        mapping = ColumnMapping(dict(self.fields)) if self.fields else None
        return {"encoding": self.encoding, "delimiter": self.delimiter, "sheet": self.sheet, "mapping": mapping}


def read_asking(d: Desk, statement: Statement, read: Callable[[Stated], Read]) -> Read:
    """Read a file; what it leaves open is asked for in a terminal, and raised elsewhere."""
    while True:
        try:
            return read(statement.stated())
        except AmbiguousColumn as error:
            if not in_a_terminal(d):
                raise
            column = _chosen(d, d.text(error.message_fr, error.message_en), error.candidates)
            statement = replace(statement, fields=(*statement.fields, (column, Field(error.field))))
        except DoubtfulColumn as error:
            if not in_a_terminal(d):
                raise
            d.show(escape(d.text(error.message_fr, error.message_en)))
            meant = ((header, _meaning(d, header, fields)) for header, fields in error.columns.items())
            statement = replace(statement, fields=(*statement.fields, *meant))
        except AmbiguousSheet as error:
            if not in_a_terminal(d):
                raise
            statement = replace(
                statement, sheet=_chosen(d, d.text(error.message_fr, error.message_en), error.candidates)
            )


def confirmed(d: Desk, fr: str, en: str) -> bool:
    """Whether the user says yes; nobody does outside a terminal."""
    return in_a_terminal(d) and Confirm.ask(escape(d.text(fr, en)), console=d.console, default=False)


def in_a_terminal(d: Desk) -> bool:
    return not d.json and d.console.is_terminal and sys.stdin.isatty()


def _meaning(d: Desk, header: str, fields: Sequence[str]) -> Field:
    """What the user says a column means."""
    words = [meaning(Field(field), d.language.value) for field in fields]
    return Field(fields[words.index(_chosen(d, d.text(f"« {header} » :", f"“{header}”:"), words))])


def _chosen(d: Desk, question: str, candidates: Sequence[str]) -> str:
    d.show(escape(question))
    for place, candidate in enumerate(candidates, start=1):
        d.show(f"  {place}. {escape(candidate)}")
    places = [str(place) for place in range(1, len(candidates) + 1)]
    place = IntPrompt.ask(d.text("laquelle", "which one"), console=d.console, choices=places)
    return candidates[place - 1]
