"""The shape of a rule and of what it finds; nothing here knows any particular law."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntEnum, StrEnum

from rules.facts import Facts
from rules.numbers import Numbers
from rules.situation import Situation


class Verdict(IntEnum):
    """Ordered: the stricter is the greater, so that combining is taking the maximum."""

    ALLOW = 0
    DEFER = 1
    """Time or a routine step removes the obstacle."""
    DENY = 2
    """A lasting obstacle: a new fact is needed."""

    @property
    def word(self) -> str:
        return self.name.lower()


class Layer(StrEnum):
    STATUTE = "statute"
    """What the text says on that date."""
    POLICY = "policy"
    """Our stricter choice where the text is unclear."""
    CONTRACT = "contract"
    """The carrier's terms."""


@dataclass(frozen=True, slots=True)
class Text:
    """One text in both languages; `{name}` stands for a value of the finding."""

    fr: str
    en: str

    def fill(self, language: str, values: Mapping[str, object]) -> str:
        return (self.en if language == "en" else self.fr).format_map(values)


@dataclass(frozen=True, slots=True)
class Citation:
    """An article and the act that gave it its wording, with the dossier's confidence code."""

    article: str
    act: str = ""
    confidence: str = "P"

    def __str__(self) -> str:
        return f"{self.article} ({self.act})" if self.act else self.article


@dataclass(frozen=True, slots=True)
class Period:
    """Consumer's local dates on which something is in force, both ends included; None is open."""

    first: date | None = None
    last: date | None = None

    def __contains__(self, day: date) -> bool:
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)

    def overlaps(self, other: Period) -> bool:
        starts_in_time = self.first is None or other.last is None or self.first <= other.last
        return starts_in_time and (other.first is None or self.last is None or other.first <= self.last)


ALWAYS = Period()
Values = Mapping[str, int | str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one check says: pass, or block with a reason, the numbers used, and until when.

    `until` is the first instant at which this rule alone would no longer block, if time does that.
    `layer` overrides the rule's own where only this reason rests on policy.
    """

    verdict: Verdict
    reason: str = ""
    values: Values = field(default_factory=dict)
    until: datetime | None = None
    layer: Layer | None = None


PASS = Outcome(Verdict.ALLOW)

Check = Callable[[Facts, Situation, Numbers], Outcome]
Applies = Callable[[Facts, Situation, Numbers], bool]
Opens = Callable[[Facts, Situation, Numbers], datetime | None]


def _never_opens(facts: Facts, situation: Situation, numbers: Numbers) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Rule:
    """One version of one rule: `id` is the dossier's, `check` is pure."""

    id: str
    title: Text
    layer: Layer
    citations: tuple[Citation, ...]
    reasons: Mapping[str, Text]
    check: Check
    in_force: Period = ALWAYS
    reads: tuple[str, ...] = ()
    """Names of the dated numbers that the check uses."""


@dataclass(frozen=True, slots=True)
class Exemption:
    """Discharges the rules that it names, and nothing else.

    A `scope` exemption takes the call out of the reach of its rules (a professional, a poll): they are
    not looked at, and it is named on every allowed call. The others are named when relied on.
    `opens` gives the next instant after now at which it will apply, if it is known to.
    """

    id: str
    title: Text
    citations: tuple[Citation, ...]
    discharges: frozenset[str]
    applies: Applies
    in_force: Period = ALWAYS
    scope: bool = False
    opens: Opens = _never_opens
    reads: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule's result in one decision, complete with its citation."""

    rule: Rule
    outcome: Outcome
    discharged_by: tuple[str, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """What the finding contributes: nothing once it is discharged."""
        return Verdict.ALLOW if self.discharged_by else self.outcome.verdict

    @property
    def layer(self) -> Layer:
        return self.outcome.layer or self.rule.layer

    def reason(self, language: str) -> str:
        """The reason in words, empty for a rule that simply passes."""
        text = self.rule.reasons.get(self.outcome.reason) or ENGINE_REASONS.get(self.outcome.reason)
        return text.fill(language, self.outcome.values) if text else ""

    def to_dict(self) -> dict[str, object]:
        """JSON-able form, no floats: part of the stored decision."""
        until = self.outcome.until
        return {
            "rule": self.rule.id,
            "layer": str(self.layer),
            "verdict": self.outcome.verdict.word,
            "reason": self.outcome.reason,
            "values": dict(self.outcome.values),
            "until": until.isoformat() if until else None,
            "discharged_by": list(self.discharged_by),
            "citations": [str(citation) for citation in self.rule.citations],
        }


ENGINE_REASONS: Mapping[str, Text] = {
    "rule-failed": Text(
        "la règle n'a pas pu être évaluée ({error}) ; l'appel est refusé par défaut",
        "the rule could not be evaluated ({error}); the call is denied by default",
    )
}
"""Reasons that the engine itself gives, for any rule."""


@dataclass(frozen=True, slots=True)
class Profile:
    """Which layers count, and how long before a window closes a call may no longer start."""

    name: str
    layers: frozenset[Layer] = field(default_factory=lambda: frozenset(Layer))
    ring_guard_seconds: int = 0


STRICT = Profile("strict")
STATUTE_ONLY = Profile("statute", frozenset({Layer.STATUTE}))
