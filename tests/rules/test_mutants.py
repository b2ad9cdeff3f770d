"""What a mutation run found that no other test noticed: each of these fails for a change that slipped through.

`docs/mutation.md` lists the run and the changes that remain, with the reason for each.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from importlib import resources
from pathlib import Path

import pytest

from rules.book.exemptions import next_slot
from rules.decide import decide
from rules.eligibility import HORIZON, Eligibility, Outlook, next_eligible_at
from rules.explain import changes, one_line, paragraph
from rules.facts import Consent, Contract, Facts, Sector
from rules.fingerprint import fingerprints
from rules.line import CarrierTerms
from rules.numbers import Numbers, NumbersRefused, NumberTable
from rules.places import MAYOTTE, METROPOLE, REUNION
from rules.rule import STATUTE_ONLY, Citation, Exemption, Layer, Outcome, Profile, Rule, Text, Verdict
from rules.rulebook import LawNotCovered, Rulebook, RulebookRefused, french_rulebook
from rules.situation import Situation
from rules.windows import next_opening
from tests.rules.calls import NEW_LAW, OLD_LAW, legal_call, utc
from tests.rules.lines import clear_line

BOOK = french_rulebook()
ALWAYS_MET = Outcome(Verdict.ALLOW, "met")
NO_TEXT = Text("", "")
WORKING_WEEK = frozenset(range(1, 6))
WINDOWS = ((time(10), time(13)), (time(14), time(20)))


def rule(check: object, rule_id: str = "X-RULE") -> Rule:
    return Rule(rule_id, NO_TEXT, Layer.STATUTE, (Citation("test"),), {}, check)  # type: ignore[arg-type]


def test_a_stored_decision_says_all_of_this_and_nothing_else() -> None:
    decision = decide(legal_call(consent=Consent.NONE, caller_id="anonymous"), NEW_LAW, profile=STATUTE_ONLY)
    stored = decision.to_dict()
    findings = stored.pop("findings")
    assert stored == {
        "verdict": "deny",
        "at": "2026-09-15T09:00:00+00:00",
        "law_day": "2026-09-15",
        "profile": "statute",
        "rule_ids": ["FR-CLI-MASKED", "FR-CONSENT"],
        "relied_on": [],
    }
    assert isinstance(findings, list)
    assert [finding for finding in findings if finding["rule"] == "FR-CLI-MASKED"] == [
        {
            "rule": "FR-CLI-MASKED",
            "layer": "statute",
            "verdict": "deny",
            "reason": "masked",
            "values": {},
            "until": None,
            "discharged_by": [],
            "citations": ["C. conso. L.221-17"],
        }
    ]


def test_a_rule_that_is_met_relies_on_no_exemption() -> None:
    met = rule(lambda facts, situation, numbers: ALWAYS_MET)
    lift = Exemption("X-LIFT", NO_TEXT, (Citation("test"),), frozenset({"X-RULE"}), lambda *_: True)
    decision = decide(legal_call(), NEW_LAW, rulebook=Rulebook((met,), (lift,), BOOK.numbers))
    assert (decision.verdict, decision.relied_on, decision.rule_ids) == (Verdict.ALLOW, (), ())
    assert [finding.discharged_by for finding in decision.findings] == [()]


@pytest.mark.parametrize(
    ("beyond", "expected"),
    [
        (timedelta(0), Eligibility(Outlook.LATER, NEW_LAW + timedelta(days=400))),
        (timedelta(microseconds=1), Eligibility(Outlook.BEYOND_HORIZON)),
    ],
)
def test_the_horizon_is_four_hundred_days_and_belongs_to_what_is_seen(beyond: timedelta, expected: Eligibility) -> None:
    full = clear_line(in_use=10, room_at=NEW_LAW + HORIZON + beyond)
    terms_only = Profile("terms", frozenset({Layer.CONTRACT}))
    assert next_eligible_at(legal_call(line=full), NEW_LAW, profile=terms_only) == expected


def test_the_first_look_ahead_is_under_the_book_asked_for() -> None:
    never = rule(lambda facts, situation, numbers: Outcome(Verdict.DENY, "never"))
    book = Rulebook((*BOOK.rules, never), BOOK.exemptions, BOOK.numbers)
    assert next_eligible_at(legal_call(), NEW_LAW, rulebook=book).outlook is Outlook.NEVER


def test_every_later_look_is_under_the_book_asked_for() -> None:
    """The pause of an hour begins only at the end of the night that is the first obstacle."""
    opens = utc("2026-09-16T08:00")
    resumes = opens + timedelta(hours=1)

    def pause(facts: Facts, situation: Situation, numbers: Numbers) -> Outcome:
        waits = opens <= situation.at < resumes
        return Outcome(Verdict.DEFER, "pause", until=resumes) if waits else ALWAYS_MET

    book = Rulebook((*BOOK.rules, rule(pause)), BOOK.exemptions, BOOK.numbers)
    night = utc("2026-09-15T20:00")
    assert next_eligible_at(legal_call(), night).at == opens
    assert next_eligible_at(legal_call(), night, rulebook=book).at == resumes


def test_every_later_look_is_under_the_profile_asked_for() -> None:
    """Behind the 25th of December stands the 26th, a holiday in Alsace that the statute does not know."""
    call, eve = legal_call(postcode="67000"), utc("2024-12-24T21:00")
    assert next_eligible_at(call, eve, profile=STATUTE_ONLY).at == utc("2024-12-26T09:00")
    assert next_eligible_at(call, eve).at == utc("2024-12-27T09:00")


def test_an_opening_is_open_in_every_zone_and_later_than_now() -> None:
    zones = tuple(place.zone for place in (REUNION, MAYOTTE) if place.zone)
    night = utc("2026-09-15T00:00")
    assert next_opening(night, zones, WORKING_WEEK, WINDOWS, timedelta(0)) == utc("2026-09-15T07:00")
    paris = tuple(place.zone for place in (METROPOLE,) if place.zone)
    ten_in_paris = utc("2026-09-15T08:00")
    assert next_opening(ten_in_paris, paris, WORKING_WEEK, WINDOWS, timedelta(0)) == utc("2026-09-15T12:00")


def test_without_a_ring_guard_windows_end_when_they_end() -> None:
    assert Situation.of(legal_call(), NEW_LAW).ring_guard_seconds == 0
    assert Situation(NEW_LAW, (), (), NEW_LAW.date()).ring_guard_seconds == 0


NUMBER = """
[[number]]
name = "{name}"
from = {first}
until = {last}
value = 1
source = "test"
source_fr = "essai"
"""


def test_numbers_may_stand_in_any_order() -> None:
    later = NUMBER.format(name="cap", first="2024-01-01", last="2024-12-31")
    earlier = NUMBER.format(name="cap", first="2023-01-01", last="2023-12-31")
    assert len(NumberTable.parse(later + earlier).entries) == 2


def test_an_overlap_is_found_though_another_number_begins_between() -> None:
    text = "".join(
        NUMBER.format(name=name, first=first, last="2025-12-31")
        for name, first in (("cap", "2023-01-01"), ("days", "2023-06-01"), ("cap", "2024-01-01"))
    )
    with pytest.raises(NumbersRefused, match="cap: two values for 2024-01-01"):
        NumberTable.parse(text)


def test_a_day_before_the_book_is_refused_in_a_sentence() -> None:
    with pytest.raises(
        LawNotCovered, match=r"^The law of 2022-12-31 is not in this rulebook, which starts on 2023-01-01"
    ):
        BOOK.on(date(2022, 12, 31))


def test_unknown_rules_are_named_in_order() -> None:
    unknown = [f"X-{letter}" for letter in "ABCDEFGH"]
    stray = replace(BOOK.exemptions[0], id="X-STRAY", discharges=frozenset(unknown))
    with pytest.raises(RulebookRefused) as refused:
        Rulebook(BOOK.rules, (stray,), BOOK.numbers)
    assert str(unknown) in str(refused.value)


def test_missing_numbers_are_named_in_order() -> None:
    wanted = [f"number-{letter}" for letter in "abcdefgh"]
    reader = replace(rule(lambda *_: ALWAYS_MET), reads=tuple(reversed(wanted)))
    with pytest.raises(RulebookRefused) as refused:
        Rulebook((reader,), (), BOOK.numbers)
    assert str(wanted) in str(refused.value)


def test_terms_that_say_nothing_else_count_eight_seconds_and_fifty_calls() -> None:
    plain = CarrierTerms("Callr", channels=10, starts_per_second=1)
    assert (plain.short_call_seconds, plain.least_calls) == (8, 50)
    assert not plain.watched


@pytest.mark.parametrize("slots", [(), (NEW_LAW,), (NEW_LAW - timedelta(hours=1),)])
def test_a_slot_that_has_come_is_not_the_next_one(slots: tuple[datetime, ...]) -> None:
    call = legal_call(slots=slots)
    assert next_slot(call, Situation.of(call, NEW_LAW), BOOK.on(NEW_LAW.date()).numbers) is None


def test_who_was_never_called_has_made_no_attempt() -> None:
    (finding,) = [finding for finding in decide(legal_call(), NEW_LAW).findings if finding.rule.id == "FR-FREQ"]
    assert finding.outcome.values == {"attempts": 0, "cap": 4, "window_days": 30}


@pytest.mark.parametrize(
    ("rule_id", "at", "layer"),
    [("FR-REFUSAL-60D", OLD_LAW, Layer.STATUTE), ("FR-REFUSAL-60D", NEW_LAW, Layer.POLICY)],
)
def test_the_sixty_days_were_law_and_are_now_our_choice(rule_id: str, at: datetime, layer: Layer) -> None:
    assert [rule.layer for rule in BOOK.on(at.date()).rules if rule.id == rule_id] == [layer]


@pytest.mark.parametrize(
    ("item_id", "articles"),
    [
        ("FR-SURVEY", ["C. conso. L.221-16", "CE 6 juin 2024"]),
        ("FR-CONSENT", ["C. conso. L.223-1 al. 1-3", "C. conso. R.223-1"]),
        ("FR-OBJECTION", ["RGPD art. 21(2)-(3)", "C. conso. R.223-3"]),
        ("FR-REFUSAL-PERM", ["C. conso. L.221-16", "C. conso. R.223-3", "RGPD art. 21(3)"]),
        ("FR-HOLIDAY", ["C. conso. D.223-9 al. 1", "C. trav. L.3133-1"]),
        ("FR-SECTOR-ADAPT", ["C. conso. L.223-1 al. 5"]),
        ("FR-CLI-MOBILE", ["CPCE L.44", "Arcep 2018-0881"]),
        ("FR-CLI-PREMIUM", ["C. conso. L.221-17 al. 3", "Arcep 2018-0881"]),
        ("FR-CLI-NPV", ["CPCE L.44 VI", "Arcep 2018-0881"]),
        ("FR-CLI-AUTH", ["CPCE L.44 IV", "Arcep 2025-2215"]),
        ("PO-SOURCE-STALE", ["RGPD art. 5(1)(d)", "RGPD art. 21(3)"]),
        ("PO-ONE-CALL", ["C. conso. L.121-7"]),
    ],
)
def test_every_article_that_a_rule_rests_on_is_cited(item_id: str, articles: list[str]) -> None:
    edition = BOOK.on(NEW_LAW.date())
    (item,) = [item for item in (*edition.rules, *edition.exemptions) if item.id == item_id]
    assert [citation.article for citation in item.citations] == articles


def test_before_the_reform_two_citations_stand_behind_the_ban_on_adapting_homes() -> None:
    (item,) = [rule for rule in BOOK.on(date(2026, 1, 5)).rules if rule.id == "FR-SECTOR-ADAPT"]
    assert [citation.article for citation in item.citations] == [
        "C. conso. L.223-1 al. 5",
        "date téléphone incertaine (U-3)",
    ]


@pytest.mark.parametrize(("at", "layer"), [(date(2026, 1, 5), Layer.POLICY), (date(2026, 9, 15), Layer.STATUTE)])
def test_the_ban_on_adapting_homes_was_our_choice_and_is_now_law(at: date, layer: Layer) -> None:
    assert [rule.layer for rule in BOOK.on(at).rules if rule.id == "FR-SECTOR-ADAPT"] == [layer]


@pytest.mark.parametrize("written", ["2026-09-15T09:00:00+00:00", {"at": "2026-09-15"}, None])
def test_stored_instants_that_are_no_list_are_refused_in_a_sentence(written: object) -> None:
    with pytest.raises(TypeError, match="a list of instants is wanted, not"):
        Facts.from_dict(legal_call().to_dict() | {"attempts": written})


def test_the_exemptions_that_an_allowed_call_relies_on_are_told_in_a_row() -> None:
    call = legal_call(consent=Consent.NONE, contract=Contract.RELATED, sector=Sector.PRESS)
    decision = decide(call, NEW_LAW)
    said = one_line(decision, next_eligible_at(call, NEW_LAW, decision=decision), "en")
    assert said == "allowed (FR-CONTRACT-EXC, FR-PRESS-EXC)"


def test_the_officer_reads_lists_with_their_commas() -> None:
    call = legal_call(consent=Consent.NONE, contract=Contract.RELATED, sector=Sector.PRESS)
    decision = decide(call, NEW_LAW)
    said = paragraph(decision, next_eligible_at(call, NEW_LAW, decision=decision))
    assert "FR-CONSENT est levée par FR-CONTRACT-EXC, FR-PRESS-EXC." in said
    assert "Règles respectées : CT-ACD, CT-ASR, " in said


def test_the_officer_reads_every_article_of_an_obstacle() -> None:
    call = legal_call(consent=Consent.NONE)
    decision = decide(call, NEW_LAW)
    said = paragraph(decision, next_eligible_at(call, NEW_LAW, decision=decision))
    articles = "C. conso. L.223-1 al. 1-3 (loi 2025-594 art. 13) ; C. conso. R.223-1 (décret 2026-662)"
    assert f"aucun consentement enregistré ({articles})." in said


def test_changes_between_two_laws_are_told_in_order_of_rule() -> None:
    refused = legal_call(consent=Consent.NONE, sector=Sector.INSURANCE, last_refusal=NEW_LAW - timedelta(days=90))
    before, after = decide(refused, NEW_LAW, law_of=date(2026, 8, 10)), decide(refused, NEW_LAW)
    told = [change.rule_id for change in changes(before, after)]
    assert told == ["FR-CONSENT", "FR-REFUSAL-PERM", "FR-SECTOR-INSURANCE"]


@pytest.mark.parametrize(("name", "ending"), [("rules", "py"), ("numbers", "toml")])
def test_the_fingerprint_is_of_every_file_of_the_rules_in_order_of_name(name: str, ending: str) -> None:
    root = Path(str(resources.files("rules")))
    digest = hashlib.sha256()
    files = {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob(f"*.{ending}")}
    for path, content in sorted(files.items()):
        digest.update(f"{path}\0{len(content)}\0".encode() + content)
    assert files
    assert fingerprints()[name] == digest.hexdigest()
