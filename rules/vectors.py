"""Rows of a case file (`cases.csv`) as facts, and answers as rows.

A case says counts and statuses where real life has dates. Each is read in the strict way: attempts
without dates were made now, an agreed slot is this very instant, a call-back's term ends today.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import MINYEAR, UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, TypeVar

from rules.caller_ids import require_caller_id
from rules.decide import Decision, decide
from rules.eligibility import next_eligible_at
from rules.facts import Bloctel, Consent, ContactKind, Contract, Facts, Sector, SystemKind
from rules.situation import Situation
from rules.windows import read_windows

CASE_COLUMNS = (
    "case_id",
    "instant_utc",
    "contact_postcode",
    "contact_kind",
    "number_e164",
    "advertiser_sector",
    "consent",
    "existing_contract",
    "bloctel_listed",
    "attempts_last_30d",
    "last_refusal_days_ago",
    "appointment_consent",
    "cli",
    "system_kind",
)
MORE_COLUMNS = ("consent_hours", "callback_from", "sources_until")
"""May be left out: no limit of hours, a request made already, no source that has a term."""
COUNT_DIGITS = 5
"""Of attempts or days: 99999 days before any year of the rulebook is still a date."""
LAST_YEAR = 9000
"""Not covered from here on: local clocks and next eligible days need room in the calendar."""
ANSWER_COLUMNS = ("case_id", "verdict", "rule_ids", "next_eligible_at")


class CaseUnreadable(ValueError):
    """A case cannot be understood; the message names the column, the value and what is accepted."""


class AppointmentWord(StrEnum):
    NONE = "no"
    GENERAL = "general"
    SLOT = "slot"
    CALLBACK = "callback-5wd"


@dataclass(frozen=True, slots=True)
class Answer:
    """What was decided about one case; `rule_ids` joined with `;`, sorted, `NONE` when nothing applies."""

    case_id: str
    facts: Facts
    decision: Decision

    @property
    def verdict(self) -> str:
        return self.decision.verdict.word

    @property
    def rule_ids(self) -> str:
        return ";".join(self.decision.rule_ids) or "NONE"

    def row(self) -> tuple[str, str, str, str]:
        """One line of the answer file; only here is the next eligible instant looked for."""
        found = next_eligible_at(self.facts, self.decision.at, decision=self.decision)
        when = f"{found.at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if found.at else str(found.outlook)
        return self.case_id, self.verdict, self.rule_ids, when


def answer(row: Mapping[str, str]) -> Answer:
    """Decide one case under the strict profile. Raises `CaseUnreadable` or `LawNotCovered`."""
    facts, at = read_case(row)
    return Answer(row["case_id"], facts, decide(facts, at))


def read_case(row: Mapping[str, str]) -> tuple[Facts, datetime]:
    """Facts and instant of one case. Raises `CaseUnreadable` naming the first bad column."""
    at = _column(row, "instant_utc", _instant)
    facts = Facts(
        number=_column(row, "number_e164", _number),
        postcode=(row.get("contact_postcode") or "").strip() or None,
        kind=_column(row, "contact_kind", _KIND),
        sector=_column(row, "advertiser_sector", _SECTOR),
        system=_column(row, "system_kind", _SYSTEM),
        caller_id=_column(row, "cli", require_caller_id),
        caller_id_authorised=True,
        consent=_column(row, "consent", _CONSENT),
        consent_hours=_column(row, "consent_hours", lambda text: read_windows(text) if text else ()),
        contract=_column(row, "existing_contract", _CONTRACT),
        bloctel=_column(row, "bloctel_listed", _BLOCTEL),
        attempts=(at,) * _column(row, "attempts_last_30d", _count),
        callback_from=_column(row, "callback_from", _day),
        sources_until=_column(row, "sources_until", _day),
    )
    return _with_local_dates(facts, row, at), at


def _with_local_dates(facts: Facts, row: Mapping[str, str], at: datetime) -> Facts:
    """Add what is counted in the consumer's local days."""
    situation = Situation.of(facts, at)
    told: dict[str, Any] = {}
    days_ago = _column(row, "last_refusal_days_ago", lambda text: _count(text) if text else None)
    if days_ago is not None:
        zone = situation.local[0].tzinfo if situation.local else UTC
        noon = datetime.combine(situation.day - timedelta(days=days_ago), time(12), zone)
        told["last_refusal"] = min(noon.astimezone(UTC), at)
        told["consent_after_refusal"] = facts.consent is Consent.VALID
    match _column(row, "appointment_consent", _APPOINTMENT):
        case AppointmentWord.GENERAL:
            told["any_hour_agreed"] = True
        case AppointmentWord.SLOT:
            told["slots"] = (at,)
        case AppointmentWord.CALLBACK:
            told["callback_until"] = situation.day
    return replace(facts, **told) if told else facts


T = TypeVar("T")


def _column(row: Mapping[str, str], name: str, read: Callable[[str], T]) -> T:
    text = (row.get(name) or "").strip()
    try:
        return read(text)
    except ValueError as error:
        raise CaseUnreadable(f"column {name}: {text!r} is not accepted ({error})") from None


def _instant(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("an instant such as 2026-09-15T09:00:00Z is wanted") from None
    if at.tzinfo is None:
        raise ValueError("write the time zone, as in 2026-09-15T09:00:00Z")
    if not MINYEAR < at.year < LAST_YEAR:
        raise ValueError(f"a year before {LAST_YEAR} is wanted")
    return at.astimezone(UTC)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise ValueError("a whole number from 0 on is wanted")
    if len(text) > COUNT_DIGITS:
        raise ValueError(f"at most {COUNT_DIGITS} digits are wanted")
    return int(text)


def _number(text: str) -> str:
    """The number to call: unlike a caller id it is never anonymous, and never a short or emergency number."""
    with suppress(ValueError):
        if (number := require_caller_id(text)).startswith("+"):
            return number
    raise ValueError("an E.164 number such as +33199000001 is wanted")


Word = TypeVar("Word", bound=StrEnum)


def _word_of(words: type[Word], if_missing: Word | None = None) -> Callable[[str], Word]:
    """A reader of one of the words; a missing one takes the stricter value where there is one (dossier, section 3)."""
    known = {word.value: word for word in words} | ({"": if_missing} if if_missing is not None else {})

    def read(text: str) -> Word:
        if (word := known.get(text)) is None:
            raise ValueError(f"one of {', '.join(words)} is wanted")
        return word

    return read


_KIND = _word_of(ContactKind, ContactKind.CONSUMER)
_SECTOR = _word_of(Sector)
_SYSTEM = _word_of(SystemKind)
_CONSENT = _word_of(Consent, Consent.UNPROVEN)
_CONTRACT = _word_of(Contract, Contract.NONE)
_BLOCTEL = _word_of(Bloctel, Bloctel.NOT_CHECKED)
_APPOINTMENT = _word_of(AppointmentWord, AppointmentWord.NONE)
