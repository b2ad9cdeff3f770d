"""What a mutation run found unnoticed in evidence, in the figures of a line, in duties and in screening.

The sequel of `test_mutants.py`; `docs/mutation.md` lists the run.
"""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date, datetime, time, timedelta

import pytest

from rules.duty import CampaignFacts, Recording
from rules.evidence import ConsentRecord, Notice, NoticeItem, Purpose, consent_status, covers, last_day_of_consent
from rules.facts import Bloctel, Consent, ContactKind, Contract, Facts, Sector, SystemKind
from rules.line import CarrierTerms, Figure, LineCall
from rules.rolling_hour import breaches
from rules.rulebook import french_rulebook
from rules.screening import class_of, classes
from tests.rules.calls import NEW_LAW, OLD_LAW, legal_call
from tests.rules.lines import breach, clear_line

BOOK = french_rulebook()


def terms(**limits: int | None) -> CarrierTerms:
    return replace(CarrierTerms("Callr", channels=10, starts_per_second=1, least_calls=2), **limits)  # type: ignore[arg-type]


def hour_of(*talks: int | None) -> list[LineCall]:
    """Calls made at one and the same instant, with their talk in milliseconds; None was not answered."""
    made = NEW_LAW - timedelta(minutes=1)
    return [LineCall(made, talk is not None, talk or 0) for talk in talks]


@pytest.mark.parametrize(
    ("calls", "limits", "figure", "value"),
    [
        (hour_of(*[60_000] * 3), {"asr_above_percent": 100}, Figure.ASR, 75),
        (hour_of(1_000_000), {"acd_above_seconds": 2_000}, Figure.ACD, 500),
        (hour_of(1_000, 60_000, 60_000), {"short_below_percent": 50}, Figure.SHORT, 50),
    ],
)
def test_a_figure_is_told_exactly(calls: list[LineCall], limits: dict[str, int], figure: Figure, value: int) -> None:
    (found,) = breaches(calls, [], terms(**limits), NEW_LAW)
    assert (found.figure, found.value) == (figure, value)


def test_a_share_just_under_its_limit_is_within_terms() -> None:
    assert breaches(hour_of(*[1_000] * 100, 60_000), [], terms(short_below_percent=100), NEW_LAW) == ()


def test_figures_that_hold_are_told_in_one_order() -> None:
    found = breaches(hour_of(1_000, None), [], terms(asr_above_percent=60, acd_above_seconds=15), NEW_LAW)
    assert [breach.figure for breach in found] == [Figure.ASR, Figure.ACD]


def test_a_stored_breach_is_of_plain_values() -> None:
    stored = clear_line(breaches=(breach(Figure.ASR, NEW_LAW, 5),)).to_dict()
    (row,) = stored["breaches"]  # type: ignore[misc]
    assert row == {
        "figure": "asr",
        "value": 40,
        "limit": 60,
        "until": "2026-09-15T09:05:00+00:00",
        "caller_id": "",
    }
    assert type(row["figure"]) is str


COLLECTED = date(2026, 9, 1)
NOTICE = Notice("n1", "Volta", frozenset({"Centre"}), frozenset({Sector.GENERIC}), frozenset(NoticeItem), 365)
RECORD = ConsentRecord(NOTICE, COLLECTED, "proof")


def purpose(system: SystemKind) -> Purpose:
    return Purpose("Volta", "Centre", Sector.GENERIC, system)


@pytest.mark.parametrize(
    ("system", "covered"),
    [(SystemKind.HUMAN_AGENT, True), (SystemKind.AUTOMATED, True), (SystemKind.AI_AGENT, False)],
)
def test_a_consent_silent_on_machines_is_for_calls_that_a_person_speaks(system: SystemKind, covered: bool) -> None:
    assert covers(RECORD, purpose(system)) is covered


def test_a_consent_without_its_notice_covers_nothing() -> None:
    assert covers(replace(RECORD, notice=None), purpose(SystemKind.HUMAN_AGENT)) is False


def test_of_several_objections_the_last_counts() -> None:
    around = (COLLECTED - timedelta(days=9), COLLECTED + timedelta(days=9))
    status = consent_status([RECORD], around, purpose(SystemKind.HUMAN_AGENT), COLLECTED + timedelta(days=20))
    assert status.status is Consent.WITHDRAWN


def test_a_consent_given_again_counts_as_such_on_its_last_day() -> None:
    last = last_day_of_consent(COLLECTED, NOTICE.period_days)
    refused = COLLECTED - timedelta(days=1)
    status = consent_status([RECORD], (), purpose(SystemKind.HUMAN_AGENT), last, refused)
    assert (status.status, status.after_refusal) == (Consent.VALID, True)


OPENING = (
    "Bonjour, ici Contact Ouest, agent automatique de Fibre Horizon. C'est un appel commercial. "
    "Votre numéro vient de votre demande. Vous pouvez vous inscrire sur Bloctel."
)
READY = CampaignFacts(
    sector=Sector.TELECOM,
    system=SystemKind.AI_AGENT,
    caller_name="Contact Ouest",
    advertiser_name="Fibre Horizon",
    opening=f"{OPENING} Pour ne plus être appelé, tapez 9.",
    opt_out_offered=True,
    collection_notice="FH-2026-01",
    recording=Recording.OFF,
    recording_days=0,
    consent_proof_days=1096,
    caller_ids_without_route=(),
    follow_ups=frozenset(),
    abandoned_percent_max=3,
)


@pytest.mark.parametrize("way", ["tapez 9", "appuyez sur 9", "dites stop"])
def test_a_machine_may_be_stopped_by_key_or_by_word(way: str) -> None:
    assert BOOK.lacking(replace(READY, opening=f"{OPENING} Pour ne plus être appelé, {way}."), NEW_LAW.date()) == ()


@pytest.mark.parametrize("right", ["vous y opposer", "le refuser"])
def test_the_right_to_object_to_a_recording_is_told_in_either_word(right: str) -> None:
    opening = f"{READY.opening} Cet appel peut être enregistré ; vous pouvez {right}."
    assert BOOK.lacking(replace(READY, opening=opening, recording=Recording.SAMPLE), NEW_LAW.date()) == ()


def test_where_the_opening_is_not_on_record_that_alone_is_said_of_its_words() -> None:
    silent = replace(READY, opening=None, sector=Sector.INSURANCE, system=SystemKind.HUMAN_AGENT)
    assert [lack.duty_id for lack in BOOK.lacking(silent, NEW_LAW.date())] == ["FR-OPENING-INFO"]


@pytest.mark.parametrize("at", [OLD_LAW, NEW_LAW])
def test_the_opening_rests_on_consumer_law_and_on_data_protection(at: datetime) -> None:
    (duty,) = [duty for duty in BOOK.duties if duty.id == "FR-OPENING-INFO" and at.date() in duty.in_force]
    assert [citation.article for citation in duty.citations] == ["C. conso. L.221-16", "RGPD art. 14"]


APART: dict[str, object] = {
    "kind": ContactKind.PROFESSIONAL,
    "sector": Sector.PRESS,
    "system": SystemKind.AI_AGENT,
    "caller_id": "anonymous",
    "caller_id_authorised": False,
    "consent": Consent.NONE,
    "consent_until": NEW_LAW.date(),
    "consent_after_refusal": True,
    "consent_hours": ((time(18), time(20)),),
    "contract": Contract.RELATED,
    "contract_until": NEW_LAW.date(),
    "bloctel": Bloctel.LISTED,
    "bloctel_until": NEW_LAW.date(),
    "attempts": (OLD_LAW,),
    "last_refusal": OLD_LAW,
    "any_hour_agreed": True,
    "slots": (NEW_LAW,),
    "callback_from": NEW_LAW.date(),
    "callback_until": NEW_LAW.date(),
    "called_until": NEW_LAW,
    "number_unassigned": True,
    "line": clear_line(),
    "sources_until": NEW_LAW.date(),
    "postcode": "97400",
    "number": "+262262000000",
}
"""For each fact, a value that differs from the legal call's."""


def test_every_fact_is_tried() -> None:
    assert set(APART) == {field.name for field in fields(Facts)}


@pytest.mark.parametrize("name", APART)
def test_contacts_that_differ_in_one_fact_are_never_screened_together(name: str) -> None:
    assert len(classes([legal_call(), legal_call(**{name: APART[name]})])) == 2


def test_a_class_is_shown_by_facts_that_name_no_one() -> None:
    shown = class_of(legal_call(postcode=" 2a004", attempts=(NEW_LAW, OLD_LAW)))
    assert (shown.number, shown.postcode, shown.attempts) == ("+331", "2A004", (OLD_LAW, NEW_LAW))


def test_postcodes_of_one_place_are_one_class() -> None:
    assert [*classes([legal_call(postcode="75001"), legal_call(postcode="33000")]).values()] == [2]


def test_a_postcode_of_no_place_stays_to_be_corrected() -> None:
    unknown = [legal_call(postcode=written) for written in ("98000", " 98000", "99999")]
    assert sorted(classes(unknown).values()) == [1, 2]
