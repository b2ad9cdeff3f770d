"""What is wrong with single rows: a catalogue of stable codes with sentences in both languages.

Kept apart from the readers so that wording can be reviewed in one place and every code is documented.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from functools import cache
from typing import Any

import polars as pl

from lists.column_wordings import COLUMNS
from lists.contact_wordings import CONTACTS
from lists.evidence_wordings import EVIDENCE
from lists.person_wordings import PERSONS
from lists.wording import Wording

_SHOWN = 80
"""Characters of a bad value that a report repeats."""


class Severity(StrEnum):
    """What became of the row: left out, taken with a reserve, or joined to an earlier row."""

    REJECTED = "rejected"
    WARNING = "warning"
    MERGED = "merged"


@dataclass(frozen=True, slots=True)
class Problem:
    """One remark about one cell. `line` is the line of the file where the row starts, from 1."""

    line: int
    column: str
    value: str
    severity: Severity
    code: str
    message_fr: str
    message_en: str
    remedy_fr: str
    remedy_en: str

    def to_dict(self) -> dict[str, str | int]:
        return asdict(self) | {"severity": self.severity.value}

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Problem:
        return cls(**{**plain, "severity": Severity(plain["severity"])})


CATALOGUE: dict[str, Wording] = {**CONTACTS, **COLUMNS, **PERSONS, **EVIDENCE}
"""Every code with its sentences."""


PROBLEM_SCHEMA = pl.Schema(
    {
        name: pl.Int64 if name == "line" else pl.String
        for name in ("line", "column", "value", "severity", "code", "detail", "detail_fr")
    }
)
"""Problems column-wise, as they are found; a list of a million rows may have as many."""


@cache
def nothing_found() -> pl.DataFrame:
    return pl.DataFrame(schema=PROBLEM_SCHEMA)


def found(
    code: str,
    *,
    lines: pl.Series | int,
    column: pl.Series | str,
    values: pl.Series | str,
    severity: pl.Series | Severity = Severity.WARNING,
    detail: pl.Series | str = "",
    detail_fr: pl.Series | str | None = None,
) -> pl.DataFrame:
    """Problems of one code, a row each; what is not a series holds for all. `detail_fr` where it is a phrase."""
    if code not in CATALOGUE:
        raise KeyError(code)
    given = {
        "line": lines,
        "column": column,
        "value": values,
        "severity": severity if isinstance(severity, pl.Series) else severity.value,
        "code": code,
        "detail": detail,
        "detail_fr": detail if detail_fr is None else detail_fr,
    }
    parts = [
        pl.lit(part, PROBLEM_SCHEMA[name]).alias(name) if not isinstance(part, pl.Series) else part.alias(name)
        for name, part in given.items()
    ]
    return pl.select(*parts).cast(PROBLEM_SCHEMA)


def worded(problems: pl.DataFrame) -> tuple[Problem, ...]:
    """Problems in words, in the order of the file."""
    in_order = problems.sort("line", "column", "code", maintain_order=True)
    return tuple(
        problem(
            row["code"],
            line=row["line"],
            column=row["column"],
            value=row["value"],
            severity=Severity(row["severity"]),
            detail=row["detail"],
            detail_fr=row["detail_fr"],
        )
        for row in in_order.iter_rows(named=True)
    )


def problem(
    code: str,
    *,
    line: int,
    column: str,
    value: str,
    severity: Severity = Severity.WARNING,
    detail: str = "",
    detail_fr: str | None = None,
) -> Problem:
    """A problem worded from the catalogue; `detail_fr` where the detail is a phrase, not a value."""
    wording = CATALOGUE[code]
    return Problem(
        line=line,
        column=column,
        value=value if len(value) <= _SHOWN else value[: _SHOWN - 1] + "…",
        severity=severity,
        code=code,
        message_fr=wording.message_fr.replace("{detail}", detail if detail_fr is None else detail_fr),
        message_en=wording.message_en.replace("{detail}", detail),
        remedy_fr=wording.remedy_fr,
        remedy_en=wording.remedy_en,
    )
