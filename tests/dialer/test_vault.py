"""Facts are readable with the person's key and gone without it, while the chain that has their hash holds."""

from __future__ import annotations

import base64
import json
import secrets
import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlmodel import select

from dialer.driver import Driver
from dialer.errors import SettingsRefused
from dialer.master_keys import VARIABLE, KeyMissing, MasterKeys
from dialer.schema import DecisionRow, PersonKey
from dialer.vault import Erased, Vault, key_question, read_decision
from dialer.verification import verify
from dialer.workspace import Workspace
from tests.dialer.agency import Agency
from tests.dialer.tampering import tamper

NUMBER = "+33639980101"


@pytest.fixture
def decided(agency: Agency) -> DecisionRow:
    person = agency.person(NUMBER)
    agency.ask(agency.campaign(), person)
    return agency.decisions()[0]


def read(workspace: Workspace, row: DecisionRow) -> dict[str, object]:
    with workspace.store.reading() as session:
        return read_decision(session, workspace.vault, row)


def reopened(agency: Agency) -> Workspace:
    """As another process opens it: keys are read from their files."""
    workspace = agency.workspace
    return Workspace(workspace.settings, workspace.store, workspace.clock)


def test_no_clear_fact_is_stored_of_a_decision(agency: Agency, decided: DecisionRow) -> None:
    assert decided.number == agency.workspace.pseudonyms.of_number(NUMBER)
    assert NUMBER[1:] not in decided.body
    assert decided.body.startswith("v2.")
    assert NUMBER[1:].encode() not in base64.b64decode(decided.body[3:])


def test_the_facts_come_back_in_another_process(agency: Agency, decided: DecisionRow) -> None:
    facts = read(reopened(agency), decided)["facts"]
    assert isinstance(facts, dict)
    assert facts["number"] == NUMBER


def test_a_person_has_one_key_and_no_decision_is_closed_twice_alike(agency: Agency, decided: DecisionRow) -> None:
    agency.clock.advance(minutes=20)
    with agency.transaction() as session:
        driver = Driver(session)
        answer = driver.rows(*_flat(key_question(decided.contact_id)))
        lock, written = agency.workspace.vault.lock(driver, decided.contact_id, answer, agency.clock.now())
        assert written == []
        assert lock.close(1, "x") != lock.close(1, "x")
        assert session.exec(select(PersonKey.contact_id)).all() == [decided.contact_id]


def _flat(statement: tuple[str, object]) -> tuple[object, ...]:
    sql, values = statement
    return sql, *values  # type: ignore[misc]


def test_a_row_of_before_encryption_is_read_as_it_is(agency: Agency, decided: DecisionRow) -> None:
    tamper(agency, "UPDATE decision SET body = '{\"facts\":1}'")
    assert read(agency.workspace, agency.decisions()[0]) == {"facts": 1}


def stored_before(agency: Agency, decided: DecisionRow, form: str) -> None:
    """As it was closed before texts were packed, under the person's key."""
    with agency.transaction() as session:
        stored = session.exec(select(PersonKey)).one()
    key = agency.workspace.vault.masters.unwrap(stored.master, stored.wrapped, stored.contact_id)
    nonce = secrets.token_bytes(12)
    sealed = nonce + AESGCM(key).encrypt(nonce, b'{"facts":1}', b"decision:%d" % decided.id)
    tamper(agency, f"UPDATE decision SET body = '{form}{base64.b64encode(sealed).decode()}'")


def test_what_was_closed_before_texts_were_packed_is_read_still(agency: Agency, decided: DecisionRow) -> None:
    stored_before(agency, decided, form="v1.")
    assert read(agency.workspace, agency.decisions()[0]) == {"facts": 1}


@pytest.mark.parametrize("altered", ["'v1.' || substr(body, 4)", "replace(body, 'v2.', 'v2.AAAA')"])
def test_a_stored_text_that_was_altered_does_not_open(agency: Agency, decided: DecisionRow, altered: str) -> None:
    tamper(agency, f"UPDATE decision SET body = {altered}")
    with pytest.raises(Erased, match="do not open"):
        read(agency.workspace, agency.decisions()[0])


def test_a_text_of_before_that_is_passed_off_as_packed_does_not_open(agency: Agency, decided: DecisionRow) -> None:
    stored_before(agency, decided, form="v2.")
    with pytest.raises(Erased, match="do not open"):
        read(agency.workspace, agency.decisions()[0])


def test_without_the_key_the_facts_are_gone_and_the_log_asks_who_took_it(agency: Agency, decided: DecisionRow) -> None:
    with agency.transaction() as session:
        assert Vault.destroy(session, decided.contact_id)
        assert not Vault.destroy(session, decided.contact_id)
    with pytest.raises(Erased, match="decision 1") as gone:
        read(agency.workspace, decided)
    assert "effacés" in gone.value.message_fr
    with agency.workspace.store.reading() as session:
        assert "no row tells of an erasure" in verify(session).why


def test_whoever_is_decided_about_after_that_gets_a_new_key_that_opens_nothing_old(
    agency: Agency, decided: DecisionRow
) -> None:
    with agency.transaction() as session:
        Vault.destroy(session, decided.contact_id)
    agency.ask(agency.campaign(name="Autre"), decided.contact_id)
    old, new = agency.decisions()
    assert read(agency.workspace, new)["facts"]
    with pytest.raises(Erased, match="do not open"):
        read(agency.workspace, old)


def test_a_stored_text_opens_for_its_own_decision_alone(agency: Agency, decided: DecisionRow) -> None:
    agency.clock.advance(minutes=20)
    agency.ask(agency.campaign(name="Autre"), decided.contact_id)
    first, second = agency.decisions()
    first.body = second.body
    with pytest.raises(Erased, match="do not open"):
        read(agency.workspace, first)


def test_keys_lie_in_a_file_that_its_owner_alone_reads(agency: Agency, decided: DecisionRow) -> None:
    file = agency.workspace.settings.keys_folder / "master.key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with agency.transaction() as session:
        wrapped = session.exec(select(PersonKey.wrapped)).one()
    assert file.read_text().strip() not in wrapped


def test_a_master_key_put_in_use_leaves_the_old_one_for_what_it_wrapped(agency: Agency, decided: DecisionRow) -> None:
    file = agency.workspace.settings.keys_folder / "master.key"
    old = agency.workspace.vault.masters
    new = MasterKeys.add(file)
    assert new.ids == (*old.ids, new.current)
    other = reopened(agency)
    assert read(other, decided)["facts"]
    with agency.transaction() as session:
        assert other.vault.rewrap(session) == 1
        assert other.vault.rewrap(session) == 0
        assert session.exec(select(PersonKey.master)).one() == new.current
    file.write_text(file.read_text().splitlines()[-1])
    assert read(reopened(agency), decided)["facts"], "the old key is needed no more"


def test_a_master_key_that_is_missing_is_told_and_stops_the_gate(agency: Agency, decided: DecisionRow) -> None:
    (agency.workspace.settings.keys_folder / "master.key").unlink()
    MasterKeys.add(agency.workspace.settings.keys_folder / "master.key")
    other = reopened(agency)
    with pytest.raises(KeyMissing, match=r"keys/master\.key") as missing:
        read(other, decided)
    assert "clé maîtresse" in missing.value.message_fr
    rows = agency.numbers_of_rows()
    campaign = agency.campaign(name="Autre")
    with pytest.raises(KeyMissing), agency.transaction() as session:
        other.gate.ask(session, campaign, decided.contact_id)
    assert agency.numbers_of_rows()["decision"] == rows["decision"]


def test_a_key_cannot_be_given_to_somebody_else(agency: Agency, decided: DecisionRow) -> None:
    other = agency.person()
    tamper(agency, f"UPDATE person_key SET contact_id = {other}", f"UPDATE decision SET contact_id = {other}")
    with pytest.raises(KeyMissing, match="altered"):
        read(agency.workspace, agency.decisions()[0])


def test_the_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = [base64.b64encode(secrets.token_bytes(32)).decode() for _ in range(2)]
    monkeypatch.setenv(VARIABLE, ",".join(keys))
    masters = MasterKeys.load_or_create(tmp_path / "master.key")
    assert len(masters.ids) == 2
    assert not (tmp_path / "master.key").exists()
    monkeypatch.setenv(VARIABLE, keys[0])
    assert MasterKeys.load_or_create(tmp_path / "master.key").current == masters.ids[0]


def test_of_several_that_make_a_key_at_once_one_makes_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "master.key"
    first = MasterKeys.load_or_create(file)
    monkeypatch.setattr(Path, "exists", lambda _: False)  # the other one looked before the first had made it
    assert MasterKeys.load_or_create(file).current == first.current


@pytest.mark.parametrize("content", ["", "\n", "short", base64.b64encode(b"x" * 31).decode(), "é" * 44])
def test_what_is_no_master_key_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "master.key").write_text(content)
    with pytest.raises(SettingsRefused, match="32 bytes in base64"):
        MasterKeys.load_or_create(tmp_path / "master.key")


def test_what_is_stored_stays_canonical_json_inside(agency: Agency, decided: DecisionRow) -> None:
    assert json.loads(agency.stored(decided))["decision"]["verdict"] == "allow"
