"""What a Prometheus server reads: the figures of the board, at the instant of asking, on this machine only."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from adapters.metrics import PortTaken, serving
from adapters.metrics.exposition import figures
from dialer.agent_settings import AgentSettings
from dialer.agents_now import AgentNow, Doing
from dialer.board import Board, Sight
from dialer.dispositions import Disposition
from dialer.errors import StoreUnavailable
from dialer.exposure import Charge, ChargeKind, Exposure
from dialer.funnel import Funnel
from dialer.hour import Standing
from dialer.ports import TrunkState
from dialer.schema import RestReason
from dialer.wake import Wait, Why
from rules.line import Breach, Figure
from rules.rolling_hour import Gauge
from tests.free_ports import free_port

AT = datetime(2026, 11, 24, 9, 2, tzinfo=UTC)
ALICE = AgentSettings(name="Alice", phone="sip:alice@127.0.0.1", campaigns=("Fibre novembre",))
SIGHT = Sight(
    at=AT,
    trunk="boucle",
    wait=Wait(Why.TERMS, AT + timedelta(minutes=5)),
    line=TrunkState(True, AT),
    calls=(),
    funnel=Funnel(12, 1, 11, 0, 7, {Disposition.ANSWERED: 7, Disposition.BUSY: 4}),
    standings=(
        Standing("", (Gauge(Figure.ASR, 63, 60, 0, Breach(Figure.ASR, 59, 60, AT + timedelta(minutes=5))),)),
        Standing("+33162000001", (Gauge(Figure.ACD, None, 15, 4),)),
    ),
    starts=0.9,
    starts_permitted=1,
    channels=10,
    next_due=AT + timedelta(hours=1),
    contacts={"Fibre novembre": {"waiting": 3, "done": 8}},
    refusals=(),
    exposure=Exposure("boucle", "Callr", AT, AT, 11, (Charge(ChargeKind.COMPLAINT, ("a",), 200_000, "S-1"),)),
    remarks=(),
    agents=(
        AgentNow(ALICE, Doing.FREE, AT - timedelta(seconds=42)),
        AgentNow(ALICE, Doing.FREE, AT - timedelta(seconds=5)),
        AgentNow(ALICE, Doing.RESTING, AT - timedelta(hours=1), RestReason.MEETING),
    ),
)


class Shown(Board):
    """A board whose picture is given."""

    def __init__(self, look: Callable[[], Sight]) -> None:
        self._given = look

    def look(self) -> Sight:
        return self._given()


def scraped(board: Board) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    port = free_port()
    with serving(board, port):
        connection = HTTPConnection("127.0.0.1", port, timeout=60)
        connection.request("GET", "/metrics")
        text = connection.getresponse().read().decode()
        connection.close()
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_the_figures_are_those_of_the_board() -> None:
    told = scraped(Shown(lambda: SIGHT))

    def value(name: str, **labels: str) -> float | None:
        return told.get((f"dialer_{name}", frozenset(labels.items())))

    assert value("database_up") == 1
    assert value("trunk_up", trunk="boucle") == 1
    assert value("today_left", trunk="boucle") == 11
    assert value("today_ended", trunk="boucle", disposition="busy") == 4
    assert value("today_ended", trunk="boucle", disposition="machine") == 0
    assert value("starts_per_second", trunk="boucle") == 0.9
    assert value("hour", trunk="boucle", caller_id="", figure="asr") == 63
    assert value("hour_failures_left", trunk="boucle", caller_id="+33162000001", figure="acd") == 4
    assert value("hour", trunk="boucle", caller_id="+33162000001", figure="acd") is None
    assert value("waiting", trunk="boucle", why="terms") == 1
    assert value("waiting", trunk="boucle", why="trunk") == 0
    assert value("contacts", campaign="Fibre novembre", state="done") == 8
    assert value("exposure_euros", trunk="boucle") == 200
    assert (value("agents", state="free"), value("agents", state="talking")) == (2, 0)
    assert value("agents_longest_free_seconds") == 42
    assert value("next_due_timestamp_seconds", trunk="boucle") == SIGHT.next_due.timestamp()  # type: ignore[union-attr]


def test_every_metric_is_in_the_manual() -> None:
    page = (Path(__file__).parents[3] / "docs" / "running.md").read_text("utf-8")
    assert {metric.name for metric in figures(SIGHT)} | {"dialer_database_up"} == set(
        re.findall(r"`(dialer_\w+)`", page)
    )


def test_every_wait_is_in_the_manual() -> None:
    page = (Path(__file__).parents[3] / "docs" / "running.md").read_text("utf-8")
    assert [str(why) for why in Why if f"| `{why}` |" not in page] == []


def test_a_database_that_cannot_be_read_is_itself_a_figure() -> None:
    def away() -> Sight:
        raise StoreUnavailable("away", "partie")

    assert scraped(Shown(away)) == {("dialer_database_up", frozenset()): 0}


def test_a_port_in_use_is_refused_with_the_remedy() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(PortTaken, match="--metrics-port"), serving(Shown(lambda: SIGHT), taken.getsockname()[1]):
            pass


def test_nobody_else_on_the_network_is_answered() -> None:
    port = free_port()
    with serving(Shown(lambda: SIGHT), port), socket.socket() as stranger, pytest.raises(OSError, match="refused"):
        stranger.connect(("127.0.0.2", port))
