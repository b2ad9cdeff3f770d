"""From facts and an instant to a decision: every finding, and their fixed combination.

Deny over defer over allow. An exemption discharges the rules that it names and nothing else. A rule
that raises denies.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from rules.facts import Facts
from rules.rule import STRICT, Exemption, Finding, Outcome, Profile, Rule, Verdict
from rules.rulebook import Edition, Rulebook, french_rulebook
from rules.situation import Situation


@dataclass(frozen=True, slots=True)
class Decision:
    """What the law of `law_day` says about one call at `at`.

    `findings` holds one per rule in force and in scope, in order of id; `relied_on` the exemptions that
    this answer needed.
    """

    verdict: Verdict
    at: datetime
    law_day: date
    profile: str
    findings: tuple[Finding, ...]
    relied_on: tuple[str, ...]

    @property
    def blocking(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.verdict is not Verdict.ALLOW)

    @property
    def rule_ids(self) -> tuple[str, ...]:
        """The blocking rules; on an allowed call the exemptions relied on. Sorted, each once."""
        if self.verdict is Verdict.ALLOW:
            return self.relied_on
        return tuple(sorted({finding.rule.id for finding in self.blocking}))

    def to_dict(self) -> dict[str, object]:
        """JSON-able form, no floats; the same facts and rulebook give the same content."""
        return {
            "verdict": self.verdict.word,
            "at": self.at.isoformat(),
            "law_day": self.law_day.isoformat(),
            "profile": self.profile,
            "rule_ids": list(self.rule_ids),
            "relied_on": list(self.relied_on),
            "findings": [finding.to_dict() for finding in self.findings],
        }


def decide(
    facts: Facts,
    at: datetime,
    *,
    profile: Profile = STRICT,
    rulebook: Rulebook | None = None,
    law_of: date | None = None,
) -> Decision:
    """Judge one call at `at` (aware) under the law of the consumer's local date, or of `law_of`.

    Raises ValueError for an instant without zone and `LawNotCovered` before 2023-01-01.
    """
    situation = Situation.of(facts, at, profile.ring_guard_seconds)
    law_day = law_of or situation.day
    edition = (rulebook or french_rulebook()).on(law_day)
    return judge(facts, situation, edition, profile, law_day)


def judge(facts: Facts, situation: Situation, edition: Edition, profile: Profile, law_day: date) -> Decision:
    """The combination itself, under one edition."""
    scopes = [e for e in edition.scopes if _applies(e, facts, situation, edition)]
    outside = frozenset().union(*(scope.discharges for scope in scopes)) if scopes else frozenset()
    findings = []
    for rule in edition.rules:
        if rule.id in outside:
            continue
        outcome = _check(rule, facts, situation, edition)
        if (outcome.layer or rule.layer) not in profile.layers:
            continue
        lifted_by: tuple[str, ...] = ()
        if outcome.verdict is not Verdict.ALLOW:
            lifted_by = tuple(e.id for e in edition.discharging[rule.id] if _applies(e, facts, situation, edition))
        findings.append(Finding(rule, outcome, lifted_by))
    verdict = max((finding.verdict for finding in findings), default=Verdict.DENY)
    relied_on = {scope.id for scope in scopes}.union(*(finding.discharged_by for finding in findings))
    return Decision(verdict, situation.at, law_day, profile.name, tuple(findings), tuple(sorted(relied_on)))


def _check(rule: Rule, facts: Facts, situation: Situation, edition: Edition) -> Outcome:
    try:
        return rule.check(facts, situation, edition.numbers)
    except Exception as error:  # noqa: BLE001 - a rule that cannot answer must deny, whatever went wrong
        return Outcome(Verdict.DENY, "rule-failed", {"error": f"{type(error).__name__}: {error}"})


def _applies(exemption: Exemption, facts: Facts, situation: Situation, edition: Edition) -> bool:
    """An exemption that cannot be evaluated lifts nothing; the rule's own finding then stands."""
    try:
        return exemption.applies(facts, situation, edition.numbers)
    except Exception:  # noqa: BLE001 - see above: failing closed is the answer
        return False
