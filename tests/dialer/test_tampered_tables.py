"""Whoever adds, alters or removes a row of what came from files, or was set up by hand, is found."""

from __future__ import annotations

import pytest
from sqlmodel import select

from dialer.audit import AuditKind
from dialer.schema import AuditRow
from tests.dialer.agency import Agency
from tests.dialer.tallied_agency import NOBODY, verified
from tests.dialer.tampering import tamper

TAMPERINGS: list[tuple[str, str, str]] = [
    ("an objection added", "INSERT INTO opposition VALUES (33639980160, 1, 'objection', 0, NULL)", "oppositions"),
    ("an objection taken away", "DELETE FROM opposition WHERE list_id = 2", "oppositions"),
    ("an objection noted by hand taken away", "DELETE FROM opposition WHERE number = 33639980150", "oppositions"),
    ("an objection toward one advertiser only", "UPDATE opposition SET advertiser_id = 1 WHERE list_id = 2",
     "oppositions"),
    ("an objection of another day", "UPDATE opposition SET said_on = '2020-01-01' WHERE number = 33639980102",
     "oppositions"),
    ("a consent made up", "INSERT INTO consent (contact_id, list_id, collected_on, notice, proof, systems, channels, "
     "hours, advertiser, sectors, any_hour, withdrawn) SELECT 2, list_id, collected_on, notice, proof, systems, "
     "channels, hours, advertiser, sectors, any_hour, withdrawn FROM consent", "consents"),
    ("a consent taken away", "DELETE FROM consent", "consents"),
    ("a consent given to somebody else", "UPDATE consent SET contact_id = 2", "consents"),
    ("a consent dated anew", "UPDATE consent SET collected_on = '2026-11-01'", "consents"),
    ("a proof replaced", "UPDATE consent SET proof = 'other.pdf'", "consents"),
    ("a word moved from one column to the next", "UPDATE consent SET notice = notice || proof, proof = ''",
     "consents"),
    ("a withdrawal made up", "UPDATE consent SET withdrawn = ('1' = '1')", "consents"),
    ("a contract prolonged", "UPDATE contract SET until = '2099-12-31'", "contracts"),
    ("a contract with another advertiser", "UPDATE contract SET advertiser_id = NULL", "contracts"),
    ("a request of another day", "UPDATE callback_request SET requested_on = '2026-11-24'", "requests"),
    ("a slot at another hour", "UPDATE agreed_slot SET at = (SELECT imported_at FROM imported_list WHERE id = 1)",
     "slots"),
    ("a past call taken away", "DELETE FROM past_call", "past calls"),
    ("a past call told twice", "INSERT INTO past_call (number, list_id, source, advertiser_id, made_on, made_at, "
     "telling) SELECT number, list_id, source, advertiser_id, made_on, made_at, telling FROM past_call",
     "past calls"),
    ("a past call at another number", "UPDATE past_call SET number = 33639980160", "past calls"),
    ("an edition that renews its source", "UPDATE edition SET renews = ('1' = '0')", "editions"),
    ("a customer id given to somebody else", "UPDATE customer_reference SET contact_id = 2", "customer ids"),
    ("somebody else's postcode", "UPDATE contact SET postcode = '97400' WHERE id = 1", "persons"),
    ("a consumer made a firm", "UPDATE contact SET siret = '44306184100047' WHERE id = 1", "persons"),
    ("two people's numbers swapped", "UPDATE phone SET contact_id = 3 - contact_id", "numbers"),
    ("a list made fresher", "UPDATE imported_list SET as_of = '2027-01-01' WHERE id = 2", "imported lists"),
    ("a file replaced by another", "UPDATE imported_list SET sha256 = 'x' WHERE id = 1", "imported lists"),
    ("an advertiser renamed", "UPDATE advertiser SET key = 'other'", "advertisers"),
    ("a campaign on another trunk", "UPDATE campaign SET trunk = 'operateur'", "campaigns"),
    ("a campaign's plan rewritten", "UPDATE campaign SET plan = '{}'", "campaigns"),
    ("a number that is nobody's after all", "UPDATE phone SET state = 'unassigned' WHERE id = 1", "numbers"),
    ("what a file said of a person", """UPDATE contact SET attributes = '{"Offre":"x"}' WHERE id = 1""", "persons"),
    ("what a file's report said", "UPDATE imported_list SET report = '{}' WHERE id = 1", "imported lists"),
    ("somebody taken off their list", "DELETE FROM list_member WHERE contact_id = 1", "places on lists"),
    ("somebody put on a list", "INSERT INTO list_member SELECT 2, contact_id, line, postcode_before, named "
     "FROM list_member WHERE contact_id = 1", "places on lists"),
    ("another line of the file", "UPDATE list_member SET line = 99 WHERE contact_id = 1", "places on lists"),
    ("two people's lines swapped", "UPDATE list_member SET line = 5 - line", "places on lists"),
    ("a number of a list made up", "INSERT INTO listed_number VALUES (33639980101, 1)", "numbers known before"),
    ("a campaign on another list", "UPDATE campaign_list SET list_id = 2", "lists of campaigns"),
    ("a look cut out", "DELETE FROM access_log", "looks"),
    ("a look of somebody else", "UPDATE access_log SET actor = 'other'", "looks"),
    ("a look at somebody else", "UPDATE access_log SET person = ''", "looks"),
    ("a look at another time", "UPDATE access_log SET at = (SELECT min(imported_at) FROM imported_list)", "looks"),
    ("a look made up", "INSERT INTO access_log (at, actor, verb, person, detail) SELECT at, actor, 'why', person, "
     "detail FROM access_log", "looks"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("statement", "what"), [rest for _, *rest in TAMPERINGS], ids=[name for name, *_ in TAMPERINGS]
)
def test_what_is_changed_behind_the_program_is_found(filled: Agency, statement: str, what: str) -> None:
    tamper(filled, statement)
    found = verified(filled)
    assert not found.whole
    assert what in found.why


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_the_list_is_named_and_the_row_that_first_tells_of_it(filled: Agency) -> None:
    tamper(filled, f"DELETE FROM opposition WHERE number = {NOBODY[1:]}")
    found = verified(filled)
    assert "of the list 'groupe'" in found.why
    assert "(0 stored, 1 told)" in found.why
    assert "de la liste 'groupe'" in found.why_fr
    with filled.transaction() as session:
        kinds = {each.seq: each.kind for each in session.exec(select(AuditRow))}
    assert found.broken_at is not None
    assert (kinds[found.broken_at - 1], kinds[found.broken_at]) == (AuditKind.LIST_IMPORTED, AuditKind.TALLIED)


@pytest.mark.parametrize("few", [0, 2_000])
@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_a_word_in_the_place_of_a_number_is_found(filled: Agency, few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dialer.tally_rows._FEW", few)
    assert verified(filled).whole
    tamper(filled, "UPDATE phone SET list_id = 'x' WHERE id = 1", "UPDATE edition SET numbers = 'many'")
    assert "editions" in verified(filled).why or "numbers of persons" in verified(filled).why
