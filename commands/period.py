"""Spans of days as people name them: first and last day, both included, on the office's clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated

import typer

from dialer.outlook import OFFICE_ZONE

From = Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="First day of the period.")]
To = Annotated[datetime, typer.Option("--to", formats=["%Y-%m-%d"], help="Last day of the period, included.")]


def midnight(day: date) -> datetime:
    """When a day begins in the office, in UTC."""
    return datetime.combine(day, time(0), OFFICE_ZONE).astimezone(UTC)


def span(first: datetime, last: datetime) -> tuple[datetime, datetime]:
    """The instants [since, until) of these days. A last day before the first is a usage error."""
    if last < first:
        raise typer.BadParameter(f"--to {last:%Y-%m-%d} < --from {first:%Y-%m-%d}")
    return midnight(first.date()), midnight(last.date() + timedelta(days=1))
