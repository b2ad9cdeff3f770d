"""Proof that a file was run against Bloctel, for calls until 2026-08-10."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from rules.facts import Bloctel

VALID_DAYS = 30
"""« au moins une fois par mois »; the operator stated that a returned file is valid 30 days."""


@dataclass(frozen=True, slots=True)
class ScrubRecord:
    """A returned file: the hash of what was sent, when it came back, and how many rows it lost."""

    sha256: str
    returned_on: date
    rows_in: int
    rows_removed: int


@dataclass(frozen=True, slots=True)
class ScrubStatus:
    status: Bloctel
    until: date | None = None
    """Last local day on which a clean scrub counts."""


def scrub_status(records: Iterable[ScrubRecord], today: date) -> ScrubStatus:
    """The status of a contact whose file came back from these scrubs with the contact still in it."""
    returned = [record.returned_on for record in records if record.returned_on <= today]
    if not returned:
        return ScrubStatus(Bloctel.NOT_CHECKED)
    until = max(returned) + timedelta(days=VALID_DAYS)
    return ScrubStatus(Bloctel.CLEAR if today <= until else Bloctel.NOT_CHECKED, until)
