"""Whoever changes a tallied table tells the chain by how much, in the same transaction, without having to think of it.

Sessions are watched rather than each act trusted: an act that forgot to tell would make its own rows look forged. What
passes the session by — bulk loads, statements on the connection — says so with `note_inserted` or `recounted`.
"""

from __future__ import annotations

import hmac
import json
import secrets
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import event
from sqlalchemy import select as columns
from sqlalchemy.orm import ORMExecuteState
from sqlmodel import Session, SQLModel, col, select

from dialer import audit
from dialer.audit import AuditKind
from dialer.ports import Clock
from dialer.schema import AuditRow
from dialer.store import canonical_plain
from dialer.tallied import SHAPE, TALLIED, Tallied, Tallies, merge
from dialer.tallies import NOTHING, TallyKey
from dialer.tally_rows import count_named, count_where

if TYPE_CHECKING:
    import polars as pl

_MANY = 50_000
"""Rows that are not looked up one by one any more."""


@dataclass
class Tallier:
    """One for each opened workspace; its sessions carry it in `session.info`, and without it nothing is tallied."""

    pseudonym_key: Callable[[], bytes]
    clock: Clock
    begun: bool = False
    """Whether the chain is known to tell of tallies under this key."""

    @cached_property
    def key(self) -> TallyKey:
        return TallyKey.of(self.pseudonym_key())


@dataclass
class _Changes:
    """What one transaction changed so far. `found`: it tells as well what there was before the log counted anything."""

    session: Session
    key: TallyKey
    tallies: Tallies = field(default_factory=dict)
    found: bool = False
    flushing: dict[str, set[Any]] = field(default_factory=dict)
    """By table the keys of rows that are being written."""

    def count(self, tallied: Tallied, condition: Any = None, *, less: bool = False) -> None:
        merge(self.tallies, count_where(self.session, tallied, self.key, condition), less=less)

    def count_named(self, tallied: Tallied, keys: Collection[Any], *, less: bool = False) -> None:
        merge(self.tallies, count_named(self.session, tallied, self.key, keys), less=less)

    @contextmanager
    def around(self, tallied: Tallied, keys: Collection[Any]) -> Iterator[None]:
        """A change of the rows that have these keys; for many the whole table is read sooner."""
        count = partial(self.count_named, tallied, keys) if len(keys) < _MANY else partial(self.count, tallied)
        count(less=True)
        yield
        count()

    def count_written(self, tallied: Tallied, rows: pl.DataFrame) -> None:
        from dialer.tally_counting import count  # brings along what reads files

        merge(self.tallies, count(tallied, self.key, rows))


def note_inserted(session: Session, table: type[SQLModel], rows: pl.DataFrame) -> None:
    """Rows that are written past the session, in its transaction; to be called before they are."""
    tallied = TALLIED.get(str(table.__tablename__))
    if tallied and len(rows) and (changes := _changes(session)):
        changes.count_written(tallied, rows)


@contextmanager
def recounted(session: Session, table: type[SQLModel], keys: Collection[Any]) -> Iterator[None]:
    """Around a change, made past the session, of the rows that have one of these values as their key."""
    tallied, changes = TALLIED[str(table.__tablename__)], _changes(session) if keys else None
    if changes is None:
        yield
        return
    with changes.around(tallied, keys):
        yield


def begin_counting(session: Session) -> None:
    """Have all that is there counted as it is found, if that was never done; else it is with the next change."""
    _changes(session)


def _changes(session: Session) -> _Changes | None:
    """Those of the transaction under way; before the first ones on record, all that is there is counted as found."""
    tallier: Tallier | None = session.info.get(Tallier)
    if tallier is None:
        return None
    changes: _Changes | None = session.info.get(_Changes)
    if changes is None:
        changes = session.info[_Changes] = _Changes(session, tallier.key)
        if not _is_begun(session, tallier):
            for tallied in TALLIED.values():
                changes.count(tallied)
            changes.found = bool(changes.tallies)
    return changes


def _is_begun(session: Session, tallier: Tallier) -> bool:
    """Under this very key, and by this version's columns: where others took their place, all is counted anew."""
    if not tallier.begun:
        rows = select(AuditRow.body).where(AuditRow.kind == str(AuditKind.TALLIED)).order_by(col(AuditRow.seq).desc())
        with session.no_autoflush:
            body = session.exec(rows.limit(1)).first()
        told_under = json.loads(body) if body else {}
        tallier.begun = (told_under.get("key"), told_under.get("shape")) == (tallier.key.id, SHAPE)
    return tallier.begun


@event.listens_for(Session, "before_flush")
def _before_rows_are_written(session: Session, _context: object, _instances: object) -> None:
    if Tallier not in session.info:
        return
    rows = _by_table([*session.new, *session.dirty, *session.deleted])
    if rows and (changes := _changes(session)):
        changes.flushing = {table: {_key(each) for each in of_table} - {None} for table, of_table in rows.items()}
        for table, keys in changes.flushing.items():
            changes.count_named(TALLIED[table], keys, less=True)


@event.listens_for(Session, "after_flush")
def _after_rows_were_written(session: Session, _context: object) -> None:
    changes: _Changes | None = session.info.get(_Changes)
    if changes is None:
        return
    for table, rows in _by_table(session.new).items():
        changes.flushing[table].update(map(_key, rows))
    for table, keys in changes.flushing.items():
        changes.count_named(TALLIED[table], keys)
    changes.flushing = {}


@event.listens_for(Session, "do_orm_execute")
def _around_a_statement(state: ORMExecuteState) -> Any:
    """An UPDATE or DELETE: the rows that it means are counted before, and the changed ones after."""
    if not (state.is_update or state.is_delete) or Tallier not in state.session.info:
        return None
    statement, session = state.statement, state.session
    tallied = TALLIED.get(statement.table.name)  # type: ignore[attr-defined]
    if tallied is None:
        return None
    session.flush()
    changes: Any = _changes(session)  # type: ignore[arg-type]
    where = statement.whereclause  # type: ignore[attr-defined]
    if state.is_delete:
        changes.count(tallied, where, less=True)
        return state.invoke_statement()
    keys = set(session.connection().execute(columns(tallied.key).where(where)).scalars())
    with changes.around(tallied, keys):
        return state.invoke_statement()


@event.listens_for(Session, "before_commit")
def _tell(session: Session) -> None:
    """At the instant of the act itself, whose row is the newest one."""
    tallier: Tallier | None = session.info.get(Tallier)
    if tallier is None:
        return
    session.flush()
    changes: _Changes | None = session.info.pop(_Changes, None)
    if changes and (told := to_body(changes.key, changes.tallies, found=changes.found)):
        newest = session.exec(select(AuditRow.at).order_by(col(AuditRow.seq).desc()).limit(1)).first()
        audit.append(session, AuditKind.TALLIED, told, newest or tallier.clock.now())


def to_body(key: TallyKey, tallies: Tallies, *, found: bool) -> dict[str, object] | None:
    """What the chain tells of them, by table and list; None: nothing changed."""
    nonce = secrets.token_hex(16)
    told: dict[str, dict[str, object]] = {}
    for (table, list_id), tally in sorted(tallies.items()):
        if tally != NOTHING:
            masked = key.masked(tally, nonce, f"{table} {list_id}")
            told.setdefault(table, {})[str(list_id)] = {"rows": tally.rows, "sum": masked}
    if not told:
        return None
    body: dict[str, object] = {"key": key.id, "shape": SHAPE, "nonce": nonce, "found": found, "tables": told}
    return body | {"signature": key.signature(canonical_plain(body))}


def is_signed(key: TallyKey, body: Mapping[str, Any]) -> bool:
    """Whether it was written with this key."""
    unsigned = {name: value for name, value in body.items() if name not in ("signature", "by")}
    return hmac.compare_digest(str(body["signature"]), key.signature(canonical_plain(unsigned)))


def from_body(key: TallyKey, body: Mapping[str, Any]) -> Tallies:
    """The same, read again under the same key."""
    return {
        (table, int(list_id)): key.unmasked(each["rows"], each["sum"], body["nonce"], f"{table} {list_id}")
        for table, lists in body["tables"].items()
        for list_id, each in lists.items()
    }


def _by_table(rows: Iterable[Any]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for row in rows:
        if row.__tablename__ in TALLIED:
            found.setdefault(row.__tablename__, []).append(row)
    return found


def _key(row: Any) -> Any:
    """None: the database has not given one yet."""
    return getattr(row, TALLIED[row.__tablename__].key.name)
