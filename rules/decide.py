"""From facts and an instant to a decision: every finding, and their fixed combination.

Deny over defer over allow. An exemption discharges the rules that it names and nothing else. A rule
that raises denies.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from rules.facts import Facts
from rules.rule import PASS, STRICT, Finding, Outcome, Profile, Verdict
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
        return tuple([f for f in self.findings if f.outcome is not PASS and f.verdict is not Verdict.ALLOW])

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
    numbers, layers = edition.numbers, tuple(profile.layers)
    relied_on, outside, broken = _scopes(facts, situation, edition)
    findings: list[Finding] = []
    verdicts = []
    panel = [row for row in edition.panel if row[0] not in outside] if outside else edition.panel
    for rule_id, check, layer, passed, lifting in panel:
        lifted_by: tuple[str, ...] = ()
        try:
            outcome = broken[rule_id] if broken and rule_id in broken else check(facts, situation, numbers)
            if outcome is PASS:
                if layer in layers:
                    findings.append(passed)
                continue
            if outcome.verdict:
                lifted_by = tuple([lift.id for lift in lifting if lift.applies(facts, situation, numbers)])
        except Exception as error:  # noqa: BLE001 - a rule that cannot answer must deny, whatever went wrong
            outcome = _failed(error)
        if (outcome.layer or layer) not in layers:
            continue
        findings.append(Finding(passed.rule, outcome, lifted_by))
        verdicts.append(Verdict.ALLOW if lifted_by else outcome.verdict)
        relied_on.update(lifted_by)
    verdict = max(verdicts, default=Verdict.ALLOW) if findings else Verdict.DENY
    return Decision(verdict, situation.at, law_day, profile.name, tuple(findings), tuple(sorted(relied_on)))


def _scopes(
    facts: Facts, situation: Situation, edition: Edition
) -> tuple[set[str], frozenset[str], dict[str, Outcome]]:
    """Scope exemptions that apply, the rules that they take away, and rules that deny since a scope failed."""
    named: set[str] = set()
    outside: frozenset[str] = frozenset()
    broken: dict[str, Outcome] = {}
    for scope in edition.scopes:
        try:
            if scope.applies(facts, situation, edition.numbers):
                named.add(scope.id)
                outside |= scope.discharges
        except Exception as error:  # noqa: BLE001 - an exemption that cannot answer must not free anything
            broken |= dict.fromkeys(scope.discharges, _failed(error))
    return named, outside - broken.keys(), broken


def _failed(error: Exception) -> Outcome:
    return Outcome(Verdict.DENY, "rule-failed", {"error": f"{type(error).__name__}: {error}"})
