"""What happened to a file, as plain values that can be shown, stored and forwarded.

Kept apart from the reading so that whoever renders a report needs no frame.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from lists.problems import Problem, worded

_REPEATED = 200
"""Problems that a report repeats; `lists.report_csv` writes them all."""


@dataclass(frozen=True, slots=True)
class ListReport:
    """`rows_read` = `accepted` + `merged` + `rejected`. `size` in bytes, `sha256` in hex, of those bytes.

    `columns` maps each header, in file order, to its field's name or "attribute". `counts` tells how often
    each code was found, `problems_found` how often any. `problems` are the first of them in line order; a
    row may have several. `sheet` and `member` say where in a workbook or archive the list was.
    """

    file: str
    sha256: str
    size: int
    encoding: str
    delimiter: str
    columns: Mapping[str, str]
    rows_read: int
    accepted: int
    merged: int
    rejected: int
    counts: Mapping[str, int]
    problems_found: int
    problems: tuple[Problem, ...]
    sheet: str = ""
    member: str = ""

    def to_dict(self) -> dict[str, object]:
        """JSON-able form."""
        return {
            "file": self.file,
            "sha256": self.sha256,
            "size": self.size,
            "encoding": self.encoding,
            "delimiter": self.delimiter,
            "columns": dict(self.columns),
            "rows_read": self.rows_read,
            "accepted": self.accepted,
            "merged": self.merged,
            "rejected": self.rejected,
            "counts": dict(self.counts),
            "problems_found": self.problems_found,
            "problems": [each.to_dict() for each in self.problems],
            "sheet": self.sheet,
            "member": self.member,
        }

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> ListReport:
        """The inverse of `to_dict`."""
        return cls(**{**plain, "problems": tuple(Problem.from_dict(each) for each in plain["problems"])})


def counted(problems: pl.DataFrame) -> dict[str, int]:
    """How often each code was found, by code."""
    counts = problems.group_by("code").len().sort("code")
    return dict(counts.iter_rows())


def first_in_words(problems: pl.DataFrame) -> tuple[Problem, ...]:
    """The problems that a report repeats."""
    return worded(problems.bottom_k(_REPEATED, by=["line", "column", "code"]))
