"""Every stored decision of a period decided again from its own facts: what differs now, and which fingerprints say why.

Apart from the gate, which decides once and for good: here nothing is written, and a difference is an answer.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlmodel import Session, col, func, select

from dialer.schema import DecisionRow
from dialer.vault import Erased
from rules.decide import Decision, decide
from rules.eligibility import Eligibility, next_eligible_at
from rules.facts import Facts
from rules.rule import Profile
from rules.rulebook import Rulebook

_AT_ONCE = 500
"""Decisions held in memory while a period is read."""

Reader = Callable[[DecisionRow], Mapping[str, Any]]
"""Gives the clear body of a stored decision; raises `Erased` when nobody can read it any more."""


class Part(StrEnum):
    """What of a decision can turn out otherwise."""

    TEXT = "text"
    """The stored text is not the one whose hash was taken, or the columns beside it say something else."""
    FACTS = "facts"
    """The stored facts cannot be read as facts, or no law is known for their day."""
    VERDICT = "verdict"
    FINDINGS = "findings"
    NEXT = "next"


class Fate(StrEnum):
    """How a decision came through, unless something differs."""

    SAME = "same"
    ERASED = "erased"
    """Its facts are gone with the person's key, and the stored text is intact."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One decision that comes out otherwise: in which parts, in which rules, and what has changed since it was taken.

    `causes` names the fingerprints that differ. No fingerprint explains a text that was altered.
    """

    decision_id: int
    at: datetime
    parts: tuple[Part, ...]
    rules: tuple[str, ...]
    verdicts: tuple[str, str]
    """As stored, and as decided now (empty where it could not be decided)."""
    causes: tuple[str, ...]

    @property
    def explained(self) -> bool:
        return bool(self.causes) and Part.TEXT not in self.parts

    def to_dict(self) -> dict[str, object]:
        """JSON-able form."""
        return {
            "decision": self.decision_id,
            "at": self.at.isoformat(),
            "parts": [str(part) for part in self.parts],
            "rules": list(self.rules),
            "stored": self.verdicts[0],
            "now": self.verdicts[1],
            "causes": list(self.causes),
            "explained": self.explained,
        }


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a replay found: `same` + `erased` + the differences are all the decisions of the period."""

    same: int
    erased: int
    differences: tuple[Difference, ...]

    @property
    def decisions(self) -> int:
        return self.same + self.erased + len(self.differences)

    @property
    def unexplained(self) -> tuple[Difference, ...]:
        return tuple(each for each in self.differences if not each.explained)


@dataclass(frozen=True)
class Judge:
    """What a decision is taken again with: today's rules, the settings' guard, and the fingerprints of both."""

    profile: Profile
    """Its ring guard stands in for that of decisions that do not tell theirs."""
    present: Mapping[str, str]
    """Today's fingerprints, by name."""
    rulebook: Rulebook | None = None

    def decide(self, body: Mapping[str, Any]) -> tuple[Decision, Eligibility]:
        """Raises KeyError, TypeError or ValueError when the body holds no facts that can be judged."""
        facts = Facts.from_dict(body["facts"])
        at = datetime.fromisoformat(body["decision"]["at"])
        guard = body.get("ring_guard", self.profile.ring_guard_seconds)
        profile = Profile(body["decision"]["profile"], self.profile.layers, guard)
        decision = decide(facts, at, profile=profile, rulebook=self.rulebook)
        following = next_eligible_at(facts, at, profile=profile, rulebook=self.rulebook, decision=decision)
        return decision, following

    def causes(self, body: Mapping[str, Any]) -> tuple[str, ...]:
        """The fingerprints that differ. Settings matter only where the decision does not hold what it took of them."""
        stored = body.get("fingerprints", {})
        names = (stored.keys() | self.present.keys()) - ({"settings"} if "ring_guard" in body else set())
        return tuple(sorted(name for name in names if stored.get(name) != self.present.get(name)))


def replay(rows: Iterable[DecisionRow], read: Reader, judge: Judge, tick: Callable[[], None]) -> Replayed:
    """Decide each again under the rules of its day and compare; `tick` is called after each."""
    counted: Counter[Fate] = Counter()
    differences: list[Difference] = []
    for row in rows:
        found = _again(row, read, judge)
        if isinstance(found, Difference):
            differences.append(found)
        else:
            counted[found] += 1
        tick()
    return Replayed(counted[Fate.SAME], counted[Fate.ERASED], tuple(differences))


def decisions_between(session: Session, since: datetime, until: datetime) -> Iterator[DecisionRow]:
    """Those taken in [since, until), in their order, few at a time in memory."""
    rows = select(DecisionRow).where(DecisionRow.at >= since, DecisionRow.at < until).order_by(col(DecisionRow.id))
    for row in session.exec(rows.execution_options(yield_per=_AT_ONCE)):
        session.expunge(row)
        yield row


def count_between(session: Session, since: datetime, until: datetime) -> int:
    counted = select(func.count()).select_from(DecisionRow).where(DecisionRow.at >= since, DecisionRow.at < until)
    return session.exec(counted).one()


def _again(row: DecisionRow, read: Reader, judge: Judge) -> Difference | Fate:
    intact = hashlib.sha256(row.body.encode()).hexdigest() == row.sha256
    try:
        body = read(row)
    except Erased:
        altered = Difference(row.id, row.at, (Part.TEXT,), (), (row.verdict, ""), ())
        return Fate.ERASED if intact else altered
    parts = [] if intact and _says_the_same(row, body) else [Part.TEXT]
    rules: tuple[str, ...] = ()
    verdict = ""
    try:
        decision, following = judge.decide(body)
    except (KeyError, TypeError, ValueError):
        parts.append(Part.FACTS)
    else:
        verdict = decision.verdict.word
        rules = _rules_that_differ(body["decision"]["findings"], decision)
        parts += _parts(body, decision, following, rules)
    if not parts:
        return Fate.SAME
    return Difference(row.id, row.at, tuple(parts), rules, (row.verdict, verdict), judge.causes(body))


def _says_the_same(row: DecisionRow, body: Mapping[str, Any]) -> bool:
    """Whether the columns beside the text say what the text says."""
    decision, following = body.get("decision", {}), body.get("next", {})
    said = (
        decision.get("verdict"),
        ";".join(decision.get("rule_ids", ())),
        following.get("at") or following.get("outlook"),
    )
    return said == (row.verdict, row.rule_ids, row.next_at)


def _parts(
    body: Mapping[str, Any], decision: Decision, following: Eligibility, rules: tuple[str, ...]
) -> Iterator[Part]:
    stored = body["decision"]
    said = (stored["verdict"], stored["law_day"], stored["rule_ids"], stored["relied_on"])
    again = (decision.verdict.word, decision.law_day.isoformat(), [*decision.rule_ids], [*decision.relied_on])
    if said != again:
        yield Part.VERDICT
    if rules:
        yield Part.FINDINGS
    at = following.at.isoformat() if following.at else None
    if body["next"] != {"outlook": str(following.outlook), "at": at}:
        yield Part.NEXT


def _rules_that_differ(stored: list[dict[str, Any]], decision: Decision) -> tuple[str, ...]:
    before = {finding["rule"]: finding for finding in stored}
    after = {finding.rule.id: finding.to_dict() for finding in decision.findings}
    return tuple(sorted(rule for rule in before.keys() | after.keys() if before.get(rule) != after.get(rule)))
