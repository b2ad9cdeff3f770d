"""Contact files in, clean frames and a report out. Knows files, frames and numbers; no database, no clock."""

from __future__ import annotations

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
from lists.numbers import Number, NumberKind, NumberProblem, normalise_number
from lists.persons import Persons
from lists.problems import Problem, Severity
from lists.reading import ContactList, read_contacts
from lists.report import ListReport
from lists.report_csv import write_problems_csv

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
