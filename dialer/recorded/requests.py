"""The register of what people asked about their data, each request against the rows that tell of it.

One that vanishes, or is due later than was told, would hide that the law's month ran out (GDPR art. 12(3)).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from dialer.driver import Driver
from dialer.faults import Fault
from dialer.recorded.people import People
from dialer.recorded.words import Words

_REQUESTS = (
    "SELECT id, contact_id, number, kind, CAST(received_on AS TEXT), CAST(due_on AS TEXT), answered_at, "
    "outcome FROM subject_request ORDER BY id"
)
_ENTERED = ("person", "number", "asks", "received_on", "due_on")
"""What the first row about a request tells."""


class Requests:
    """By their ids; none is ever taken out of the register."""

    def __init__(self, people: People) -> None:
        self._people = people
        self._told: dict[int, tuple[int, dict[str, Any]]] = {}
        """The last row that tells of each, and all that rows say of it."""

    def take(self, seq: int, at: str, told: dict[str, Any]) -> None:
        _, known = self._told.get(told["request"], (0, None))
        if known is None:
            known = {name: told[name] for name in _ENTERED} | {"entered": seq, "answered_at": None}
        if told.get("answered"):
            told["answered_at"] = at
        self._told[told["request"]] = seq, known | told

    def check(self, driver: Driver, end: int, words: Words, instant: Callable[[object], str]) -> Fault | None:
        """The fault that lies first in the chain."""
        return min(self._faults(driver, end, words, instant), key=lambda fault: fault.seq, default=None)

    def _faults(self, driver: Driver, end: int, words: Words, instant: Callable[[object], str]) -> Iterator[Fault]:
        for request, contact_id, number, kind, received_on, due_on, answered_at, outcome in driver.stream(_REQUESTS):
            if request not in self._told:
                english, french = "is stored, but no row tells of it", "est stockée, mais aucune ligne n'en parle"
                yield _request(end, request, english, french)
                continue
            seq, told = self._told.pop(request)
            answered = answered_at and instant(answered_at)
            stored = {"number": number, "asks": kind, "received_on": received_on, "due_on": due_on}
            if (
                answered != told["answered_at"]
                or not self._people.is_person(told["entered"], contact_id, told["person"])
                or ("outcome_sha256" in told and not words.are(told["outcome_sha256"], outcome))
                or any(told[name] != value for name, value in stored.items())
            ):
                yield _request(seq, request, "was altered", "a été altérée")
        for request, (seq, _) in self._told.items():
            yield _request(seq, request, "is missing", "manque")


def _request(seq: int, request: int, english: str, french: str) -> Fault:
    return Fault(seq, f"the stored request {request} {english}", f"la demande stockée {request} {french}")
