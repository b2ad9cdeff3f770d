"""The stored decisions, each against the row of the chain that tells of it: both are in the order of their making."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from dialer.driver import Driver
from dialer.faults import Fault, Reservation
from dialer.recorded.people import Campaigns, People

_ROWS = (
    "SELECT id, contact_id, campaign_id, number, body, verdict, rule_ids, next_at, at, sha256 FROM decision ORDER BY id"
)


class Stored(NamedTuple):
    """A row of `decision`; `at` as its database gives it."""

    id: int
    contact_id: int
    campaign_id: int
    number: str
    body: str
    verdict: str
    rule_ids: str
    next_at: str
    at: Any
    sha256: str


class Decisions:
    """Walks along the stored decisions as the chain names them; `instant` tells one of a table as the chain does."""

    def __init__(self, driver: Driver, people: People, campaigns: Campaigns, instant: Callable[[object], str]) -> None:
        self._people, self._campaigns, self._instant = people, campaigns, instant
        self._rows = map(Stored._make, driver.stream(_ROWS))
        self.latest: Stored | None = None
        """The decision that the chain named last, and that is as it says."""
        self._less_told = 0
        """Decisions of before the chain told of the number that was meant, and of when the call becomes possible."""

    def check(self, seq: int, told: dict[str, Any]) -> Fault | None:
        self.latest = None
        stored = next(self._rows, None)
        if stored is None or stored.id > told["decision"]:
            return _decision(seq, told["decision"], "is missing", "manque")
        if stored.id < told["decision"]:
            return _unrecorded(seq, stored.id)
        if not (self._same_answer(stored, told) and self._same_question(seq, stored, told)):
            return _decision(seq, stored.id, "was altered", "a été altérée")
        if not self._people.is_person(seq, stored.contact_id, told["person"]):
            return _decision(seq, stored.id, *_SOMEBODY_ELSE)
        self.latest = stored
        return None

    def left_over(self, seq: int) -> Fault | None:
        stored = next(self._rows, None)
        return _unrecorded(seq, stored.id) if stored else None

    def reservations(self) -> Iterator[Reservation]:
        if self._less_told:
            yield Reservation(
                f"not compared: number and next instant of {self._less_told} decisions of an earlier version",
                f"non comparé : numéro et prochain instant de {self._less_told} décisions d'une version antérieure",
            )

    def _same_answer(self, stored: Stored, told: dict[str, Any]) -> bool:
        digest = hashlib.sha256(stored.body.encode("utf-8", "surrogatepass")).hexdigest()
        return bool(
            digest == told["sha256"] == stored.sha256
            and told.get("verdict", stored.verdict) == stored.verdict
            and told.get("rules", stored.rule_ids) == stored.rule_ids
            and told.get("next", stored.next_at) == stored.next_at
        )

    def _same_question(self, seq: int, stored: Stored, told: dict[str, Any]) -> bool:
        if "callee" not in told:
            self._less_told += 1
        elif not self._people.is_number(seq, stored.number, told["callee"]):
            return False
        if self._campaigns.named(stored.campaign_id) != told["campaign"]:
            return False
        judged, at = told.get("judged_at"), self._instant(stored.at)
        return judged is None or judged == at or datetime.fromisoformat(judged) == datetime.fromisoformat(at)


_SOMEBODY_ELSE = (
    "is about somebody else than the log says, or keys/pseudonym.key is not the key of this log",
    "concerne une autre personne que ne dit le journal, ou keys/pseudonym.key n'est pas la clé de ce journal",
)


def _decision(seq: int, decision: int, english: str, french: str) -> Fault:
    return Fault(seq, f"the stored decision {decision} {english}", f"la décision stockée {decision} {french}")


def _unrecorded(seq: int, decision: int) -> Fault:
    return Fault(
        seq,
        f"the decision {decision} is stored before it, but no row tells of it",
        f"la décision {decision} est stockée avant elle, mais aucune ligne n'en parle",
    )
