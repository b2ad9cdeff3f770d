"""A decision taken again comes out the same, or the replay sees that it does not and knows whether that is explained.

The decisions are those of the gate, with everything as it is stored.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from dialer.replay import Judge, Part, Replayed, count_between, decisions_between, replay
from dialer.schema import DecisionRow
from dialer.vault import read_decision
from rules.fingerprint import fingerprints
from rules.numbers import NumberTable
from rules.rulebook import Rulebook, french_rulebook
from tests.dialer.agency import Agency
from tests.dialer.fakes import MORNING

DAY = timedelta(days=1)
Change = Callable[[dict[str, Any]], None]


def nothing(body: dict[str, Any]) -> None:
    """Leave it as it is stored."""


def decided(agency: Agency) -> None:
    """An allowed call, one that is deferred by the same person's call, and one that nobody consented to."""
    people = [agency.person(), agency.person(consent=False)]
    campaign = agency.campaign()
    for person in (people[0], people[0], people[1]):
        agency.ask(campaign, person)


def judge(agency: Agency, rulebook: Rulebook | None = None, **fingerprint: str) -> Judge:
    settings = agency.workspace.settings
    return Judge(agency.workspace.gate.profile, fingerprints() | {"settings": settings.sha256} | fingerprint, rulebook)


def replayed(agency: Agency, change: Change = nothing, by: Judge | None = None, *, rehash: bool = False) -> Replayed:
    """Replay the day, with every stored body changed on its way."""

    def read(row: DecisionRow) -> Mapping[str, Any]:
        body = read_decision(session, agency.workspace.vault, row)
        change(body)
        return body

    ticks: list[None] = []
    with agency.workspace.store.reading() as session:
        rows = list(decisions_between(session, MORNING - DAY, MORNING + DAY))
        found = replay(rows, read, by or judge(agency), lambda: ticks.append(None))
        assert len(ticks) == len(rows) == count_between(session, MORNING - DAY, MORNING + DAY)
    return found


def with_a_lower_cap() -> Rulebook:
    """The shipped book with another number of attempts per thirty days."""
    book = french_rulebook()
    entries = tuple(
        dataclasses.replace(entry, value=0) if entry.name == "frequency-cap" else entry
        for entry in book.numbers.entries
    )
    return Rulebook(book.rules, book.exemptions, NumberTable(entries))


def test_what_was_decided_is_decided_again(agency: Agency) -> None:
    decided(agency)
    found = replayed(agency)
    assert (found.decisions, found.same, found.erased, found.differences) == (3, 3, 0, ())


def test_only_the_period_is_taken_again(agency: Agency) -> None:
    decided(agency)
    with agency.transaction() as session:
        instants = list(session.exec(select(DecisionRow.at).order_by(col(DecisionRow.id))))
        assert count_between(session, instants[0], instants[1]) == 1
        assert [row.id for row in decisions_between(session, instants[1], instants[1] + DAY)] == [2, 3]


def altered(name: str, value: object) -> Change:
    return lambda body: body["facts"].__setitem__(name, value)


def said(path: str, value: object) -> Change:
    """Change what the decision says: `verdict`, or `next.at`."""

    def change(body: dict[str, Any]) -> None:
        part, _, name = path.partition(".")
        body[part][name] = value

    return change


def finding_altered(body: dict[str, Any]) -> None:
    body["decision"]["findings"][0]["values"] = {"attempts": 17}


@pytest.mark.parametrize(
    ("change", "part"),
    [
        (altered("consent", "none"), Part.VERDICT),
        (altered("consent_until", "2026-11-23"), Part.FINDINGS),
        (altered("caller_id", "+33639980001"), Part.FINDINGS),
        (altered("postcode", "97400"), Part.VERDICT),
        (altered("caller_id_authorised", "yes"), Part.FACTS),
        (altered("sector", "parrots"), Part.FACTS),
        (lambda body: body.pop("facts"), Part.FACTS),
        (said("decision.verdict", "defer"), Part.VERDICT),
        (said("decision.law_day", "2025-01-01"), Part.VERDICT),
        (said("decision.at", "2026-11-24T08:30:00+00:00"), Part.VERDICT),
        (said("next.at", "2026-12-24T09:02:00+00:00"), Part.NEXT),
        (finding_altered, Part.FINDINGS),
        (lambda body: body.__setitem__("ring_guard", 4 * 3600), Part.VERDICT),
    ],
)
def test_whatever_was_altered_is_seen_and_no_fingerprint_explains_it(
    agency: Agency, change: Change, part: Part
) -> None:
    decided(agency)
    found = replayed(agency, change)
    assert found.unexplained == found.differences != ()
    assert part in {part for each in found.differences for part in each.parts}


def test_a_parameter_of_the_law_that_changed_is_seen_and_explained(agency: Agency) -> None:
    decided(agency)
    found = replayed(agency, by=judge(agency, with_a_lower_cap(), numbers="another"))
    assert {each.causes for each in found.differences} == {("numbers",)}
    assert all("FR-FREQ" in each.rules for each in found.differences)
    assert found.unexplained == ()


def test_a_parameter_that_changed_under_the_same_fingerprint_is_not_explained(agency: Agency) -> None:
    decided(agency)
    found = replayed(agency, by=judge(agency, with_a_lower_cap()))
    assert found.unexplained == found.differences != ()


def test_other_data_that_change_no_answer_make_no_difference(agency: Agency) -> None:
    decided(agency)
    assert replayed(agency, by=judge(agency, tzdata="1999a")).same == 3


def test_the_guard_of_that_day_counts_and_not_that_of_today(agency: Agency) -> None:
    """A call at twenty seconds to one, with the guard of thirty that ruled then; today's would allow it."""
    person = agency.person()
    campaign = agency.campaign()
    agency.clock.set("2026-11-24T12:59:40+01:00")
    assert agency.ask(campaign, person).order is None
    today = judge(agency, settings="another")
    lax = dataclasses.replace(today, profile=dataclasses.replace(today.profile, ring_guard_seconds=0))
    assert replayed(agency, by=lax).same == 1
    (difference,) = replayed(agency, lambda body: body.pop("ring_guard"), by=lax).differences
    assert (difference.causes, difference.explained) == (("settings",), True)


def test_erased_facts_are_counted_and_hide_no_alteration(agency: Agency) -> None:
    decided(agency)
    with agency.transaction() as session:
        rows = session.exec(select(DecisionRow)).all()
        agency.workspace.vault.destroy(session, rows[0].contact_id)
    agency.workspace.__dict__.pop("vault", None)
    found = replayed(agency)
    assert (found.same, found.erased, found.differences) == (1, 2, ())


def altered_row(row: DecisionRow, **changes: str) -> DecisionRow:
    return DecisionRow(**{**row.model_dump(), **changes})


@pytest.mark.parametrize(
    "changes",
    [{"verdict": "deny"}, {"rule_ids": "FR-HOURS"}, {"next_at": "never"}, {"sha256": "0" * 64}],
    ids=lambda changes: next(iter(changes)),
)
def test_columns_that_say_something_else_than_the_stored_text_are_seen(agency: Agency, changes: dict[str, str]) -> None:
    decided(agency)
    with agency.workspace.store.reading() as session:
        (row, *_) = decisions_between(session, MORNING - DAY, MORNING + DAY)
        body = read_decision(session, agency.workspace.vault, row)
    found = replay([altered_row(row, **changes)], lambda _: body, judge(agency), lambda: None)
    assert [each.parts for each in found.unexplained] == [(Part.TEXT,)]


def test_a_text_that_opens_no_more_is_altered_and_not_erased(agency: Agency) -> None:
    decided(agency)
    with agency.workspace.store.reading() as session:
        (row, *_) = decisions_between(session, MORNING - DAY, MORNING + DAY)
        spoilt = altered_row(row, body=row.body[:-8] + "AAAAAAA=")
        found = replay(
            [spoilt], lambda each: read_decision(session, agency.workspace.vault, each), judge(agency), lambda: None
        )
    assert [(each.parts, each.explained) for each in found.differences] == [((Part.TEXT,), False)]


def test_a_difference_is_told_in_plain_values(agency: Agency) -> None:
    decided(agency)
    found = replayed(agency, altered("consent", "none"))
    plain = json.loads(json.dumps([each.to_dict() for each in found.differences]))
    assert plain[0]["decision"] == 1
    assert (plain[0]["stored"], plain[0]["now"], plain[0]["explained"]) == ("allow", "deny", False)
    assert "FR-CONSENT" in plain[0]["rules"]


def test_the_stored_hash_is_of_the_stored_text(agency: Agency) -> None:
    decided(agency)
    for row in agency.decisions():
        assert hashlib.sha256(row.body.encode()).hexdigest() == row.sha256
