"""What a file says about consents, as stated; whether one is valid is for the rules to decide.

Kept apart from the other evidence because a consent has parts that must stay together: date, notice,
proof, accepted systems, channels and hours are those of one and the same consent (art. R.223-1 C. conso.).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import polars as pl

from lists.cells import Cells, Column, Reading
from lists.consent_answers import Answer, day_said, read_answer
from lists.consent_terms import HUMAN, ROBOT, SYSTEMS, read_channels, read_hours, read_robots, read_systems
from lists.dates import is_negative, read_date, without_time
from lists.evidence import Said
from lists.headers import Field
from lists.problems import found, nothing_found
from lists.refusal_words import is_opt_in

CONSENT = (
    "consent_stated", "consent_on", "consent_notice", "consent_proof", "consent_systems", "consent_channels",
    "consent_hours", "consent_until", "consent_advertiser",
)  # fmt: skip
"""The parts of one consent, as columns of the people frame."""
NO_CHANNEL = "none"
"""In the place of channels: whatever was accepted, it is no call, or nobody can tell (`rules.evidence.Channel`)."""
NARROWS = (
    pl.col("consent_stated")
    & pl.any_horizontal(
        pl.col("consent_hours", "consent_until").is_not_null(),
        ~pl.col("consent_channels").str.contains("voice", literal=True),
        pl.col("consent_systems") != ";".join(SYSTEMS),
    )
).fill_null(value=False)
"""Where a consent agrees to less than to any call, whoever gave it; what is not said is not less."""


def consents(cells: Cells, today: date) -> Said:
    """Columns `consent_*`.

    A consent without a readable date up to `today` stays stated without date: it will not count. One whose channels,
    hours or end cannot be read accepts `NO_CHANNEL`, so that it ends what the same person accepted before, and permits
    nothing. So does, as of `today`, a cell that says no (`non`), whatever its neighbours hold, or what nobody can tell.
    """
    when, until = cells.single(Field.CONSENT_ON), cells.single(Field.CONSENT_UNTIL)
    notices, proofs = cells.single(Field.CONSENT_NOTICE), cells.single(Field.CONSENT_PROOF)
    channels, hours = cells.single(Field.CONSENT_CHANNELS), cells.single(Field.CONSENT_HOURS)
    systems, named, problems = _systems(cells)
    answers, _ = when.read(lambda text: Reading(read_answer(text)), pl.String, by=without_time)
    days, undated = when.read(lambda text: _read_day(text, today), pl.Date, by=without_time)
    ends, endless = until.read(_read_end, pl.Date, by=without_time)
    ways, wayless = channels.read(read_channels, pl.String)
    slots, hourless = hours.read(read_hours, pl.String)

    named |= when.filled() | notices.filled() | proofs.filled()
    unclear, denied = answers == Answer.UNCLEAR, (answers == Answer.DENIED) & (not is_opt_in(when.header))
    given = named & (~when.filled() | unclear | (answers == Answer.GIVEN))
    vague = (
        systems.is_null()
        | (until.stated() & ends.is_null())
        | (channels.filled() & ways.is_null())
        | (hours.filled() & slots.is_null())
    )
    parts = {
        "consent_on": days,
        "consent_notice": notices.or_null(),
        "consent_proof": proofs.or_null().set(unclear, None),
        "consent_systems": systems.replace("", None),
        "consent_channels": ways.set(vague | unclear, NO_CHANNEL),
        "consent_hours": slots,
        "consent_until": ends,
        "consent_advertiser": cells.single(Field.ADVERTISER).or_null(),
    }
    parts = {name: part.set(~given, None) for name, part in parts.items()}
    parts["consent_on"] = parts["consent_on"].set(denied | unclear, today)
    parts["consent_channels"] = parts["consent_channels"].set(denied, NO_CHANNEL)
    missing = when.warn("consent-date-missing", given & ~when.filled())
    told = [*problems, undated, endless, wayless, hourless, missing, _denied(cells, when, denied)]
    return {"consent_stated": given | denied} | parts, pl.concat(told)


def withdrawals(column: Column, today: date) -> tuple[pl.Series, pl.Series, pl.DataFrame]:
    """Where a column of consents says that one was refused or taken back, on which day (null: not known); problems.

    Under the name of a box (`Opt-in`) a plain no is more than the want of a consent.
    """
    no = (Answer.WITHDRAWN, Answer.DENIED) if is_opt_in(column.header) else (Answer.WITHDRAWN,)

    def said(text: str) -> Reading[bool]:
        answer = read_answer(text)
        return Reading(answer in no, "calls-not-allowed" if answer in no and answer is Answer.DENIED else "")

    withdrawn, problems = column.read(said, pl.Boolean, by=without_time)
    told = column.texts.set(~withdrawn, "") if withdrawn.any() else pl.Series([""]).new_from_index(0, len(withdrawn))
    days, _ = replace(column, texts=told).read(lambda text: Reading(day_said(text, today)), pl.Date, by=without_time)
    return withdrawn, days, problems


def _denied(cells: Cells, when: Column, denied: pl.Series) -> pl.DataFrame:
    """One problem for all cells that say no: there may be one on every row."""
    if not denied.any():
        return nothing_found()
    line, times = cells.table.header_line, str(denied.sum())
    return found("consent-denied", lines=line, column=when.header, values="", detail=times)


def _read_day(text: str, today: date) -> Reading[date | None]:
    answer = read_answer(text)
    if answer is not Answer.GIVEN:
        return Reading(
            None, {Answer.WITHDRAWN: "consent-taken-back", Answer.UNCLEAR: "consent-unclear"}.get(answer, "")
        )
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
