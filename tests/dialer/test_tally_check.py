"""What the chain tells of tallied tables, and what a verification does when it cannot compare them."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from sqlmodel import SQLModel, col, func, select

from dialer.audit import AuditKind, Pseudonyms, append
from dialer.driver import Driver
from dialer.errors import NotPossible
from dialer.faults import Verification
from dialer.key_replacement import replace_key
from dialer.lost_keys import Key
from dialer.schema import (
    AgreedSlot,
    AuditRow,
    ConsentRow,
    Contact,
    Opposition,
)
from dialer.tallied import TALLIED
from dialer.tally_counting import frame_of, texts
from dialer.tally_rows import read_all, text_of
from dialer.tallying import Tallier
from dialer.verification import verify, verify_folder
from tests.dialer.agency import Agency
from tests.dialer.lists import CONSENT, load, row, undo
from tests.dialer.tallied_agency import NOBODY, begin_tallying, opposed, verified
from tests.dialer.tampering import tamper


def test_a_refused_import_tells_nothing(filled: Agency) -> None:
    before = rows_of_chain(filled)
    with pytest.raises(NotPossible):
        load(filled, row(Nom="Roux", Portable="06 39 98 01 04"))
    assert rows_of_chain(filled) == before
    assert verified(filled).whole


def test_a_look_tells_nothing(filled: Agency) -> None:
    before = rows_of_chain(filled)
    with filled.transaction() as session:
        session.get_one(Contact, 1).city = session.get_one(Contact, 1).city
    assert rows_of_chain(filled) == before


def test_the_log_holds_no_clear_fact_and_never_the_same_sum_twice(filled: Agency) -> None:
    opposed(filled, "+33639980197", name="a")
    undo(filled, "a", drop_limits="a mistake")
    opposed(filled, "+33639980197", name="a")
    with filled.transaction() as session:
        rows = session.exec(select(AuditRow).where(AuditRow.kind == str(AuditKind.TALLIED))).all()
    told = [each["sum"] for row in rows for lists in json.loads(row.body)["tables"].values() for each in lists.values()]
    assert len(told) == len(set(told))
    assert not [row for row in rows if "3963998" in row.body or "p.pdf" in row.body]


def test_what_was_there_before_counts_as_it_is_found(agency: Agency, tallying: Agency) -> None:
    tallier = agency.workspace.store.known.pop(Tallier)
    load(agency, row(Nom="Roux", Portable="06 39 98 01 01", **CONSENT))
    assert [each.why for each in verified(agency).reservations if "files" in each.why]
    agency.workspace.store.known[Tallier] = tallier
    opposed(agency, NOBODY)
    found = verified(agency)
    assert (found.whole, found.reservations) == (True, ())
    tamper(agency, "DELETE FROM consent")
    assert not verified(agency).whole


def test_a_verification_has_everything_counted(agency: Agency, tallying: Agency) -> None:
    tallier = agency.workspace.store.known.pop(Tallier)
    load(agency, row(Nom="Roux", Portable="06 39 98 01 01", **CONSENT))
    agency.workspace.store.known[Tallier] = tallier
    assert verify_folder(agency.workspace).whole
    tamper(agency, "DELETE FROM consent")
    assert "consents" in verify_folder(agency.workspace).why


def test_without_the_key_nothing_is_compared_and_that_is_said(filled: Agency) -> None:
    tamper(filled, "DELETE FROM consent")
    with filled.workspace.store.reading() as session:
        found = verify(session)
    assert found.whole
    assert [each.why for each in found.reservations if "pseudonym.key" in each.why and "files" in each.why]


def test_in_its_own_folder_the_key_is_missed(filled: Agency) -> None:
    """Else whoever forges a consent would take the key away, and be told of in passing."""
    workspace = filled.workspace
    tamper(filled, "DELETE FROM consent")
    Key.PSEUDONYM.path(workspace.settings.keys_folder).unlink()
    del workspace.pseudonyms
    found = verify_folder(workspace)
    assert not found.whole
    assert "pseudonym.key is missing" in found.why


def test_another_key_is_a_fault_until_its_loss_is_told(filled: Agency) -> None:
    workspace = filled.workspace
    Key.PSEUDONYM.path(workspace.settings.keys_folder).unlink()
    del workspace.pseudonyms
    replace_key(workspace, Key.PSEUDONYM, "the disk broke")
    del workspace.store.known[Tallier]
    workspace.store.known[Tallier] = Tallier(lambda: workspace.pseudonyms.key, filled.clock)
    opposed(filled, "+33639980197", name="a")
    assert verified(filled).whole
    tamper(filled, "DELETE FROM consent")
    assert not verified(filled).whole


def test_tallies_under_a_key_that_is_not_at_hand_are_a_fault(filled: Agency) -> None:
    with filled.workspace.store.reading() as session:
        found = verify(session, pseudonyms=Pseudonyms(b"another key"))
    assert "another key" in found.why


@pytest.mark.parametrize(
    ("table", "text"),
    [
        (ConsentRow, "consent|1|1|10:2026-03-12|10:FH-2026-01|5:p.pdf|18:automated;ai-agent|0:|0:|-|0:|0:|0|0|-"),
        (Opposition, "opposition|33639980102|1|9:objection|0|10:2026-11-02"),
        (AgreedSlot, "agreed_slot|1|-|1|26:2026-11-26 09:02:00.000000|5:p.pdf"),
    ],
)
def test_a_row_is_the_same_text_on_every_database(filled: Agency, table: type[SQLModel], text: str) -> None:
    tallied = TALLIED[str(table.__tablename__)]
    with filled.workspace.store.reading() as session:
        (rows,) = read_all(Driver(session), tallied)
    assert text in map(partial(text_of, tallied), rows)
    assert list(map(partial(text_of, tallied), rows)) == texts(tallied, frame_of(tallied, rows)).to_list()


def rows_of_chain(agency: Agency) -> int:
    with agency.transaction() as session:
        return session.exec(select(func.count()).select_from(AuditRow)).one()


def forged(agency: Agency, change: Callable[[dict[str, Any]], None]) -> Verification:
    """One more row of the chain like the last count, but for a change, by somebody who has no key."""
    with agency.transaction() as session:
        rows = select(AuditRow.body).where(AuditRow.kind == str(AuditKind.TALLIED)).order_by(col(AuditRow.seq).desc())
        told = json.loads(session.exec(rows.limit(1)).one())
        change(told)
        append(session, AuditKind.TALLIED, told, agency.clock.now())
    return verified(agency)


FORGERIES: dict[str, Callable[[dict[str, Any]], None]] = {
    "the same once more": lambda told: None,
    "under a new nonce": lambda told: told.update(nonce="0" * 32),
    "other columns, so that all is counted anew": lambda told: told.update(shape=""),
    "of another table": lambda told: told.update(tables={"consent": {"1": {"rows": 0, "sum": "0" * 64}}}),
}


@pytest.mark.parametrize("change", FORGERIES.values(), ids=FORGERIES)
@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_nobody_counts_without_the_key(filled: Agency, change: Callable[[dict[str, Any]], None]) -> None:
    assert "did not write it" in forged(filled, change).why


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_a_key_at_hand_is_not_lost_because_the_log_says_so(filled: Agency) -> None:
    tamper(filled, "DELETE FROM consent")
    with filled.transaction() as session:
        append(session, AuditKind.KEY_REPLACED, {"key": "pseudonym", "reason": ""}, filled.clock.now())
    assert "consents" in verified(filled).why


def test_what_another_version_counted_by_other_columns_is_counted_anew(
    tallying: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as before:
        before.setattr("dialer.tallying.SHAPE", "other columns")
        opposed(tallying, NOBODY)
    begin_tallying(tallying)
    assert [each.why for each in verified(tallying).reservations if "does not count it yet" in each.why]
    opposed(tallying, "+33639980198", name="groupe 2")
    found = verified(tallying)
    assert (found.whole, found.reservations) == (True, ())
    tamper(tallying, f"DELETE FROM opposition WHERE number = {NOBODY[1:]}")
    assert "oppositions" in verified(tallying).why


def test_the_count_of_another_version_is_not_told_twice(filled: Agency) -> None:
    """Else a copy of it would have what was forged since counted as it is found."""
    with pytest.MonkeyPatch.context() as before:
        before.setattr("dialer.tallying.SHAPE", "other columns")
        begin_tallying(filled)
        opposed(filled, "+33639980198", name="groupe 2")
    begin_tallying(filled)
    opposed(filled, "+33639980197", name="groupe 3")
    assert verified(filled).whole
    with filled.transaction() as session:
        rows = select(AuditRow.body).where(col(AuditRow.body).contains("other columns"))
        append(session, AuditKind.TALLIED, json.loads(session.exec(rows).one()), filled.clock.now())
    tamper(filled, "DELETE FROM consent")
    begin_tallying(filled)
    opposed(filled, "+33639980196", name="groupe 4")
    assert "told before" in verified(filled).why
