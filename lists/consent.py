"""What a file says about consents, as stated; whether one is valid is for the rules to decide.

Kept apart from the other evidence because a consent has parts that must stay together: date, notice,
proof, accepted systems, channels and hours are those of one and the same consent (art. R.223-1 C. conso.).
"""

from __future__ import annotations

from datetime import date

import polars as pl

from lists.cells import Cells, Reading
from lists.consent_terms import HUMAN, ROBOT, SYSTEMS, read_channels, read_hours, read_robots, read_systems
from lists.dates import is_negative, read_date, without_time
from lists.evidence import Said
from lists.headers import Field

CONSENT = (
    "consent_stated", "consent_on", "consent_notice", "consent_proof", "consent_systems", "consent_channels",
    "consent_hours", "consent_until",
)  # fmt: skip
"""The parts of one consent, as columns of the people frame."""


def consents(cells: Cells, today: date) -> Said:
    """Columns `consent_*`.

    A consent without a readable date up to `today`, or whose channels, hours or end cannot be read, stays
    stated without date: it will not count. A cell that says no (`non`) states that there is no consent,
    whatever its neighbours hold.
    """
    when, until = cells.single(Field.CONSENT_ON), cells.single(Field.CONSENT_UNTIL)
    notices, proofs = cells.single(Field.CONSENT_NOTICE), cells.single(Field.CONSENT_PROOF)
    channels, hours = cells.single(Field.CONSENT_CHANNELS), cells.single(Field.CONSENT_HOURS)
    systems, named, problems = _systems(cells)
    days, undated = when.read(lambda text: _read_day(text, today), pl.Date, by=without_time)
    ends, endless = until.read(_read_end, pl.Date, by=without_time)
    ways, wayless = channels.read(read_channels, pl.String)
    slots, hourless = hours.read(read_hours, pl.String)

    named |= when.filled() | notices.filled() | proofs.filled()
    given = named & (when.stated() | ~when.filled())
    vague = (
        systems.is_null()
        | (until.stated() & ends.is_null())
        | (channels.filled() & ways.is_null())
        | (hours.filled() & slots.is_null())
    )
    parts = {
        "consent_on": days.set(vague, None),
        "consent_notice": notices.or_null(),
        "consent_proof": proofs.or_null(),
        "consent_systems": systems.replace("", None),
        "consent_channels": ways,
        "consent_hours": slots,
        "consent_until": ends,
    }
    missing = when.warn("consent-date-missing", given & ~when.filled())
    return {"consent_stated": given} | {name: part.set(~given, None) for name, part in parts.items()}, pl.concat(
        [*problems, undated, endless, wayless, hourless, missing]
    )


def _read_day(text: str, today: date) -> Reading[date | None]:
    if is_negative(text):
        return Reading(None)
    day = read_date(text)
    if day is None:
        return Reading(None, "consent-date-unreadable")
    return Reading(None, "consent-date-future") if day > today else Reading(day)


def _read_end(text: str) -> Reading[date | None]:
    day = read_date(text)
    return Reading(day, "" if day or is_negative(text) else "consent-end-unreadable")


def _systems(cells: Cells) -> tuple[pl.Series, pl.Series, list[pl.DataFrame]]:
    """What both columns that speak of systems accept together, where they accept anything, and their problems.

    A contradiction about robots is held to be a no; null where nothing is left of what was accepted.
    """
    systems, unknown = cells.single(Field.CONSENT_SYSTEMS).read(read_systems, pl.String)
    column = cells.single(Field.CONSENT_ROBOT)
    robots, unclear = column.read(read_robots, pl.Boolean)
    human = systems.str.contains("human-agent", literal=True)
    machines = systems.str.contains("automated|ai-agent")
    denied = (~robots).fill_null(False)
    joined = pl.select(
        pl.when(robots & human)
        .then(pl.lit(";".join(SYSTEMS)))
        .when(robots)
        .then(pl.lit(";".join(ROBOT)))
        .when(denied & (human | ~machines))
        .then(pl.lit(";".join(HUMAN)))
        .when(denied)
        .then(None)
        .otherwise(systems)
    ).to_series()
    named = (systems != "") | robots.fill_null(False)
    return joined, named, [unknown, unclear, column.warn("consent-system-contradiction", denied & machines)]
