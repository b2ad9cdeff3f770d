"""Tables 5.3 and 5.4: which numbers may be shown, and by which kind of system."""

from __future__ import annotations

from datetime import date

import pytest

from rules.caller_ids import CallerIdKind, CallerIdMalformed, caller_id_kind, require_caller_id
from rules.decide import decide
from rules.facts import Consent, ContactKind, Sector, SystemKind
from rules.rule import Layer, Verdict
from rules.rulebook import french_rulebook
from tests.rules.calls import NEW_LAW, legal_call

NUMBERS = french_rulebook().on(date(2026, 9, 15)).numbers
NPV_ROOTS = (
    *("+33162", "+33163", "+33270", "+33271", "+33377", "+33378", "+33424", "+33425", "+33568", "+33569"),
    *("+33948", "+33949", "+5909475", "+5949476", "+5969477", "+2629478", "+2629479"),
)
UNATTESTED_ROOTS = (
    *("+5905987", "+5945988", "+5965989", "+2622688", "+2622689"),
    *("+33937", "+33938", "+33939"),
)
NOT_NPV = ("+33161", "+33164", "+33272", "+33379", "+33426", "+33567", "+33947", "+33950", "+5909476", "+2629477")
BY_STATUTE = (
    *("+336", "+3373", "+3379", "+590690", "+590691", "+5907090", "+594694", "+5947093", "+596696", "+596697"),
    *("+5967091", "+262692", "+262693", "+2627092", "+262639", "+2627093", "+508708"),
)
BY_POLICY = ("+3370", "+3371", "+3372")
MOBILE = (*BY_STATUTE, *BY_POLICY)
SURCHARGED = ("+3381", "+3382", "+3389", "118008")
ORDINARY = (
    *("+331", "+33118", "+332", "+333", "+334", "+335", "+33936", "+339", "+590590", "+594594", "+596596"),
    *("+262262", "+262263", "+262269", "+50841"),
)
FREE_FOREIGN_OR_SHORT = ("+33800", "+33805", "+33806", "+33809", "+4420", "+377", "+687", "+6894", "1023", "3900")


def number(root: str) -> str:
    """A zero-filled number of that range; a short number is whole as it stands."""
    return root.ljust(12, "0") if root.startswith("+") else root


def ids(caller_id: str, system: SystemKind) -> tuple[str, ...]:
    return decide(legal_call(caller_id=caller_id, system=system), NEW_LAW).rule_ids


@pytest.mark.parametrize("system", SystemKind)
@pytest.mark.parametrize("root", NPV_ROOTS)
def test_every_range_of_table_5_3_is_open_to_every_system(root: str, system: SystemKind) -> None:
    assert ids(number(root), system) == ()


@pytest.mark.parametrize("system", SystemKind)
@pytest.mark.parametrize("root", UNATTESTED_ROOTS)
def test_new_npv_ranges_and_0937_to_0939_wait_for_an_attestation(root: str, system: SystemKind) -> None:
    assert ids(number(root), system) == ("FR-CLI-NPV",)


@pytest.mark.parametrize("root", NOT_NPV)
def test_the_neighbours_of_an_npv_range_are_not_npv(root: str) -> None:
    assert ids(number(root), SystemKind.AUTOMATED) == ("FR-CLI-NPV",)


@pytest.mark.parametrize("root", MOBILE)
def test_a_mobile_number_is_refused_to_people_and_machines(root: str) -> None:
    assert ids(number(root), SystemKind.HUMAN_AGENT) == ("FR-CLI-MOBILE",)
    assert ids(number(root), SystemKind.AUTOMATED) == ("FR-CLI-MOBILE", "FR-CLI-NPV")


@pytest.mark.parametrize("root", SURCHARGED)
def test_a_surcharged_number_is_refused(root: str) -> None:
    assert ids(number(root), SystemKind.HUMAN_AGENT) == ("FR-CLI-PREMIUM",)
    assert ids(number(root), SystemKind.AI_AGENT) == ("FR-CLI-NPV", "FR-CLI-PREMIUM")


@pytest.mark.parametrize("root", ORDINARY)
def test_an_ordinary_number_is_for_a_person_who_commands_each_call(root: str) -> None:
    assert ids(number(root), SystemKind.HUMAN_AGENT) == ()
    assert ids(number(root), SystemKind.AUTOMATED) == ("FR-CLI-NPV",)
    assert ids(number(root), SystemKind.AI_AGENT) == ("FR-CLI-NPV",)


@pytest.mark.parametrize("root", FREE_FOREIGN_OR_SHORT)
def test_a_number_of_no_permitted_range_is_refused_to_a_person_too(root: str) -> None:
    assert ids(number(root), SystemKind.HUMAN_AGENT) == ("FR-CLI-NPV",)


@pytest.mark.parametrize("word", ["", "anonymous", "Anonymous", "PRIVATE", "restricted", "unavailable", "unknown"])
def test_every_word_for_a_hidden_number_is_masked(word: str) -> None:
    assert caller_id_kind(word, NUMBERS) is CallerIdKind.MASKED
    assert require_caller_id(f" {word} ") == "anonymous"
    assert ids(word, SystemKind.HUMAN_AGENT) == ("FR-CLI-MASKED",)


@pytest.mark.parametrize(
    "change", [{"kind": ContactKind.PROFESSIONAL}, {"sector": Sector.SURVEY}], ids=["firm", "poll"]
)
@pytest.mark.parametrize(
    ("caller_id", "rule"),
    [("anonymous", "FR-CLI-MASKED"), ("+33639980100", "FR-CLI-MOBILE"), ("+33899000000", "FR-CLI-PREMIUM")],
)
def test_neither_professionals_nor_polls_free_a_caller_id(caller_id: str, rule: str, change: dict[str, object]) -> None:
    facts = legal_call(caller_id=caller_id, consent=Consent.NONE, **change)
    assert decide(facts, NEW_LAW).rule_ids == (rule,)
    automated = legal_call(caller_id=caller_id, system=SystemKind.AUTOMATED, **change)
    assert decide(automated, NEW_LAW).rule_ids == tuple(sorted(("FR-CLI-NPV", rule)))


def test_an_unregistered_number_is_refused_since_authentication_is_due() -> None:
    unproven = legal_call(caller_id_authorised=False)
    assert decide(unproven, NEW_LAW).rule_ids == ("FR-CLI-AUTH",)
    assert decide(unproven, NEW_LAW.replace(year=2023, month=7, day=24)).verdict is Verdict.ALLOW
    assert decide(unproven, NEW_LAW.replace(year=2023, month=7, day=25)).rule_ids == ("FR-CLI-AUTH",)


@pytest.mark.parametrize(
    ("root", "layer"),
    [
        *((root, Layer.STATUTE) for root in (*BY_STATUTE, "+3389")),
        *((root, Layer.POLICY) for root in (*BY_POLICY, "+3381", "+3382", "118008")),
        *((root, Layer.POLICY) for root in (*UNATTESTED_ROOTS, *FREE_FOREIGN_OR_SHORT)),
    ],
)
def test_what_the_text_excludes_is_told_apart_from_what_we_add(root: str, layer: Layer) -> None:
    shown_by_a_person = decide(legal_call(caller_id=number(root)), NEW_LAW)
    assert [finding.layer for finding in shown_by_a_person.blocking] == [layer]


@pytest.mark.parametrize(
    "written",
    [
        *("0162000000", "+33 1 62 00 00 00", "33162000000", "+0162000000", "+33", "١٦٢", "+3316200000000000"),
        *("112", "15", "11800", "1180080", "39000", "390", "1180", "1999", "2000", "3900 ext"),
    ],
)
def test_a_caller_id_in_another_form_is_refused_not_guessed(written: str) -> None:
    with pytest.raises(CallerIdMalformed, match=r"neither `anonymous`, an E\.164 number .* nor a short number"):
        require_caller_id(written)


@pytest.mark.parametrize("written", ["118008", "3900", "3000", "3999", "1023", "1000"])
def test_a_short_number_is_a_well_formed_caller_id(written: str) -> None:
    assert require_caller_id(f" {written}") == written


def test_a_caller_id_is_taken_without_the_blanks_around_it() -> None:
    assert require_caller_id(" +33162000000 ") == "+33162000000"
