"""How long each kind of data is kept: the shipped table of the law, dated and with sources, and what a folder says.

A folder may shorten what the law bounds above. What goes beyond a bound takes a reason, which is told wherever the
period is.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from importlib import resources
from typing import Annotated

from dateutil.relativedelta import relativedelta
from pydantic import Field

from dialer.errors import SettingsRefused
from dialer.trunk_settings import Strict


class Kept(StrEnum):
    """Kinds of data that end."""

    RECORDINGS = "recordings"
    SALE_RECORDINGS = "sale-recordings"
    NO_SALE_RECORDINGS = "no-sale-recordings"
    NOTES = "notes"
    CONSENT_PROOFS = "consent-proofs"
    CALLBACK_PROOFS = "callback-proofs"
    PROSPECTS = "prospects"
    ACCESS_LOG = "access-log"
    ATTEMPT_LOG = "attempt-log"


class Bound(StrEnum):
    """What the law says of a period."""

    MOST = "most"
    EXACTLY = "exactly"


class Basis(StrEnum):
    """Where a value of the table comes from."""

    QUOTED = "quoted"
    """It stands in the source."""
    OURS = "ours"
    """We read it out of the source, or chose it; a lawyer should look at it first."""


class RetentionSettings(Strict):
    """A folder's own period for one kind of data."""

    data: Kept
    months: Annotated[int, Field(ge=1, le=600)]
    reason: str = ""
    """Why longer than the law says; without one that is refused."""


class _Line(Strict):
    data: Kept
    since: Annotated[date, Field(alias="from")]
    since_is: Annotated[Basis, Field(alias="from_is")]
    since_source: Annotated[str, Field(alias="from_source", min_length=1)]
    months: Annotated[int, Field(ge=1)]
    months_are: Basis
    bound: Bound
    fr: str
    en: str
    source: Annotated[str, Field(min_length=1)]


class _Table(Strict):
    period: tuple[_Line, ...]


@dataclass(frozen=True, slots=True)
class Period:
    """One kind of data, and how long it is kept in this folder."""

    data: Kept
    months: int
    legal_months: int
    fr: str
    en: str
    source: str
    months_are: Basis
    """Of the legal months; a folder's own are said by its reason."""
    since: date
    """The first day on which this line of the table holds."""
    since_is: Basis
    since_source: str
    reason: str = ""

    def cutoff(self, today: date) -> date:
        """What is older than this day is over: calendar months, so that the last day is kept."""
        return today - relativedelta(months=self.months)


def periods(own: tuple[RetentionSettings, ...], on: date) -> Mapping[Kept, Period]:
    """The period of each kind on a day. Raises `SettingsRefused` for one that the law does not permit."""
    lines: dict[Kept, _Line] = {}
    for line in sorted(_shipped().period, key=lambda each: each.since):
        if line.since <= on or line.data not in lines:
            lines[line.data] = line
    said = {each.data: each for each in own}
    return {data: _period(line, said.get(data)) for data, line in lines.items()}


def _period(line: _Line, own: RetentionSettings | None) -> Period:
    months = own.months if own else line.months
    reason = own.reason.strip() if own else ""
    if months < line.months and line.bound is Bound.EXACTLY:
        raise _refused(line, months, "must be kept so long", "doit être gardé aussi longtemps")
    if months > line.months and not reason:
        raise _refused(line, months, "longer takes a `reason`", "plus long demande un `reason`")
    return Period(
        data=line.data,
        months=months,
        legal_months=line.months,
        fr=line.fr,
        en=line.en,
        source=line.source,
        months_are=line.months_are,
        since=line.since,
        since_is=line.since_is,
        since_source=line.since_source,
        reason=reason,
    )


def _refused(line: _Line, months: int, english: str, french: str) -> SettingsRefused:
    return SettingsRefused(
        f"[[retention]] {line.data}: {months} months, the law says {line.months} ({line.source}); {english}: correct "
        "dialer.toml",
        f"[[retention]] {line.data} : {months} mois, le droit dit {line.months} ({line.source}) ; {french} : corriger "
        "dialer.toml",
    )


def _shipped() -> _Table:
    return _Table(**tomllib.loads(resources.files("config").joinpath("retention.toml").read_text("utf-8")))
