"""Phone numbers as people type them."""

from __future__ import annotations

from typing import Annotated

import typer

from lists import Number as ReadNumber
from lists import normalise_number
from lists.problems import CATALOGUE


def parse_number(text: str) -> str:
    """E.164 from any spelling that a list may hold; anything else is a usage error with its reason."""
    read = normalise_number(text)
    if isinstance(read, ReadNumber):
        return read.e164
    wording = CATALOGUE[read.code]
    raise typer.BadParameter(f"{text!r} : {wording.message_fr} / {wording.message_en}")


Number = Annotated[
    str, typer.Argument(parser=parse_number, metavar="NUMBER", help="Phone number, in national or +33 form.")
]
