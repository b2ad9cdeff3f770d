"""A consent record with the five items of R.223-1, its scope and its life."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

from dateutil.relativedelta import relativedelta

from rules.facts import Consent, Sector, SystemKind
from rules.windows import Windows, in_common


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


_EVERY_ITEM = frozenset(NoticeItem)


class Channel(StrEnum):
    """By which way the person agreed to be reached."""

    VOICE = "voice"
    SMS = "sms"
    EMAIL = "email"
    POST = "post"
    SOCIAL = "social"
    NONE = "none"
    """None of them, or what a record says of its terms cannot be read: it covers no call."""


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
    any_hour: bool = False
    """Agreed to be called outside days and hours without a precise date (counted until 2026-08-10)."""
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
    def is_denial(self) -> bool:
        """Whether it says no more than that there is no consent."""
        return self.notice is None and not self.proof and self.channels == {Channel.NONE}

    @property
    def is_withdrawn(self) -> bool:
        return self.withdrawn or self.withdrawn_on is not None

    def concerns(self, advertiser: str) -> bool:
        """Whether it was given to this advertiser; one that names nobody may have been."""
        named = {self.notice.advertiser if self.notice else "", self.advertiser} - {""}
        return not named or advertiser in named

    def is_about(self, sector: Sector) -> bool:
        """Whether it was given for this kind of offer; one that names none may have been."""
        named = self.sectors or (self.notice.sectors if self.notice else frozenset())
        return not named or sector in named

    @property
    def is_proven(self) -> bool:
        """Whether it can be a consent at all: a day, a proof, and a notice that shows all five items (R.223-1)."""
        items = self.notice.items if self.notice else frozenset()
        return self.collected_on is not None and bool(self.proof) and items == _EVERY_ITEM


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
    any_hour: bool = False
    """As `ConsentRecord.any_hour`."""


NO_CONSENT = ConsentStatus(Consent.NONE)
_FOR_PERSONS = frozenset({SystemKind.HUMAN_AGENT, SystemKind.AUTOMATED})
_BY_VOICE = frozenset({Channel.VOICE})


@lru_cache(maxsize=4096)
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
        and notice.items == _EVERY_ITEM
        and notice.advertiser == purpose.advertiser == (record.advertiser or purpose.advertiser)
        and (purpose.caller in notice.callers or purpose.caller == purpose.advertiser)
        and purpose.sector in notice.sectors & (record.sectors or notice.sectors)
        and purpose.system in (record.systems or _FOR_PERSONS)
        and Channel.VOICE in (record.channels or _BY_VOICE)
    )


def ruling(records: Iterable[ConsentRecord], purpose: Purpose, today: date) -> tuple[ConsentRecord, ...]:
    """The records that say what holds toward this advertiser for this kind of offer: the proven ones given last by
    `today`, and whatever was said then or later without proof.

    Consent is « spécifique […] et révocable » (L.223-1), and a call « en dehors de la période ou des plages horaires
    acceptées » is not covered (R.223-1 II): who agrees to less than before has taken the rest back. A record that
    names no advertiser or no offer may be about this one, and one without a date may be the last. One that was
    withdrawn is an objection instead.
    """
    concerned = [
        (record.collected_on or today, record)
        for record in records
        if record.concerns(purpose.advertiser)
        and record.is_about(purpose.sector)
        and not record.is_withdrawn
        and (record.collected_on or today) <= today
    ]
    last = max((day for day, record in concerned if record.is_proven), default=date.min)
    return tuple(record for day, record in concerned if day >= last)


def consent_status(
    records: Iterable[ConsentRecord],
    objections: Iterable[date | None],
    purpose: Purpose,
    today: date,
    refused_on: date | None = None,
) -> ConsentStatus:
    """The status on `today`: what was agreed to last, if it covers the purpose and is later than every objection.

    To withdraw a consent is to object to its advertiser. An objection without a readable date counts as made
    today. A consent given on the very day of an objection or refusal does not undo it. Of several given on one day
    each must cover the purpose: the shortest ends them, and only hours that all of them accept are accepted. What was
    said without proof permits nothing and narrows all the same.
    """
    stated = list(records)
    withdrawn = [each.withdrawn_on for each in stated if each.is_withdrawn and each.concerns(purpose.advertiser)]
    objected = max((day or today for day in (*objections, *withdrawn)), default=date.min)
    last = ruling(stated, purpose, today)
    proven = [record for record in last if record.is_proven]
    limits = [record.hours for record in last if record.hours]
    hours = in_common(*limits) if limits else ()
    held = all(_holds(each, objected, purpose) if each.is_proven else _agrees(each, purpose) for each in last)
    if not proven or not held or (limits and not hours):
        if objected > date.min:
            return ConsentStatus(Consent.WITHDRAWN)
        return ConsentStatus(Consent.UNPROVEN) if any(not each.is_denial for each in stated) else NO_CONSENT
    until = min(day for each in last if (day := each.last_day if each.is_proven else each.until))
    collected_on = proven[0].collected_on
    again = refused_on is not None and collected_on is not None and refused_on < collected_on and today <= until
    status = Consent.VALID if today <= until else Consent.UNPROVEN
    return ConsentStatus(status, until, collected_on, again, hours, all(each.any_hour for each in proven))


def _holds(record: ConsentRecord, objected: date, purpose: Purpose) -> bool:
    return record.collected_on is not None and record.collected_on > objected and covers(record, purpose)


def _agrees(record: ConsentRecord, purpose: Purpose) -> bool:
    """Whether what a record states of itself leaves room for this system, by voice."""
    by_system = not record.systems or purpose.system in record.systems
    return by_system and Channel.VOICE in (record.channels or _BY_VOICE)
