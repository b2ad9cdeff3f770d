"""From settings to a trunk: the password is found or its absence told, and what contradicts itself is refused."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from adapters.sip import TrunkAddress, agent_logins, trunk_of
from adapters.sip.trunk import Account
from dialer.agent_settings import AgentSettings
from dialer.errors import SettingsRefused
from dialer.settings import Settings
from dialer.trunk_settings import Codec, TrunkSettings

ACCOUNT = {"registration": True, "username": "alice", "password_variable": "CARRIER_PASSWORD"}


def settings(**changes: Any) -> TrunkSettings:
    return TrunkSettings(**{"name": "line", "kind": "sip", "host": "sbc.example", **changes})


def test_plain_settings_make_a_plain_trunk_that_is_probed(tmp_path: Path) -> None:
    trunk = trunk_of(settings(), tmp_path)
    assert trunk == TrunkAddress("line", "sbc.example", 5060, False, 10, probes=True)
    assert trunk.doors == ("sbc.example:5060",)
    assert trunk.uri("+33199001234") == "sip:+33199001234@sbc.example:5060"


@pytest.mark.parametrize("kind", ["sip", "loopback"])
def test_a_carrier_is_asked_whether_it_is_there_unless_it_ignores_the_question(tmp_path: Path, kind: str) -> None:
    """The loopback carrier may die as well: with it would go everybody who is called meanwhile."""
    host = {"kind": kind, "host": "127.0.0.1"}
    assert trunk_of(settings(**host), tmp_path).probes
    assert not trunk_of(settings(**host, answers_options=False), tmp_path).probes


def test_every_setting_survives_the_journey_to_a_runner_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CARRIER_PASSWORD", "wonder land")
    (tmp_path / "ca.pem").touch()
    chosen = settings(
        **ACCOUNT, transport="tls", port=5061, proxies=("a.example:5061", "b.example:5061"), tls_ca_file="ca.pem",
        srtp="required", codecs=("G722", "PCMA"), session_timer="required", prack="optional", expires_seconds=600,
    )  # fmt: skip
    trunk = trunk_of(chosen, tmp_path)
    assert TrunkAddress.from_dict(trunk.to_dict()) == trunk
    assert trunk.codecs == (Codec.G722, Codec.PCMA)
    assert trunk.tls.ca_file == str(tmp_path / "ca.pem")
    assert trunk.uri("x") == "sip:x@sbc.example:5061;transport=tls"
    assert "wonder land" not in repr(trunk)


def test_the_password_comes_from_a_variable_or_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARRIER_PASSWORD", "from the environment")
    (tmp_path / "secret").write_text("from a file\n", "utf-8")
    by_file = {"username": "alice", "password_file": "secret"}
    assert trunk_of(settings(**ACCOUNT), tmp_path).account.password == "from the environment"
    assert trunk_of(settings(**by_file), tmp_path).account.password == "from a file"


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        (ACCOUNT, "$CARRIER_PASSWORD"),
        ({"username": "alice", "password_file": "gone"}, "gone"),
        ({"username": "alice", "password_file": "empty"}, "empty"),
        ({"transport": "tls", "port": 5061, "tls_ca_file": "gone.pem"}, "gone.pem"),
    ],
)
def test_what_is_missing_is_told_with_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changes: dict[str, Any], told: str
) -> None:
    monkeypatch.delenv("CARRIER_PASSWORD", raising=False)
    (tmp_path / "empty").touch()
    with pytest.raises(SettingsRefused) as refusal:
        trunk_of(settings(**changes), tmp_path)
    assert told in str(refusal.value)
    assert told in refusal.value.message_fr


NUMBER = {"number": "+33162000001", "assignee": "F", "proof": "p.pdf", "reviewed_on": date(2026, 9, 1)}


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"registration": True}, "needs a username"),
        ({"username": "alice"}, "needs its password in one place"),
        ({**ACCOUNT, "password_file": "x"}, "needs its password in one place"),
        ({"password_file": "x"}, "password_file without a username"),
        ({"username": "al ice\r\n", "password_file": "x"}, "username may hold"),
        ({"transport": "tls"}, "port 5060"),
        ({"tls_ca_file": "ca.pem"}, "for transport = tls only"),
        ({"tls_verify": False}, "for transport = tls only"),
        ({"transport": "tls", "port": 5061, "tls_verify": False, "tls_ca_file": "x"}, "checks nothing"),
        ({"transport": "sctp"}, "transport"),
        ({"codecs": ()}, "at least 1 item"),
        ({"codecs": ("PCMA", "PCMA")}, "PCMA stands twice"),
        ({"codecs": ("G729",)}, "codecs"),
        ({"proxies": ("a.example:5060", "a.example:5060")}, "stands twice"),
        ({"proxies": ("a.example",)}, "write host:port"),
        ({"proxies": ("a.example:0",)}, "write host:port"),
        ({"proxies": ("a.example:5060;lr\r\nX: y",)}, "write host:port"),
        ({"proxies": tuple(f"p{n}.example:5060" for n in range(5))}, "at most 4"),
        ({"expires_seconds": 5}, "greater than or equal to 60"),
        ({"kind": "loopback", "host": "127.0.0.1", "transport": "tcp"}, "plain UDP only"),
        ({"kind": "loopback", "host": "127.0.0.1", "srtp": "required"}, "plain UDP only"),
        ({"caller_ids": (NUMBER, NUMBER)}, "+33162000001 stands twice"),
    ],
)
def test_settings_that_contradict_each_other_are_refused_with_the_reason(changes: dict[str, Any], why: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        settings(**changes)
    assert why in str(refusal.value)


@pytest.mark.parametrize(
    ("second", "refused"),
    [
        ({"channels": 20}, True),
        ({"starts_per_second": 2}, True),
        ({}, False),
        ({"channels": 20, "port": 5080}, False),
        ({"channels": 20, "username": "bob", "password_file": "x"}, False),
    ],
    ids=["channels", "starts", "same limits", "another port", "another account"],
)
def test_one_account_has_one_limit(tmp_path: Path, second: dict[str, Any], refused: bool) -> None:
    trunks = (settings(), settings(**{"name": "second", **second}))
    plain = {"folder": tmp_path, "caller": "c", "caller_name": "C", "advertisers": (), "trunks": trunks}
    if not refused:
        assert len(Settings(**plain).trunks) == 2
        return
    with pytest.raises(ValidationError, match="line and second are one account"):
        Settings(**plain)


def test_an_agents_login_is_read_as_a_trunks_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def agent(name: str, **login: str) -> AgentSettings:
        plain = {"name": name, "phone": "sip:201@pbx.example", "campaigns": ["Conseil fibre"]}
        return AgentSettings.model_validate(plain | login)

    monkeypatch.setenv("PBX_PASSWORD", "wonder land")
    alice = agent("Alice", username="standard", password_variable="PBX_PASSWORD", realm="pbx")
    assert agent_logins([alice, agent("Bob")], tmp_path) == {"Alice": Account("standard", "wonder land", "pbx")}
    with pytest.raises(SettingsRefused, match=r"agent 'Chloé': the password file .*gone cannot be read"):
        agent_logins([agent("Chloé", username="standard", password_file="gone")], tmp_path)
