"""The desks of agents in the tables: one engine has each on the line, and an agent at rest is nobody's to call.

Apart from who takes which call, because engines on several machines and people at other terminals meet here. A desk is
leased only while its line is up or being called, and the lease lapses by itself when its engine dies.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from sqlmodel import Session, select

from dialer.ports import AgentLine, AgentState
from dialer.schema import DeskRow, RestReason

LEASE = timedelta(seconds=30)
"""How long a desk is kept for an engine of which nothing is heard."""
_RENEW_EVERY = timedelta(seconds=10)
_NEVER = datetime.min.replace(tzinfo=UTC)


class DeskLeases:
    """As one engine sees them; `engine` is its number, None where there is only one."""

    def __init__(self, engine: int | None) -> None:
        self._engine = engine
        self._noted: Mapping[str, AgentLine] = {}
        self._renew_at = _NEVER
        self.resting: Mapping[str, RestReason] = {}
        """Who takes no new call, and why."""
        self.elsewhere: Mapping[str, datetime] = {}
        """Who is on the line of another engine, and until when that is believed."""

    @property
    def kept_away(self) -> tuple[Collection[str], Collection[str]]:
        """Who rests, and who of the others is with another engine."""
        return self.resting, self.elsewhere.keys() - self.resting.keys()

    def look(self, session: Session, now: datetime) -> None:
        """Learn what other engines and people at other terminals have done."""
        rows = session.exec(select(DeskRow)).all()
        self.resting = {row.name: row.rest for row in rows if row.rest}
        self.elsewhere = {row.name: until for row in rows if (until := self._not_ours(row, now))}

    def claim(self, session: Session, name: str, now: datetime) -> bool:
        """Have the desk, whose phone is called next; False when another engine has it."""
        return self._write(session, name, AgentLine(AgentState.CALLED), now)

    def has_news(self, lines: Mapping[str, AgentLine], now: datetime) -> bool:
        """Whether `note` has anything to write."""
        return lines != self._noted or (bool(lines) and now >= self._renew_at)

    def note(self, session: Session, lines: Mapping[str, AgentLine], now: datetime) -> None:
        """Write down how this engine's lines stand, and have their desks for another while.

        A desk that another engine took meanwhile stays theirs; it comes back when their call finds the phone engaged.
        """
        for name, line in lines.items():
            self._write(session, name, line, now)
        self._noted, self._renew_at = dict(lines), now + _RENEW_EVERY

    def release(self, session: Session, names: Sequence[str], now: datetime) -> None:
        """The engine ends, and its lines with it."""
        for name in names:
            self._write(session, name, AgentLine(AgentState.AWAY), now)

    def _write(self, session: Session, name: str, line: AgentLine, now: datetime) -> bool:
        row = desk_row(session, name, now)
        if self._not_ours(row, now):
            return False
        if (row.line, row.why) != (line.state, line.why):
            row.line, row.why, row.since = line.state, line.why, now
        gone = line.state is AgentState.AWAY
        row.engine, row.leased_until = (None, None) if gone else (self._engine, now + LEASE)
        session.add(row)
        return True

    def _not_ours(self, row: DeskRow, now: datetime) -> datetime | None:
        """Until when another engine has the desk; None when it is ours to take."""
        until = leased_until(row, now)
        return until if row.engine != self._engine else None


def desk_row(session: Session, name: str, now: datetime) -> DeskRow:
    """The desk's row, to be changed in this transaction; a new one is not in the session yet."""
    return session.get(DeskRow, name) or DeskRow(name=name, since=now)


def leased_until(row: DeskRow, now: datetime) -> datetime | None:
    """Until when an engine has it; None when none has, or the one that had it is gone."""
    return row.leased_until if row.leased_until and row.leased_until > now else None
