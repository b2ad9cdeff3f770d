"""Holds what is kept beside the chain against it: decisions, attempts and wishes, each with the rows that tell of it.

The chain is read once and these follow it; a table is read in the order in which the chain names its rows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import Any

from dialer.dispositions import Disposition
from dialer.driver import Driver
from dialer.faults import Fault
from dialer.schema import AttemptState

_S = AttemptState
_MAY_BE = {
    str(_S.APPROVED): {str(_S.APPROVED), str(_S.CLAIMED)},
    str(_S.DIALING): {str(_S.DIALING), str(_S.RINGING), str(_S.ANSWERED)},
}
"""States between two rows of the chain, which has no row for a phone that begins to ring."""
_COMPARED = ("dialed_at", "disposition", "decision", "trunk", "caller_id", "sip", "talk_ms")
"""What rows about an attempt say of it, where they say it."""
_ATTEMPTS = "SELECT id, state, dialed_at, disposition, decision_id, trunk, caller_id, sip_code, talk_ms FROM attempt"


class Decisions:
    """Walks along the stored decisions as the chain names them: both are in the order in which they were made."""

    def __init__(self, driver: Driver) -> None:
        self._instant = driver.instant
        self._rows = driver.stream("SELECT id, body, verdict, rule_ids, at FROM decision ORDER BY id")

    def check(self, seq: int, told: dict[str, Any]) -> Fault | None:
        stored = next(self._rows, None)
        if stored is None or stored[0] > told["decision"]:
            return _decision(seq, told["decision"], "is missing", "manque")
        if stored[0] < told["decision"]:
            return _unrecorded(seq, stored[0])
        _, body, verdict, rules, at = stored
        if "judged_at" in told and self._instant(at) != datetime.fromisoformat(told["judged_at"]):
            return _decision(seq, stored[0], "was altered", "a été altérée")
        if (hashlib.sha256(body.encode()).hexdigest(), verdict, rules) != (
            told["sha256"],
            told.get("verdict", verdict),
            told.get("rules", rules),
        ):
            return _decision(seq, stored[0], "was altered", "a été altérée")
        return None

    def left_over(self, seq: int) -> Fault | None:
        stored = next(self._rows, None)
        return _unrecorded(seq, stored[0]) if stored else None


@dataclass(slots=True)
class Told:
    """What the chain says of one attempt by its last word."""

    approved_at: int
    seq: int
    state: str
    said: dict[str, object] = field(default_factory=dict)


class Attempts:
    """Gathers what the chain says of each attempt; the table is held against it at the end."""

    def __init__(self) -> None:
        self._told: dict[str, Told] = {}

    def take(self, seq: int, at: str, told: dict[str, Any]) -> Fault | None:
        """`at` is the row's own instant: of the row that lets a call leave, it is that of the call."""
        state = told["state"]
        if state == AttemptState.DIALING:
            told["dialed_at"] = at
        if state == AttemptState.APPROVED:
            self._told[told["attempt"]] = Told(seq, seq, state, told)
            return None
        return self._move(seq, told["attempt"], state, told)

    def recover(self, seq: int, told: dict[str, Any]) -> Fault | None:
        expired = (self._move(seq, each, str(_S.EXPIRED), {}) for each in told["given_back"])
        unknown = (
            self._move(seq, each, str(_S.UNKNOWN), {"disposition": str(Disposition.UNKNOWN)})
            for each in told["unknown"]
        )
        return next((fault for fault in chain(expired, unknown) if fault), None)

    def _move(self, seq: int, attempt: str, state: str, said: dict[str, object]) -> Fault | None:
        known = self._told.get(attempt)
        if known is None:
            return _attempt(seq, attempt, "was never approved", "n'a jamais été approuvée")
        known.seq, known.state = seq, state
        known.said |= said
        return None

    def check(self, driver: Driver, end: int, instant: Callable[[object], str]) -> Fault | None:
        """The fault that lies first in the chain; `instant` tells one of a table as the chain does."""
        return min(self._faults(driver, end, instant), key=lambda fault: fault.seq, default=None)

    def _faults(self, driver: Driver, end: int, instant: Callable[[object], str]) -> Iterator[Fault]:
        for attempt, state, dialed_at, *others in driver.stream(_ATTEMPTS):
            values = (dialed_at and instant(dialed_at), *others)
            known = self._told.pop(attempt, None)
            if known is None:
                english, french = "is stored, but no row approved it", "est stockée, mais aucune ligne ne l'approuve"
                yield _attempt(end, attempt, english, french)
            elif state not in _MAY_BE.get(known.state, {known.state}):
                english, french = f"is stored as {state}, told as {known.state}", f"est {state}, dite {known.state}"
                yield _attempt(known.seq, attempt, english, french)
            elif any(known.said.get(name, value) != value for name, value in zip(_COMPARED, values, strict=True)):
                yield _attempt(known.seq, attempt, "was altered", "a été altérée")
        for attempt, known in self._told.items():
            yield _attempt(known.approved_at, attempt, "is missing", "manque")


class Wishes:
    """What people said is on record by its id; none of it may vanish or become something else, unless it was erased."""

    def __init__(self) -> None:
        self._told: dict[int, tuple[int, str]] = {}

    def take(self, seq: int, told: dict[str, Any]) -> None:
        if "wish" in told:  # what was noted about a number of nobody has no row of its own
            self._told[told["wish"]] = seq, told["kind"]

    def forget(self, told: dict[str, Any]) -> None:
        for wish in told.get("wishes", ()):
            self._told.pop(wish, None)

    def check(self, driver: Driver) -> Fault | None:
        stored = dict(driver.stream("SELECT id, kind FROM wish")) if self._told else {}
        for wish, (seq, kind) in self._told.items():
            if stored.get(wish) != kind:
                english, french = ("was altered", "a été altéré") if wish in stored else ("is missing", "manque")
                return Fault(seq, f"the stored wish {wish} {english}", f"le souhait stocké {wish} {french}")
        return None


def _decision(seq: int, decision: int, english: str, french: str) -> Fault:
    return Fault(seq, f"the stored decision {decision} {english}", f"la décision stockée {decision} {french}")


def _unrecorded(seq: int, decision: int) -> Fault:
    return Fault(
        seq,
        f"the decision {decision} is stored before it, but no row tells of it",
        f"la décision {decision} est stockée avant elle, mais aucune ligne n'en parle",
    )


def _attempt(seq: int, attempt: str, english: str, french: str) -> Fault:
    return Fault(seq, f"the attempt {attempt} {english}", f"la tentative {attempt} {french}")
