"""Single questions to a carrier from the dialer's own process: is it there, does it take our password."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.sip.login import answer_to_login
from adapters.sip.reachability import NoAnswer, ask, status_line
from adapters.sip.trunk import Account, TrunkAddress
from dialer.trunk_settings import Transport
from tests.adapters.sip.far_end import FarEnd
from tests.free_ports import free_port

SHORT = timedelta(seconds=0.3)


def trunk_to(end: FarEnd, password: str = "") -> TrunkAddress:
    plain = TrunkAddress("carrier", "127.0.0.1", end.port, False, 1, transport=Transport(end.transport))
    return replace(plain, account=Account("alice", password, registers=True))


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_a_carrier_that_is_there_says_so(transport: str) -> None:
    with FarEnd(transport) as carrier:
        trunk = trunk_to(carrier)
        assert status_line(ask(trunk, trunk.doors[0], "OPTIONS")) == "SIP/2.0 200 OK"


def test_a_carrier_that_is_silent_or_absent_is_told_apart() -> None:
    with FarEnd(silent={"OPTIONS"}) as carrier:
        trunk = trunk_to(carrier)
        with pytest.raises(NoAnswer, match=r"silent for 0\.3 s"):
            ask(trunk, trunk.doors[0], "OPTIONS", patience=SHORT)
    gone = replace(trunk, transport=Transport.TCP, port=free_port())
    with pytest.raises(NoAnswer, match="refused"):
        ask(gone, gone.doors[0], "OPTIONS")


def test_tls_to_a_server_that_speaks_none_is_no_answer() -> None:
    with FarEnd("tcp") as carrier:
        trunk = replace(trunk_to(carrier), transport=Transport.TLS)
        with pytest.raises(NoAnswer):
            ask(trunk, trunk.doors[0], "OPTIONS", patience=SHORT)
        assert carrier.heard == []


@pytest.mark.parametrize(("password", "answer"), [("wonder land", "SIP/2.0 200 OK"), ("x", "SIP/2.0 401 Unauthorized")])
def test_a_login_is_tried_without_leaving_a_trace(password: str, answer: str) -> None:
    with FarEnd(password="wonder land") as carrier:
        assert answer_to_login(trunk_to(carrier, password)) == answer
        assert len(carrier.got("REGISTER")) == 2
        assert all(request.first("contact") is None for request in carrier.got("REGISTER"))
