"""Written numbers become E.164 under the right country code, or say why not."""

from __future__ import annotations

import phonenumbers
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from phonenumbers import PhoneNumberType

from lists import Number, NumberKind, NumberProblem, normalise_number
from lists.number_plan import EMERGENCY, FICTION_PREFIXES, OVERSEAS_PREFIXES, overseas_territory
from lists.problems import CATALOGUE

SAME = "+33639980100"


@pytest.mark.parametrize(
    "text",
    [
        "0639980100", "06 39 98 01 00", "06.39.98.01.00", "06-39-98-01-00", "06/39/98/01/00", "06 39 98 0100",
        "+33639980100", "+33 6 39 98 01 00", "+33 (0)6 39 98 01 00", "+33(0)639980100", "+33 06 39 98 01 00",
        "(+33) 6 39 98 01 00", "0033 6 39 98 01 00", "0033 (0)6 39 98 01 00", "00 33 639980100",
        "639980100", "6 39 98 01 00", "639980100.0", "639980100,0", "33639980100", "33639980100.0",
        "6.39980100E+08", "6,39980100e8", "6.3998010000E+008", "3.3639980100E+10",
        "'0639980100", "'+33639980100", "=+33639980100", '="0639980100"', '="+33 6 39 98 01 00"', '"0639980100"',
        " 0639980100 ", "06\u00a039\u00a098\u00a001\u00a000",
        "06\u202f39\u202f98\u202f01\u202f00", "\u202a0639980100\u202c", "０６３９９８０１００",
        "06–39–98–01–00", "06 39 98 01 00.",
    ],
)  # fmt: skip
def test_every_way_of_writing_one_number_is_the_same_number(text: str) -> None:
    assert normalise_number(text) == Number(SAME, NumberKind.MOBILE, "FR", fictional=True)


@pytest.mark.parametrize(
    ("text", "e164", "region", "kind"),
    [
        ("0262 00 00 00", "+262262000000", "RE", "fixed"),
        ("262000000", "+262262000000", "RE", "fixed"),
        ("0263 00 00 00", "+262263000000", "RE", "fixed"),
        ("0692 00 00 00", "+262692000000", "RE", "mobile"),
        ("0693 00 00 00", "+262693000000", "RE", "mobile"),
        ("0269 00 00 00", "+262269000000", "YT", "fixed"),
        ("0639 00 00 00", "+262639000000", "YT", "mobile"),
        ("0590 00 00 00", "+590590000000", "GP", "fixed"),
        ("0690 00 00 00", "+590690000000", "GP", "mobile"),
        ("0691 22 00 00", "+590691220000", "GP", "mobile"),
        ("0594 00 00 00", "+594594000000", "GF", "fixed"),
        ("0694 00 00 00", "+594694000000", "GF", "mobile"),
        ("0596 00 00 00", "+596596000000", "MQ", "fixed"),
        ("0696 00 00 00", "+596696000000", "MQ", "mobile"),
        ("0697 00 00 00", "+596697000000", "MQ", "mobile"),
        ("0709 00 00 00", "+590709000000", "GP", "mobile"),
        ("0709 10 00 00", "+596709100000", "MQ", "mobile"),
        ("0709 20 00 00", "+262709200000", "RE", "mobile"),
        ("0709 30 00 00", "+594709300000", "GF", "mobile"),
        ("0709 35 00 00", "+262709350000", "YT", "mobile"),
        ("0508 41 00 00", "+508410000", "PM", "fixed"),
        ("508410000", "+508410000", "PM", "fixed"),
        ("0708 40 00 00", "+508708400000", "PM", "mobile"),
        ("+33 692 00 00 00", "+262692000000", "RE", "mobile"),
        ("+33 (0)692 00 00 00", "+262692000000", "RE", "mobile"),
        ("0033 262 00 00 00", "+262262000000", "RE", "fixed"),
        ("33596000000", "+596596000000", "MQ", "fixed"),
        ("+33 5 90 00 00 00", "+590590000000", "GP", "fixed"),
        ("+33 508 41 00 00", "+508410000", "PM", "fixed"),
        ("+262 262 00 00 00", "+262262000000", "RE", "fixed"),
        ("+262 (0)262 00 00 00", "+262262000000", "RE", "fixed"),
        ("262262000000", "+262262000000", "RE", "fixed"),
        ("00262692000000", "+262692000000", "RE", "mobile"),
        ("+687 25 00 00", "+687250000", "NC", "fixed"),
        ("01 99 00 00 00", "+33199000000", "FR", "fixed"),
        ("09 99 00 00 00", "+33999000000", "FR", "voip"),
        ("+32 470 00 00 00", "+32470000000", "BE", "mobile"),
        ("+1 212 555 01 00", "+12125550100", "US", "other"),
    ],
)
def test_a_number_goes_under_its_own_country_code(text: str, e164: str, region: str, kind: str) -> None:
    number = normalise_number(text)
    assert isinstance(number, Number)
    assert (number.e164, number.region, number.kind) == (e164, region, kind)


@pytest.mark.parametrize("text", ["06 39 98 00 00", "06 39 98 99 99"])
def test_the_mobile_range_for_fiction_inside_the_prefix_of_mayotte_is_metropolitan(text: str) -> None:
    number = normalise_number(text, "97600")
    assert isinstance(number, Number)
    assert (number.region, number.fictional) == ("FR", True)


def test_no_overseas_prefix_opens_another() -> None:
    prefixes = list(OVERSEAS_PREFIXES)
    assert [(one, two) for one in prefixes for two in prefixes if one != two and two.startswith(one)] == []


@pytest.mark.parametrize("prefix", FICTION_PREFIXES)
def test_fiction_numbers_are_accepted_and_marked(prefix: str) -> None:
    number = normalise_number(f"0{prefix.removeprefix('+33')}1234")
    assert number == Number(f"{prefix}1234", NumberKind(FICTION_PREFIXES[prefix]), "FR", fictional=True)


@pytest.mark.parametrize(
    ("text", "postcode", "e164"),
    [
        ("25 00 00", "98800", "+687250000"),
        ("40 40 00 00", "98714", "+68940400000"),
        ("72 00 00", "98600", "+681720000"),
        ("41 00 00", "97500", "+508410000"),
    ],
)
def test_the_postcode_helps_where_subscribers_write_no_prefix(text: str, postcode: str, e164: str) -> None:
    number = normalise_number(text, postcode)
    assert isinstance(number, Number)
    assert number.e164 == e164
    assert normalise_number(text, "75001") == NumberProblem("number-unreadable")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "number-missing"), (" ", "number-missing"), ("-", "number-missing"),
        ("06 39 XX 98 12", "number-letters"), ("voir fixe", "number-letters"),
        ("0639980100 poste 12", "number-letters"), ("1-800-FLOWERS", "number-letters"),
        ("6.12E+08", "number-scientific"), ("6,12E+08", "number-scientific"), ("6E+08", "number-scientific"),
        ("6.399801E+08", "number-scientific"), ("6.399801001E+08", "number-scientific"),
        ("6.39980100E+09", "number-scientific"), ("0.639980100E+09", "number-scientific"),
        ("1.12E+02", "number-scientific"), ("6.39980100E-08", "number-letters"),
        ("01 99 00 9", "number-unreadable"), ("06 39 98 01 00 00", "number-unreadable"),
        ("#31#0639980100", "number-unreadable"), ("0000000000", "number-unreadable"),
        ("00", "number-unreadable"), ("+", "number-unreadable"), ("61234567899", "number-unreadable"),
        ("0639", "number-short"), ("3639", "number-short"), ("118218", "number-short"), ("1023", "number-short"),
        ("112", "number-emergency"), ("15", "number-emergency"), ("1 1 9", "number-emergency"),
        ("116 117", "number-emergency"),
        ("0899 00 00 00", "number-premium"), ("+33 899 00 00 00", "number-premium"),
        ("899000000", "number-premium"), ("0810 00 00 00", "number-premium"),
        ("0820 00 00 00", "number-premium"), ("0800 00 00 00", "number-special"),
        ("0806 00 00 00", "number-special"), ("0876 00 00 00", "number-special"),
        ("+590 806 00 00 00", "number-special"), ("+262 800 00 00 00", "number-special"),
        ("0937 00 00 00", "number-special"), ("0939 12 34 56", "number-special"),
        ("+33 9 38 00 00 00", "number-special"),
        ("0700 00 00 00", "number-m2m"), ("0700 0000 0000 00", "number-m2m"), ("+33 700 00 00 00", "number-m2m"),
    ],
)  # fmt: skip
def test_what_no_campaign_may_call_is_refused_with_its_reason(text: str, code: str) -> None:
    assert normalise_number(text) == NumberProblem(code)
    assert code in CATALOGUE


@pytest.mark.parametrize("digits", sorted(EMERGENCY))
def test_an_emergency_number_is_refused_whatever_the_place(digits: str) -> None:
    for postcode in (None, "75001", "98800", "97500", "98714"):
        assert normalise_number(digits, postcode) == NumberProblem("number-emergency")


@given(st.text(max_size=25))
def test_any_text_is_a_number_or_a_known_problem(text: str) -> None:
    reading = normalise_number(text)
    if isinstance(reading, NumberProblem):
        assert reading.code in CATALOGUE
    else:
        assert normalise_number(reading.e164) == reading


KEPT_FOR_PLATFORMS = ("0937", "0938", "0939")
"""Dossier 5.4."""
CALLABLE_KINDS = {
    PhoneNumberType.FIXED_LINE: "fixed",
    PhoneNumberType.MOBILE: "mobile",
    PhoneNumberType.VOIP: "voip",
}


@settings(max_examples=800)
@given(st.from_regex(r"0[1-9][0-9]{8}", fullmatch=True))
def test_metropolitan_numbers_are_judged_as_the_library_judges_them(national: str) -> None:
    assume(overseas_territory(national) is None)
    assume(not any(f"+33{national[1:]}".startswith(prefix) for prefix in FICTION_PREFIXES))
    assume(not national.startswith(KEPT_FOR_PLATFORMS))
    assert_same_as_library(national, "FR")


@pytest.mark.parametrize("prefix", KEPT_FOR_PLATFORMS)
def test_numbers_kept_for_platforms_are_nobodys_though_the_library_takes_them_for_voip(prefix: str) -> None:
    assert normalise_number(f"{prefix}000000") == NumberProblem("number-special")


@settings(max_examples=800)
@given(st.sampled_from(sorted(OVERSEAS_PREFIXES)).filter(lambda prefix: prefix != "0508"), st.data())
def test_overseas_numbers_are_judged_as_the_library_judges_them_there(prefix: str, data: st.DataObject) -> None:
    national = prefix + data.draw(st.text("0123456789", min_size=10 - len(prefix), max_size=10 - len(prefix)))
    territory = overseas_territory(national)
    assume(territory is not None)
    assert_same_as_library(national, str(territory))


def assert_same_as_library(national: str, region: str) -> None:
    parsed = phonenumbers.parse(national, region)
    kind = phonenumbers.number_type(parsed)
    judged = normalise_number(national)
    if phonenumbers.is_valid_number(parsed) and kind in CALLABLE_KINDS:
        assert isinstance(judged, Number)
        assert judged.e164 == phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
        assert judged.kind == CALLABLE_KINDS[kind]
    else:
        assert isinstance(judged, NumberProblem)
