"""`dialer doctor`: healthy is 0; whatever is to be mended is 1, by name and with its remedy."""

from __future__ import annotations

import socket
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from dialer.audit import AuditKind, append
from tests.adapters.sip.far_end import FarEnd

if TYPE_CHECKING:
    from tests.commands.conftest import Folder


def ill(document: dict[str, Any]) -> dict[str, str]:
    return {check["check"]: check["said"] for check in document["checks"] if check["good"] is False}


def test_a_new_folder_is_healthy(new_folder: Folder) -> None:
    document = new_folder.json("doctor")
    assert document["ok"] is True
    assert ill(document) == {}
    assert {"versions", "PJSIP", "+33162000001", "trunk boucle"} <= {check["check"] for check in document["checks"]}


@pytest.mark.parametrize(
    ("number", "remedy"),
    [("+33639980001", "remove it"), ("+33899000000", "remove it"), ("+33162000003", None), ("+33199000003", None)],
    ids=["mobile", "surcharged", "NPV", "fixed"],
)
def test_a_caller_id_is_judged_by_its_kind(new_folder: Folder, number: str, remedy: str | None) -> None:
    new_folder.change("dialer.toml", 'number = "+33162000001"', f'number = "{number}"')
    document = new_folder.json("doctor", "--lang", "en", exit_code=1 if remedy else 0)
    assert (remedy in ill(document)[number]) if remedy else (ill(document) == {})


def test_a_trunk_that_does_not_answer(new_folder: Folder) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        port = silent.getsockname()[1]
    new_folder.change("dialer.toml", 'kind = "loopback"', 'kind = "sip"')
    new_folder.change("dialer.toml", "port = 5070", f"port = {port}")
    document = new_folder.json("doctor", "--lang", "en", exit_code=1)
    assert ill(document).keys() == {"trunk boucle"}
    assert f"127.0.0.1:{port} does not answer; check address" in ill(document)["trunk boucle"]


def test_a_broken_chain(loaded_folder: Folder) -> None:
    loaded_folder.tamper("update audit set body = '{}' where seq = 2")
    assert "journal/log" in ill(loaded_folder.json("doctor", exit_code=1))


def test_a_log_that_lies_ahead_of_the_machines_clock(new_folder: Folder) -> None:
    with new_folder.workspace().store.transaction() as session:
        append(session, AuditKind.VERIFIED, {}, datetime(2999, 1, 1, tzinfo=UTC))
    found = ill(new_folder.json("doctor", "--lang", "en", exit_code=1))
    assert found.keys() == {"horloge/clock"}
    assert "set it right" in found["horloge/clock"]


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ('kind = "loopback"', 'kind = "pigeon"', "trunks.0.kind"),
        ("port = 5070", "prot = 5070", "trunks.0.prot"),
        ('number = "+33162000001"', 'number = "0162000001"', "trunks.0.caller_ids.0.number"),
        ('caller = "contact-ouest"', "", "caller"),
        ("channels = 24", "channels = = 24", "line"),
        ("channels = 24", "channels = 0", "trunks.0.channels"),
    ],
    ids=["unknown word", "misspelt key", "national number", "missing key", "not TOML", "out of range"],
)
def test_settings_that_cannot_be_used_say_where(new_folder: Folder, old: str, new: str, place: str) -> None:
    new_folder.change("dialer.toml", old, new)
    said = new_folder("doctor", "--json")
    assert said.exit_code == 3
    message = said.document()["message"]
    assert "dialer.toml" in message
    assert place in message


def test_a_folder_without_tables_says_how_to_make_them(new_folder: Folder) -> None:
    (new_folder.path / "dialer.db").unlink()
    said = new_folder("doctor", "--json")
    assert said.exit_code == 3
    assert "dialer init" in said.document()["message"]


def test_each_agents_phone_is_asked_and_a_campaign_that_is_not_there_is_named(new_folder: Folder) -> None:
    with FarEnd() as phone, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        for name, port in (("Alice", phone.port), ("Bob", silent.getsockname()[1])):
            new_folder.change(
                "dialer.toml",
                "[[notices]]                         # a complete",
                f'[[agents]]\nname = "{name}"\nphone = "sip:poste@127.0.0.1:{port}"\ncampaigns = ["Conseil"]\n'
                "[[notices]]                         # a complete",
            )
        document = new_folder.json("doctor", "--lang", "en", exit_code=1)
    assert ill(document).keys() == {"agent Bob"}
    assert "does not answer (silent for 2 s); plug the phone in" in ill(document)["agent Bob"]
    said = [check["said"] for check in document["checks"] if check["check"] == "agent Alice"]
    assert said[0].endswith("answers SIP/2.0 200 OK")
    assert said[1] == "there is no campaign of this name: 'Conseil'"
