"""The canonical text of a decision, put together from texts of its findings: most of them pass, and say the same.

Apart from the gate because it is about speed alone: what comes out is `canonical(decision.to_dict())`.
"""

from __future__ import annotations

from dialer.store import canonical_plain
from rules.decide import Decision
from rules.rule import PASS, Finding


class DecisionTexts:
    """Remembers the text of each finding that simply passes: there is one such finding for each rule in force."""

    def __init__(self) -> None:
        self._passed: dict[int, str] = {}
        """By identity."""
        self._kept: list[Finding] = []
        """Those of which the text is known, so that their identity stays their own."""

    def of(self, decision: Decision) -> str:
        """Canonical JSON (RFC 8785) of the decision."""
        known = self._passed
        findings = ",".join([known.get(id(finding)) or self._finding(finding) for finding in decision.findings])
        return _HEAD.format(
            at=decision.at.isoformat(),
            findings=findings,
            law_day=decision.law_day.isoformat(),
            profile=canonical_plain(decision.profile),
            relied_on=_listed(decision.relied_on),
            rule_ids=_listed(decision.rule_ids),
            verdict=decision.verdict.word,
        )

    def _finding(self, finding: Finding) -> str:
        text = canonical_plain(finding.to_dict())
        if finding.outcome is PASS:
            self._kept.append(finding)
            self._passed[id(finding)] = text
        return text


def _listed(ids: tuple[str, ...]) -> str:
    return canonical_plain(ids) if ids else "[]"


_HEAD = (
    '{{"at":"{at}","findings":[{findings}],"law_day":"{law_day}","profile":{profile},"relied_on":{relied_on},'
    '"rule_ids":{rule_ids},"verdict":"{verdict}"}}'
)
"""The keys of `Decision.to_dict` in the order of the alphabet."""
