"""A book that contradicts itself is refused when it is loaded, with the name of what is wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from rules.numbers import NumberTable
from rules.rule import Layer, Period, Rule
from rules.rulebook import Rulebook, RulebookRefused, french_rulebook

BOOK = french_rulebook()


def test_an_exemption_that_discharges_an_unknown_rule_is_refused() -> None:
    stray = replace(BOOK.exemptions[0], id="X-STRAY", discharges=frozenset({"FR-HOURS", "FR-HUORS"}))
    with pytest.raises(RulebookRefused, match=r"X-STRAY discharges \['FR-HUORS'\]"):
        Rulebook(BOOK.rules, (*BOOK.exemptions, stray), BOOK.numbers)


def test_two_versions_of_a_rule_on_one_day_are_refused() -> None:
    longer = tuple(
        replace(rule, in_force=Period(rule.in_force.first, date(2026, 8, 11)))
        if rule.id == "FR-HOURS" and rule.in_force.last
        else rule
        for rule in BOOK.rules
    )
    with pytest.raises(RulebookRefused, match="FR-HOURS: two versions in force at once"):
        Rulebook(longer, BOOK.exemptions, BOOK.numbers)


def test_two_versions_of_an_exemption_on_one_day_are_refused() -> None:
    appointments = [exemption for exemption in BOOK.exemptions if exemption.id == "FR-HOURS-APPT"]
    with pytest.raises(RulebookRefused, match="FR-HOURS-APPT: two versions in force at once"):
        Rulebook(BOOK.rules, (*BOOK.exemptions, appointments[0]), BOOK.numbers)


READ = sorted({name for item in (*BOOK.rules, *BOOK.exemptions, *BOOK.duties) for name in item.reads})


@pytest.mark.parametrize("missing", READ)
def test_a_rule_or_duty_whose_number_is_missing_is_refused(missing: str) -> None:
    fewer = NumberTable(tuple(entry for entry in BOOK.numbers.entries if entry.name != missing))
    with pytest.raises(RulebookRefused, match=rf"FR-\S+ reads \[.*'{missing}'.*\] on 20\d\d-\d\d-\d\d"):
        Rulebook(BOOK.rules, BOOK.exemptions, fewer, BOOK.duties)


def test_no_number_is_kept_that_nothing_reads() -> None:
    assert {entry.name for entry in BOOK.numbers.entries} == set(READ)


def test_two_versions_of_a_duty_on_one_day_are_refused() -> None:
    with pytest.raises(RulebookRefused, match="FR-RETENTION: two versions in force at once"):
        Rulebook(BOOK.rules, BOOK.exemptions, BOOK.numbers, (*BOOK.duties, BOOK.duties[-1]))


def test_a_number_that_stops_before_its_rule_is_refused_on_that_day() -> None:
    shorter = NumberTable(
        tuple(
            replace(entry, last=date(2027, 12, 31)) if entry.name == "call-windows" else entry
            for entry in BOOK.numbers.entries
        )
    )
    with pytest.raises(RulebookRefused, match=r"FR-HOURS reads \['call-windows'\] on 2028-01-01"):
        Rulebook(BOOK.rules, BOOK.exemptions, shorter)


def versions(rules: tuple[Rule, ...]) -> list[str]:
    return [f"{rule.id} from {rule.in_force.first}" for rule in rules]


@pytest.mark.parametrize("rule", BOOK.rules, ids=versions(BOOK.rules))
def test_every_rule_cites_its_article_and_speaks_both_languages(rule: Rule) -> None:
    assert rule.citations
    assert all(citation.article for citation in rule.citations)
    assert rule.title.fr
    assert rule.title.en
    assert rule.title.fr != rule.title.en
    assert rule.check.__doc__, "the operative words stand in the docstring"


def test_exemptions_cite_their_article_too() -> None:
    assert all(exemption.citations and exemption.title.fr for exemption in BOOK.exemptions)


ALWAYS = [(None, None)]
OF_THE_DECREES = [("2023-03-01", "2026-08-10"), ("2026-08-11", None)]
SINCE_THE_REFORM = [("2026-08-11", None)]
VERSIONS = {
    # the version table of the dossier (section 1): id -> first and last day of each version
    "FR-HOURS": OF_THE_DECREES,
    "FR-HOLIDAY": OF_THE_DECREES,
    "FR-HOLIDAY-REGIONAL": OF_THE_DECREES,
    "FR-HOURS-APPT": OF_THE_DECREES,
    "FR-FREQ": OF_THE_DECREES,
    "FR-REFUSAL-60D": OF_THE_DECREES,
    "FR-REFUSAL-PERM": SINCE_THE_REFORM,
    "FR-CONSENT": SINCE_THE_REFORM,
    "FR-CALLBACK-5WD": SINCE_THE_REFORM,
    "FR-BLOCTEL": [(None, "2026-08-10")],
    "FR-SECTOR-CPF": [("2022-12-21", None)],
    "FR-SECTOR-ENERGY": [("2020-07-26", None)],
    "FR-SECTOR-ADAPT": [("2025-07-02", "2026-08-10"), ("2026-08-11", None)],
    "FR-SECTOR-INSURANCE": [("2022-04-01", "2026-08-10")],
    "FR-CLI-MOBILE": [("2023-01-01", None)],
    "FR-CLI-NPV": [("2023-01-01", None)],
    "FR-CLI-AUTH": [("2023-07-25", "2025-12-31"), ("2026-01-01", None)],
    "FR-CLI-MASKED": ALWAYS,
    "FR-CLI-PREMIUM": ALWAYS,
    "FR-OBJECTION": [(None, "2026-08-10"), ("2026-08-11", None)],
    "FR-ROBOCALL-L34-5": ALWAYS,
    "FR-TZ": ALWAYS,
    "FR-TERRITORY-PACIFIC": ALWAYS,
    "FR-B2B": ALWAYS,
    "FR-SURVEY": ALWAYS,
    "FR-CONTRACT-EXC": ALWAYS,
    "FR-PRESS-EXC": ALWAYS,
    # our own
    "PO-SOURCE-STALE": ALWAYS,
    "PO-ONE-CALL": ALWAYS,
}


def test_the_book_holds_every_gate_of_the_dossier_with_its_dates() -> None:
    versions: dict[str, list[tuple[str | None, str | None]]] = {}
    for item in (*BOOK.rules, *BOOK.exemptions):
        if item.id.startswith("CT-"):
            continue
        first, last = item.in_force.first, item.in_force.last
        versions.setdefault(item.id, []).append((str(first) if first else None, str(last) if last else None))
    assert versions == VERSIONS


def test_the_layers_are_told_apart() -> None:
    policy = {rule.id for rule in BOOK.rules if rule.layer is Layer.POLICY}
    of_the_law = {"FR-HOLIDAY-REGIONAL", "FR-REFUSAL-60D", "FR-SECTOR-ADAPT", "FR-TERRITORY-PACIFIC"}
    assert policy == of_the_law | {"PO-SOURCE-STALE", "PO-ONE-CALL"}
    assert all((rule.layer is Layer.CONTRACT) is rule.id.startswith("CT-") for rule in BOOK.rules)
