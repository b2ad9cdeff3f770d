"""The campaign in a few sentences that a manager can read aloud; each is true by the figures it names."""

from __future__ import annotations

from collections.abc import Iterable

from adapters.report.reach import calls_made, people
from adapters.report.typesetting import Typesetter
from dialer.story import Story


def paragraphs(story: Story, typesetter: Typesetter) -> tuple[str, ...]:
    """The list and the law, the calls, what comes next and the proof: three short paragraphs."""
    parts = (
        _of_the_list(story, typesetter),
        _of_the_calls(story, typesetter),
        (_of_what_comes(story, typesetter), *_of_the_proof(story, typesetter)),
    )
    return tuple(" ".join(sentences) for sentences in parts)


def _of_the_list(story: Story, typesetter: Typesetter) -> Iterable[str]:
    rows = sum(report.rows_read for report in story.reports)
    contacts = typesetter.counted(story.forecast.contacts, "contact-kept")
    if rows:
        yield typesetter.text("said-rows", rows=typesetter.counted(rows, "row"), contacts=contacts)
    else:
        yield typesetter.text("said-no-rows", contacts=contacts)
    yield typesetter.text(
        "said-law",
        now=typesetter.number(story.forecast.now),
        later=typesetter.number(story.forecast.later),
        never=typesetter.number(story.forecast.never),
    )


def _of_the_calls(story: Story, typesetter: Typesetter) -> Iterable[str]:
    summary = story.summary
    if not summary.attempts:
        yield typesetter.text("said-no-calls")
        return
    answered = sum(count for disposition, count in summary.dispositions.items() if disposition.answered)
    yield typesetter.text(
        "said-calls",
        calls=typesetter.counted(summary.attempts, "call-made"),
        people=typesetter.counted(people(calls_made(story)), "person"),
        answered=typesetter.counted(answered, "answered"),
        share=typesetter.share(answered, summary.attempts),
    )
    if summary.objections:
        yield typesetter.text("said-objections", objections=typesetter.counted(summary.objections, "objection"))
    if summary.unknown:
        yield typesetter.text("said-unknown", calls=typesetter.counted(summary.unknown, "call-lost"))


def _of_what_comes(story: Story, typesetter: Typesetter) -> str:
    waiting = story.summary.next_steps
    if not waiting:
        return typesetter.text("said-no-next")
    contacts = typesetter.counted(sum(step.contacts for step in waiting), "contact-again")
    first = min(step.due_at for step in waiting)
    return typesetter.text("said-next", contacts=contacts, moment=typesetter.moment(first))


def _of_the_proof(story: Story, typesetter: Typesetter) -> Iterable[str]:
    permitted_at = {line.id: line.at for line in story.decisions if line.verdict == "allow"}
    calls = calls_made(story)
    unbacked = [
        line for line in calls if line.decision_id not in permitted_at or line.at < permitted_at[line.decision_id]
    ]
    if unbacked:
        yield typesetter.text("said-unbacked", calls=typesetter.counted(len(unbacked), "call"))
    elif calls:
        yield typesetter.text("said-backed")
    yield typesetter.text("said-whole" if story.verification.whole else "said-broken")
