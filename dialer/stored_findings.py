"""Findings as they were stored with a decision, in words: by the texts of the rules of that day.

Apart from `rules.explain`, which tells of a decision just taken: a stored one may name rules or reasons that this
version no longer has, and must still be told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from rules.rule import ENGINE_REASONS, Text
from rules.rulebook import french_rulebook

_UNKNOWN = Text("", "")


@dataclass(frozen=True, slots=True)
class StoredFinding:
    """One rule's answer. `words` are empty for a rule that simply passed."""

    rule_id: str
    title: Text
    verdict: str
    layer: str
    words: Text
    citations: tuple[str, ...]
    until: str | None
    discharged_by: tuple[str, ...]

    @property
    def blocks(self) -> bool:
        return self.verdict != "allow" and not self.discharged_by


def stored_findings(decision: Mapping[str, Any]) -> Iterator[StoredFinding]:
    """Every finding of the stored form of a decision (`Decision.to_dict`)."""
    rules = {rule.id: rule for rule in french_rulebook().on(date.fromisoformat(decision["law_day"])).rules}
    for finding in decision["findings"]:
        rule = rules.get(finding["rule"])
        reason = finding["reason"]
        text = (rule.reasons.get(reason) if rule else None) or ENGINE_REASONS.get(reason) or Text(reason, reason)
        yield StoredFinding(
            finding["rule"],
            rule.title if rule else _UNKNOWN,
            finding["verdict"],
            finding["layer"],
            Text(_filled(text, "fr", finding["values"]), _filled(text, "en", finding["values"])),
            tuple(finding["citations"]),
            finding["until"],
            tuple(finding["discharged_by"]),
        )


def _filled(text: Text, language: str, values: Mapping[str, Any]) -> str:
    """A text of another version may ask for values that were not stored: then its words stand as they are."""
    try:
        return text.fill(language, values)
    except KeyError:
        return text.en if language == "en" else text.fr
