"""Table 5.1 one by one, and what is done when the place is not known."""

from __future__ import annotations

import pytest

from rules.decide import decide
from rules.facts import Consent, ContactKind, Sector
from rules.places import possible_places
from rules.rule import Verdict
from tests.rules.calls import NEW_LAW, legal_call

TABLE_5_1 = [
    *((f"{department:02d}000", ["Europe/Paris"]) for department in range(1, 96)),
    ("20000", ["Europe/Paris"]),
    ("2A004", ["Europe/Paris"]),
    ("2b033", ["Europe/Paris"]),
    (" 75001 ", ["Europe/Paris"]),
    ("97100", ["America/Guadeloupe"]),
    ("97190", ["America/Guadeloupe"]),
    ("97133", ["America/St_Barthelemy"]),
    ("97150", ["America/Marigot"]),
    ("97200", ["America/Martinique"]),
    ("97300", ["America/Cayenne"]),
    ("97400", ["Indian/Reunion"]),
    ("97500", ["America/Miquelon"]),
    ("97600", ["Indian/Mayotte"]),
    ("98600", ["Pacific/Wallis"]),
    ("98713", ["Pacific/Tahiti", "Pacific/Marquesas", "Pacific/Gambier"]),
    ("98800", ["Pacific/Noumea"]),
]
BY_COUNTRY_CODE = [
    ("+33199000001", ["Europe/Paris", "Europe/Paris"]),
    ("+33639980001", ["Europe/Paris", "Europe/Paris"]),
    ("+590590010000", ["America/Guadeloupe", "America/St_Barthelemy", "America/Marigot"]),
    ("+594594000000", ["America/Cayenne"]),
    ("+596596000000", ["America/Martinique"]),
    ("+262262000000", ["Indian/Reunion", "Indian/Mayotte"]),
    ("+262639000000", ["Indian/Reunion", "Indian/Mayotte"]),
    ("+508410000", ["America/Miquelon"]),
    ("+681720000", ["Pacific/Wallis"]),
    ("+687200000", ["Pacific/Noumea"]),
    ("+68940400000", ["Pacific/Tahiti", "Pacific/Marquesas", "Pacific/Gambier"]),
]
NO_FRENCH_PLACE = (
    "00100",
    "96000",
    "98000",
    "97700",
    "97800",
    "99999",
    "7500",
    "750010",
    "ABCDE",
    "2C000",
    "７５００１",
)


def zones(postcode: str | None, number: str = "+33199000001") -> list[str]:
    return [str(place.zone) for place in possible_places(postcode, number)]


@pytest.mark.parametrize(("postcode", "expected"), TABLE_5_1)
def test_the_postcode_tells_the_zone(postcode: str, expected: list[str]) -> None:
    assert zones(postcode) == expected


@pytest.mark.parametrize(("number", "expected"), BY_COUNTRY_CODE)
def test_without_a_postcode_the_country_code_leaves_these_zones(number: str, expected: list[str]) -> None:
    assert zones(None, number) == zones("", number) == zones("  ", number) == expected


@pytest.mark.parametrize("postcode", NO_FRENCH_PLACE)
def test_a_postcode_that_names_no_territory_is_never_guessed_from_the_number(postcode: str) -> None:
    assert zones(postcode) == []
    decision = decide(legal_call(postcode=postcode), NEW_LAW)
    assert (decision.verdict, decision.rule_ids) == (Verdict.DEFER, ("FR-TZ",))


@pytest.mark.parametrize("number", ["+32460000000", "+442079460000", "anonymous", ""])
def test_a_foreign_number_without_a_postcode_has_no_zone(number: str) -> None:
    assert zones(None, number) == []


@pytest.mark.parametrize(
    ("postcodes", "expected"),
    [
        ("75011;97400", ["Europe/Paris", "Indian/Reunion"]),
        ("97400; 75011 ;", ["Indian/Reunion", "Europe/Paris"]),
        ("75011;35000", ["Europe/Paris"]),
        ("75011;7500", []),
        (";", []),
    ],
)
def test_several_postcodes_leave_all_their_places_open(postcodes: str, expected: list[str]) -> None:
    assert zones(postcodes) == expected


def test_the_number_never_overrules_the_postcode() -> None:
    assert zones("97400", "+33199000042") == ["Indian/Reunion"]
    assert zones("75011", "+262692000000") == ["Europe/Paris"]


@pytest.mark.parametrize("postcode", ["98400", "98600", "98713", "98740", "98755", "98800"])
def test_consumers_are_not_prospected_where_the_national_law_is_not_extended(postcode: str) -> None:
    decision = decide(legal_call(postcode=postcode), NEW_LAW)
    assert decision.verdict is Verdict.DENY
    assert "FR-TERRITORY-PACIFIC" in decision.rule_ids


@pytest.mark.parametrize("postcode", ["98400", "98600", "98713", "98800"])
def test_no_part_of_such_a_territory_has_national_law(postcode: str) -> None:
    assert not any(place.national_law for place in possible_places(postcode, ""))


def test_the_southern_lands_have_neither_clock_nor_consumers() -> None:
    assert zones("98400") == ["None"]
    assert decide(legal_call(postcode="98400"), NEW_LAW).rule_ids == ("FR-TERRITORY-PACIFIC", "FR-TZ")


@pytest.mark.parametrize("postcode", ["98000", "98400", "7500"])
@pytest.mark.parametrize(
    "change", [{"kind": ContactKind.PROFESSIONAL}, {"sector": Sector.SURVEY}], ids=["firm", "poll"]
)
def test_without_a_zone_neither_firm_nor_poll_is_called(postcode: str, change: dict[str, object]) -> None:
    """Section 3, step 1 of the dossier comes before every exemption."""
    decision = decide(legal_call(postcode=postcode, consent=Consent.NONE, **change), NEW_LAW)
    assert (decision.verdict, decision.rule_ids) == (Verdict.DEFER, ("FR-TZ",))
