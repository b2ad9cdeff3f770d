"""SIP dialogs and SDP answers as RFC 3261 and 3264 want them, and requests that fit nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.adapters.loopback.conftest import Caller, FarEnd

    NewCaller = Callable[[str], Caller]


def test_a_repeated_invite_gets_the_same_answer_and_is_counted_once(caller: NewCaller) -> None:
    call = caller("+33199000450")
    call.invite()
    answer = call.response(200)
    call.invite()
    again = call.response(200)
    assert (again.to_tag, again.body) == (answer.to_tag, answer.body)
    call.ack(answer)
    call.hang_up(answer)
    assert [len(call.lines(each)) for each in ("invite", "retransmission", "answered")] == [1, 1, 1]


@pytest.mark.parametrize("ending", ["10", "50"])
def test_a_second_bye_is_answered_and_ends_nothing_twice(caller: NewCaller, ending: str) -> None:
    call = caller(f"+331990004{ending}")
    call.invite()
    final = call.response(486 if ending == "10" else 200)
    call.ack(final)
    for _ in range(2):
        call.hang_up(final)
    assert len(call.lines("ended")) == 1


def test_a_bye_before_the_answer_ends_the_invite_with_487(caller: NewCaller) -> None:
    call = caller("+33199000411")
    call.invite()
    ringing = call.response(180)
    call.bye(ringing)
    call.response(200)
    call.ack(call.response(487))
    assert call.lines("ended")[0]["ended_by"] == "caller"


def test_a_cancel_that_comes_too_late_changes_nothing(caller: NewCaller) -> None:
    call = caller("+33199000452")
    answer = call.up()
    for _ in range(2):
        call.cancel()
        assert call.response(200).sequence == (1, "CANCEL")
    call.hang_up(answer)
    assert call.lines("ended")[0]["ended_by"] == "caller"
    assert (len(call.lines("cancel")), len(call.lines("retransmission"))) == (1, 1)


@pytest.mark.parametrize(
    ("method", "to_tag", "code"),
    [
        ("BYE", "stranger", 481),
        ("INFO", "stranger", 481),
        ("INVITE", "stranger", 481),
        ("CANCEL", "", 481),
        ("OPTIONS", "", 200),
        ("SUBSCRIBE", "", 405),
        ("BREW", "", 405),
    ],
)
def test_requests_outside_a_call(caller: NewCaller, method: str, to_tag: str, code: int) -> None:
    call = caller("+33199000453")
    call.send(call.request(method, to_tag=to_tag))
    response = call.response(code)
    assert response.sequence == (1, method)
    assert code == 481 or "BYE" in (response.first("allow") or "")


def test_an_ack_without_a_call_is_not_answered(caller: NewCaller) -> None:
    call = caller("+33199000454")
    call.send(call.request("ACK", to_tag="stranger"))
    call.send(call.request("OPTIONS"))
    call.response(200)
    assert call.responses() == [200]


def test_an_extension_that_is_required_is_refused_by_name(caller: NewCaller) -> None:
    call = caller("+33199000455")
    call.invite(extra="Require: 100rel\r\n")
    assert call.response(420).first("unsupported") == "100rel"
    assert not call.lines("invite")


@pytest.mark.parametrize(
    "formats",
    ["18", "9 101", None],
    ids=["only-g729", "only-g722", "no-offer"],
)
def test_no_common_codec_is_488(caller: NewCaller, formats: str | None) -> None:
    call = caller("+33199000456")
    call.invite(body=call.offer(formats) if formats else b"")
    call.ack(call.response(488))
    assert call.lines("ended")[0]["code"] == 488


@pytest.mark.parametrize(("formats", "chosen"), [("0 8 101", 8), ("0 101", 0), ("3 18 8", 8)])
def test_pcma_is_preferred_to_pcmu(caller: NewCaller, formats: str, chosen: int) -> None:
    call = caller("+33199000416")
    call.invite(body=call.offer(formats))
    answer = call.response(183)
    call.listen(0.1)
    call.cancel()
    call.ack(call.response(487))
    events = " 101" if "101" in formats else ""
    assert f"RTP/AVP {chosen}{events}\r\n".encode() in answer.body
    assert {packet.payload_type for _, packet in call.heard} == {chosen}


def test_the_caller_names_the_payload_type_of_events(caller: NewCaller) -> None:
    call = caller("+33199000428")
    call.invite(body=call.offer("8 120", event=120))
    answer = call.response(200)
    call.ack(answer)
    call.listen(0.6)
    call.hang_up(answer)
    assert sum(packet.payload_type == 120 for _, packet in call.heard) == 10


def test_a_caller_without_telephone_events_gets_the_key_by_info(caller: NewCaller) -> None:
    call = caller("+33199000428")
    call.invite(body=call.offer("8"))
    answer = call.response(200)
    call.ack(answer)
    call.reply(call.incoming("INFO"))
    call.hang_up(answer)
    assert call.lines("dtmf-sent")[0]["by"] == "sip-info"


def test_a_reinvite_is_answered_with_the_same_codec_and_a_new_version(caller: NewCaller) -> None:
    call = caller("+33199000458")
    answer = call.up()
    call.branch = "z9hG4bKagain"
    call.send(call.request("INVITE", to_tag=answer.to_tag or "", sequence=2, body=call.offer("8")))
    again = call.response(200)
    call.hang_up(answer)
    assert again.body.splitlines()[1] != answer.body.splitlines()[1]
    assert again.body.splitlines()[5].split(b" ")[1] == answer.body.splitlines()[5].split(b" ")[1]
    assert (len(call.lines("invite")), len(call.lines("re-invite"))) == (1, 1)


def test_caller_and_asserted_identity_are_noted(caller: NewCaller) -> None:
    call = caller("+33199000410")
    call.invite(extra="P-Asserted-Identity: <sip:+33199008888@127.0.0.1>\r\n")
    call.ack(call.response(486))
    [line] = call.lines("invite")
    assert (line["caller"], line["asserted"]) == ("+33199009999", "+33199008888")


def test_a_caller_that_sends_no_audio_is_hung_up_on(
    start_far_end: Callable[..., FarEnd], calling: Callable[[FarEnd, str], Caller]
) -> None:
    call = calling(start_far_end(media_timeout=timedelta(seconds=0.3)), "+33199000459")
    call.up()
    call.reply(call.incoming("BYE"))
    assert call.lines("ended")[0]["ended_by"] == "media-timeout"
