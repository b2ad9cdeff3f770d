"""The board of a run: drawn four times a second where that can be seen, else a line a minute, as in the log."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import structlog
from apscheduler.schedulers.background import BackgroundScheduler
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.markup import escape
from rich.panel import Panel
from rich.text import Text

from commands.agents import agents_line
from commands.call_words import step_in_words
from commands.desk import Desk
from commands.tables import plain_table
from commands.words import in_words
from dialer.board import Board, CallNow, Sight
from dialer.duties_of_the_day import due_today
from dialer.errors import DialerError
from dialer.governor import standing_dict
from dialer.hour import Standing
from dialer.outlook import OFFICE_ZONE
from dialer.refusals import Refusal
from dialer.workspace import Workspace

_REFRESH = 0.25
_MOST_CALLS, _MOST_REFUSALS = 16, 5
_DAILY_AT = 6
"""The hour, on the office's clock, of what is looked at once a day."""
_log = structlog.get_logger("dialer.board")


def can_be_redrawn(console: Console) -> bool:
    """Whether a picture may follow another in its place: not in a file, nor in a terminal that only types."""
    return console.is_terminal and not console.is_dumb_terminal


@contextmanager
def shown(d: Desk, workspace: Workspace, board: Board) -> Iterator[None]:
    """Show a run as long as it lasts: the board where there is a terminal, and its figures in the log each minute."""
    with _calendar(d, workspace, board):
        if not can_be_redrawn(d.console):
            yield
            return
        ended = threading.Event()
        with Live(console=d.console, auto_refresh=False, transient=True) as live:
            drawing = threading.Thread(target=_draw, args=(d, board, live, ended), name="board", daemon=True)
            drawing.start()
            try:
                yield
            finally:
                ended.set()
                drawing.join()


def _draw(d: Desk, board: Board, live: Live, ended: threading.Event) -> None:
    """A database that cannot be read for a while leaves the last picture standing; the loop tells its trouble."""
    while True:
        last = ended.wait(_REFRESH)
        try:
            live.update(board_view(d, board.look()), refresh=True)
        except DialerError as trouble:
            _log.warning("no picture", said=str(trouble))
        if last:
            return


@contextmanager
def _calendar(d: Desk, workspace: Workspace, board: Board) -> Iterator[None]:
    """What happens by the clock on the wall and not by what the tables say: a line each minute, chores each day."""

    def each_minute() -> None:
        try:
            sight = board.look()
        except DialerError as trouble:
            _log.warning("no figures", said=str(trouble))
            return
        _log.info("figures", **sight_dict(sight))
        if not can_be_redrawn(d.console):
            d.show(Text(sight_line(d, sight)))

    def each_day() -> None:
        try:
            board.remarks = due_today(workspace)
        except DialerError as trouble:
            _log.warning("no look at what is due", said=str(trouble))
            return
        for english, _ in board.remarks:
            _log.warning("due", said=english)

    each_day()
    scheduler = BackgroundScheduler(timezone=OFFICE_ZONE, job_defaults={"coalesce": True, "misfire_grace_time": None})
    scheduler.add_job(each_minute, "interval", minutes=1)
    scheduler.add_job(each_day, "cron", hour=_DAILY_AT)
    scheduler.start()
    try:
        yield
    finally:
        scheduler.shutdown(wait=True)


def board_view(d: Desk, sight: Sight) -> RenderableType:
    """Everything at a glance, most urgent first."""
    parts: list[RenderableType] = [_head(d, sight)]
    parts += [Text(f"! {d.text(french, english)}", "yellow") for english, french in sight.remarks]
    if sight.calls:
        parts.append(_calls(d, sight.calls, sight.at))
    if sight.agents:
        parts.append(Text(agents_line(d, sight.agents, sight.at)))
    parts.append(_funnel(d, sight))
    parts += [_gauges(d, standing) for standing in sight.standings if standing.gauges]
    parts += [_contacts(d, name, counts) for name, counts in sight.contacts.items()]
    parts += [_refusal(d, refusal) for refusal in sight.refusals[:_MOST_REFUSALS]]
    title = Text(f"{sight.trunk} · {clock(sight.at)}")
    return Panel(Group(*parts), title=title, title_align="left")


def sight_line(d: Desk, sight: Sight) -> str:
    """The same in one line, for a file or a journal."""
    funnel = sight.funnel
    figures = ", ".join(
        f"{gauge.figure.upper()} {_value(gauge.value)} ({d.text('limite', 'limit')} {gauge.limit})"
        for standing in sight.standings[:1]
        for gauge in standing.gauges
    )
    said = d.text(
        f"{len(sight.calls)} en cours · partis {funnel.left}, décrochés {funnel.answered}",
        f"{len(sight.calls)} under way · {funnel.left} left, {funnel.answered} answered",
    )
    agents = agents_line(d, sight.agents, sight.at) if sight.agents else ""
    parts = [f"{clock(sight.at)} {sight.trunk}", _waiting(d, sight), said, agents, figures, _euros(d, sight)]
    return " · ".join(part for part in parts if part)


def sight_dict(sight: Sight) -> dict[str, object]:
    """The same for the log: plain values, people by pseudonym, no numbers but our own."""
    return {
        "trunk": sight.trunk,
        "up": sight.line.up,
        "wait": sight.wait.to_dict(),
        "under_way": [call.attempt_id for call in sight.calls],
        "left": sight.funnel.left,
        "answered": sight.funnel.answered,
        "dispositions": {str(name): calls for name, calls in sight.funnel.dispositions.items()},
        "starts_per_second": sight.starts,
        "channels": [len(sight.calls), sight.channels],
        "standings": [standing_dict(standing) for standing in sight.standings],
        "next_due": sight.next_due.isoformat() if sight.next_due else None,
        "contacts": sight.contacts,
        "exposure_euros": str(sight.exposure.euros),
        "agents": Counter(str(each.doing) for each in sight.agents),
    }


def clock(at: datetime) -> str:
    """On the office's clock."""
    return f"{at.astimezone(OFFICE_ZONE):%H:%M:%S}"


def _head(d: Desk, sight: Sight) -> RenderableType:
    line = "[green]●[/]" if sight.line.up else "[red]●[/]"
    starts = d.text("départs/s", "starts/s")
    channels = d.text("canaux", "channels")
    pace = f"{starts} {sight.starts:.1f}/{sight.starts_permitted} · {channels} {len(sight.calls)}/{sight.channels}"
    return Group(f"{line} [bold]{escape(_waiting(d, sight))}[/]", f"{pace} · {escape(_euros(d, sight))}")


def _waiting(d: Desk, sight: Sight) -> str:
    said, until = sight.wait.words(d.language), sight.wait.until or sight.next_due
    if not sight.wait.long or until is None:
        return said
    local = until.astimezone(OFFICE_ZONE)
    when = f"{local:%H:%M:%S}" if local.date() == sight.at.astimezone(OFFICE_ZONE).date() else f"{local:%d/%m %H:%M}"
    return d.text(f"{said} (prochaine ouverture : {when})", f"{said} (next opening: {when})")


def _calls(d: Desk, calls: tuple[CallNow, ...], at: datetime) -> RenderableType:
    headings = (("personne", "person"), ("numéro", "number"), ("état", "state"), ("s", "s"))
    table = plain_table(*(d.text(fr, en) for fr, en in headings))
    for call in calls[:_MOST_CALLS]:
        seconds = max(0, int((at - call.since).total_seconds()))
        table.add_row(call.person[:8], call.number, step_in_words(call.state, d.language), str(seconds))
    hidden = len(calls) - _MOST_CALLS
    return Group(table, Text(d.text(f"… et {hidden} autres", f"… and {hidden} more"))) if hidden > 0 else table


def _funnel(d: Desk, sight: Sight) -> RenderableType:
    funnel = sight.funnel
    ended = ", ".join(f"{calls} {in_words(name, d.language)}" for name, calls in funnel.dispositions.items())
    head = d.text(
        f"Aujourd'hui : {funnel.approved} autorisés → {funnel.left} partis → {funnel.answered} décrochés",
        f"Today: {funnel.approved} approved → {funnel.left} left → {funnel.answered} taken",
    )
    return Text(f"{head} · {ended}" if ended else head)


def _gauges(d: Desk, standing: Standing) -> RenderableType:
    shown_of = standing.caller_id or d.text("trunk", "trunk")
    gauges = []
    for gauge in standing.gauges:
        colour = "red" if gauge.held else "yellow" if gauge.left < 5 else "green"
        left = d.text(f"{gauge.left} échecs possibles", f"{gauge.left} may fail")
        held = f" → {clock(gauge.held.until)}" if gauge.held else ""
        limit = d.text("limite", "limit")
        gauges.append(
            f"[{colour}]{gauge.figure.upper()} {_value(gauge.value)}[/] ({limit} {gauge.limit}, {left}){held}"
        )
    return f"{shown_of} : {' · '.join(gauges)}"


def _contacts(d: Desk, campaign: str, counts: dict[str, int]) -> RenderableType:
    said = ", ".join(f"{contacts} {in_words(state, d.language)}" for state, contacts in counts.items())
    return Text(f"{campaign} : {said}")


def _refusal(d: Desk, refusal: Refusal) -> RenderableType:
    said = " ; ".join(refusal.reasons(d.language))
    return Text(f"{clock(refusal.at)} {refusal.person[:8]} {said}", "dim", no_wrap=True, overflow="ellipsis")


def _euros(d: Desk, sight: Sight) -> str:
    return d.text(f"exposition {sight.exposure.euros} €", f"exposure {sight.exposure.euros} €")


def _value(value: int | None) -> str:
    return "—" if value is None else str(value)
