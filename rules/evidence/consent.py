"""A consent record with the five items of R.223-1, its scope and its life."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from dateutil.relativedelta import relativedelta

from rules.facts import Consent, Sector, SystemKind
from rules.windows import Windows


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


class Channel(StrEnum):
    """By which way the person agreed to be reached."""

    VOICE = "voice"
    SMS = "sms"
    EMAIL = "email"
    POST = "post"
    SOCIAL = "social"


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
    """A consent as collected. What the record itself states narrows what its notice states, and never widens it."""

    notice: Notice | None
    collected_on: date | None
    proof: str
    systems: frozenset[SystemKind] = frozenset()
    """Empty: nothing was said about machines, so persons only."""
    channels: frozenset[Channel] = frozenset()
    """Empty: nothing was said but the notice's own words, which are about calls."""
    hours: Windows = ()
    """Local hours accepted; empty: nothing was said about hours."""
    until: date | None = None
    """Last day of a period shorter than the notice's."""
    advertiser: str = ""
    sectors: frozenset[Sector] = frozenset()
    withdrawn: bool = False
    """Withdrawn, on `withdrawn_on` or, where that is None, on a day that cannot be read."""
    withdrawn_on: date | None = None

    @property
    def last_day(self) -> date | None:
        """The last day of its life; None without a notice or a date of collection."""
        if self.notice is None or self.collected_on is None:
            return None
        last = last_day_of_consent(self.collected_on, self.notice.period_days)
        return min(last, self.until) if self.until else last

    @property
    def is_withdrawn(self) -> bool:
        return self.withdrawn or self.withdrawn_on is not None

    def concerns(self, advertiser: str) -> bool:
        """Whether it was given to this advertiser; one that names nobody may have been."""
        named = {self.notice.advertiser if self.notice else "", self.advertiser} - {""}
        return not named or advertiser in named


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
    hours: Windows = ()
    """Local hours to which it is limited; empty: no limit."""


NO_CONSENT = ConsentStatus(Consent.NONE)
_FOR_PERSONS = frozenset({SystemKind.HUMAN_AGENT, SystemKind.AUTOMATED})
_BY_VOICE = frozenset({Channel.VOICE})


def last_day_of_consent(collected_on: date, period_days: int) -> date:
    """The day before the first anniversary, or the end of the shorter period announced (U-6).

    The day of collection is the first of the period's days.
    """
    anniversary = collected_on + relativedelta(years=1)
    return min(anniversary, collected_on + timedelta(days=period_days)) - timedelta(days=1)


def covers(record: ConsentRecord, purpose: Purpose) -> bool:
    """Whether the record names this advertiser, caller, offer, system and the voice, shows all five items, and is
    proven and not withdrawn."""
    notice = record.notice
    return (
        notice is not None
        and bool(record.proof)
        and not record.is_withdrawn
        and notice.items == frozenset(NoticeItem)
        and notice.advertiser == purpose.advertiser == (record.advertiser or purpose.advertiser)
        and (purpose.caller in notice.callers or purpose.caller == purpose.advertiser)
        and purpose.sector in notice.sectors & (record.sectors or notice.sectors)
        and purpose.system in (record.systems or _FOR_PERSONS)
        and Channel.VOICE in (record.channels or _BY_VOICE)
    )


def consent_status(
    records: Iterable[ConsentRecord],
    objections: Iterable[date | None],
    purpose: Purpose,
    today: date,
    refused_on: date | None = None,
) -> ConsentStatus:
    """The status on `today`: the longest record that covers the purpose and is later than every objection.

    To withdraw a consent is to object to its advertiser. An objection without a readable date counts as made
    today. A consent given on the very day of an objection or refusal does not undo it; one that is later than
    the last refusal is preferred. Of two that end on one day the one without limit of hours counts; hours of
    several records are never added up.
    """
    stated = list(records)
    withdrawn = [each.withdrawn_on for each in stated if each.is_withdrawn and each.concerns(purpose.advertiser)]
    objected = max((day or today for day in (*objections, *withdrawn)), default=date.min)
    held = [
        (until, not record.hours, record.collected_on, record.hours)
        for record in stated
        if record.collected_on
        and (until := record.last_day)
        and objected < record.collected_on <= today
        and covers(record, purpose)
    ]
    again = [each for each in held if refused_on and each[2] > refused_on and each[0] >= today]
    if not held:
        if objected > date.min:
            return ConsentStatus(Consent.WITHDRAWN)
        return ConsentStatus(Consent.UNPROVEN) if stated else NO_CONSENT
    until, _, collected_on, hours = max(again or held)
    status = Consent.VALID if today <= until else Consent.UNPROVEN
    return ConsentStatus(status, until, collected_on, bool(again), hours)
