"""Everything on record about one person, and nothing about anybody else (GDPR art. 15 and 20).

Who works here is left out too: of a look at their data the person learns when and for what, not by which employee
(CJEU C-579/21).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, select

from dialer.access import looks_at
from dialer.corrections import entry_id
from dialer.entries import entries_on
from dialer.recordings import recordings_of
from dialer.schema import (
    Campaign,
    Candidate,
    Contact,
    CustomerReference,
    ImportedList,
    ListMember,
    PastCall,
    Phone,
    Remark,
    SubjectRequest,
)
from dialer.stored_findings import stored_findings
from dialer.submission import Case, Scope, calls, cases, evidence
from dialer.taking_out import numbers_of
from dialer.workspace import Workspace

Section = list[dict[str, Any]]
_OURS = {"contact_id", "list_id", "advertiser_id", "decision_id", "campaign_id", "lease_until"}
"""Columns that say how we file a row, not what is known about the person."""


def about(session: Session, workspace: Workspace, contact_id: int) -> dict[str, Section]:
    """By section, each a list of records of JSON-able values; empty sections are there too."""
    contact = session.get_one(Contact, contact_id)
    numbers = numbers_of(session, contact_id)
    scope = Scope(contact_id=contact_id)
    names = {campaign.id: campaign.name for campaign in session.exec(select(Campaign))}
    return {
        "identity": [_plain(contact) | {"pseudonym": workspace.pseudonyms.of(contact_id)}],
        "numbers": [_plain(phone) for phone in _theirs(session, Phone, contact_id)],
        "customer_ids": [_plain(reference) for reference in _theirs(session, CustomerReference, contact_id)],
        "lists": list(_lists(session, contact_id)),
        "evidence": [each.to_dict() for each in evidence(session, [contact_id])],
        "objections": [_entry(each) for number in numbers for each in entries_on(session, number) if each.list],
        "calls_elsewhere": [_plain(call) for number in numbers for call in _past_calls(session, number)],
        "campaigns": [
            _plain(place) | {"campaign": names[place.campaign_id]} for place in _theirs(session, Candidate, contact_id)
        ],
        "decisions": [_decided(case) for case in cases(session, workspace.vault, scope)],
        "calls": [_plain(call) | {"campaign": names[call.campaign_id]} for call in calls(session, scope)],
        "recordings": [{"file": path.name} for path in recordings(session, workspace, contact_id)],
        "remarks": [{"text": remark.text} for remark in _theirs(session, Remark, contact_id)],
        "requests": [_plain(request) for request in _theirs(session, SubjectRequest, contact_id)],
        "looks": [
            {"at": look.at.isoformat(), "verb": look.verb, "detail": look.detail}
            for look in looks_at(session, workspace.pseudonyms, contact_id, numbers)
        ],
    }


def recordings(session: Session, workspace: Workspace, contact_id: int) -> list[Path]:
    return recordings_of(session, workspace.settings.folder, [contact_id])


def _theirs(session: Session, table: type[Any], contact_id: int) -> Iterator[Any]:
    yield from session.exec(select(table).where(table.contact_id == contact_id))


def _plain(row: Any) -> dict[str, Any]:
    """What a row knows, without what is empty."""
    said: dict[str, Any] = json.loads(row.model_dump_json(exclude=_OURS))
    return {name: value for name, value in said.items() if value not in (None, "", [], {})}


def _lists(session: Session, contact_id: int) -> Iterator[dict[str, Any]]:
    rows = select(ImportedList, ListMember.line).join(ListMember).where(ListMember.contact_id == contact_id)
    for stored, line in session.exec(rows.order_by(col(ImportedList.id))):
        yield {
            "list": stored.name,
            "file": stored.file_name,
            "source": stored.source,
            "line": line,
            "imported_at": stored.imported_at.isoformat(),
        }


def _past_calls(session: Session, number: str) -> Iterator[PastCall]:
    yield from session.exec(select(PastCall).where(PastCall.number == int(number[1:])))


def _entry(entry: Any) -> dict[str, Any]:
    return {
        "entry": entry_id(entry.row),
        "number": entry.number,
        "kind": str(entry.kind),
        "said_on": entry.said.isoformat() if entry.said else None,
        "list": entry.list.name,
        "stands": entry.stands,
    }


def _decided(case: Case) -> dict[str, Any]:
    """With the reasons in French; of one whose facts are erased the rules alone."""
    row = case.row
    body: Mapping[str, Any] = case.body or {}
    findings = stored_findings(body["decision"]) if body else ()
    return {
        "id": row.id,
        "at": row.at.isoformat(),
        "campaign": case.campaign,
        "verdict": row.verdict,
        "reasons": [f"{each.words.fr} ({', '.join(each.citations)})" for each in findings if each.blocks],
        "rules": list(case.rules),
        "facts": body.get("facts"),
        "relied_on": [each for each in body.get("grounds", {}).get("for", ()) if each["counts"]],
    }
