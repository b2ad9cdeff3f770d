"""Whatever of a stored record somebody changes behind the program's back, a verification finds it beside the chain."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from dialer.audit import AuditKind, append
from dialer.dispositions import Disposition
from dialer.erasure import erase
from dialer.faults import Verification
from dialer.ledger import settle_leftovers
from dialer.ports import CallEventKind, EndedBy
from dialer.schema import Origin, WishKind
from dialer.vault import Vault
from dialer.verification import verify
from dialer.wishes import record_wish
from tests.dialer.agency import Agency
from tests.dialer.tampering import rewrite, tamper

NUMBER = "+33639980101"


def verified(agency: Agency, *, with_key: bool = True) -> Verification:
    workspace = agency.workspace
    with workspace.store.reading() as session:
        pseudonyms = workspace.pseudonyms if with_key else None
        return verify(session, pseudonyms=pseudonyms, masters=workspace.vault.masters)


def reservations(found: Verification) -> list[str]:
    """Those about decisions, calls and people: these agencies load no files, and count none."""
    return [each.why for each in found.reservations if "from files" not in each.why]


def rows(agency: Agency, kind: AuditKind) -> list[int]:
    return [row.seq for row in agency.audit() if row.kind == kind]


def say(agency: Agency, contact_id: int, kind: WishKind = WishKind.OBJECTION, corrects: int | None = None) -> None:
    now = agency.clock.now()
    with agency.transaction() as session:
        record_wish(
            session,
            agency.workspace.pseudonyms,
            contact_id=contact_id,
            advertiser_id=1,
            kind=kind,
            said_at=now,
            source="said by letter",
            origin=Origin.HAND,
            number=NUMBER,
            now=now,
            corrects=corrects,
        )


@pytest.fixture
def lived(agency: Agency) -> str:
    """Two people, each decided about and called; the first call was answered (its attempt's id), and objected to."""
    first, second = agency.person(NUMBER), agency.person()
    campaign, other = agency.campaign(), agency.campaign(name="Autre", advertiser="autre")
    attempt = agency.dial(agency.order(campaign, first))
    agency.report(attempt, CallEventKind.ANSWERED)
    agency.clock.advance(seconds=9)
    agency.report(
        attempt,
        CallEventKind.ENDED,
        disposition=Disposition.ANSWERED,
        sip_code=200,
        sip_reason="OK",
        q850_cause=16,
        ended_by=EndedBy.SCRIPT_DONE,
        call_id="abc@127.0.0.1",
        talk=timedelta(seconds=9),
    )
    agency.report(agency.dial(agency.order(other, second)), CallEventKind.NOT_SENT, detail="no room")
    say(agency, first)
    found = verified(agency)
    assert (found.why, reservations(found)) == ("", [])
    return attempt


LATER = "'2026-11-24 17:00:00.000000+00'"
OF_THE_CALL = [
    "number = '+33639980102'",
    "number = '0123456789abcdef'",
    "contact_id = 2",
    "campaign_id = 2",
    "advertiser_id = 2",
    f"approved_at = {LATER}",
    f"answered_at = {LATER}",
    "answered_at = NULL",
    f"ended_at = {LATER}",
    "ended_at = NULL",
    "sip_reason = 'Busy Here'",
    "q850_cause = 17",
    "q850_cause = NULL",
    "ended_by = 'callee'",
    "failure = 'no room'",
    "call_id = ''",
    "events = '[]'",
]


@pytest.mark.parametrize("change", OF_THE_CALL)
def test_no_word_of_a_call_can_be_changed(agency: Agency, lived: str, change: str) -> None:
    tamper(agency, f"UPDATE attempt SET {change} WHERE id = '{lived}'")
    found = verified(agency)
    assert found.why == f"the attempt {lived} was altered"
    assert found.broken_at in rows(agency, AuditKind.ATTEMPT)


@pytest.mark.parametrize("change", ["failure = ''", "events = '[]'", "talk_ms = 1000", f"dialed_at = {LATER}"])
def test_no_word_of_a_call_that_never_left_can_be_changed(agency: Agency, lived: str, change: str) -> None:
    tamper(agency, f"UPDATE attempt SET {change} WHERE id <> '{lived}'")
    assert verified(agency).why.endswith("was altered")


OF_THE_DECISION = [
    ("campaign_id = 2", "was altered"),
    ("number = '0123456789abcdef'", "was altered"),
    ("number = '+33639980102'", "was altered"),
    ("next_at = 'never'", "was altered"),
    (f"sha256 = '{'0' * 64}'", "was altered"),
    ("contact_id = 2", "is about somebody else than the log says"),
]


@pytest.mark.parametrize(("change", "why"), OF_THE_DECISION)
def test_no_word_of_a_decision_can_be_changed(agency: Agency, lived: str, change: str, why: str) -> None:
    tamper(agency, f"UPDATE decision SET {change} WHERE id = 1")
    found = verified(agency)
    assert found.broken_at == rows(agency, AuditKind.DECISION)[0]
    assert found.why.startswith(f"the stored decision 1 {why}")


def test_a_call_and_its_decision_cannot_be_given_to_somebody_else_together(agency: Agency, lived: str) -> None:
    tamper(agency, *(f"UPDATE {table} SET contact_id = 2 WHERE contact_id = 1" for table in ("decision", "attempt")))
    assert "somebody else" in verified(agency).why


def test_a_campaign_cannot_be_renamed_or_change_hands(agency: Agency, lived: str) -> None:
    tamper(agency, "UPDATE campaign SET advertiser_id = 3 - advertiser_id")
    assert not verified(agency).whole
    tamper(agency, "UPDATE campaign SET advertiser_id = 3 - advertiser_id", "UPDATE campaign SET name = name || ' 2'")
    assert verified(agency).broken_at == rows(agency, AuditKind.DECISION)[0]


OF_THE_WISH = [
    "contact_id = 2",
    "advertiser_id = 2",
    "advertiser_id = NULL",
    f"said_at = {LATER}",
    "said_at = NULL",
    f"noted_at = {LATER}",
    "source = 'said by nobody'",
    "source = ''",
    "origin = 'list'",
    "number = '+33639980102'",
    "number = ''",
    "corrects = 1",
    "kind = 'refusal'",
]


@pytest.mark.parametrize("change", OF_THE_WISH)
def test_no_word_of_a_wish_can_be_changed(agency: Agency, lived: str, change: str) -> None:
    tamper(agency, f"UPDATE wish SET {change}")
    found = verified(agency)
    assert (found.broken_at, found.why) == (rows(agency, AuditKind.WISH)[0], "the stored wish 1 was altered")


@pytest.mark.parametrize(("kind", "origin"), [("correction", "hand"), ("correction", "list"), ("objection", "hand")])
def test_a_wish_that_nobody_recorded_is_found(agency: Agency, lived: str, kind: str, origin: str) -> None:
    tamper(
        agency,
        "INSERT INTO wish (id, contact_id, advertiser_id, kind, said_at, source, origin, number, corrects, noted_at) "
        f"SELECT 9, contact_id, advertiser_id, '{kind}', said_at, source, '{origin}', number, 1, noted_at FROM wish",
    )
    found = verified(agency)
    assert (found.broken_at, found.why) == (found.rows + 1, "the stored wish 9 is stored, but no row tells of it")


def test_a_wish_of_an_old_file_is_no_fault_and_told(agency: Agency, lived: str) -> None:
    tamper(
        agency,
        "INSERT INTO wish (id, contact_id, advertiser_id, kind, said_at, source, origin, number, corrects, noted_at) "
        "SELECT 9, contact_id, advertiser_id, 'objection', said_at, '', 'list', '', NULL, noted_at FROM wish",
    )
    found = verified(agency)
    assert found.whole
    assert reservations(found) == ["not compared: 1 wishes that came with files before those were kept by number"]


def test_a_call_that_a_crash_left_is_held_as_well(agency: Agency) -> None:
    person = agency.person()
    attempt = agency.dial(agency.order(agency.campaign(), person))
    agency.report(attempt, CallEventKind.ANSWERED)
    agency.clock.advance(minutes=1)
    with agency.transaction() as session:
        assert settle_leftovers(session, agency.clock.now()) == ([], [attempt])
    assert verified(agency).whole
    tamper(agency, "UPDATE attempt SET answered_at = NULL")
    found = verified(agency)
    assert (found.broken_at, found.why) == (
        rows(agency, AuditKind.RECOVERY)[0],
        f"the attempt {attempt} was altered",
    )


def test_a_key_cannot_vanish_unless_its_person_was_erased(agency: Agency, lived: str) -> None:
    with agency.transaction() as session:
        key = session.connection().exec_driver_sql("SELECT * FROM person_key WHERE contact_id = 2").one()
    tamper(agency, "DELETE FROM person_key WHERE contact_id = 2")
    found = verified(agency)
    assert found.broken_at == rows(agency, AuditKind.DECISION)[1]
    assert "(contact 2) is missing" in found.why
    erase(agency.workspace, 2, "asked", agency.clock.now())
    assert verified(agency).whole, "the erasure accounts for it"
    made_at = "2026-11-24 09:00:00"
    tamper(
        agency,
        "INSERT INTO person_key (contact_id, master, wrapped, made_at) "
        f"VALUES (2, '{key.master}', '{key.wrapped}', '{made_at}')",
    )
    found = verified(agency)
    assert found.broken_at == rows(agency, AuditKind.ERASED)[0]
    assert "is there again" in found.why


def test_who_is_asked_about_after_the_end_of_the_period_has_a_key_again(agency: Agency) -> None:
    person, pseudonyms = agency.person(NUMBER), agency.workspace.pseudonyms
    campaign = agency.campaign()
    agency.ask(campaign, person)
    with agency.transaction() as session:
        Vault.destroy(session, person)
        append(session, AuditKind.RETENTION, {"keys": [pseudonyms.of(person)]}, agency.clock.now())
    assert verified(agency).whole
    agency.clock.advance(minutes=1)
    agency.ask(campaign, person)
    assert verified(agency).whole
    tamper(agency, "DELETE FROM person_key")
    assert verified(agency).broken_at == rows(agency, AuditKind.DECISION)[1]


def test_without_the_key_of_pseudonyms_it_is_said_that_people_were_not_compared(agency: Agency, lived: str) -> None:
    tamper(agency, "UPDATE wish SET contact_id = 2", "UPDATE attempt SET number = '+33639980102'")
    assert not verified(agency).whole
    found = verified(agency, with_key=False)
    assert found.whole
    assert any("whose row is whose" in each.why for each in found.reservations)
    assert any("sans la clé des pseudonymes" in each.why_fr for each in found.reservations)


def test_what_an_earlier_version_did_not_tell_is_not_compared_and_that_is_said(agency: Agency, lived: str) -> None:
    later = {"reported", "callee", "next", "about"}

    def as_before(body: str) -> str:
        told = {name: value for name, value in json.loads(body).items() if name not in later}
        return json.dumps(told, separators=(",", ":"), sort_keys=True, ensure_ascii=False)

    for row in agency.audit():
        if row.kind in (AuditKind.DECISION, AuditKind.ATTEMPT, AuditKind.WISH):
            rewrite(agency, row.seq, as_before)
    found = verified(agency)
    assert found.why == ""
    assert reservations(found) == [
        "not compared: number and next instant of 2 decisions of an earlier version",
        "not compared: the events of 2 calls of an earlier version",
    ]
