"""A key that is gone is missed by name, not made anew; who goes on without it says so in the log."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from dialer import remarks
from dialer.audit import AuditKind, ClockWentBack
from dialer.backups.making import make_backup
from dialer.errors import NotPossible
from dialer.key_replacement import replace_key
from dialer.lost_keys import Key, KeyLost
from dialer.master_keys import VARIABLE, KeyMissing, MasterKeys
from dialer.owner import sole_owner
from dialer.presence import present
from dialer.sealing import seal_chain
from dialer.vault import Erased, read_decision
from dialer.verification import verify, verify_folder
from dialer.workspace import Workspace
from tests.dialer.agency import Agency


@pytest.fixture
def worked(agency: Agency, tmp_path: Path) -> Agency:
    """An agency that needs every one of its keys: with a decided call, a seal and a backup."""
    person = agency.person("+33639980101")
    agency.ask(agency.campaign(), person)
    seal_chain(agency.workspace)
    make_backup(agency.workspace, tmp_path / "first.backup")
    return agency


def opened_anew(agency: Agency) -> Workspace:
    return Workspace(agency.workspace.settings, agency.workspace.store, agency.clock)


def file_of(agency: Agency, key: Key) -> Path:
    return key.path(agency.workspace.settings.keys_folder)


USES: dict[Key, Callable[[Workspace, Path], object]] = {
    Key.MASTER: lambda workspace, _: workspace.gate,
    Key.PSEUDONYM: lambda workspace, _: workspace.gate,
    Key.SEAL: lambda workspace, _: seal_chain(workspace),
    Key.BACKUP: lambda workspace, folder: make_backup(workspace, folder / "second.backup"),
}
every_key = pytest.mark.parametrize("key", Key)


@every_key
def test_a_key_that_the_records_need_is_missed_and_not_made_anew(worked: Agency, tmp_path: Path, key: Key) -> None:
    file_of(worked, key).unlink()
    rows = worked.audit()
    with pytest.raises(KeyLost, match=rf"keys/{key}\.key is missing.*dialer keys replace {key}") as missed:
        USES[key](opened_anew(worked), tmp_path)
    assert "manque" in missed.value.message_fr
    assert not file_of(worked, key).exists()
    assert worked.audit() == rows
    assert not (tmp_path / "second.backup").exists()


@every_key
def test_put_back_it_serves_as_before(worked: Agency, tmp_path: Path, key: Key) -> None:
    aside = file_of(worked, key).rename(tmp_path / "aside")
    with pytest.raises(KeyLost):
        USES[key](opened_anew(worked), tmp_path)
    aside.rename(file_of(worked, key))
    USES[key](opened_anew(worked), tmp_path)


@every_key
def test_where_nothing_is_recorded_it_is_made(agency: Agency, tmp_path: Path, key: Key) -> None:
    file_of(agency, key).unlink(missing_ok=True)
    USES[key](opened_anew(agency), tmp_path)
    assert file_of(agency, key).exists()


def test_a_lost_key_of_permits_is_made_anew_because_it_guards_calls_under_way_alone(worked: Agency) -> None:
    file = worked.workspace.settings.keys_folder / "permit.key"
    before = worked.workspace.permit_key
    file.unlink()
    assert opened_anew(worked).permit_key != before
    with worked.workspace.store.reading() as session:
        assert verify(session).whole


def test_the_key_of_seals_is_missed_with_its_public_half_gone_too(worked: Agency) -> None:
    for path in worked.workspace.settings.keys_folder.glob("seal.*"):
        path.unlink()
    with pytest.raises(KeyLost, match=r"seal\.key"):
        seal_chain(opened_anew(worked))


def test_a_seal_without_its_row_needs_its_key_as_well(agency: Agency) -> None:
    seals = agency.workspace.path("seals")
    seals.mkdir()
    (seals / "0001.json").write_text("{}")
    with pytest.raises(KeyLost, match=r"seal\.key"):
        _ = agency.workspace.seal_key


def test_a_master_key_in_the_environment_needs_no_file(worked: Agency, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, file_of(worked, Key.MASTER).read_text("ascii").strip())
    file_of(worked, Key.MASTER).unlink()
    workspace = opened_anew(worked)
    with worked.transaction() as session:
        assert read_decision(session, workspace.vault, worked.decisions()[0])["facts"]


@every_key
def test_a_key_that_is_not_lost_is_not_replaced(worked: Agency, key: Key) -> None:
    before, rows = file_of(worked, key).read_bytes(), worked.audit()
    with pytest.raises(NotPossible, match="not lost"):
        replace_key(worked.workspace, key, "by mistake")
    assert (file_of(worked, key).read_bytes(), worked.audit()) == (before, rows)


@every_key
def test_replaced_it_serves_again_and_the_log_says_why(worked: Agency, tmp_path: Path, key: Key) -> None:
    file_of(worked, key).unlink()
    workspace = opened_anew(worked)
    replace_key(workspace, key, "disk broken")
    row = worked.audit()[-1]
    told = json.loads(row.body)
    assert (row.kind, told["key"]) == (AuditKind.KEY_REPLACED, str(key))
    USES[key](opened_anew(worked), tmp_path)
    seal_chain(opened_anew(worked))
    with worked.workspace.store.reading() as session:
        assert remarks.words(session, told["reason_sha256"]) == "disk broken"
    found = verify_folder(opened_anew(worked))
    assert found.whole, found.why


def test_without_the_master_key_past_facts_are_gone_and_the_same_people_can_be_asked_about(worked: Agency) -> None:
    lost = worked.workspace.vault.masters.current
    file_of(worked, Key.MASTER).unlink()
    done = replace_key(opened_anew(worked), Key.MASTER, "disk broken")
    assert (done.lost, done.people) == ((lost,), 1)
    workspace, (old,) = opened_anew(worked), worked.decisions()
    with worked.transaction() as session, pytest.raises(Erased, match="do not open"):
        read_decision(session, workspace.vault, old)
    campaign = worked.campaign(name="Autre")
    with worked.transaction() as session:
        workspace.gate.ask(session, campaign, old.contact_id)
    new = worked.decisions()[-1]
    with worked.transaction() as session:
        assert read_decision(session, workspace.vault, new)["facts"]


def test_a_master_key_that_was_made_anew_by_hand_is_told_of_too(worked: Agency) -> None:
    """Whoever put another key in its place has lost the first as well."""
    lost = worked.workspace.vault.masters.current
    file_of(worked, Key.MASTER).write_bytes(base64.b64encode(b"k" * 32))
    workspace = opened_anew(worked)
    with worked.transaction() as session, pytest.raises(KeyMissing, match="keys replace"):
        read_decision(session, workspace.vault, worked.decisions()[0])
    assert replace_key(workspace, Key.MASTER, "another was put there").lost == (lost,)
    assert MasterKeys.load_or_create(file_of(worked, Key.MASTER)).ids == workspace.vault.masters.ids


def test_seals_of_the_lost_key_count_by_its_public_half(worked: Agency) -> None:
    keys = worked.workspace.settings.keys_folder
    public = (keys / "seal.pub").read_bytes()
    file_of(worked, Key.SEAL).unlink()
    done = replace_key(opened_anew(worked), Key.SEAL, "disk broken")
    assert (keys / f"seal-{done.lost[0][:16]}.pub").read_bytes() == public
    assert (keys / "seal.pub").read_bytes() != public
    assert json.loads(worked.audit()[-1].body)["lost"] == list(done.lost)


def test_nothing_is_replaced_while_a_run_is_under_way(worked: Agency) -> None:
    file_of(worked, Key.SEAL).unlink()
    workspace = opened_anew(worked)
    running = sole_owner(workspace.settings), present(workspace.store)
    with running[0], running[1], pytest.raises(NotPossible, match="stop it first"):
        replace_key(workspace, Key.SEAL, "disk broken")
    assert not file_of(worked, Key.SEAL).exists()


@every_key
def test_with_a_clock_behind_the_log_nothing_is_replaced(worked: Agency, key: Key) -> None:
    file_of(worked, key).unlink()
    worked.clock.advance(minutes=-10)
    with pytest.raises(ClockWentBack):
        replace_key(opened_anew(worked), key, "disk broken")
    assert not file_of(worked, key).exists()
