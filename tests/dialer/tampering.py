"""What somebody does to the records who has the rights of their owner, and no key."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable
from contextlib import closing

from sqlmodel import col, select

from dialer.audit import envelope
from dialer.schema import AuditRow
from tests.dialer.agency import Agency


def tamper(agency: Agency, *statements: str) -> None:
    """With triggers and foreign keys put out of the way first."""
    url = agency.workspace.store.url
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as file, file:
            triggers = file.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
            for statement in (*(f"DROP TRIGGER {name}" for (name,) in triggers), *statements):
                file.execute(statement)
        return
    with agency.transaction() as session:
        for statement in ("SET LOCAL session_replication_role = replica", *statements):
            session.connection().exec_driver_sql(statement.replace("%", "%%"))


def rewrite(agency: Agency, first: int, change_body: Callable[[str], str]) -> None:
    """Change the body of a row and hash it and all that follow anew, so that the chain holds together again."""
    with agency.transaction() as session:
        rows = session.exec(select(AuditRow).where(AuditRow.seq >= first).order_by(col(AuditRow.seq))).all()
    statements, previous = [], rows[0].previous
    for row in rows:
        body = change_body(row.body) if row.seq == first else row.body
        text = envelope(row.seq, row.at.isoformat(), row.kind, body, previous)
        digest = hashlib.sha256(text.encode()).hexdigest()
        quoted = body.replace("'", "''")
        statements.append(
            f"UPDATE audit SET body = '{quoted}', previous = '{previous}', sha256 = '{digest}' WHERE seq = {row.seq}"
        )
        previous = digest
    tamper(agency, *statements)
