"""The tamper-evident log: one gapless chain of hashed rows. Triggers refuse update and delete."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel, Text

from dialer.schema.columns import instant


class AuditRow(SQLModel, table=True):
    __tablename__ = "audit"

    seq: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    """From 1 on, without a gap."""
    at: datetime = instant()
    kind: str = Field(max_length=40, index=True)
    body: str = Field(sa_type=Text)
    """Canonical JSON (RFC 8785), no floats; people appear as keyed pseudonyms only."""
    previous: str = Field(max_length=64)
    sha256: str = Field(max_length=64)
