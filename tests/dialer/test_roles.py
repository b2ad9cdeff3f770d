"""Who may do what: by the table alone, by the system account alone, and the chain names who did it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dialer.audit import AuditKind, append
from dialer.errors import SettingsRefused
from dialer.roles import RIGHTS, NotAllowed, Role, UserSettings, account, actor_of, require_right
from dialer.settings import load_settings
from dialer.workspace import Workspace
from tests.dialer.agency import Agency
from tests.dialer.fakes import MORNING

ANNE = UserSettings(name="Anne Roy", login="aroy", roles=(Role.OFFICER,))
PAUL = UserSettings(name="paul", roles=(Role.OPERATOR, Role.MANAGER))
USERS = (ANNE, PAUL)


@pytest.mark.parametrize("verb", RIGHTS)
def test_each_verb_is_open_to_its_roles_and_to_no_other(verb: str) -> None:
    for role in Role:
        users = (UserSettings(name="u", roles=(role,)),)
        if role in RIGHTS[verb]:
            require_right(users, "u", verb)
        else:
            with pytest.raises(NotAllowed):
                require_right(users, "u", verb)


def test_a_refusal_names_the_role_and_who_has_it() -> None:
    with pytest.raises(NotAllowed, match=r"'paul' may not `dialer subject erase`.*role officer.*Anne Roy") as refused:
        require_right(USERS, "paul", "subject erase")
    assert "il faut le rôle officer ; l'ont : Anne Roy" in refused.value.message_fr


@pytest.mark.parametrize("login", ["Anne Roy", "stranger", ""])
def test_an_account_that_is_nobodys_may_nothing(login: str) -> None:
    with pytest.raises(NotAllowed):
        require_right(USERS, login, "campaign status")


def test_a_verb_that_the_table_does_not_know_is_nobodys() -> None:
    with pytest.raises(NotAllowed, match="—"):
        require_right(USERS, "aroy", "audit rewrite")
    require_right((), "aroy", "audit rewrite")


def test_whoever_sees_something_go_wrong_may_stop_it() -> None:
    assert RIGHTS["campaign pause"] == set(Role)


def test_the_environment_makes_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    before = account()
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME", "SUDO_USER"):
        monkeypatch.setenv(name, "aroy")
    assert account() == before != "aroy"


def test_the_chain_knows_a_user_by_name_and_a_stranger_by_account() -> None:
    assert (actor_of(USERS, "aroy"), actor_of(USERS, "paul"), actor_of((), "x")) == ("Anne Roy", "paul", "x")


def with_users(agency: Agency, *users: str) -> Path:
    config = agency.workspace.path("dialer.toml")
    config.write_text(config.read_text("utf-8") + "".join(f"\n[[users]]\n{user}\n" for user in users), "utf-8")
    return config


def test_a_folder_opens_for_whom_it_names(agency: Agency) -> None:
    me = f'name = "Moi"\nlogin = "{account()}"\nroles = ["manager"]'
    config = with_users(agency, me, 'name = "anne"\nroles = ["officer"]')
    Workspace.open(config, verb="list import").store.close()
    with pytest.raises(NotAllowed, match="anne"):
        Workspace.open(config, verb="audit export")


def opened(agency: Agency) -> Workspace:
    return Workspace.open(agency.workspace.path("dialer.toml"))


def write(workspace: Workspace, kind: AuditKind = AuditKind.COMPLAINT) -> None:
    with workspace.store.transaction() as session:
        append(session, kind, {"x": 1}, MORNING)


def test_what_somebody_does_is_written_under_their_name(agency: Agency) -> None:
    with_users(agency, f'name = "Moi"\nlogin = "{account()}"\nroles = ["manager"]')
    workspace = opened(agency)
    write(workspace)
    write(workspace, AuditKind.ATTEMPT)
    workspace.store.close()
    _, mine, machine = agency.audit()
    assert json.loads(mine.body) == {"x": 1, "by": "Moi"}
    assert json.loads(machine.body) == {"x": 1}, "a run says once on whose account it is"


def test_what_rules_goes_on_record_when_it_changes_and_not_else(
    agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = opened(agency)
    write(first)
    write(first)
    again = opened(agency)
    write(again)
    monkeypatch.setenv("DIALER_RING_GUARD_SECONDS", "45")
    changed = opened(agency)
    write(changed)
    with_users(agency, 'name = "anne"\nroles = ["officer"]')
    with_anne = opened(agency)
    write(with_anne)
    for workspace in (first, again, changed, with_anne):
        workspace.store.close()
    told = [json.loads(row.body) for row in agency.audit() if row.kind == AuditKind.SETTINGS]
    assert [row.kind for row in agency.audit()][:2] == [AuditKind.SETTINGS, AuditKind.COMPLAINT]
    assert len(told) == 3
    assert told[0]["settings"] != told[1]["settings"] == told[2]["settings"]
    assert [each["users"] for each in told] == [{}, {}, {"anne": "officer"}]
    assert {"rules", "numbers", "tzdata"} <= set(told[0]["data"])


def test_what_rules_is_written_with_what_is_committed_or_not_at_all(agency: Agency) -> None:
    workspace = opened(agency)
    with pytest.raises(InterruptedError), workspace.store.transaction() as session:  # noqa: PT012 - rolled back
        append(session, AuditKind.COMPLAINT, {}, MORNING)
        raise InterruptedError
    write(workspace)
    workspace.store.close()
    assert [row.kind for row in agency.audit()] == [AuditKind.SETTINGS, AuditKind.COMPLAINT]


def test_who_works_here_changes_nothing_that_decisions_rest_on(agency: Agency) -> None:
    config = agency.workspace.path("dialer.toml")
    before = load_settings(config).sha256
    with_users(agency, 'name = "anne"\nroles = ["officer"]')
    assert load_settings(config).sha256 == before


@pytest.mark.parametrize(
    ("users", "said"),
    [
        (('name = "a"\nroles = ["king"]',), "roles"),
        (('name = "a"\nroles = []\nrole = "x"',), "role"),
        (('name = "a"\nroles = []', 'name = "a"\nroles = []'), "a stands twice"),
        (('name = "a"\nlogin = "x"\nroles = []', 'name = "b"\nlogin = "x"\nroles = []'), "x stands twice"),
    ],
)
def test_users_that_cannot_be_told_apart_or_do_not_exist_are_refused(
    agency: Agency, users: tuple[str, ...], said: str
) -> None:
    with pytest.raises(SettingsRefused, match=said):
        load_settings(with_users(agency, *users))
