"""What the carrier could charge for the calls of a period under its published terms, call by call.

Counted from the ledger and the audit chain, so that a sum of zero can be shown and not only claimed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal
from enum import StrEnum

from sqlmodel import Session, col, select

from dialer.complaints import complaints
from dialer.hour import CountedCall, calls_between
from dialer.operators import Operator, load_operator
from dialer.outlook import OFFICE_ZONE
from dialer.schema import Attempt, DecisionRow
from dialer.settings import Settings, TrunkSettings
from dialer.vault import Erased, Vault, read_decision
from rules.rolling_hour import WINDOW, out_of_terms

_CHUNK = 500
"""Attempts in one question; databases bound the number of parameters."""


class ChargeKind(StrEnum):
    OUT_OF_TERMS = "out-of-terms"
    """A call in a rolling hour of which a figure was out of terms."""
    UNAUTHORISED_CALLER_ID = "unauthorised-caller-id"
    """A number shown without proof of assignment: charged once for each number."""
    COMPLAINT = "complaint"


@dataclass(frozen=True, slots=True)
class Charge:
    """One item: the attempts that it is for, its price in thousandths of a euro, and what it is about."""

    kind: ChargeKind
    attempts: tuple[str, ...]
    thousandths: int
    about: str
    """The figures, the number shown, or the complaint's reference."""


@dataclass(frozen=True, slots=True)
class Exposure:
    """All charges of one trunk for calls that left in [since, until), out of `calls` that were looked at."""

    trunk: str
    operator: str
    since: datetime
    until: datetime
    calls: int
    charges: tuple[Charge, ...]

    @property
    def euros(self) -> Decimal:
        return Decimal(sum(charge.thousandths for charge in self.charges)) / 1000

    def to_dict(self) -> dict[str, object]:
        """JSON-able form; the sum in thousandths of a euro."""
        return {
            "trunk": self.trunk,
            "operator": self.operator,
            "since": self.since.isoformat(),
            "until": self.until.isoformat(),
            "calls": self.calls,
            "thousandths": sum(charge.thousandths for charge in self.charges),
            "charges": [
                {
                    "kind": str(charge.kind),
                    "attempts": list(charge.attempts),
                    "thousandths": charge.thousandths,
                    "about": charge.about,
                }
                for charge in self.charges
            ],
        }


def exposure(
    session: Session,
    vault: Vault,
    trunk: TrunkSettings,
    operator: Operator,
    since: datetime,
    until: datetime,
    now: datetime,
) -> Exposure:
    """What may be charged for the calls that left by a trunk in [since, until), with the terms of today.

    Figures are of the trunk and of each number shown; a call that rings at `now` counts once its end is known.
    """
    counted = [each for each in calls_between(session, trunk.name, since - WINDOW, now) if _counts(each, until)]
    asked = [each for each in counted if since <= each.call.started_at < until]
    charges = [
        *_out_of_terms(counted, operator, since, until),
        *_unauthorised(session, vault, trunk, operator, asked),
        *_complaints(session, operator, asked),
    ]
    return Exposure(trunk.name, operator.name, since, until, len(asked), tuple(charges))


def exposure_today(session: Session, vault: Vault, settings: Settings, trunk_name: str, now: datetime) -> Exposure:
    """The same for the calls that left since the office's midnight."""
    trunk = settings.trunk(trunk_name)
    midnight = datetime.combine(now.astimezone(OFFICE_ZONE).date(), time(0), OFFICE_ZONE)
    return exposure(session, vault, trunk, load_operator(trunk.operator, settings.folder), midnight, now, now)


def _counts(each: CountedCall, until: datetime) -> bool:
    return (each.ended or each.call.answered) and each.call.started_at < until + WINDOW


def _out_of_terms(
    counted: Sequence[CountedCall], operator: Operator, since: datetime, until: datetime
) -> Iterable[Charge]:
    terms, price = operator.terms(), operator.penalties.per_call_out_of_terms
    broken: dict[str, set[str]] = {}
    numbers = {each.caller_id for each in counted}
    groups = [counted, *([each for each in counted if each.caller_id == number] for number in sorted(numbers))]
    for group in groups if terms.watched else ():
        for each, figures in zip(group, out_of_terms([each.call for each in group], terms), strict=True):
            if figures and since <= each.call.started_at < until:
                broken.setdefault(each.attempt_id, set()).update(figures)
    return (
        Charge(ChargeKind.OUT_OF_TERMS, (attempt,), price, ", ".join(sorted(figures)))
        for attempt, figures in broken.items()
    )


def _unauthorised(
    session: Session, vault: Vault, trunk: TrunkSettings, operator: Operator, asked: Sequence[CountedCall]
) -> Iterable[Charge]:
    """Numbers on the registry today are proven; of others the decision says what was on record at the time.

    Where its facts were erased, its verdict says so: the gate approves no number without proof.
    """
    doubtful = [each for each in asked if each.caller_id not in trunk.proven_numbers()]
    unproven: dict[str, list[str]] = {}
    for start in range(0, len(doubtful), _CHUNK):
        chunk = {each.attempt_id: each.caller_id for each in doubtful[start : start + _CHUNK]}
        for attempt, decision in session.exec(
            select(Attempt.id, DecisionRow)
            .join(DecisionRow, col(DecisionRow.id) == Attempt.decision_id)
            .where(col(Attempt.id).in_(chunk))
        ):
            try:
                facts = read_decision(session, vault, decision).get("facts", {})
            except Erased:
                continue
            if not facts.get("caller_id_authorised") or facts.get("caller_id") != chunk[attempt]:
                unproven.setdefault(chunk[attempt], []).append(attempt)
    price = operator.penalties.unauthorised_caller_id
    return (
        Charge(ChargeKind.UNAUTHORISED_CALLER_ID, tuple(attempts), price, number)
        for number, attempts in unproven.items()
    )


def _complaints(session: Session, operator: Operator, asked: Sequence[CountedCall]) -> Iterable[Charge]:
    known = {each.attempt_id for each in asked}
    price = operator.penalties.complaint
    return (
        Charge(ChargeKind.COMPLAINT, (complaint.attempt_id,), price, complaint.reference)
        for complaint in complaints(session)
        if complaint.attempt_id in known
    )
