"""What somebody should see to today: opposition lists that run out, caller ids to be reviewed, requests of persons."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from dialer.outlook import OFFICE_ZONE
from dialer.settings import Settings
from dialer.sources import SourceState, source_states
from dialer.subject_requests import requests
from dialer.workspace import Workspace

REVIEW_EVERY = timedelta(days=366)
"""An operator's attestation is looked at again once a year."""
_WARNED_BEFORE = timedelta(days=3)

Remark = tuple[str, str]
"""In English and in French."""


def due_today(workspace: Workspace) -> tuple[Remark, ...]:
    """Read from the database and the settings. Raises `StoreUnavailable`."""
    settings = workspace.settings
    today = workspace.clock.now().astimezone(OFFICE_ZONE).date()
    with workspace.store.reading() as session:
        states = [
            state
            for source in settings.opposition_sources
            for state in source_states(session, [source], source.advertiser, today)
        ]
        late = [request.id for request in requests(session, workspace.clock.now(), overdue=True)]
    return (*_sources(states, today), *_caller_ids(settings, today), *_requests(late))


def _requests(late: list[int]) -> Iterator[Remark]:
    if late:
        named = ", ".join(map(str, late))
        yield (
            f"requests of persons are overdue (GDPR art. 12(3)): {named} (dialer subject requests)",
            f"demandes de personnes en retard (RGPD art. 12(3)) : {named} (dialer subject requests)",
        )


def _sources(states: list[SourceState], today: date) -> Iterator[Remark]:
    for state in states:
        name = state.source.id
        if state.as_of is None or state.until < today:
            yield (
                f"opposition source {name!r} is stale: calls wait for a new edition (dialer opposition import)",
                f"source d'opposition {name!r} périmée : les appels attendent une édition (dialer opposition import)",
            )
        elif state.until - today <= _WARNED_BEFORE:
            yield (
                f"opposition source {name!r} counts until {state.until}; load a new edition before",
                f"source d'opposition {name!r} valable jusqu'au {state.until} ; charger une édition avant",
            )


def _caller_ids(settings: Settings, today: date) -> Iterator[Remark]:
    for trunk in settings.trunks:
        for caller_id in trunk.caller_ids:
            if today - caller_id.reviewed_on > REVIEW_EVERY:
                yield (
                    f"{caller_id.number}: its attestation was reviewed on {caller_id.reviewed_on}; review it",
                    f"{caller_id.number} : attestation revue le {caller_id.reviewed_on} ; la revoir",
                )
