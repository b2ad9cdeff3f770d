"""A consent record with the five items of R.223-1, its scope and its life."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from dateutil.relativedelta import relativedelta

from rules.facts import Consent, Sector, SystemKind


class NoticeItem(StrEnum):
    """The five things that a request for consent must show (R.223-1 I)."""

    IDENTITY = "identity"
    """The professional, the third party calling for it, and the nature of the goods or services."""
    CHOICE = "choice"
    """To accept or refuse, by a clear positive act."""
    PERIOD = "period"
    """How long it holds, one year at most."""
    WITHDRAWAL = "withdrawal"
    """The right to withdraw at any time, and how."""
    PROOF_ACCESS = "proof-access"
    """Access to the proof on a durable medium."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One version of the notice: who, for whom, for what, how long, and which items it shows."""

    id: str
    advertiser: str
    callers: frozenset[str]
    sectors: frozenset[Sector]
    items: frozenset[NoticeItem]
    period_days: int


@dataclass(frozen=True, slots=True)
class ConsentRecord:
    """A consent as collected. `systems` empty: nothing was said about machines, so persons only."""

    notice: Notice | None
    collected_on: date | None
    proof: str
    systems: frozenset[SystemKind] = frozenset()


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a consent must cover: this advertiser, this caller, this kind of offer, this system."""

    advertiser: str
    caller: str
    sector: Sector
    system: SystemKind


@dataclass(frozen=True, slots=True)
class ConsentStatus:
    status: Consent
    until: date | None = None
    """Last local day on which it holds."""
    collected_on: date | None = None
    after_refusal: bool = False
    """Given later than the last refusal."""


NO_CONSENT = ConsentStatus(Consent.NONE)
_FOR_PERSONS = frozenset({SystemKind.HUMAN_AGENT, SystemKind.AUTOMATED})


def last_day_of_consent(collected_on: date, period_days: int) -> date:
    """The day before the first anniversary, or the end of the shorter period announced (U-6).

    The day of collection is the first of the period's days.
    """
    anniversary = collected_on + relativedelta(years=1)
    return min(anniversary, collected_on + timedelta(days=period_days)) - timedelta(days=1)


def covers(record: ConsentRecord, purpose: Purpose) -> bool:
    """Whether the record names this advertiser, caller, offer and system, shows all five items, and is proven."""
    notice = record.notice
    return (
        notice is not None
        and bool(record.proof)
        and notice.items == frozenset(NoticeItem)
        and notice.advertiser == purpose.advertiser
        and (purpose.caller in notice.callers or purpose.caller == purpose.advertiser)
        and purpose.sector in notice.sectors
        and purpose.system in (record.systems or _FOR_PERSONS)
    )


def consent_status(
    records: Iterable[ConsentRecord],
    objections: Iterable[date | None],
    purpose: Purpose,
    today: date,
    refused_on: date | None = None,
) -> ConsentStatus:
    """The status on `today`: the longest record that covers the purpose and is later than every objection.

    An objection without a readable date counts as made today. A consent given on the very day of an
    objection or refusal does not undo it; one that is later than the last refusal is preferred.
    """
    stated = list(records)
    objected = max((day or today for day in objections), default=date.min)
    held = [
        (last_day_of_consent(record.collected_on, record.notice.period_days), record.collected_on)
        for record in stated
        if record.notice and record.collected_on and objected < record.collected_on <= today and covers(record, purpose)
    ]
    again = [(until, on) for until, on in held if refused_on and on > refused_on and until >= today]
    until, collected_on = max(again or held, default=(None, None))
    if until is None and objected > date.min:
        return ConsentStatus(Consent.WITHDRAWN)
    if until is None:
        return ConsentStatus(Consent.UNPROVEN) if stated else NO_CONSENT
    return ConsentStatus(Consent.VALID if today <= until else Consent.UNPROVEN, until, collected_on, bool(again))
