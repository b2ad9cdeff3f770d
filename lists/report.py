"""What happened to a file, as plain values that can be shown, stored and forwarded.

Kept apart from the reading so that whoever renders a report needs no frame.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lists.problems import Problem


@dataclass(frozen=True, slots=True)
class ListReport:
    """`rows_read` = `accepted` + `merged` + `rejected`. `size` in bytes, `sha256` in hex, of those bytes.

    `columns` maps each header, in file order, to its field's name or "attribute". Problems are in line
    order; a row may have several.
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
    problems: tuple[Problem, ...]

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
            "problems": [each.to_dict() for each in self.problems],
        }

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> ListReport:
        """The inverse of `to_dict`."""
        return cls(**{**plain, "problems": tuple(Problem.from_dict(each) for each in plain["problems"])})
