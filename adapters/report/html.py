"""One self-contained HTML file that tells a campaign: no script, no asset, nothing fetched from anywhere."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined

from adapters.report import calendar as calendars
from adapters.report import funnel as funnels
from adapters.report.calendar import calendar
from adapters.report.funnel import funnel
from adapters.report.obstacles import obstacles, parts, steps
from adapters.report.outcomes import label, outcome_bars
from adapters.report.paragraph import paragraphs
from adapters.report.replacing import replacing
from adapters.report.typesetting import Typesetter
from dialer.ledger import LIVE, UNSENT
from dialer.quality import SHORT_CALL
from dialer.story import AttemptLine, Story
from lists import Problem, Severity
from rules.rule import Verdict

SHOWN_PROBLEMS = 50
SHOWN_STEPS = 20
SHOWN_ATTEMPTS = 500
_WEIGHT = {Severity.REJECTED: 0, Severity.WARNING: 1, Severity.MERGED: 2}

_TEMPLATES = Environment(
    loader=PackageLoader("adapters.report", ""),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def write_report(story: Story, target: Path, language: str = "fr") -> None:
    """Write the report in French or English, replacing `target` whole or not at all.

    Raises `ValueError` for another language and `OSError` when the file cannot be written.
    """
    page = render(story, Typesetter(language))
    with replacing(target) as file:
        file.write(page)


def render(story: Story, typesetter: Typesetter) -> str:
    return _TEMPLATES.get_template("report.html.j2").render(
        story=story,
        summary=story.summary,
        ts=typesetter,
        t=typesetter.text,
        paragraphs=paragraphs(story, typesetter),
        funnel=funnel(story, typesetter),
        funnel_width=funnels.WIDTH,
        calendar=calendar(story.forecast, typesetter),
        note_left=calendars.NOTE_LEFT,
        cell_height=calendars.CELL_HEIGHT,
        bars=outcome_bars(story.summary, typesetter),
        short_seconds=round(SHORT_CALL.total_seconds()),
        parts=parts(story.forecast),
        obstacles=obstacles(story, typesetter),
        verdicts=", ".join(
            typesetter.counted(story.summary.decisions.get(each.word, 0), each.word) for each in Verdict
        ),
        steps=steps(story, typesetter),
        shown_steps=SHOWN_STEPS,
        worst_first=worst_first,
        shown_problems=SHOWN_PROBLEMS,
        attempts=story.attempts[-SHOWN_ATTEMPTS:],
        hidden_attempts=max(0, len(story.attempts) - SHOWN_ATTEMPTS),
        outcome=lambda line: _outcome(line, typesetter),
        recordings=[(name, f"./{quote(name)}") for name in story.recordings],
    )


def worst_first(problems: Iterable[Problem]) -> list[Problem]:
    """Rows left out before rows to look at before rows joined; each in line order."""
    return sorted(problems, key=lambda problem: (_WEIGHT[problem.severity], problem.line))


def _outcome(line: AttemptLine, typesetter: Typesetter) -> str:
    if line.disposition:
        return label(line.disposition, typesetter)
    return typesetter.text("state-live" if line.state in LIVE - UNSENT else "state-unsent")
