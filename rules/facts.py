"""What must be known about a call before it can be judged.

Facts are plain values, complete before evaluation and independent of the clock: whatever runs out
with time (a consent, a contract, a scrub) carries its last day, so that the same facts can be judged
at another instant and stored for replay.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, time
from enum import StrEnum
from operator import attrgetter
from types import NoneType
from typing import Any

from rules.line import Line
from rules.windows import Windows


class ContactKind(StrEnum):
    CONSUMER = "consumer"
    PROFESSIONAL = "professional"


class Sector(StrEnum):
    """What the campaign offers; some sectors have a law of their own."""

    GENERIC = "generic"
    TELECOM = "telecom"
    ENERGY_SUPPLY = "energy-supply"
    INSURANCE = "insurance"
    PRESS = "press"
    ENERGY_RENOVATION = "energy-renovation"
    HOME_ADAPTATION = "home-adaptation"
    CPF_TRAINING = "cpf-training"
    SURVEY = "survey"


class Consent(StrEnum):
    """Consent to this advertiser, this kind of offer, this caller and this system kind (R.223-1)."""

    NONE = "none"
    VALID = "valid"
    WITHDRAWN = "withdrawn"
    UNPROVEN = "expired-or-unproven"


class Contract(StrEnum):
    """Whether a contract is in progress and the call concerns its object (L.223-1)."""

    NONE = "no"
    RELATED = "yes-related"
    UNRELATED = "yes-unrelated"


class Bloctel(StrEnum):
    """The opposition list that existed until 2026-08-10."""

    LISTED = "yes"
    CLEAR = "no"
    NOT_CHECKED = "not-checked-30d"
    NOT_APPLICABLE = "n/a"


class SystemKind(StrEnum):
    HUMAN_AGENT = "human-agent"
    """One explicit human command per call, no parallel dialing."""
    AUTOMATED = "automated"
    """A progressive, power or predictive dialer that connects a person."""
    AI_AGENT = "ai-agent"
    """A voice bot or recorded message; no person on the line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything the rules may look at. A missing fact takes its stricter value.

    Dates are the consumer's local dates; `*_until` is the last day on which the status holds (None:
    no end is known). Instants are aware. `attempts` are those of the advertiser to this person, on all
    numbers and campaigns, in any order.
    """

    number: str
    """The number to call, E.164."""
    postcode: str | None = None
    kind: ContactKind = ContactKind.CONSUMER
    sector: Sector = Sector.GENERIC
    system: SystemKind = SystemKind.AUTOMATED
    caller_id: str = "anonymous"
    """The number to be shown, E.164, or `anonymous`."""
    caller_id_authorised: bool = False
    """On the carrier's list for this account, with proof of assignment."""
    consent: Consent = Consent.UNPROVEN
    consent_until: date | None = None
    consent_after_refusal: bool = False
    """True when the consent was given later than the last refusal."""
    consent_hours: Windows = ()
    """Local hours that the consent is limited to, half-open; none stated: no limit."""
    contract: Contract = Contract.NONE
    contract_until: date | None = None
    bloctel: Bloctel = Bloctel.NOT_CHECKED
    bloctel_until: date | None = None
    """Last day on which a clean scrub counts."""
    attempts: tuple[datetime, ...] = ()
    last_refusal: datetime | None = None
    any_hour_agreed: bool = False
    """A general, provable agreement to be called outside days and hours (no precise date)."""
    slots: tuple[datetime, ...] = ()
    """Precise instants agreed with the consumer, provable."""
    callback_from: date | None = None
    """Day of a request to be called back (None: made already), which justifies no earlier call."""
    callback_until: date | None = None
    """Last of the five working days after a proven request for information on this same object."""
    called_until: datetime | None = None
    """A call to this person is under way or about to leave, for whomever it is made: when it is over at the latest."""
    number_unassigned: bool = False
    """The network has said that nobody has this number."""
    sources_until: date | None = None
    """Last day on which every source that a call of this advertiser must be held against is fresh (None: none has
    a term)."""
    line: Line | None = None
    """The trunk at the instant of asking; None where no call is about to leave (forecast, case files)."""

    def consent_on(self, day: date) -> Consent:
        """The consent's status on a local day: a valid one ends with its last day."""
        if self.consent is Consent.VALID and self.consent_until is not None and day > self.consent_until:
            return Consent.UNPROVEN
        return self.consent

    def contract_on(self, day: date) -> Contract:
        if self.contract_until is not None and day > self.contract_until:
            return Contract.NONE
        return self.contract

    def bloctel_on(self, day: date) -> Bloctel:
        """A clean scrub that has aged, or a status from after the abolition, proves nothing."""
        aged = self.bloctel_until is not None and day > self.bloctel_until
        if self.bloctel is Bloctel.NOT_APPLICABLE or (self.bloctel is Bloctel.CLEAR and aged):
            return Bloctel.NOT_CHECKED
        return self.bloctel

    def to_dict(self) -> dict[str, object]:
        """JSON-able form, stable: what is stored with a decision and replayed."""
        return {
            name: value if type(value) in _AS_THEY_ARE else _plain(value)
            for name, value in zip(_NAMES, _VALUES(self), strict=True)
        }

    @classmethod
    def from_dict(cls, plain: dict[str, object]) -> Facts:
        """The inverse of `to_dict`. Raises KeyError, TypeError or ValueError for anything else."""
        return cls(**{name: _READERS[name](value) for name, value in plain.items()})  # type: ignore[arg-type]


_NAMES = tuple(field.name for field in fields(Facts))
_VALUES = attrgetter(*_NAMES)


def _plain(value: Any) -> object:
    kind = type(value)
    if kind in _AS_THEY_ARE:
        return value
    if kind is tuple:
        return [_plain(item) for item in value]
    return str(value) if isinstance(value, StrEnum) else value.to_dict() if kind is Line else value.isoformat()


_AS_THEY_ARE = frozenset({str, bool, int, NoneType})


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"a text is wanted, not {value!r}")
    return value


def _text_or_none(value: object) -> str | None:
    return None if value is None else _text(value)


def _yes_or_no(value: object) -> bool:
    """A stored `"false"` must not count as true."""
    if not isinstance(value, bool):
        raise TypeError(f"true or false is wanted, not {value!r}")
    return value


def _day(value: object) -> date | None:
    return None if value is None else date.fromisoformat(str(value))


def _instant(value: object) -> datetime | None:
    return None if value is None else datetime.fromisoformat(str(value))


def _instants(value: object) -> tuple[datetime, ...]:
    if not isinstance(value, list):
        raise TypeError(f"a list of instants is wanted, not {value!r}")
    return tuple(datetime.fromisoformat(str(item)) for item in value)


def _hours(value: object) -> Windows:
    if not isinstance(value, list):
        raise TypeError(f"a list of hours is wanted, not {value!r}")
    return tuple((time.fromisoformat(opens), time.fromisoformat(ends)) for opens, ends in value)


_READERS: Mapping[str, Callable[[Any], object]] = {
    "number": _text,
    "postcode": _text_or_none,
    "kind": ContactKind,
    "sector": Sector,
    "system": SystemKind,
    "caller_id": _text,
    "caller_id_authorised": _yes_or_no,
    "consent": Consent,
    "consent_until": _day,
    "consent_after_refusal": _yes_or_no,
    "consent_hours": _hours,
    "contract": Contract,
    "contract_until": _day,
    "bloctel": Bloctel,
    "bloctel_until": _day,
    "attempts": _instants,
    "last_refusal": _instant,
    "any_hour_agreed": _yes_or_no,
    "slots": _instants,
    "callback_from": _day,
    "callback_until": _day,
    "called_until": _instant,
    "number_unassigned": _yes_or_no,
    "sources_until": _day,
    "line": lambda value: None if value is None else Line.from_dict(value),
}
