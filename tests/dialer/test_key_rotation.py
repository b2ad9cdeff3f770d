"""A rotation wraps every key anew, can be taken up where it was cut short, and never leaves anybody unreadable."""

from __future__ import annotations

import base64
import json

import pytest

from dialer.audit import AuditKind
from dialer.errors import NotPossible
from dialer.key_rotation import keys_of, rotate
from dialer.master_keys import VARIABLE, KeyMissing, MasterKeys
from dialer.owner import sole_owner
from dialer.presence import present
from dialer.vault import Vault
from dialer.verification import verify
from dialer.workspace import Workspace
from tests.dialer.agency import Agency


@pytest.fixture
def decided(agency: Agency) -> Agency:
    """Two people about whom something was decided."""
    campaign_of = [agency.person(), agency.person()]
    campaign = agency.campaign()
    for person in campaign_of:
        agency.ask(campaign, person)
    return agency


def opened_anew(agency: Agency) -> Workspace:
    return Workspace(agency.workspace.settings, agency.workspace.store, agency.clock)


def readable(agency: Agency, workspace: Workspace) -> int:
    decisions = agency.decisions()
    with agency.transaction() as session:
        texts = [workspace.vault.text(session, row.id, row.contact_id, row.body) for row in decisions]
    return sum("facts" in json.loads(text) for text in texts)


def test_everybody_stays_readable_under_the_new_key_alone(decided: Agency) -> None:
    before = decided.workspace.vault.masters.current
    done = rotate(decided.workspace)
    again = opened_anew(decided)
    assert (done.before, done.people) == ((before,), 2)
    assert again.vault.masters.ids == (done.current,)
    assert readable(decided, again) == 2
    with decided.transaction() as session:
        assert dict(keys_of(session, again).people) == {done.current: 2}
        assert verify(session).whole


def test_the_old_key_is_set_aside_for_backups_from_before(decided: Agency) -> None:
    file = decided.workspace.settings.keys_folder / "master.key"
    old = [file.read_bytes()]
    done = rotate(decided.workspace)
    old.append(file.read_bytes())
    rotate(opened_anew(decided))
    assert done.set_aside
    assert done.set_aside.read_bytes() == b"".join(old)
    assert done.set_aside.stat().st_mode & 0o777 == 0o600


def test_the_chain_tells_of_it_by_ids_only(decided: Agency) -> None:
    done = rotate(decided.workspace)
    last = decided.audit()[-1]
    assert last.kind == AuditKind.KEY_ROTATED
    told = json.loads(last.body)
    assert (told["to"], told["from"], told["people"]) == (done.current, list(done.before), 2)


def test_one_that_was_cut_short_is_taken_up_with_the_key_that_it_had_made(
    decided: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def killed(*_: object) -> int:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(Vault, "rewrap", killed)
        with pytest.raises(Killed):
            rotate(decided.workspace)
    halfway = opened_anew(decided)
    assert len(halfway.vault.masters.ids) == 2
    assert readable(decided, halfway) == 2
    done = rotate(halfway)
    assert done.current == halfway.vault.masters.current
    assert readable(decided, opened_anew(decided)) == 2


def test_not_while_a_run_holds_the_old_key(decided: Agency) -> None:
    before = decided.workspace.vault.masters.ids
    workspace = decided.workspace
    running = sole_owner(workspace.settings), present(workspace.store)
    with running[0], running[1], pytest.raises(NotPossible, match="stop it first"):
        rotate(workspace)
    assert opened_anew(decided).vault.masters.ids == before


def test_keys_in_the_environment_are_rotated_by_whoever_sets_it(
    decided: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = (decided.workspace.settings.keys_folder / "master.key").read_text("ascii").strip()
    monkeypatch.setenv(VARIABLE, old)
    with pytest.raises(NotPossible, match="append the new one"):
        rotate(opened_anew(decided))
    new = base64.b64encode(b"n" * 32).decode()
    monkeypatch.setenv(VARIABLE, f"{old},{new}")
    done = rotate(opened_anew(decided))
    assert done.set_aside is None
    monkeypatch.setenv(VARIABLE, new)
    assert readable(decided, opened_anew(decided)) == 2


def test_a_master_key_that_is_missing_is_named_and_nothing_is_wrapped(decided: Agency) -> None:
    file = decided.workspace.settings.keys_folder / "master.key"
    lost = decided.workspace.vault.masters.current
    file.unlink()
    MasterKeys.add(file)
    MasterKeys.add(file)
    stranger = opened_anew(decided)
    with decided.transaction() as session:
        assert keys_of(session, stranger).missing == (lost,)
    with pytest.raises(KeyMissing, match=lost):
        rotate(stranger)
    with decided.transaction() as session:
        assert verify(session).whole
