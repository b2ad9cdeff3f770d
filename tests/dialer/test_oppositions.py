"""Opposition lists by edition, sources that go stale, and what is noted by hand about a number."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest

from dialer.entries import entries_on
from dialer.errors import NotFound, NotPossible, SettingsRefused
from dialer.noting import correct_objection, note_consent, note_objection
from dialer.oppositions import NOTED_BY_HAND, oppositions_on
from dialer.schema import CandidateState, ConsentRow, ImportedList, ListKind
from dialer.settings import OppositionSourceSettings, Settings, load_settings
from dialer.sources import source_states, sources_until
from dialer.taking_back import take_back
from rules.rule import Verdict
from tests.dialer.agency import Agency, consent_of
from tests.dialer.evidence import load

NUMBER, NOBODYS = "+33639980101", "+33639980999"
GROUP = OppositionSourceSettings(id="groupe", name="Groupe", max_age_days=30)
PARTNER = OppositionSourceSettings(id="partenaire", name="Partenaire", advertiser="autre", max_age_days=10)
FIBRE = "fibre-horizon"


def declare(agency: Agency, *sources: OppositionSourceSettings) -> None:
    settings = agency.workspace.settings.model_copy(update={"opposition_sources": sources})
    agency.workspace.settings = settings
    agency.workspace.gate.settings = settings


def edition(agency: Agency, as_of: str, *numbers: str, source: str = "groupe", **options: Any) -> int:
    day = date.fromisoformat(as_of)
    name = options.pop("name", f"{source}-{as_of}")
    return load(agency, "opposition", "Tél", *numbers, name=name, source=source, as_of=day, **options).list.id


def held(agency: Agency, number: str) -> list[str]:
    with agency.transaction() as session:
        return [row.name for _, row in oppositions_on(session, number)]


def until(agency: Agency, advertiser: str, day: str = "2026-11-24") -> date | None:
    with agency.transaction() as session:
        return sources_until(session, agency.workspace.settings, advertiser, date.fromisoformat(day))


def test_an_edition_adds_what_earlier_ones_did_not_hold(agency: Agency) -> None:
    edition(agency, "2026-10-20", NUMBER)
    edition(agency, "2026-11-20", NUMBER, NOBODYS)
    edition(agency, "2026-11-20", NUMBER, source="autre-liste")
    assert held(agency, NUMBER) == ["groupe-2026-10-20", "autre-liste-2026-11-20"]
    assert held(agency, NOBODYS) == ["groupe-2026-11-20"]


def test_an_edition_dates_a_number_later_but_never_earlier(agency: Agency) -> None:
    for as_of, day in (("2026-10-20", "01/10/2026"), ("2026-10-21", "01/09/2026"), ("2026-10-22", "02/10/2026")):
        lines = ("Tél;Inscrit le", f"{NUMBER};{day}")
        load(agency, "opposition", *lines, name=as_of, source="groupe", as_of=date.fromisoformat(as_of))
    assert held(agency, NUMBER) == ["2026-10-20", "2026-10-22"]


def test_the_same_file_with_a_later_day_makes_the_source_fresh_again(agency: Agency) -> None:
    declare(agency, GROUP)
    edition(agency, "2026-10-01", NUMBER)
    assert until(agency, FIBRE) == date(2026, 10, 31)
    edition(agency, "2026-11-20", NUMBER)
    assert until(agency, FIBRE) == date(2026, 12, 20)
    body = json.loads(agency.audit()[-1].body)
    assert (body["list"], body["as_of"], body["accepted"]) == ("groupe-2026-11-20", "2026-11-20", 1)
    for as_of in ("2026-11-20", "2026-11-19"):
        with pytest.raises(NotPossible, match=r"already imported as 'groupe-2026-11-20'"):
            edition(agency, as_of, NUMBER, name="again")


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"source": "", "as_of": date(2026, 11, 20)}, "--source groupe --as-of"),
        ({"source": "groupe", "as_of": None}, "--source groupe --as-of"),
        ({"source": "groupe", "as_of": date(2026, 11, 25)}, "a day to come"),
        ({"source": "groupe", "as_of": date(2026, 11, 20), "advertiser": "autre"}, "without --advertiser"),
        ({"source": "partenaire", "as_of": date(2026, 11, 20)}, "--advertiser autre"),
    ],
)
def test_an_edition_says_whose_it_is_and_of_which_day(agency: Agency, options: dict[str, Any], told: str) -> None:
    declare(agency, GROUP, PARTNER)
    rows = agency.numbers_of_rows()
    with pytest.raises(NotPossible, match=told):
        load(agency, "opposition", "Tél", NUMBER, **options)
    assert agency.numbers_of_rows() == rows


def test_calls_wait_for_every_source_that_their_advertiser_needs(agency: Agency) -> None:
    declare(agency, GROUP, PARTNER)
    person = agency.person(NUMBER)
    ours, other = agency.campaign(), agency.campaign(name="Autre", advertiser="autre")
    assert agency.ask(ours, person).decision.rule_ids == ("PO-SOURCE-STALE",)
    edition(agency, "2026-10-25", NOBODYS)
    assert agency.ask(ours, person).order
    agency.clock.advance(minutes=1)
    assert agency.ask(other, person).decision.rule_ids == ("PO-SOURCE-STALE",)
    edition(agency, "2026-11-20", NOBODYS, source="partenaire", advertiser="autre")
    assert (until(agency, FIBRE), until(agency, "autre")) == (date(2026, 11, 24), date(2026, 11, 24))
    assert agency.ask(other, person).order
    agency.clock.advance(minutes=1)
    agency.clock.set("2026-11-25T10:02:00+01:00")
    assert agency.ask(ours, person).decision.rule_ids == ("PO-SOURCE-STALE",)


def test_a_source_that_was_never_loaded_or_is_of_later_was_not_there(agency: Agency) -> None:
    assert until(agency, FIBRE) is None
    declare(agency, GROUP)
    assert until(agency, FIBRE) == date.min
    edition(agency, "2026-11-20", NUMBER)
    assert until(agency, FIBRE, "2026-11-19") == date.min
    with agency.transaction() as session:
        (state,) = source_states(session, [GROUP], FIBRE, date(2026, 11, 24))
    assert (state.as_of, state.until) == (date(2026, 11, 20), date(2026, 12, 20))


def test_an_edition_taken_back_makes_the_source_as_old_as_it_was(agency: Agency) -> None:
    declare(agency, GROUP)
    person = agency.person(NUMBER)
    campaign = agency.campaign()
    edition(agency, "2026-11-01", NOBODYS)
    edition(agency, "2026-11-20", NUMBER)
    assert agency.candidate(campaign, person).state is CandidateState.NEVER
    with agency.transaction() as session:
        take_back(
            session, agency.workspace.pseudonyms, "groupe-2026-11-20", agency.clock.now(), drop_limits="wrong register"
        )
    assert until(agency, FIBRE) == date(2026, 12, 1)
    assert agency.candidate(campaign, person).state is CandidateState.WAITING
    assert agency.ask(campaign, person).order


NUMBERS = [f"+336399801{last:02d}" for last in range(10, 90)]


@pytest.mark.parametrize(
    ("lines", "renews", "code"),
    [
        (NUMBERS[:40], True, None),
        (NUMBERS[:39], False, "edition-shorter"),
        ([*NUMBERS[:40], "abc"], False, "edition-unreadable"),
        ([*NUMBERS, *(f"+336399802{last:02d}" for last in range(10, 90)), "abc"], True, None),
        ([*NUMBERS[:39], "abc"], False, "edition-unreadable"),
    ],
    ids=["half", "less than half", "one row in forty unreadable", "one in more than a hundred", "both"],
)
def test_an_edition_that_may_be_cut_off_leaves_its_source_as_old_as_it_was(
    agency: Agency, lines: list[str], renews: bool, code: str | None
) -> None:
    declare(agency, GROUP)
    edition(agency, "2026-11-01", *NUMBERS)
    options = {"name": "second", "source": "groupe", "as_of": date(2026, 11, 20)}
    imported = load(agency, "opposition", "Tél", *lines, **options)
    assert until(agency, FIBRE) == (date(2026, 12, 20) if renews else date(2026, 12, 1))
    assert (code in imported.report.counts) == bool(code)
    assert held(agency, NUMBERS[79]) == ["groupe-2026-11-01"]


def test_editions_that_shrink_step_by_step_are_held_against_the_last_whole_one(agency: Agency) -> None:
    declare(agency, GROUP)
    for as_of, count in (("2026-11-01", 80), ("2026-11-10", 30), ("2026-11-20", 20)):
        edition(agency, as_of, *NUMBERS[:count])
    assert until(agency, FIBRE) == date(2026, 12, 1)


def test_what_a_short_edition_adds_is_opposed_all_the_same(agency: Agency) -> None:
    edition(agency, "2026-11-01", *NUMBERS)
    edition(agency, "2026-11-20", NOBODYS)
    assert held(agency, NOBODYS) == ["groupe-2026-11-20"]


def test_a_source_that_really_shrank_is_accepted_and_that_is_on_record(agency: Agency) -> None:
    declare(agency, GROUP)
    edition(agency, "2026-11-01", *NUMBERS)
    edition(agency, "2026-11-20", NUMBERS[0])
    assert json.loads(agency.audit()[-1].body)["not_renewing"] == 1
    with pytest.raises(NotPossible, match="already imported"):
        edition(agency, "2026-11-20", NUMBERS[0], name="again")
    edition(agency, "2026-11-20", NUMBERS[0], name="accepted", accept_shorter=True)
    assert until(agency, FIBRE) == date(2026, 12, 20)
    body = json.loads(agency.audit()[-1].body)
    assert (body["shorter_accepted"], body["numbers"]) == (1, 1)
    edition(agency, "2026-11-21", NUMBERS[1])
    assert until(agency, FIBRE) == date(2026, 12, 21)


def test_rows_that_cannot_be_read_are_not_accepted_with_a_shorter_edition(agency: Agency) -> None:
    declare(agency, GROUP)
    edition(agency, "2026-11-20", NUMBERS[0], "abc", accept_shorter=True)
    assert until(agency, FIBRE) == date.min


@pytest.mark.parametrize("typed", ["group", "Groupe", "groupes", "grouep"])
def test_a_source_that_is_likely_a_typing_error_is_asked_about(agency: Agency, typed: str) -> None:
    declare(agency, GROUP)
    edition(agency, "2026-11-01", NUMBER, source="liste-interne")
    with pytest.raises(NotPossible, match=r"no source .* is known, but 'groupe' is.*--new-source"):
        edition(agency, "2026-11-20", NUMBER, source=typed)
    with pytest.raises(NotPossible, match="'liste-interne'"):
        edition(agency, "2026-11-20", NUMBER, source="liste_intern")
    edition(agency, "2026-11-20", NUMBER, source=typed, new_source=True)
    edition(agency, "2026-11-21", NUMBER, NOBODYS, source=typed)
    edition(agency, "2026-11-20", NUMBER, source="robinson")


def test_a_source_for_an_advertiser_whom_the_settings_do_not_know_is_refused(agency: Agency) -> None:
    config = agency.workspace.path("dialer.toml")
    with config.open("a", encoding="utf-8") as file:
        file.write('\n[[opposition_sources]]\nid = "g"\nname = "G"\nadvertiser = "fibre-horison"\n')
    with pytest.raises(SettingsRefused, match=r"'g' names the advertiser 'fibre-horison'.*autre, fibre-horizon"):
        load_settings(config)


def test_the_sources_of_an_advertiser_are_its_own_and_everybodys(agency: Agency) -> None:
    declare(agency, GROUP, PARTNER)
    settings: Settings = agency.workspace.settings
    assert settings.sources_for(FIBRE) == (GROUP,)
    assert settings.sources_for("autre") == (GROUP, PARTNER)


# --- noted by hand


def note(
    agency: Agency, number: str = NUMBER, advertiser_id: int | None = None, source: str = "letter", **days_ago: float
) -> None:
    now = agency.clock.now()
    with agency.transaction() as session:
        note_objection(
            session,
            agency.workspace.pseudonyms,
            number=number,
            advertiser_id=advertiser_id,
            said_at=now - timedelta(**days_ago),
            source=source,
            now=now,
        )


def correct(agency: Agency, number: str = NUMBER, advertiser_id: int | None = None, entry: str = "") -> None:
    with agency.transaction() as session:
        correct_objection(
            session,
            agency.workspace.pseudonyms,
            number=number,
            advertiser_id=advertiser_id,
            entry_id=entry,
            reason="digits swapped",
            by="anne",
            now=agency.clock.now(),
        )


@pytest.mark.parametrize("before", [True, False], ids=["before anybody has it", "after"])
def test_an_objection_noted_by_hand_holds_whoever_has_the_number(agency: Agency, before: bool) -> None:
    if before:
        note(agency)
    person = agency.person(NUMBER)
    campaign = agency.campaign()
    if not before:
        note(agency)
    assert agency.ask(campaign, person).decision.verdict is Verdict.DENY
    assert "FR-OBJECTION" in agency.ask(campaign, person).decision.rule_ids
    assert held(agency, NUMBER) == ([NOTED_BY_HAND] if before else [])
    assert NUMBER[1:] not in agency.audit()[-1].body


@pytest.mark.parametrize("before", [True, False], ids=["before anybody has it", "after"])
def test_a_mistake_is_corrected_and_stays_on_record(agency: Agency, before: bool) -> None:
    if before:
        note(agency)
    person = agency.person(NUMBER)
    campaign = agency.campaign()
    if not before:
        note(agency)
    agency.ask(campaign, person)
    correct(agency)
    assert agency.remark(json.loads(agency.audit()[-1].body)["source_sha256"]) == "anne: digits swapped"
    assert agency.candidate(campaign, person).state is CandidateState.WAITING
    assert agency.ask(campaign, person).order
    kinds = [wish.kind for wish in agency.wishes()]
    with agency.transaction() as session:
        kinds += [row.kind for row, _ in oppositions_on(session, NUMBER)]
    assert sorted(kinds) == ["correction", "objection"]


@pytest.mark.parametrize("number", [NUMBER, NOBODYS])
def test_an_objection_after_a_correction_holds_again(agency: Agency, number: str) -> None:
    person = agency.person(NUMBER)
    campaign = agency.campaign()
    note(agency, number)
    correct(agency, number)
    note(agency, number)
    if number == NOBODYS:
        person = agency.person(NOBODYS, list_name="later")
        campaign = agency.campaign(name="Later", lists=("later",))
    assert "FR-OBJECTION" in agency.ask(campaign, person).decision.rule_ids


def test_an_objection_noted_again_keeps_the_later_day(agency: Agency) -> None:
    note(agency, NOBODYS, days=1)
    note(agency, NOBODYS, days=5)
    with agency.transaction() as session:
        ((row, _),) = oppositions_on(session, NOBODYS)
    assert row.said_on == date(2026, 11, 23)


def test_only_what_was_noted_by_hand_toward_the_same_advertiser_can_be_corrected(agency: Agency) -> None:
    person = agency.person(NUMBER)
    campaign = agency.campaign()
    told = r"What was said in a call stands.*gives a new consent"
    with pytest.raises(NotPossible, match=told):
        correct(agency)
    note(agency, advertiser_id=campaign.advertiser_id)
    with pytest.raises(NotPossible, match=told):
        correct(agency)
    load(agency, "objections", "Tél", NUMBER)
    correct(agency, advertiser_id=campaign.advertiser_id)
    with pytest.raises(NotPossible, match=told):
        correct(agency)
    assert agency.ask(campaign, person).decision.verdict is Verdict.DENY


def test_what_was_said_in_a_call_cannot_be_corrected(agency: Agency, attempt: str) -> None:
    called = agency.attempt(attempt)
    agency.report(attempt, "answered")  # type: ignore[arg-type]
    agency.report(attempt, "digit", detail="9")  # type: ignore[arg-type]
    with pytest.raises(NotPossible, match="What was said in a call stands"):
        correct(agency, called.number, called.advertiser_id)


@pytest.mark.parametrize("source", ["call of 3 November", "list of the board", "withdrawal: letter", "letter"])
def test_what_a_person_wrote_as_source_never_makes_an_entry_the_systems_own(agency: Agency, source: str) -> None:
    person = agency.person(NUMBER)
    campaign = agency.campaign()
    note(agency, source=source)
    correct(agency)
    assert agency.ask(campaign, person).order


def ids(agency: Agency, number: str = NUMBER) -> dict[str, bool]:
    """The entries about a number, and whether each stands."""
    with agency.transaction() as session:
        return {entry.id: entry.stands for entry in entries_on(session, number)}


def test_of_several_entries_the_one_that_is_named_is_corrected(agency: Agency) -> None:
    person = agency.person(NUMBER)
    campaign = agency.campaign()
    note(agency)
    note(agency, source="phone")
    with pytest.raises(NotPossible, match=r"P1 \(letter\); P2 \(phone\).*--entry"):
        correct(agency)
    correct(agency, entry="p2")
    assert ids(agency) == {"P1": True, "P2": False, "P3": False}
    assert "FR-OBJECTION" in agency.ask(campaign, person).decision.rule_ids
    with pytest.raises(NotPossible, match="nothing that was noted by hand stands"):
        correct(agency, entry="P2")
    correct(agency)
    assert agency.ask(campaign, person).order


def test_an_entry_is_about_the_number_for_which_it_was_noted(agency: Agency) -> None:
    """Both numbers are of one person: an objection noted for the one is no mistake about the other."""
    agency.person(NUMBER, NOBODYS)
    note(agency, NOBODYS)
    with pytest.raises(NotPossible, match="nothing that was noted by hand stands"):
        correct(agency, NUMBER)
    note(agency, NUMBER)
    correct(agency, NUMBER)
    assert ids(agency) == {"P1": True, "P2": False, "P3": False}


def test_an_entry_noted_before_anybody_had_the_number_is_named_too(agency: Agency) -> None:
    note(agency)
    agency.person(NUMBER)
    note(agency)
    with pytest.raises(NotPossible, match=r"P1 .*N1-objection-0 \(noted-by-hand\)"):
        correct(agency)
    correct(agency, entry="N1-objection-0")
    assert {entry: stands for entry, stands in ids(agency).items() if "objection" in entry or entry == "P1"} == {
        "P1": True,
        "N1-objection-0": False,
    }


def test_an_entry_of_nobody_is_refused_with_those_there_are(agency: Agency) -> None:
    agency.person(NUMBER)
    note(agency)
    with pytest.raises(NotFound, match=r"no entry 'P9'.*P1 \(letter\)"):
        correct(agency, entry="P9")


def test_no_file_passes_for_what_was_noted_by_hand(agency: Agency) -> None:
    with pytest.raises(NotPossible, match="choose another name"):
        load(agency, "objections", "Tél", NUMBER, name=NOTED_BY_HAND)


def test_an_objection_of_tomorrow_is_refused(agency: Agency) -> None:
    with pytest.raises(NotPossible, match="an instant to come"):
        note(agency, days=-1)


def test_the_list_of_what_was_noted_cannot_be_taken_back(agency: Agency) -> None:
    note(agency, NOBODYS)
    with pytest.raises(NotPossible, match="objection withdraw"), agency.transaction() as session:
        take_back(session, agency.workspace.pseudonyms, NOTED_BY_HAND, agency.clock.now())
    with agency.transaction() as session:
        assert session.get_one(ImportedList, 1).kind is ListKind.OBJECTIONS


# --- consents by hand


def give(agency: Agency, number: str = NUMBER, **changes: Any) -> None:
    with agency.transaction() as session:
        note_consent(
            session,
            agency.workspace.settings,
            agency.workspace.pseudonyms,
            number,
            consent_of(0, **changes),
            agency.clock.now(),
        )


def test_a_new_consent_ends_an_earlier_objection_and_wakes_the_person(agency: Agency) -> None:
    person = agency.person(NUMBER)
    campaign = agency.campaign()
    note(agency, days=2)
    assert agency.candidate(campaign, person).state is CandidateState.NEVER
    give(agency, collected_on=date(2026, 11, 23))
    assert agency.candidate(campaign, person).state is CandidateState.WAITING
    assert agency.ask(campaign, person).order
    recorded = next(row for row in agency.audit() if row.kind == "consent")
    assert json.loads(recorded.body)["person"] == agency.workspace.pseudonyms.of(person)
    assert agency.remark(json.loads(recorded.body)["consent"]["proof_sha256"]) == "preuves/formulaire.pdf"


@pytest.mark.parametrize("how", ["by hand", "by file"])
def test_a_narrower_consent_takes_back_a_call_that_was_approved_before_it(agency: Agency, how: str) -> None:
    person = agency.person(NUMBER)
    campaign = agency.campaign()
    order = agency.engine_of_one_question().queue.take()
    assert order
    if how == "by hand":
        give(agency, collected_on=date(2026, 11, 23), hours="18:00-20:00")
    else:
        header = "Tél;Date;Notice;Preuve;Systèmes;Heures acceptées"
        load(agency, "consents", header, f"{NUMBER};23/11/2026;FH-2026-01;p;humain, robot;18h-20h")
    assert agency.state(order.permit.attempt_id) == "cancelled"
    assert agency.candidate(campaign, person).state is CandidateState.WAITING
    assert agency.ask(campaign, person).decision.verdict is Verdict.DEFER


@pytest.mark.parametrize(
    ("changes", "error", "told"),
    [
        ({"collected_on": date(2026, 11, 25)}, NotPossible, "a day to come"),
        ({"proof": " "}, NotPossible, "without proof"),
        ({"notice": "FH-1999"}, NotPossible, "'FH-2025-09', 'AUTRE-2026'"),
        ({"number": NOBODYS}, NotFound, "no contact has the number"),
    ],
)
def test_a_consent_that_could_not_count_is_refused(
    agency: Agency, changes: dict[str, Any], error: type[Exception], told: str
) -> None:
    agency.person(NUMBER, consent=False)
    with pytest.raises(error, match=told):
        give(agency, **changes)
    assert agency.numbers_of_rows()[str(ConsentRow.__tablename__)] == 0
