"""G.711 against the standard, RTP packets against RFC 3550, SDP against RFC 3264, sounds against an ear's rules."""

from __future__ import annotations

import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.loopback.behaviours import BEHAVIOURS, behaviour_of, describe
from adapters.loopback.g711 import PCMA, PCMU, Codec
from adapters.loopback.rtp import Packet, Reception, parse_packet
from adapters.loopback.sdp import NoCommonMedia, read_offer, write_answer
from adapters.loopback.sounds import Sound, encoded, linear

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    import audioop

EVERY_SAMPLE = range(-32768, 32768)


def itu_alaw_value(code: int) -> int:
    """G.711 table 1: segment and interval of a code (even bits inverted) to its 13-bit output, times 8."""
    code ^= 0x55
    segment, interval = code >> 4 & 7, code & 15
    value = 2 * interval + 1 if segment == 0 else (2 * interval + 33) * 2 ** (segment - 1)
    return (value if code & 0x80 else -value) * 8


def itu_ulaw_value(code: int) -> int:
    """G.711 table 2: (2·interval + 33)·2^segment - 33 in 14 bits, times 4."""
    code ^= 0xFF
    segment, interval = code >> 4 & 7, code & 15
    value = (2 * interval + 33) * 2**segment - 33
    return (-value if code & 0x80 else value) * 4


@pytest.mark.parametrize(("codec", "formula"), [(PCMA, itu_alaw_value), (PCMU, itu_ulaw_value)])
def test_decoding_follows_the_formula_of_g711(codec: Codec, formula: object) -> None:
    assert callable(formula)
    assert list(codec.to_linear) == [formula(code) for code in range(256)]


@pytest.mark.parametrize(
    ("codec", "reference"), [(PCMA, audioop.lin2alaw), (PCMU, audioop.lin2ulaw)], ids=["alaw", "ulaw"]
)
def test_encoding_equals_the_standard_library_on_every_sample(codec: Codec, reference: object) -> None:
    assert callable(reference)
    pcm = b"".join(sample.to_bytes(2, "little", signed=True) for sample in EVERY_SAMPLE)
    assert codec.encode(EVERY_SAMPLE) == reference(pcm, 2)


@pytest.mark.parametrize("codec", [PCMA, PCMU], ids=["alaw", "ulaw"])
def test_decoding_gives_little_endian_samples(codec: Codec) -> None:
    pcm = codec.decode(bytes(range(256)))
    values = [int.from_bytes(pcm[i : i + 2], "little", signed=True) for i in range(0, 512, 2)]
    assert values == list(codec.to_linear)
    assert abs(codec.to_linear[codec.silence]) <= 8


packets = st.builds(
    Packet,
    payload_type=st.integers(0, 127),
    marker=st.booleans(),
    sequence=st.integers(0, 0xFFFF),
    timestamp=st.integers(0, 0xFFFFFFFF),
    ssrc=st.integers(0, 0xFFFFFFFF),
    payload=st.binary(max_size=200),
)


@given(packets)
def test_a_packet_survives_the_wire(packet: Packet) -> None:
    assert parse_packet(packet.to_bytes()) == packet


@given(st.binary(max_size=100))
def test_any_datagram_is_a_packet_or_nothing(datagram: bytes) -> None:
    packet = parse_packet(datagram)
    assert packet is None or len(packet.payload) <= len(datagram) - 12


def test_sources_extension_and_padding_are_no_audio() -> None:
    header = bytes([0x80 | 0x20 | 0x10 | 1, 8]) + bytes(10)
    datagram = header + b"CSRC" + b"\0\0\0\1EXTN" + b"audio" + b"\0\0\3"
    packet = parse_packet(datagram)
    assert packet is not None
    assert packet.payload == b"audio"


@given(
    start=st.integers(0, 0xFFFF),
    total=st.integers(1, 400),
    dropped=st.sets(st.integers(1, 398)),
    repeated=st.sets(st.integers(0, 399)),
)
def test_lost_is_what_is_missing_between_first_and_last(
    start: int, total: int, dropped: set[int], repeated: set[int]
) -> None:
    reception, kept = Reception(), [n for n in range(total) if n not in dropped or n == total - 1]
    for number in kept:
        for _ in range(2 if number in repeated else 1):
            reception.note(Packet(8, False, (start + number) & 0xFFFF, 0, 1, b""))
    assert (reception.received, reception.lost) == (len(kept), total - len(kept))


def offer(*media: str, connection: str = "c=IN IP4 127.0.0.1") -> bytes:
    return "\r\n".join(["v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", connection, "t=0 0", *media, ""]).encode()


def test_every_media_line_is_answered() -> None:
    found = read_offer(offer("m=video 9 RTP/AVP 31", "m=audio 4000 RTP/AVP 0 8", "m=image 7 udptl t38"))
    lines = write_answer(found, "127.0.0.1", 5000, 1, 1).decode().splitlines()
    assert [line for line in lines if line.startswith("m=")] == [
        "m=video 0 RTP/AVP 31",
        "m=audio 5000 RTP/AVP 8",
        "m=image 0 udptl t38",
    ]


def test_the_connection_of_the_audio_goes_before_the_session() -> None:
    assert read_offer(offer("m=audio 4000 RTP/AVP 8", "c=IN IP4 127.0.0.2")).host == "127.0.0.2"


@pytest.mark.parametrize(
    "body",
    [
        offer("m=audio 0 RTP/AVP 8"),
        offer("m=audio 70000 RTP/AVP 8"),
        offer("m=audio 4000 RTP/SAVP 8"),
        offer("m=audio 4000 RTP/AVP 18"),
        offer("m=video 4000 RTP/AVP 8"),
        offer("m=audio 4000 RTP/AVP 8", connection="c=IN IP6 ::1"),
        b"",
        bytes(range(256)),
    ],
)
def test_offers_without_usable_audio_are_refused(body: bytes) -> None:
    with pytest.raises(NoCommonMedia):
        read_offer(body)


@given(st.text(alphabet="vosctma=:/ 0123456789RTPAVIN.\r\n", max_size=200))
def test_any_offer_is_read_or_refused(text: str) -> None:
    try:
        found = read_offer(text.encode())
    except NoCommonMedia:
        return
    assert 0 < found.port < 65536


@pytest.mark.parametrize(
    ("sound", "seconds"),
    [(Sound.ALLO, 0.6), (Sound.GREETING, 6.0), (Sound.BEEP, 0.4), (Sound.ANNOUNCEMENT, 2.0)],
)
def test_sounds_last_as_long_as_said_and_are_loud_enough(sound: Sound, seconds: float) -> None:
    samples = linear(sound)
    assert len(samples) == len(encoded(sound, PCMA)) == pytest.approx(seconds * 8000, abs=80)
    assert 8000 < max(map(abs, samples)) <= 32767


def test_endings_are_unique_and_two_digits() -> None:
    endings = [row.ending for row in BEHAVIOURS]
    assert len(set(endings)) == len(endings)
    assert all(len(ending) == 2 and ending.isdigit() for ending in endings)


def test_the_manual_has_a_line_for_every_behaviour() -> None:
    rows = describe()
    assert [row.ending for row in rows] == [*(row.ending for row in BEHAVIOURS), "others"]
    assert all(row.name and row.what_happens for row in rows)


@pytest.mark.parametrize("callee", ["", "0", "+33199000000", "+33199000099", "anonymous", "é"])
def test_every_other_number_is_ordinary(callee: str) -> None:
    assert behaviour_of(callee).name == "ordinary"
