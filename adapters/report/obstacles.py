"""What stands between the campaign and its contacts, rule by rule, and what they wait for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from adapters.report.outcomes import label
from adapters.report.typesetting import Typesetter
from dialer.dispositions import Disposition
from dialer.forecast import Forecast
from dialer.story import Story
from dialer.summary import NextStep
from rules.rule import Rule
from rules.rulebook import french_rulebook


@dataclass(frozen=True, slots=True)
class Obstacle:
    """`contacts` were held back at launch, `decisions` are the gate's negative answers since.

    `verdict` is empty for a rule that held nobody back at launch.
    """

    rule_id: str
    title: str
    articles: tuple[str, ...]
    contacts: int
    decisions: int
    verdict: str
    layer: str


@dataclass(frozen=True, slots=True)
class Step:
    """Contacts that wait for one instant, and why."""

    at: datetime
    contacts: int
    why: str


@dataclass(frozen=True, slots=True)
class Part:
    """A part of all contacts at launch; `left` and `width` in percent."""

    outlook: str
    count: int
    left: float
    width: float


def obstacles(story: Story, typesetter: Typesetter) -> tuple[Obstacle, ...]:
    """The rules of the forecast in its order, then those that only blocked during the campaign."""
    at_launch = [
        Obstacle(
            row.rule_id,
            typesetter.fine(row.title_fr if typesetter.french else row.title_en),
            row.citations,
            row.contacts,
            story.summary.rules.get(row.rule_id, 0),
            row.verdict.word,
            str(row.layer),
        )
        for row in story.forecast.rules
    ]
    known = {row.rule_id for row in at_launch}
    since = [
        _obstacle_since(rule_id, count, story.told_at, typesetter)
        for rule_id, count in story.summary.rules.items()
        if rule_id and rule_id not in known
    ]
    return (*at_launch, *since)


def steps(story: Story, typesetter: Typesetter) -> tuple[Step, ...]:
    return tuple(
        Step(step.due_at, step.contacts, _why(step, story.told_at, typesetter)) for step in story.summary.next_steps
    )


def parts(forecast: Forecast) -> tuple[Part, ...]:
    """Now, later, never: side by side they are all contacts."""
    placed, left = [], 0.0
    for outlook, count in (("now", forecast.now), ("later", forecast.later), ("never", forecast.never)):
        width = 100 * count / forecast.contacts if forecast.contacts else 0.0
        placed.append(Part(outlook, count, round(left, 2), round(width, 2)))
        left += width
    return tuple(placed)


def _obstacle_since(rule_id: str, decisions: int, at: datetime, typesetter: Typesetter) -> Obstacle:
    rule = _rule(rule_id, at)
    if rule is None:
        return Obstacle(rule_id, rule_id, (), 0, decisions, "", "")
    articles = tuple(map(str, rule.citations))
    return Obstacle(rule_id, typesetter.words(rule.title), articles, 0, decisions, "", str(rule.layer))


def _why(step: NextStep, at: datetime, typesetter: Typesetter) -> str:
    """A candidate's note is empty, a disposition, or rule ids joined with `;`."""
    if not step.note:
        return typesetter.text("first-call")
    if step.note in set(Disposition):
        return typesetter.text("retry-after", disposition=label(Disposition(step.note), typesetter))
    rules = [(rule_id, _rule(rule_id, at)) for rule_id in step.note.split(";")]
    titles = [typesetter.words(rule.title) if rule else rule_id for rule_id, rule in rules]
    return typesetter.text("wait-for", rules=" · ".join(titles))


def _rule(rule_id: str, at: datetime) -> Rule | None:
    """The version in force on the day, None for an id that is no rule of that day."""
    return next((rule for rule in french_rulebook().on(at.date()).rules if rule.id == rule_id), None)
