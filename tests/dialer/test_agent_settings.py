"""What dialer.toml may say of agents: phones of the house, and nothing that could ring a stranger."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from dialer.agent_settings import AgentSettings
from dialer.ports import AgentPhone
from dialer.settings import Settings
from tests.dialer.agency import Agency


def agent(**changes: Any) -> AgentSettings:
    return AgentSettings.model_validate(
        {"name": "Alice", "phone": "sip:alice@10.0.0.5", "campaigns": ["Conseil fibre"], **changes}
    )


@pytest.mark.parametrize(
    ("phone", "user", "host", "port"),
    [
        ("sip:alice@10.0.0.5", "alice", "10.0.0.5", 5060),
        ("sip:poste-12@pbx.example:5080", "poste-12", "pbx.example", 5080),
        ("sip:201@10.0.0.5", "201", "10.0.0.5", 5060),
        ("sip:100200@10.0.0.5", "100200", "10.0.0.5", 5060),
    ],
)
def test_a_phone_is_a_user_at_a_host(phone: str, user: str, host: str, port: int) -> None:
    assert agent(phone=phone, ring_seconds=15).as_phone == AgentPhone("Alice", user, host, port, 15)


@pytest.mark.parametrize(
    "phone",
    [
        "alice",
        "tel:+33639980100",
        "sip:@host",
        "sip:a b@host",
        "sip:alice@host:0",
        "sip:alice@host:70000",
        "sip:a@h\r\nX:",
    ],
)
def test_what_is_no_address_of_a_phone_is_refused(phone: str) -> None:
    with pytest.raises(ValidationError, match="no SIP address of a phone"):
        agent(phone=phone)


@pytest.mark.parametrize(
    "user", ["0639980100", "33639980100", "06.39.98.01.00", "0033639980100", "1234567", "x0639980100", "063998x0100"]
)
def test_a_public_number_is_no_phone_of_an_agent(user: str) -> None:
    """Else anybody could be dialed without a permit, as an agent."""
    with pytest.raises(ValidationError, match="without a permit"):
        agent(phone=f"sip:{user}@10.0.0.5")


def test_an_international_number_is_not_even_an_address() -> None:
    with pytest.raises(ValidationError, match="no SIP address"):
        agent(phone="sip:+33639980100@10.0.0.5")


@pytest.mark.parametrize("name", ["", " ", "A\nB", "A\x7fB"])
def test_a_name_can_be_read(name: str) -> None:
    with pytest.raises(ValidationError, match="no name of an agent"):
        agent(name=name)


def test_an_agent_works_for_some_campaign() -> None:
    with pytest.raises(ValidationError, match="campaigns"):
        agent(campaigns=[])


@pytest.mark.parametrize("trunk", [{}, {"proxies": ["192.0.2.9:5062"]}])
def test_a_phone_at_a_carriers_door_is_refused(agency: Agency, trunk: dict[str, Any]) -> None:
    plain = agency.workspace.settings.model_dump(mode="json", exclude={"folder", "agents"})
    real = plain["trunks"][1]
    real.update(trunk)
    door = (real["proxies"] or [f"{real['host']}:{real['port']}"])[0]
    agents = [{"name": "Alice", "phone": f"sip:alice@{door}", "campaigns": ["Fibre"]}]
    with pytest.raises(ValidationError, match="is at trunk 'operateur'"):
        Settings(folder=agency.workspace.settings.folder, **plain, agents=agents)


@pytest.mark.parametrize(
    ("carrier", "host"),
    [
        ("sip.carrier.example", "SIP.Carrier.example"),
        ("sip.carrier.example.", "sip.carrier.example"),
        ("127.0.0.1", "localhost"),
    ],
)
def test_nor_in_another_spelling(agency: Agency, carrier: str, host: str) -> None:
    plain = agency.workspace.settings.model_dump(mode="json", exclude={"folder", "agents"})
    plain["trunks"][1].update(host=carrier, port=5081)
    agents = [{"name": "Alice", "phone": f"sip:alice@{host}:5081", "campaigns": ["Fibre"]}]
    with pytest.raises(ValidationError, match="is at trunk 'operateur'"):
        Settings(folder=agency.workspace.settings.folder, **plain, agents=agents)


def test_two_agents_at_one_phone_are_refused(agency: Agency) -> None:
    """One person cannot be free twice."""
    plain = agency.workspace.settings.model_dump(mode="json", exclude={"folder", "agents"})
    phones = {"Alice": "sip:23@10.0.0.5", "Bob": "sip:23@10.0.0.5:5060"}
    agents = [{"name": name, "phone": phone, "campaigns": ["Fibre"]} for name, phone in phones.items()]
    with pytest.raises(ValidationError, match="'Alice' and 'Bob' have the same phone"):
        Settings(folder=agency.workspace.settings.folder, **plain, agents=agents)


def test_who_works_here_is_nothing_that_decisions_rest_on(agency: Agency) -> None:
    settings = agency.workspace.settings
    assert settings.model_copy(update={"agents": (agent(),)}).sha256 == settings.sha256
    assert settings.model_copy(update={"agents": (agent(),)}).agents_of("Conseil fibre") == (agent(),)


@pytest.mark.parametrize(
    ("login", "said"),
    [
        ({"username": "standard"}, "a username needs its password in one place"),
        ({"username": "standard", "password_file": "p", "password_variable": "P"}, "in one place"),
        ({"password_file": "p"}, "password_file without a username"),
        ({"username": "a b", "password_file": "p"}, "may hold letters"),
    ],
)
def test_a_login_at_the_pbx_is_whole_or_not_there(login: dict[str, str], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        agent(**login)
    assert agent(username="standard", password_file="p").realm == "*"
