"""Whatever is done to the records behind the program's back, a verification names the first row that is wrong."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dialer.audit import AuditKind, append
from dialer.dispositions import Disposition
from dialer.faults import Verification
from dialer.ports import CallEventKind
from dialer.verification import verify
from tests.dialer.agency import Agency
from tests.dialer.fakes import MORNING
from tests.dialer.tampering import rewrite, tamper


def write(agency: Agency, rows: int) -> None:
    """So many rows, after the one that begins the chain."""
    with agency.transaction() as session:
        for number in range(rows):
            append(session, AuditKind.VERIFIED, {"number": number}, MORNING + timedelta(seconds=number))


def verified(agency: Agency) -> Verification:
    with agency.workspace.store.reading() as session:
        return verify(session)


TAMPERINGS: list[tuple[str, list[str], int]] = [
    ("a body edited", ["UPDATE audit SET body = '{\"number\":9}' WHERE seq = 3"], 3),
    ("a body that is no text of ours", ["UPDATE audit SET body = '' WHERE seq = 3"], 3),
    ("a kind edited", ["UPDATE audit SET kind = 'wish' WHERE seq = 3"], 3),
    (
        "text moved from the body to the kind",
        ["UPDATE audit SET body = '{}', kind = 'verified\",\"x\":\"' WHERE seq = 3"],
        3,
    ),
    ("an instant edited", ["UPDATE audit SET at = (SELECT at FROM audit WHERE seq = 6) WHERE seq = 3"], 3),
    ("a hash edited", [f"UPDATE audit SET sha256 = '{'0' * 64}' WHERE seq = 3"], 3),
    ("a link edited", [f"UPDATE audit SET previous = '{'0' * 64}' WHERE seq = 3"], 3),
    ("a row deleted", ["DELETE FROM audit WHERE seq = 3"], 3),
    ("the head cut off", ["DELETE FROM audit WHERE seq <= 2"], 1),
    ("the head cut off and the rest moved up", ["DELETE FROM audit WHERE seq = 1", "UPDATE audit SET seq = -seq",
                                                "UPDATE audit SET seq = -seq - 1"], 1),
    ("the middle cut out", ["DELETE FROM audit WHERE seq IN (3, 4)"], 3),
    (
        "a row deleted and the gap closed",
        ["DELETE FROM audit WHERE seq = 3", "UPDATE audit SET seq = 3 WHERE seq = 4"],
        3,
    ),
    (
        "a row inserted between",
        [
            "UPDATE audit SET seq = 105 WHERE seq = 5",
            "DELETE FROM audit WHERE seq = 6",
            "UPDATE audit SET seq = 6 WHERE seq = 105",
            "UPDATE audit SET seq = 5 WHERE seq = 4",
            "INSERT INTO audit SELECT 4, at, kind, body, previous, sha256 FROM audit WHERE seq = 3",
        ],
        4,
    ),
    (
        "a row added at the end",
        ["INSERT INTO audit SELECT 7, at, kind, body, previous, sha256 FROM audit WHERE seq = 6"],
        7,
    ),
    (
        "two rows swapped",
        [
            "UPDATE audit SET seq = 102 WHERE seq = 2",
            "UPDATE audit SET seq = 2 WHERE seq = 4",
            "UPDATE audit SET seq = 4 WHERE seq = 102",
        ],
        2,
    ),
    ("the order turned round", ["UPDATE audit SET seq = 107 - seq", "UPDATE audit SET seq = seq - 100"], 1),
]  # fmt: skip


@pytest.mark.parametrize(("statements", "first"), [case[1:] for case in TAMPERINGS], ids=[c[0] for c in TAMPERINGS])
def test_every_tampering_with_the_chain_is_found_at_its_first_row(
    agency: Agency, statements: list[str], first: int
) -> None:
    write(agency, 5)
    tamper(agency, *statements)
    found = verified(agency)
    assert (found.whole, found.broken_at) == (False, first)
    assert found.why != found.why_fr


@pytest.fixture
def lived(agency: Agency) -> tuple[str, str]:
    """Three decisions; one call that was answered and ended, one that nobody had room for; an objection. The ids of
    the two attempts."""
    people = [agency.person() for _ in range(2)] + [agency.person(consent=False)]
    campaign = agency.campaign()
    ended = agency.dial(agency.order(campaign, people[0]))
    agency.report(ended, CallEventKind.ANSWERED)
    agency.report(ended, CallEventKind.ENDED, disposition=Disposition.ANSWERED, sip_code=200, talk=timedelta(seconds=9))
    sent_back = agency.dial(agency.order(campaign, people[1]))
    agency.report(sent_back, CallEventKind.NOT_SENT)
    agency.ask(campaign, people[2])
    agency.object(people[2])
    assert verified(agency).whole
    return ended, sent_back


def seqs(agency: Agency, kind: AuditKind, word: str) -> list[int]:
    return [row.seq for row in agency.audit() if row.kind == kind and word in row.body]


DECISIONS = [
    ("UPDATE decision SET body = substr(body, 1, 50) || 'A' || substr(body, 52) WHERE id = 2", 1, "was altered"),
    ("UPDATE decision SET verdict = 'deny' WHERE id = 2", 1, "was altered"),
    ("UPDATE decision SET rule_ids = 'FR-HOURS' WHERE id = 2", 1, "was altered"),
    ("UPDATE decision SET at = (SELECT at FROM decision WHERE id = 1) WHERE id = 2", 1, "was altered"),
    ("DELETE FROM decision WHERE id = 2", 1, "is missing"),
    ("DELETE FROM decision", 0, "is missing"),
    ("UPDATE decision SET id = 9 WHERE id = 2", 1, "is missing"),
]


@pytest.mark.parametrize(("statement", "which", "why"), DECISIONS)
def test_a_decision_that_is_not_as_it_was_recorded_is_found(
    agency: Agency, lived: tuple[str, str], statement: str, which: int, why: str
) -> None:
    tamper(agency, statement)
    recorded = seqs(agency, AuditKind.DECISION, "")
    found = verified(agency)
    assert found.broken_at == recorded[which]
    assert found.why == f"the stored decision {which + 1} {why}"


def test_a_decision_that_was_never_recorded_is_found(agency: Agency, lived: tuple[str, str]) -> None:
    columns = "at, campaign_id, contact_id, number, verdict, rule_ids, next_at, body, sha256"
    tamper(agency, f"INSERT INTO decision (id, {columns}) SELECT 17, {columns} FROM decision WHERE id = 1")
    found = verified(agency)
    assert found.broken_at == len(agency.audit()) + 2, "after the last row"
    assert "decision 17" in found.why


ATTEMPTS = [
    ("UPDATE attempt SET disposition = 'no-answer' WHERE id = '{ended}'", '"closed"', "was altered"),
    ("UPDATE attempt SET disposition = NULL WHERE id = '{ended}'", '"closed"', "was altered"),
    ("UPDATE attempt SET talk_ms = 0 WHERE id = '{ended}'", '"closed"', "was altered"),
    ("UPDATE attempt SET sip_code = 486 WHERE id = '{ended}'", '"closed"', "was altered"),
    ("UPDATE attempt SET dialed_at = '2026-11-24 03:00:00+00' WHERE id = '{ended}'", '"closed"', "was altered"),
    (
        "UPDATE attempt SET state = 'cancelled' WHERE id = '{ended}'",
        '"closed"',
        "is stored as cancelled, told as closed",
    ),
    ("UPDATE attempt SET state = 'dialing' WHERE id = '{ended}'", '"closed"', "is stored as dialing, told as closed"),
    ("UPDATE attempt SET caller_id = '+33162000009' WHERE id = '{ended}'", '"closed"', "was altered"),
    ("UPDATE attempt SET decision_id = 2 WHERE id = '{ended}'", '"closed"', "was altered"),
    ("DELETE FROM attempt WHERE id = '{ended}'", '"approved"', "is missing"),
]


@pytest.mark.parametrize(("statement", "state", "why"), ATTEMPTS)
def test_an_attempt_that_is_not_as_it_was_recorded_is_found(
    agency: Agency, lived: tuple[str, str], statement: str, state: str, why: str
) -> None:
    ended, _ = lived
    tamper(agency, statement.format(ended=ended))
    (recorded,) = (
        seq for seq in seqs(agency, AuditKind.ATTEMPT, ended) if seq in seqs(agency, AuditKind.ATTEMPT, state)
    )
    found = verified(agency)
    assert (found.broken_at, found.why) == (recorded, f"the attempt {ended} {why}")


def test_an_attempt_that_nobody_approved_is_found(agency: Agency, lived: tuple[str, str]) -> None:
    ended, _ = lived
    with agency.transaction() as session:
        names = session.connection().exec_driver_sql("SELECT * FROM attempt WHERE 1 = 0").keys()
    values = ", ".join("'slipped-in'" if name == "id" else name for name in names)
    tamper(agency, f"INSERT INTO attempt ({', '.join(names)}) SELECT {values} FROM attempt WHERE id = '{ended}'")
    found = verified(agency)
    assert found.why == "the attempt slipped-in is stored, but no row approved it"


@pytest.mark.parametrize(
    ("statement", "why"),
    [("DELETE FROM wish", "is missing"), ("UPDATE wish SET kind = 'refusal'", "was altered")],
)
def test_what_somebody_said_cannot_vanish_or_become_something_else(
    agency: Agency, lived: tuple[str, str], statement: str, why: str
) -> None:
    tamper(agency, statement)
    (recorded,) = seqs(agency, AuditKind.WISH, "")
    found = verified(agency)
    assert (found.broken_at, found.why) == (recorded, f"the stored wish 1 {why}")


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (AuditKind.DECISION, "[]"),
        (AuditKind.DECISION, "{}"),
        (AuditKind.ATTEMPT, '{"attempt":1}'),
        (AuditKind.WISH, "x"),
        (AuditKind.WISH, '{"wish":1}'),
    ],
)
def test_a_row_hashed_anew_that_says_nothing_of_its_kind_is_found(
    agency: Agency, lived: tuple[str, str], kind: AuditKind, body: str
) -> None:
    row = seqs(agency, kind, "")[0]
    rewrite(agency, row, lambda _: body)
    assert verified(agency).broken_at == row


def test_a_call_under_way_is_whole_in_every_state(agency: Agency) -> None:
    person = agency.person()
    order = agency.order(agency.campaign(), person)
    assert verified(agency).whole
    attempt = agency.dial(order)
    for kind in (CallEventKind.RINGING, CallEventKind.ANSWERED, CallEventKind.LOST):
        agency.report(attempt, kind)
        assert verified(agency).whole, kind


def test_progress_is_told(agency: Agency, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dialer.verification._EVERY", 2)
    write(agency, 5)
    told: list[tuple[int, int]] = []
    with agency.workspace.store.reading() as session:
        assert verify(session, progress=lambda done, total: told.append((done, total))).rows == 6
    assert told == [(2, 6), (4, 6), (6, 6)]
