"""Instants as people type them, always with a zone, and as they are shown: on the office's clock."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from commands.desk import Desk
from dialer.outlook import OFFICE_ZONE

_YEARS = range(2000, 2200)
"""Far from the first and last years of the calendar, where adding a day or a zone overflows."""


def parse_instant(text: str) -> datetime:
    """An ISO 8601 instant with its zone, as in 2026-11-24T10:02+01:00; anything else is a usage error."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r}: write an instant such as 2026-11-24T10:02+01:00") from None
    if at.year not in _YEARS:
        raise typer.BadParameter(f"{text!r}: no year between {_YEARS[0]} and {_YEARS[-1]}")
    if at.tzinfo is None:
        raise typer.BadParameter(f"{text!r} has no time zone: write +01:00 or Z after it")
    return at


At = Annotated[
    datetime | None,
    typer.Option("--at", parser=parse_instant, metavar="INSTANT", help="Judge at this instant (with its zone)."),
]

Under = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%d"], help="Show as well what the rules of this day say, and what differs."),
]


def local_with_zone(desk: Desk, at: datetime) -> str:
    """The same with its zone in words, where nothing around it tells."""
    return desk.text(f"{local(at)} (heure de Paris)", f"{local(at)} (Paris time)")


def local(at: datetime) -> str:
    """An instant on the office's clock."""
    return f"{at.astimezone(OFFICE_ZONE):%Y-%m-%d %H:%M}"
