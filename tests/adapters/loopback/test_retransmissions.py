"""SIP over UDP repeats what is not answered (RFC 3261 section 17), and routes what it sends; all calls run at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, cast

import pytest

from adapters.loopback.message import Request, Response
from adapters.loopback.retransmission import Retransmission

if TYPE_CHECKING:
    from tests.adapters.loopback.conftest import Caller, FarEnd

ROUTES = ("<sip:127.0.0.1:{port};lr>", "<sip:192.0.2.7;lr>")


def acknowledges_the_second_200(call: Caller) -> None:
    call.invite()
    call.response(200)
    answer = call.response(200)
    call.ack(answer)
    call.listen(1.1)
    call.hang_up(answer)


def acknowledges_the_second_refusal(call: Caller) -> None:
    call.invite()
    call.response(486)
    call.ack(call.response(486))
    call.listen(1.1)


def answers_the_second_bye(call: Caller) -> None:
    call.up()
    call.incoming("BYE")
    call.reply(call.incoming("BYE"))
    call.settle()


def comes_through_proxies(call: Caller) -> None:
    port = call._sip.getsockname()[1]
    call.invite(extra=f"Record-Route: {', '.join(ROUTES).format(port=port)}\r\n")
    call.ack(call.response(200))
    call.reply(call.incoming("BYE"))


SCRIPTS = {
    "+33199000650": acknowledges_the_second_200,
    "+33199000610": acknowledges_the_second_refusal,
    "+33199000626": answers_the_second_bye,
    "+33199000726": comes_through_proxies,
}


@pytest.fixture(scope="module")
def calls(far_end: FarEnd, calling: Callable[[FarEnd, str], Caller]) -> dict[object, Caller]:
    callers = {script: calling(far_end, callee) for callee, script in SCRIPTS.items()}
    with ThreadPoolExecutor(len(callers)) as pool:
        list(pool.map(lambda script: script(callers[script]), callers))
    return dict(callers)


class Instants:
    """An event loop reduced to its clock: `run` jumps from timer to timer."""

    def __init__(self) -> None:
        self.now = 100.0
        self._due: list[tuple[float, Callable[[], None]]] = []

    def time(self) -> float:
        return self.now

    def call_later(self, delay: float, action: Callable[[], None]) -> None:
        self._due.append((self.now + delay, action))

    def run(self) -> None:
        while self._due:
            self.now, action = self._due.pop(0)
            action()


def test_without_an_answer_the_intervals_double_to_4_s_and_end_after_32_s() -> None:
    loop, sent, given_up = Instants(), list[float](), list[float]()
    Retransmission(
        cast(asyncio.AbstractEventLoop, loop),
        send=lambda: sent.append(loop.now - 100),
        gave_up=lambda: given_up.append(loop.now - 100),
    )
    loop.run()
    assert sent == [0, 0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5]
    assert given_up == [32]


@pytest.mark.parametrize(
    ("script", "code"), [(acknowledges_the_second_200, 200), (acknowledges_the_second_refusal, 486)]
)
def test_a_final_response_is_repeated_after_half_a_second_until_its_ack(
    calls: dict[object, Caller], script: object, code: int
) -> None:
    answers = [
        t
        for t, m in calls[script].messages
        if isinstance(m, Response) and (m.code, m.sequence) == (code, (1, "INVITE"))
    ]
    assert len(answers) == 2
    assert 0.2 < answers[1] - answers[0] < 0.95, "the next would be after a second"


def test_a_repeated_final_response_is_one_fact(calls: dict[object, Caller]) -> None:
    assert len(calls[acknowledges_the_second_200].lines("answered")) == 1
    assert len(calls[acknowledges_the_second_refusal].lines("final")) == 1


def test_our_bye_is_repeated_until_it_is_answered(calls: dict[object, Caller]) -> None:
    call = calls[answers_the_second_bye]
    byes = [m for _, m in call.messages if isinstance(m, Request)]
    assert len(byes) == 2
    assert byes[0].headers == byes[1].headers
    assert len(call.lines("bye-sent")) == 1
    assert [line["code"] for line in call.lines("response")] == [200]


def test_requests_of_ours_follow_the_record_route(calls: dict[object, Caller]) -> None:
    call = calls[comes_through_proxies]
    routes = tuple(route.format(port=call._sip.getsockname()[1]) for route in ROUTES)
    answer = next(m for _, m in call.messages if isinstance(m, Response) and m.code == 200)
    bye = next(m for _, m in call.messages if isinstance(m, Request))
    assert answer.every("record-route") == bye.every("route") == routes
