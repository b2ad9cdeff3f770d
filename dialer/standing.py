"""Under what a process writes: who runs it, and the settings, rules and data in force; noted in the chain on change."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cached_property

from sqlmodel import Session, col, select

from dialer.roles import account, actor_of
from dialer.schema import AuditRow
from dialer.settings import Settings
from rules.fingerprint import fingerprints

_KIND = "settings"


class Standing:
    """One for each opened workspace; its sessions carry it in `session.info`."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.actor = actor_of(settings.users, account())
        self._on_record = False

    def changed(self, session: Session) -> Mapping[str, object] | None:
        """What rules now, when the last row about it says something else. To be written in this transaction."""
        if self._on_record or self in session.info:
            return None
        rows = select(AuditRow.body).where(AuditRow.kind == _KIND).order_by(col(AuditRow.seq).desc()).limit(1)
        last = session.exec(rows).first()
        if last is not None and _without_actor(last) == self._now:
            self._on_record = True
            return None
        session.info[self] = True  # not on record until the caller's transaction is committed: the next one looks again
        return self._now

    @cached_property
    def _now(self) -> dict[str, object]:
        users = {user.name: ";".join(user.roles) for user in self._settings.users}
        return {"settings": self._settings.sha256, "data": fingerprints(), "users": users}


def _without_actor(body: str) -> dict[str, object]:
    plain: dict[str, object] = json.loads(body)
    plain.pop("by", None)
    return plain
