"""Canonical encoding, held against the vectors of RFC 8785; what we write faster, against the library."""

from __future__ import annotations

import struct

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from dialer.audit import envelope
from dialer.store import canonical, canonical_plain

SECTION_3_2_2 = {
    "numbers": [333333333.33333329, 1e30, 4.50, 2e-3, 0.000000000000000000000000001],
    "string": "\u20ac$\u000f\u000aA'\u0042\u0022\u005c\\\"/",
    "literals": [None, True, False],
}
SECTION_3_2_3 = {
    "\u20ac": "Euro Sign",
    "\r": "Carriage Return",
    "\ufb33": "Hebrew Letter Dalet With Dagesh",
    "1": "One",
    "\U0001f600": "Emoji: Grinning Face",
    "\u0080": "Control",
    "\u00f6": "Latin Small Letter O With Diaeresis",
}
APPENDIX_B = [
    ("0000000000000000", "0"),
    ("8000000000000000", "0"),
    ("0000000000000001", "5e-324"),
    ("8000000000000001", "-5e-324"),
    ("7fefffffffffffff", "1.7976931348623157e+308"),
    ("ffefffffffffffff", "-1.7976931348623157e+308"),
    ("4340000000000000", "9007199254740992"),
    ("c340000000000000", "-9007199254740992"),
    ("4430000000000000", "295147905179352830000"),
    ("44b52d02c7e14af5", "9.999999999999997e+22"),
    ("44b52d02c7e14af6", "1e+23"),
    ("44b52d02c7e14af7", "1.0000000000000001e+23"),
    ("444b1ae4d6e2ef4e", "999999999999999700000"),
    ("444b1ae4d6e2ef4f", "999999999999999900000"),
    ("444b1ae4d6e2ef50", "1e+21"),
    ("3eb0c6f7a0b5ed8c", "9.999999999999997e-7"),
    ("3eb0c6f7a0b5ed8d", "0.000001"),
    ("41b3de4355555553", "333333333.3333332"),
    ("41b3de4355555554", "333333333.33333325"),
    ("41b3de4355555555", "333333333.3333333"),
    ("41b3de4355555556", "333333333.3333334"),
    ("41b3de4355555557", "333333333.33333343"),
    ("becbf647612f3696", "-0.0000033333333333333333"),
    ("43143ff3c1cb0959", "1424953923781206.2"),
]
TEXT = st.text(st.characters(exclude_categories=["Cs"]))
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXT,
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"], max_codepoint=0xD7FF)), inner)
    ),
)


def test_the_example_of_section_3_2_2() -> None:
    wanted = (
        '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    )
    assert canonical(SECTION_3_2_2) == wanted


def test_the_keys_of_section_3_2_3_are_sorted_by_their_utf_16() -> None:
    values = [part.split('":"')[1] for part in canonical(SECTION_3_2_3).strip('{}"').split('","')]
    assert values == [
        "Carriage Return", "One", "Control", "Latin Small Letter O With Diaeresis", "Euro Sign",
        "Emoji: Grinning Face", "Hebrew Letter Dalet With Dagesh",
    ]  # fmt: skip


@pytest.mark.parametrize(("bits", "wanted"), APPENDIX_B)
def test_the_numbers_of_appendix_b(bits: str, wanted: str) -> None:
    (number,) = struct.unpack(">d", bytes.fromhex(bits))
    assert canonical(number) == wanted


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_what_is_no_number_is_refused(number: float) -> None:
    with pytest.raises(rfc8785.FloatDomainError):
        canonical(number)
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical_plain(number)


def test_the_same_content_has_one_spelling() -> None:
    assert canonical({"b": [1, True, None], "a": "é"}) == canonical({"a": "é", "b": [1, True, None]})
    assert canonical({"b": 1, "a": "é"}) == '{"a":"é","b":1}'


@given(PLAIN)
def test_plain_content_gets_the_same_text_in_less_time(content: object) -> None:
    assert canonical_plain(content) == canonical(content)


@given(st.integers(1, 2**53 - 1), TEXT, TEXT, TEXT, TEXT)
def test_what_is_hashed_of_a_row_is_canonical(seq: int, at: str, kind: str, body: str, previous: str) -> None:
    row = {"seq": seq, "at": at, "kind": kind, "body": body, "previous": previous}
    assert envelope(seq, at, kind, body, previous) == canonical(row)
