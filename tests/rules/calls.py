"""A call against which nothing stands; a test changes the one fact that it is about."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from rules.facts import Bloctel, Consent, Facts, SystemKind

NEW_LAW = datetime(2026, 9, 15, 9, 0, tzinfo=UTC)
"""A Tuesday, 11:00 in Paris, under the consent regime."""
OLD_LAW = datetime(2024, 10, 15, 9, 0, tzinfo=UTC)
"""A Tuesday, 11:00 in Paris, under the opposition regime."""

_LEGAL = Facts(
    number="+33199000001",
    postcode="75001",
    system=SystemKind.HUMAN_AGENT,
    caller_id="+33162000000",
    caller_id_authorised=True,
    consent=Consent.VALID,
    bloctel=Bloctel.CLEAR,
)


def legal_call(**changes: object) -> Facts:
    """Facts of a legal call in Paris, with these changes."""
    return replace(_LEGAL, **changes)  # type: ignore[arg-type]


def utc(text: str) -> datetime:
    """An instant written without zone, as UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
