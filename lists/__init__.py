"""Contact files in, clean frames and a report out. Knows files, frames and numbers; no database, no clock.

What reads files is loaded when it is first asked for: it takes seconds, and most programs ask for an error only.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from lists.errors import (
    AmbiguousColumn,
    DuplicateColumn,
    EmptyFile,
    FileChangedWhileRead,
    FileNotReadable,
    ListError,
    MissingColumn,
    UndecodableFile,
    UnreadableDialect,
)

if TYPE_CHECKING:
    from lists.numbers import Number, NumberKind, NumberProblem, normalise_number
    from lists.persons import Persons
    from lists.problems import Problem, Severity
    from lists.reading import ContactList, read_contacts
    from lists.report import ListReport
    from lists.report_csv import write_problems_csv

_HOMES = {
    "ContactList": "reading",
    "ListReport": "report",
    "Number": "numbers",
    "NumberKind": "numbers",
    "NumberProblem": "numbers",
    "Persons": "persons",
    "Problem": "problems",
    "Severity": "problems",
    "normalise_number": "numbers",
    "read_contacts": "reading",
    "write_problems_csv": "report_csv",
}

__all__ = [
    "AmbiguousColumn",
    "ContactList",
    "DuplicateColumn",
    "EmptyFile",
    "FileChangedWhileRead",
    "FileNotReadable",
    "ListError",
    "ListReport",
    "MissingColumn",
    "Number",
    "NumberKind",
    "NumberProblem",
    "Persons",
    "Problem",
    "Severity",
    "UndecodableFile",
    "UnreadableDialect",
    "normalise_number",
    "read_contacts",
    "write_problems_csv",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"lists.{_HOMES[name]}"), name)
