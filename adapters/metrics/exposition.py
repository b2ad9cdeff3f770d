"""Tells a Prometheus server what the board shows, at the instant at which it asks.

On loopback only: the figures name our numbers and campaigns, and nobody asks for a password. Whoever wants
them elsewhere puts a proxy in front.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from dialer.agents_now import Doing
from dialer.board import Board, Sight
from dialer.dispositions import Disposition
from dialer.errors import NotPossible, StoreUnavailable
from dialer.wake import Why

_LOOPBACK = "127.0.0.1"


class PortTaken(NotPossible):
    """The port for metrics cannot be had; the message says why."""


@contextmanager
def serving(board: Board, port: int) -> Iterator[None]:
    """Answer `http://127.0.0.1:PORT/metrics` meanwhile. Raises `PortTaken`."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Figures(board))
    try:
        server, thread = start_http_server(port, addr=_LOOPBACK, registry=registry)
    except OSError as error:
        raise PortTaken(
            f"no metrics on {_LOOPBACK}:{port} ({error.strerror}); choose another --metrics-port",
            f"pas de métriques sur {_LOOPBACK}:{port} ({error.strerror}) ; choisir un autre --metrics-port",
        ) from None
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Figures(Collector):
    def __init__(self, board: Board) -> None:
        self._board = board

    def collect(self) -> Iterable[Metric]:
        try:
            sight = self._board.look()
        except StoreUnavailable:
            yield _one("dialer_database_up", "Whether the database can be read.", 0)
            return
        yield _one("dialer_database_up", "Whether the database can be read.", 1)
        yield from figures(sight)


def figures(sight: Sight) -> Iterator[Metric]:
    """Every figure of the board, each with the trunk's name where a server may watch several."""
    trunk = sight.trunk
    yield _one("dialer_trunk_up", "Whether calls can leave by the trunk.", int(sight.line.up), trunk)
    yield _one("dialer_channels_in_use", "Calls under way or approved.", len(sight.calls), trunk)
    yield _one("dialer_channels", "Calls at once, by contract.", sight.channels, trunk)
    yield _one("dialer_channels_blocked", "Lost for now to calls that are over.", sight.line.blocked, trunk)
    yield _one("dialer_starts_per_second", "Calls that left per second, over the last ten.", sight.starts, trunk)
    yield _one("dialer_starts_per_second_permitted", "Starts per second, by contract.", sight.starts_permitted, trunk)
    yield _one("dialer_exposure_euros", "What the carrier could charge for today.", float(sight.exposure.euros), trunk)
    if sight.next_due:
        at = sight.next_due.timestamp()
        yield _one("dialer_next_due_timestamp_seconds", "When somebody is due next.", at, trunk)
    yield _waits(sight)
    yield from _today(sight)
    yield from _hour(sight)
    contacts = GaugeMetricFamily("dialer_contacts", "Contacts of running campaigns.", labels=["campaign", "state"])
    for campaign, counts in sight.contacts.items():
        for state, number in counts.items():
            contacts.add_metric([campaign, state], number)
    yield contacts
    yield from _agents(sight)


def _agents(sight: Sight) -> Iterator[Metric]:
    """Of all runs on the database: each agent is on the line of one."""
    doing = GaugeMetricFamily("dialer_agents", "Agents by what they do now.", labels=["state"])
    for state in Doing:
        doing.add_metric([str(state)], sum(each.doing is state for each in sight.agents))
    yield doing
    free = [each.lasts(sight.at).total_seconds() for each in sight.agents if each.doing is Doing.FREE]
    yield _one("dialer_agents_longest_free_seconds", "How long a free agent has waited at most.", max(free, default=0))


def _waits(sight: Sight) -> Metric:
    waits = GaugeMetricFamily("dialer_waiting", "Why no call starts: 1 for what holds it.", labels=["trunk", "why"])
    for why in Why:
        waits.add_metric([sight.trunk, str(why)], int(sight.wait.why is why))
    return waits


def _today(sight: Sight) -> Iterator[Metric]:
    """Gauges, not counters: they begin anew at the office's midnight."""
    yield _one("dialer_today_approved", "Calls approved since midnight.", sight.funnel.approved, sight.trunk)
    yield _one("dialer_today_left", "Calls that left since midnight.", sight.funnel.left, sight.trunk)
    ended = GaugeMetricFamily("dialer_today_ended", "Calls over since midnight.", labels=["trunk", "disposition"])
    for disposition in Disposition:
        ended.add_metric([sight.trunk, str(disposition)], sight.funnel.dispositions.get(disposition, 0))
    yield ended


def _hour(sight: Sight) -> Iterator[Metric]:
    """The rolling hour against the carrier's terms; an empty caller id is the trunk as a whole."""
    labels = ["trunk", "caller_id", "figure"]
    value = GaugeMetricFamily("dialer_hour", "ASR and short calls in percent, ACD in seconds.", labels=labels)
    limit = GaugeMetricFamily("dialer_hour_limit", "What the carrier's terms ask of the figure.", labels=labels)
    left = GaugeMetricFamily("dialer_hour_failures_left", "Calls that may fail in a row.", labels=labels)
    for standing in sight.standings:
        for gauge in standing.gauges:
            names = [sight.trunk, standing.caller_id, str(gauge.figure)]
            if gauge.value is not None:
                value.add_metric(names, gauge.value)
            limit.add_metric(names, gauge.limit)
            left.add_metric(names, gauge.left)
    yield from (value, limit, left)


def _one(name: str, meaning: str, value: float, trunk: str = "") -> Metric:
    metric = GaugeMetricFamily(name, meaning, labels=["trunk"] if trunk else [])
    metric.add_metric([trunk] if trunk else [], value)
    return metric
