"""How a campaign stands, in a terminal. Apart from the other views, so that a run loads nothing that reads files."""

from __future__ import annotations

from collections.abc import Mapping

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from commands.desk import Desk
from commands.instants import local
from commands.words import in_words
from dialer.dispositions import Disposition
from dialer.summary import CampaignSummary


def summary_view(desk: Desk, summary: CampaignSummary) -> RenderableType:
    """A campaign's figures: where contacts stand, calls by disposition, quality, what comes next."""
    figures = Table(box=None, pad_edge=False, show_header=False)
    figures.add_column(style="bold")
    figures.add_column()
    quality = summary.quality
    lasting = desk.text("jamais en l'état", "never as things stand"), _counts(desk, summary.never)
    never = [lasting] if summary.never else []
    rows = (
        (desk.text("contacts", "contacts"), _counts(desk, summary.candidates)),
        *never,
        (desk.text("décisions", "decisions"), _counts(desk, summary.decisions)),
        (desk.text("appels partis", "calls made"), str(summary.attempts)),
        (desk.text("issues", "outcomes"), _counts(desk, summary.dispositions)),
        ("ASR / ACD", f"{_or_dash(quality.asr_percent)} % · {_or_dash(quality.acd_seconds)} s"),
        (desk.text("appels courts", "short calls"), f"{quality.short} ({_or_dash(quality.short_percent)} %)"),
        (
            desk.text("appels abandonnés", "abandoned calls"),
            f"{quality.abandoned} ({_or_dash(quality.abandoned_percent)} %)",
        ),
        (desk.text("oppositions", "objections"), str(summary.objections)),
        (desk.text("inconnus", "unknown"), str(summary.unknown)),
    )
    for name, value in rows:
        figures.add_row(name, value)
    steps = [f"{local(step.due_at)}  {step.contacts} × {_why(desk, step.note)}" for step in summary.next_steps[:8]]
    following = [desk.text("Ensuite :", "Next:"), *steps] if steps else []
    return Panel(
        Group(figures, *_held(desk, summary), *following),
        title=Text(f"{summary.campaign} — {in_words(summary.state, desk.language)}"),
        title_align="left",
    )


def _held(desk: Desk, summary: CampaignSummary) -> list[RenderableType]:
    if summary.abandoned_hold is None:
        return []
    said, until = summary.abandoned_hold.as_wait().words(desk.language), local(summary.abandoned_hold.until)
    return [Text(desk.text(f"! {said} (jusqu'au {until})", f"! {said} (until {until})"), "yellow")]


def _why(desk: Desk, note: str) -> str:
    return in_words(note, desk.language) if note else desk.text("pas encore examinés", "not asked about yet")


def _counts(desk: Desk, counted: Mapping[str, int] | Mapping[Disposition, int]) -> str:
    return ", ".join(f"{count} {in_words(name, desk.language)}" for name, count in counted.items()) or "—"


def _or_dash(value: int | None) -> str:
    return "—" if value is None else str(value)
