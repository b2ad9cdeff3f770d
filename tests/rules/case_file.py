"""The 188 cases of the dossier and the case files of each article, read once and alike."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Case:
    """One row, with what is expected of it."""

    id: str
    row: dict[str, str]
    verdict: str
    rule_ids: list[str]


def read_cases(path: Path) -> list[Case]:
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Case(row["case_id"], row, row["expected"], row["expected_rule_ids"].split(";"))
            for row in csv.DictReader(file)
        ]


CASES = read_cases(HERE / "cases" / "cases.csv")
BY_ARTICLE = {path.stem: read_cases(path) for path in sorted((HERE / "law").glob("*.csv"))}
