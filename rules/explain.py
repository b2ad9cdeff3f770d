"""One decision for three readers: a line for the operator, a paragraph for the officer, JSON for machines.

The JSON is `Decision.to_dict`; here are the words, and the comparison of two decisions.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from rules.decide import Decision
from rules.eligibility import Eligibility, Outlook
from rules.rule import Finding, Layer, Text, Verdict

_VERDICTS = {
    Verdict.ALLOW: Text("autorisé", "allowed"),
    Verdict.DEFER: Text("différé", "deferred"),
    Verdict.DENY: Text("refusé", "denied"),
}
_LAYERS = {
    Layer.STATUTE: Text("loi", "statute"),
    Layer.POLICY: Text("choix de prudence", "our stricter choice"),
    Layer.CONTRACT: Text("contrat de l'opérateur", "carrier's terms"),
}
_OUTLOOKS = {
    Outlook.NEVER: Text("aucune date : un fait nouveau est nécessaire", "no date: a new fact is needed"),
    Outlook.BEYOND_HORIZON: Text("pas avant plus d'un an", "not for more than a year"),
}
_WHEN = Text("possible à partir du {at}", "possible from {at} on")


def verdict_word(verdict: Verdict, language: str) -> str:
    return _VERDICTS[verdict].fill(language, {})


def layer_word(layer: Layer, language: str) -> str:
    return _LAYERS[layer].fill(language, {})


def when(eligibility: Eligibility, language: str) -> str:
    """When the call becomes possible, in words; the instant in UTC."""
    if eligibility.at is None:
        return _OUTLOOKS[eligibility.outlook].fill(language, {})
    return _WHEN.fill(language, {"at": _instant(eligibility.at)})


def one_line(decision: Decision, eligibility: Eligibility, language: str = "fr") -> str:
    """For the operator: the verdict, the rules that block with their reasons, and when it becomes possible."""
    word = verdict_word(decision.verdict, language)
    if decision.verdict is Verdict.ALLOW:
        relied = ", ".join(decision.relied_on)
        return f"{word} ({relied})" if relied else word
    reasons = " ; ".join(f"{finding.rule.id} ({finding.reason(language)})" for finding in decision.blocking)
    return f"{word} : {reasons} — {when(eligibility, language)}"


def paragraph(decision: Decision, eligibility: Eligibility, language: str = "fr") -> str:
    """For the officer: every blocking rule with article, layer, numbers and end; then what was lifted and met."""
    opening = Text(
        "Appel examiné le {at}, sous les règles du {day} (profil {profile}) : {verdict}.",
        "Call examined on {at}, under the rules of {day} (profile {profile}): {verdict}.",
    )
    sentences = [
        opening.fill(
            language,
            {
                "at": _instant(decision.at),
                "day": decision.law_day.isoformat(),
                "profile": decision.profile,
                "verdict": verdict_word(decision.verdict, language),
            },
        )
    ]
    sentences += [_blocking(finding, language) for finding in decision.blocking]
    sentences += [_lifted(finding, language) for finding in decision.findings if finding.discharged_by]
    met = [finding.rule.id for finding in decision.findings if finding.outcome.verdict is Verdict.ALLOW]
    if met:
        sentences.append(
            Text("Règles respectées : {ids}.", "Rules met: {ids}.").fill(language, {"ids": ", ".join(met)})
        )
    if decision.verdict is not Verdict.ALLOW:
        said = when(eligibility, language)
        sentences.append(f"{said[0].upper()}{said[1:]}.")
    return " ".join(sentences)


@dataclass(frozen=True, slots=True)
class Change:
    """One rule that answers differently in two decisions; None: not in force, or out of its scope."""

    rule_id: str
    before: Verdict | None
    after: Verdict | None

    def to_dict(self) -> dict[str, str | None]:
        return {"rule": self.rule_id, "before": _word(self.before), "after": _word(self.after)}


def changes(before: Decision, after: Decision) -> tuple[Change, ...]:
    """What differs between two decisions about the same facts, by rule; silent rules that pass do not count."""
    earlier, later = _by_rule(before), _by_rule(after)
    found = (Change(rule_id, earlier.get(rule_id), later.get(rule_id)) for rule_id in sorted(earlier | later))
    return tuple(change for change in found if (change.before or Verdict.ALLOW) is not (change.after or Verdict.ALLOW))


def _word(verdict: Verdict | None) -> str | None:
    return None if verdict is None else verdict.word


def _by_rule(decision: Decision) -> dict[str, Verdict]:
    return {finding.rule.id: finding.verdict for finding in decision.findings}


def _blocking(finding: Finding, language: str) -> str:
    until = finding.outcome.until
    ends = Text(", jusqu'au {until}", ", until {until}").fill(language, {"until": _instant(until)}) if until else ""
    articles = " ; ".join(map(str, finding.rule.citations))
    return f"{finding.rule.id} [{layer_word(finding.layer, language)}] : {finding.reason(language)}{ends} ({articles})."


def _lifted(finding: Finding, language: str) -> str:
    text = Text("{id} est levée par {by}.", "{id} is lifted by {by}.")
    return text.fill(language, {"id": finding.rule.id, "by": ", ".join(finding.discharged_by)})


def _instant(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
