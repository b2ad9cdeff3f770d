"""What `dialer doctor` says of trunks and caller ids, tried against a carrier that answers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from adapters.sip.rtp_ports import RtpRange, claim_rtp_range
from commands.trunk_checks import Check, trunk_checks
from dialer.settings import TrunkSettings
from tests.adapters.sip.far_end import FarEnd, Reply

WHEEL = ("PCMA/8000/1", "PCMU/8000/1", "G722/16000/1")
NUMBER = {"number": "+33162000001", "assignee": "F", "proof": "p.pdf", "carrier": "Op", "inbound_route": "IVR"}


def looks(folder: Path, **changes: Any) -> dict[str, Check]:
    plain = {"name": "line", "kind": "sip", "host": "127.0.0.1", "answers_options": False}
    return {check.name: check for check in trunk_checks(TrunkSettings(**{**plain, **changes}), folder, WHEEL)}


def sdp(*payloads: str) -> bytes:
    return f"v=0\r\nm=audio 0 RTP/AVP {' '.join(payloads)}\r\na=rtpmap:107 opus/48000/2\r\n".encode()


def asked(folder: Path, reply: Reply, **changes: Any) -> dict[str, Check]:
    with FarEnd(replies={"OPTIONS": lambda _: reply}) as carrier:
        return looks(folder, answers_options=True, port=carrier.port, **changes)


def test_a_carrier_that_answers_with_a_refusal_is_there(tmp_path: Path) -> None:
    found = asked(tmp_path, Reply(405))["trunk line"]
    assert found.good is True
    assert "SIP/2.0 405" in found.en


def test_every_door_is_tried(tmp_path: Path) -> None:
    with FarEnd() as one, FarEnd() as other:
        doors = (f"127.0.0.1:{one.port}", f"127.0.0.1:{other.port}")
        looks(tmp_path, answers_options=True, proxies=doors)
        assert len(one.got("OPTIONS")) == len(other.got("OPTIONS")) == 1


@pytest.mark.parametrize(("apart", "good"), [(0, True), (90, False), (-90, False)])
def test_the_carriers_clock_is_compared_when_it_tells_it(tmp_path: Path, apart: int, good: bool) -> None:
    theirs = format_datetime(datetime.now(UTC) + timedelta(seconds=apart), usegmt=True)
    found = asked(tmp_path, Reply(200, (("Date", theirs),)))["trunk line horloge/clock"]
    assert found.good is good


@pytest.mark.parametrize(
    ("payloads", "good", "told"),
    [(("18", "8"), True, "in common: PCMA"), (("18",), False, "the carrier has G729"), (("107",), False, "opus")],
)
def test_codecs_are_compared_when_it_tells_them(
    tmp_path: Path, payloads: tuple[str, ...], good: bool, told: str
) -> None:
    found = asked(tmp_path, Reply(200, (("Content-Type", "application/sdp"),), sdp(*payloads)))["trunk line codecs"]
    assert found.good is good
    assert told in found.en


@pytest.mark.parametrize(("codecs", "good"), [(("PCMA", "opus"), None), (("opus",), False)])
def test_a_codec_that_the_build_lacks_is_told(tmp_path: Path, codecs: tuple[str, ...], good: bool | None) -> None:
    found = looks(tmp_path, codecs=codecs)["trunk line codecs"]
    assert found.good is good
    assert "no opus" in found.en


@pytest.mark.parametrize(("written", "good"), [("wonder land", True), ("wrong", False)])
def test_the_account_is_tried(tmp_path: Path, written: str, good: bool) -> None:
    (tmp_path / "secret").write_text(written, "utf-8")
    with FarEnd(password="wonder land") as carrier:
        found = looks(tmp_path, port=carrier.port, username="alice", password_file="secret")
    assert found["trunk line compte/account"].good is good


def test_a_password_that_is_not_there_is_told_and_nothing_is_sent(tmp_path: Path) -> None:
    found = looks(tmp_path, username="alice", password_file="secret")["trunk line"]
    assert found.good is False
    assert "secret" in found.en


def test_keys_in_the_clear_are_told(tmp_path: Path) -> None:
    assert "in the clear" in looks(tmp_path, srtp="required")["trunk line SRTP"].en
    assert "trunk line SRTP" not in looks(tmp_path, srtp="required", transport="tls", port=5061)


def test_audio_ports_are_counted_by_the_channels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("commands.trunk_checks._FIRST_RTP_PORT", 65408)
    held: list[RtpRange] = []
    assert looks(tmp_path, channels=8)["trunk line ports"].good is True
    held.append(claim_rtp_range(65408, ""))
    assert looks(tmp_path, channels=4)["trunk line ports"].good is True
    assert looks(tmp_path, channels=8)["trunk line ports"].good is False
    held[0].claim.close()


@pytest.mark.parametrize(
    ("gap", "told"),
    [
        ({}, None),
        ({"proof": "gone.pdf"}, "no attestation gone.pdf"),
        ({"carrier": ""}, "not named"),
        ({"reviewed_on": (datetime.now(UTC) - timedelta(days=370)).date()}, "over a year ago"),
        ({"inbound_route": ""}, "no inbound_route"),
    ],
)
def test_gaps_in_a_caller_ids_file_are_told(tmp_path: Path, gap: dict[str, Any], told: str | None) -> None:
    (tmp_path / "p.pdf").touch()
    number = {**NUMBER, "reviewed_on": datetime.now(UTC).date(), **gap}
    plain = TrunkSettings(name="line", kind="sip", host="h", answers_options=False, caller_ids=(number,))
    said = [check.en for check in trunk_checks(plain, tmp_path, WHEEL) if check.name == NUMBER["number"]]
    assert said[0] == "NPV: any system"
    assert len(said) == (1 if told is None else 2)
    assert told is None or told in said[1]
