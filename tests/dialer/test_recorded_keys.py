"""A key of somebody's facts that was altered, or exchanged for another, is named with its person."""

from __future__ import annotations

import pytest

from dialer.audit import AuditKind
from dialer.faults import Verification
from dialer.lost_keys import Key
from dialer.master_keys import MasterKeys
from dialer.verification import compare, verify
from tests.dialer.agency import Agency
from tests.dialer.tampering import tamper


@pytest.fixture
def decided(agency: Agency) -> Agency:
    """Two people, each decided about."""
    people = [agency.person() for _ in range(2)]
    campaign = agency.campaign()
    for person in people:
        agency.ask(campaign, person)
    assert verified(agency).whole
    return agency


def verified(agency: Agency) -> Verification:
    workspace = agency.workspace
    with workspace.store.reading() as session:
        return verify(session, pseudonyms=workspace.pseudonyms, masters=workspace.vault.masters)


SWAP = (
    "CREATE TABLE kept AS SELECT contact_id, wrapped FROM person_key",
    "UPDATE person_key SET wrapped = (SELECT wrapped FROM kept WHERE kept.contact_id <> person_key.contact_id)",
    "DROP TABLE kept",
)
TAMPERINGS = {
    "one letter": ("UPDATE person_key SET wrapped = CASE WHEN substr(wrapped, 1, 1) = 'A' THEN 'B' ELSE 'A' END "
                   "|| substr(wrapped, 2) WHERE contact_id = 1",),
    "emptied": ("UPDATE person_key SET wrapped = '' WHERE contact_id = 1",),
    "no base64": ("UPDATE person_key SET wrapped = 'é' WHERE contact_id = 1",),
    "somebody else's": SWAP,
    "of no master key": ("UPDATE person_key SET master = '0' WHERE contact_id = 1",),
}  # fmt: skip


@pytest.mark.parametrize("statements", TAMPERINGS.values(), ids=TAMPERINGS)
def test_a_key_that_does_not_open_is_named_with_its_person(decided: Agency, statements: tuple[str, ...]) -> None:
    tamper(decided, *statements)
    found = verified(decided)
    first = next(row.seq for row in decided.audit() if row.kind == AuditKind.DECISION)
    assert found.broken_at == first
    assert f"contact 1, person {decided.workspace.pseudonyms.of(1)}" in found.why
    assert "does not open" in found.why


def test_a_key_of_nobody_who_was_decided_about_is_held_as_well(decided: Agency) -> None:
    decided.person()
    tamper(decided, "INSERT INTO person_key SELECT 3, master, wrapped, made_at FROM person_key WHERE contact_id = 1")
    found = verified(decided)
    assert (found.broken_at, "contact 3" in found.why) == (found.rows + 1, True)


def test_after_the_master_key_was_rotated_every_key_opens(decided: Agency) -> None:
    workspace = decided.workspace
    workspace.vault.masters = MasterKeys.add(Key.MASTER.path(workspace.settings.keys_folder))
    assert verified(decided).whole
    with decided.transaction() as session:
        assert workspace.vault.rewrap(session) == 2
    assert verified(decided).whole


def test_without_the_master_key_it_is_said_that_nothing_was_tried(decided: Agency) -> None:
    Key.MASTER.path(decided.workspace.settings.keys_folder).unlink()
    with decided.workspace.store.reading() as session:
        found = compare(session, decided.workspace)
    assert [each.why for each in found.reservations if "facts of 2 people open" in each.why]
