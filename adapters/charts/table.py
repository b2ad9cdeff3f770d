"""The days of a forecast as a CSV table. Nothing in it comes from a list, so no cell can become a formula."""

from __future__ import annotations

import csv
from pathlib import Path

from dialer.forecast import OFFICE_ZONE, Forecast

_HEADINGS = ("day", "callable", "first_callable", "deferred", "next_at", "never", "held_back_by")


def write_days(forecast: Forecast, path: Path) -> None:
    """One row for each day; `held_back_by` is `RULE/layer/verdict=contacts`, joined with `;`.

    Like the reports of imports: separator `;`, UTF-8 with a byte-order mark, CRLF. Instants by the office's clock.
    """
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        rows = csv.writer(file, delimiter=";")
        rows.writerow(_HEADINGS)
        for day in forecast.days:
            held = [f"{rule.rule_id}/{rule.layer}/{rule.verdict.word}={rule.contacts}" for rule in day.rules]
            next_at = day.until[0].at.astimezone(OFFICE_ZONE).isoformat() if day.until else ""
            counts = (day.callable, day.first_callable, day.deferred, next_at, day.never)
            rows.writerow((day.day.isoformat(), *counts, ";".join(held)))
