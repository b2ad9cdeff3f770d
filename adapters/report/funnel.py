"""The picture of how rows become conversations: one slab per stage, each flowing into the next."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from adapters.report.reach import calls_made, people
from adapters.report.typesetting import Typesetter
from dialer.dispositions import Disposition
from dialer.ports import EndedBy
from dialer.story import AttemptLine, Story

WIDTH = 1000
"""Units across one slab's picture, which is stretched to the width of the page."""


@dataclass(frozen=True, slots=True)
class Stage:
    """`left` and `right` bound the slab, `next_left` and `next_right` the one that it flows into."""

    label: str
    count: int
    share: str
    left: float
    right: float
    next_left: float
    next_right: float


def funnel(story: Story, typesetter: Typesetter) -> tuple[Stage, ...]:
    """Six stages from rows to conversations; from the fourth on they count people, not calls."""
    rows = sum(report.rows_read for report in story.reports)
    contacts = story.forecast.contacts
    calls = calls_made(story)
    called = people(calls)
    answered = people([line for line in calls if line.disposition and line.disposition.answered])
    listened = people([line for line in calls if _listened(line)])
    counted = (
        ("funnel-rows", rows, "", 0),
        ("funnel-contacts", contacts, "of-rows", rows),
        ("funnel-callable", story.forecast.now, "of-contacts", contacts),
        ("funnel-called", called, "of-contacts", contacts),
        ("funnel-answered", answered, "of-called", called),
        ("funnel-listened", listened, "of-answered", answered),
    )
    largest = max(count for _, count, _, _ in counted) or 1
    bounds = [_bounds(count / largest) for _, count, _, _ in counted]
    following = [*(after for _, after in pairwise(bounds)), bounds[-1]]
    return tuple(
        Stage(
            typesetter.text(label),
            count,
            typesetter.text(share, share=typesetter.share(count, whole)) if whole else "",
            *bound,
            *after,
        )
        for (label, count, share, whole), bound, after in zip(counted, bounds, following, strict=True)
    )


def _listened(line: AttemptLine) -> bool:
    """A person who heard the script out, or who said never again."""
    return line.disposition is Disposition.OPTED_OUT or line.ended_by is EndedBy.SCRIPT_DONE


def _bounds(share: float) -> tuple[float, float]:
    """Centred, and never thinner than a hair."""
    half = max(share * WIDTH, 3) / 2
    return round(WIDTH / 2 - half, 2), round(WIDTH / 2 + half, 2)
