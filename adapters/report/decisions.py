"""decisions.csv: every answer of the gate as one row that French Excel opens with a double click.

Separator `;`, UTF-8 with a byte-order mark, CRLF. A cell that a spreadsheet would run as a formula gets a
leading apostrophe. French numbers are written in national form (06 39 98 01 00): it starts with no `+`,
and ends in a group of two digits, so no spreadsheet takes it for a number; foreign numbers keep their `+`
behind an apostrophe. A postcode that starts with 0 gets an apostrophe too, or its zero would be lost.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from adapters.report.phone import phone
from adapters.report.replacing import replacing
from dialer.forecast import OFFICE_ZONE
from dialer.story import DecisionLine
from lists.report_csv import harmless
from rules.eligibility import Outlook

HEADERS = (
    "N° de décision",
    "Date et heure (Paris)",
    "Personne",
    "Code postal",
    "Numéro",
    "Décision",
    "Règles",
    "Appel possible à partir du (Paris)",
    "Instant exact (UTC)",
    "Empreinte SHA-256",
)

_VERDICTS = {"allow": "autorisé", "defer": "différé", "deny": "refusé"}
_OUTLOOKS = {
    str(Outlook.NOW): "tout de suite",
    str(Outlook.NEVER): "jamais en l'état",
    str(Outlook.BEYOND_HORIZON): "pas avant 400 jours",
}


def write_decisions(lines: Iterable[DecisionLine], target: Path) -> None:
    """Write the lines in their order, replacing `target` whole or not at all. Raises `OSError`."""
    with replacing(target, encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(HEADERS)
        writer.writerows([harmless(cell) for cell in _cells(line)] for line in lines)


def _cells(line: DecisionLine) -> tuple[str, ...]:
    return (
        str(line.id),
        _paris(line.at),
        line.person,
        _postcode(line.postcode),
        phone(line.number),
        _VERDICTS.get(line.verdict, line.verdict),
        line.rule_ids.replace(";", ", "),
        _OUTLOOKS.get(line.next_at) or _next_at(line.next_at),
        line.at.astimezone(UTC).isoformat(),
        line.sha256,
    )


def _paris(at: datetime) -> str:
    return f"{at.astimezone(OFFICE_ZONE):%d/%m/%Y %H:%M:%S}"


def _next_at(instant: str) -> str:
    return _paris(datetime.fromisoformat(instant)) if instant else ""


def _postcode(postcode: str) -> str:
    return f"'{postcode}" if postcode.startswith("0") else postcode
