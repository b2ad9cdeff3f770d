"""Rows that permit a call, in the words of the rules: consents, contracts, requests, slots, scrubs.

Kept apart from `facts`, which weighs them against what limits calls.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import TypeVar

from dialer.dossiers import ScrubbedNumber
from dialer.schema import AgreedSlot, CallbackRequest, ConsentRow, ContractRow
from rules.evidence import Channel, ConsentRecord, ContractRecord, Notice, ScrubRecord, ScrubStatus, scrub_status
from rules.facts import Bloctel, Sector, SystemKind
from rules.windows import read_windows

Kind = TypeVar("Kind")


def consent_records(rows: Iterable[ConsentRow], notices: Mapping[str, Notice]) -> list[ConsentRecord]:
    """Consents as recorded; whether one counts is for the rules to say."""
    return [
        ConsentRecord(
            notices.get(row.notice),
            row.collected_on,
            row.proof,
            systems=_words(row.systems, SystemKind),
            channels=_words(row.channels, Channel),
            hours=read_windows(row.hours) if row.hours else (),
            until=row.until,
            advertiser=row.advertiser,
            sectors=_words(row.sectors, Sector),
            any_hour=row.any_hour,
            withdrawn=row.withdrawn,
            withdrawn_on=row.withdrawn_on,
        )
        for row in rows
    ]


def contracts_in_force(rows: Iterable[ContractRow], advertiser_id: int) -> list[tuple[ContractRow, ContractRecord]]:
    """Contracts with this advertiser, each beside its row: « l'exécution d'un contrat en cours » is that of its own.

    Of one object the file that came last tells how it stands: a contract that has ended since must not live on. One
    of which no advertiser is known, or no proof, permits nothing, but a later file may tell by it the end of ours; an
    end of no object is that of all.
    """
    told = [row for row in rows if row.advertiser_id in (None, advertiser_id)]
    ours = [row for row in told if row.advertiser_id and row.proof]
    newest = {_about(row): max(_came(each) for each in ours if _about(each) == _about(row)) for row in ours}
    found = []
    for row in ours:
        if _came(row) == newest[_about(row)]:
            later = [each for each in told if _about(each) in (_about(row), "") and _came(each) > _came(row)]
            ends = [each.until for each in (row, *later) if each.until]
            found.append((row, ContractRecord(row.object, row.since, min(ends, default=None))))
    return found


def _about(row: ContractRow) -> str:
    """What a contract is about, however a file writes it."""
    return " ".join(row.object.casefold().split())


def _came(row: ContractRow) -> int:
    """Place in the order of files; what was noted without one came first."""
    return row.list_id or 0


def requests_in_time(
    rows: Iterable[CallbackRequest], advertiser_id: int, objects: Collection[str], today: date
) -> list[CallbackRequest]:
    """Proven requests made by `today`, to this advertiser, about one of `objects` (R.223-4: the call may cover nothing
    else); the last one may be answered longest."""
    return [
        row
        for row in rows
        if row.advertiser_id == advertiser_id and row.proof and row.object in objects and row.requested_on <= today
    ]


def proven_slots(rows: Iterable[AgreedSlot], advertiser_id: int) -> tuple[datetime, ...]:
    """Instants agreed with this advertiser, of which it can give proof (L.223-1 al. 6)."""
    return tuple(sorted(row.at for row in rows if row.advertiser_id == advertiser_id and row.proof))


def scrub_of_all(rows: Iterable[ScrubbedNumber], today: date) -> ScrubStatus:
    """How somebody stands by their weakest number: which of them is dialed next changes from call to call."""
    by_number: dict[int, list[ScrubRecord]] = {}
    for row in rows:
        returned = by_number.setdefault(row.number, [])
        if row.returned_on:
            returned.append(ScrubRecord(row.sha256, row.returned_on, row.rows_in, row.rows_removed))
    statuses = [scrub_status(records, today) for records in by_number.values()]
    return min(statuses, key=lambda each: each.until or date.min, default=ScrubStatus(Bloctel.NOT_CHECKED))


@lru_cache(maxsize=1024)
def _words(text: str, kind: Callable[[str], Kind]) -> frozenset[Kind]:
    """What a column lists: the same few words for everybody whom one form asked."""
    return frozenset(kind(word) for word in text.split(";") if word)
