"""Which attempts were calls, and how many people they went to."""

from __future__ import annotations

from collections.abc import Iterable

from dialer.ledger import NOT_COUNTED
from dialer.story import AttemptLine, Story


def calls_made(story: Story) -> tuple[AttemptLine, ...]:
    """Attempts that left the platform."""
    return tuple(line for line in story.attempts if line.state not in NOT_COUNTED)


def people(lines: Iterable[AttemptLine]) -> int:
    """How many people these attempts went to; a person called at two numbers is one."""
    return len({line.contact_id for line in lines})
