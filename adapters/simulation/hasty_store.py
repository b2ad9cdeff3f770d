"""The database of a simulation: what happens in it is the same, but hundreds of transactions share one commit.

Legitimate here and nowhere else: what a crash would cost can be simulated again, and nobody else reads meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

from sqlalchemy import event
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlmodel import Session

from dialer.store import Store, in_words
from dialer.write_lock import Patience

_TOGETHER = 2_000
"""Transactions that share a commit."""


class HastyStore(Store):
    """One session of one process, used by one thread; `close` commits what is left."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        event.listen(self.engine, "connect", _without_waiting_for_the_disk)
        self._session: Session | None = None
        self._uncommitted = 0

    @contextmanager
    def transaction(self, patience: Patience | None = None) -> Iterator[Session]:
        """All or nothing, by a savepoint within a longer transaction. Raises `StoreUnavailable`."""
        try:
            session = self._opened()
            raw: Any = session.connection().connection.dbapi_connection
            raw.execute("SAVEPOINT step")
            try:
                yield session
                session.flush()
            except BaseException:
                session.expunge_all()
                if raw.in_transaction:  # a full disk may have undone all of it
                    raw.execute("ROLLBACK TO step")
                raise
            finally:
                if raw.in_transaction:
                    raw.execute("RELEASE step")
                _forget(session)
        except DBAPIError as error:
            self._fail(error)
        self._uncommitted += 1
        if self._uncommitted >= _TOGETHER:
            self.settle()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """The same without a savepoint: there is nobody to wait for, and nothing to undo."""
        try:
            session = self._opened()
            try:
                yield session
            finally:
                _forget(session)
        except DBAPIError as error:
            self._fail(error)

    def settle(self) -> None:
        """Commit what has happened. Raises `StoreUnavailable`."""
        if self._session is not None:
            try:
                self._session.commit()
            except DBAPIError as error:
                self._fail(error)
        self._uncommitted = 0

    def _opened(self) -> Session:
        if self._session is None:
            self._session = Session(self.engine, expire_on_commit=False, info=self.known)
        return self._session

    def _fail(self, error: DBAPIError) -> NoReturn:
        """The database's trouble in words; what shared the commit is given up with it."""
        if isinstance(error, OperationalError):
            session, self._session, self._uncommitted = self._session, None, 0
            if session is not None:
                session.rollback()
                session.close()
        if told := in_words(self.shown, error):
            raise told from error
        raise error

    def close(self) -> None:
        self.settle()
        if self._session is not None:
            self._session.close()
            self._session = None
        super().close()


def _forget(session: Session) -> None:
    """The next transaction reads anew. Most hold no objects at all, and to expunge none takes long."""
    if any(True for _ in session):
        session.expunge_all()


def _without_waiting_for_the_disk(connection: Any, _: object) -> None:
    connection.execute("PRAGMA synchronous=OFF")
