"""The terms of a consent as people type them, in the words that files use."""

from __future__ import annotations

from typing import Annotated

import typer

from lists.consent_terms import read_channels, read_hours, read_systems


def parse_systems(text: str) -> str:
    read = read_systems(text)
    if read.code or not read.value:
        raise typer.BadParameter(f"{text!r}: humain, robot / human, robot")
    return read.value


def parse_channels(text: str) -> str:
    read = read_channels(text)
    if text and (read.code or not read.value):
        raise typer.BadParameter(f"{text!r}: voix, sms, e-mail, courrier / voice, sms, e-mail, post")
    return read.value or ""


def parse_hours(text: str) -> str:
    read = read_hours(text)
    if text and not read.value:
        raise typer.BadParameter(f"{text!r}: 18:00-20:00, 10h-12h")
    return read.value or ""


Systems = Annotated[
    str, typer.Option(parser=parse_systems, metavar="SYSTEMS", help="Who may call: human, robot, or both.")
]
Channels = Annotated[
    str, typer.Option(parser=parse_channels, metavar="CHANNELS", help="Channels accepted, where they were limited.")
]
Hours = Annotated[
    str, typer.Option(parser=parse_hours, metavar="HOURS", help="Hours accepted (18h-20h), where they were limited.")
]
