"""Holds, requests of persons and the words that were typed cannot be changed behind the program's back either."""

from __future__ import annotations

from datetime import date

import pytest

from dialer.audit import AuditKind
from dialer.faults import Verification
from dialer.holds import lift_hold, place_hold
from dialer.schema import RequestKind
from dialer.subject_requests import add_request, close, extend
from dialer.verification import verify
from tests.dialer.agency import Agency
from tests.dialer.tampering import rewrite, tamper

NUMBER = "+33639980101"
LATER = "'2026-11-24 17:00:00.000000+00'"


def verified(agency: Agency) -> Verification:
    with agency.workspace.store.reading() as session:
        return verify(session, pseudonyms=agency.workspace.pseudonyms)


def rows(agency: Agency, kind: AuditKind) -> list[int]:
    return [row.seq for row in agency.audit() if row.kind == kind]


@pytest.fixture
def frozen(agency: Agency) -> Agency:
    """A hold on a person, one on a campaign that was lifted; a request that was put off, another that is answered."""
    person = agency.person(NUMBER)
    campaign, workspace, now = agency.campaign(), agency.workspace, agency.clock.now()
    with agency.transaction() as session:
        place_hold(session, workspace.settings, workspace.pseudonyms, "a letter", now, contact_id=person)
        second = place_hold(session, workspace.settings, workspace.pseudonyms, "another", now, campaign=campaign)
        for kind in (RequestKind.ACCESS, RequestKind.RECTIFICATION):
            add_request(
                session,
                workspace.pseudonyms,
                number=NUMBER,
                kind=kind,
                received_on=date(2026, 11, 23),
                note="by letter",
                now=now,
            )
    agency.clock.advance(minutes=1)
    with agency.transaction() as session:
        lift_hold(session, second.id, agency.clock.now())
        extend(session, 1, "many calls", agency.clock.now())
        close(session, 2, "put right", agency.clock.now())
    assert verified(agency).why == ""
    return agency


OF_THE_HOLD = [
    ("DELETE FROM legal_hold WHERE id = 1", AuditKind.HOLD, "the stored hold 1 is missing"),
    ("UPDATE legal_hold SET contact_id = NULL WHERE id = 1", AuditKind.HOLD, "the stored hold 1 was altered"),
    ("UPDATE legal_hold SET campaign_id = 1 WHERE id = 1", AuditKind.HOLD, "the stored hold 1 was altered"),
    (f"UPDATE legal_hold SET lifted_at = {LATER} WHERE id = 1", AuditKind.HOLD, "the stored hold 1 was altered"),
    (f"UPDATE legal_hold SET placed_at = {LATER} WHERE id = 1", AuditKind.HOLD, "the stored hold 1 was altered"),
    ("UPDATE legal_hold SET reason = 'none' WHERE id = 1", AuditKind.HOLD, "the stored hold 1 was altered"),
    ("UPDATE legal_hold SET placed_by = 'nobody' WHERE id = 1", AuditKind.HOLD, "the stored hold 1 was altered"),
    ("UPDATE legal_hold SET lifted_by = 'nobody' WHERE id = 2", AuditKind.HOLD, "the stored hold 2 was altered"),
    ("UPDATE subject_request SET outcome = 'none' WHERE id = 2", AuditKind.REQUEST, "request 2 was altered"),
    ("DELETE FROM subject_request WHERE id = 1", AuditKind.REQUEST, "the stored request 1 is missing"),
    ("UPDATE subject_request SET due_on = '2027-12-01' WHERE id = 1", AuditKind.REQUEST, "request 1 was altered"),
    ("UPDATE subject_request SET contact_id = NULL WHERE id = 1", AuditKind.REQUEST, "request 1 was altered"),
    ("UPDATE subject_request SET kind = 'objection' WHERE id = 1", AuditKind.REQUEST, "request 1 was altered"),
    (f"UPDATE subject_request SET answered_at = {LATER} WHERE id = 1", AuditKind.REQUEST, "request 1 was altered"),
    ("UPDATE subject_request SET answered_at = NULL WHERE id = 2", AuditKind.REQUEST, "request 2 was altered"),
]


@pytest.mark.parametrize(("statement", "kind", "why"), OF_THE_HOLD)
def test_holds_and_requests_are_as_the_chain_tells_them(
    frozen: Agency, statement: str, kind: AuditKind, why: str
) -> None:
    tamper(frozen, statement)
    found = verified(frozen)
    assert found.why.endswith(why)
    assert found.broken_at in rows(frozen, kind)


@pytest.mark.parametrize("table", ["legal_hold", "subject_request"])
def test_what_no_row_tells_of_is_found(frozen: Agency, table: str) -> None:
    with frozen.transaction() as session:
        names = session.connection().exec_driver_sql(f"SELECT * FROM {table} WHERE 1 = 0").keys()
    values = ", ".join("17" if name == "id" else name for name in names)
    tamper(frozen, f"INSERT INTO {table} ({', '.join(names)}) SELECT {values} FROM {table} WHERE id = 1")
    found = verified(frozen)
    assert found.broken_at == found.rows + 1
    assert "17 is stored, but no row tells of it" in found.why


@pytest.mark.parametrize(("kind", "body"), [(AuditKind.HOLD, '{"hold":1}'), (AuditKind.REQUEST, '{"request":1}')])
def test_a_row_that_says_too_little_of_its_kind_is_found(frozen: Agency, kind: AuditKind, body: str) -> None:
    first = rows(frozen, kind)[0]
    rewrite(frozen, first, lambda _: body)
    assert verified(frozen).broken_at == first


def test_words_that_are_not_those_of_their_hash_are_found(frozen: Agency) -> None:
    tamper(frozen, "UPDATE remark SET text = 'nothing' WHERE text = 'many calls'")
    found = verified(frozen)
    assert found.broken_at == found.rows + 1
    assert "not those of which the log holds the hash" in found.why
