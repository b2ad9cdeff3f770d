"""Rows that permit a call, in the words of the rules: consents, contracts, requests, slots, scrubs.

Kept apart from `facts`, which weighs them against what limits calls.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime

from dialer.schema import AgreedSlot, CallbackRequest, ConsentRow, ContractRow, Scrub
from rules.evidence import Channel, ConsentRecord, ContractRecord, Notice, ScrubRecord
from rules.facts import Sector, SystemKind
from rules.windows import read_windows


def consent_records(rows: Iterable[ConsentRow], notices: Mapping[str, Notice]) -> list[ConsentRecord]:
    """Consents as recorded; whether one counts is for the rules to say."""
    return [
        ConsentRecord(
            notices.get(row.notice),
            row.collected_on,
            row.proof,
            systems=frozenset(map(SystemKind, _words(row.systems))),
            channels=frozenset(map(Channel, _words(row.channels))),
            hours=read_windows(row.hours) if row.hours else (),
            until=row.until,
            advertiser=row.advertiser,
            sectors=frozenset(map(Sector, _words(row.sectors))),
            withdrawn=row.withdrawn,
            withdrawn_on=row.withdrawn_on,
        )
        for row in rows
    ]


def contract_records(rows: Iterable[ContractRow], advertiser_id: int) -> list[ContractRecord]:
    """Contracts with this advertiser, or with whoever calls where the file did not say.

    Of one object the file that came last tells how it stands: a contract that has ended since must not live on.
    """
    ours = [row for row in rows if row.advertiser_id in (None, advertiser_id)]
    newest: dict[str, int] = {}
    for row in ours:
        newest[row.object] = max(newest.get(row.object, 0), row.list_id or 0)
    return [
        ContractRecord(row.object, row.since, row.until) for row in ours if (row.list_id or 0) == newest[row.object]
    ]


def requested_on(
    rows: Iterable[CallbackRequest], advertiser_id: int, objects: Collection[str], today: date
) -> date | None:
    """The day of the proven request that may be answered longest: made by `today`, to this advertiser, about one of
    `objects` (R.223-4: the call may cover nothing else)."""
    made = [
        row.requested_on
        for row in rows
        if row.advertiser_id == advertiser_id and row.proof and row.object in objects and row.requested_on <= today
    ]
    return max(made, default=None)


def proven_slots(rows: Iterable[AgreedSlot], advertiser_id: int) -> tuple[datetime, ...]:
    """Instants agreed with this advertiser, of which it can give proof (L.223-1 al. 6)."""
    return tuple(sorted(row.at for row in rows if row.advertiser_id == advertiser_id and row.proof))


def scrub_records(rows: Iterable[Scrub]) -> list[ScrubRecord]:
    return [ScrubRecord(row.sha256, row.returned_on, row.rows_in, row.rows_removed) for row in rows]


def _words(text: str) -> list[str]:
    return [word for word in text.split(";") if word]
