"""What is over goes, to the day; what is held or limits calls stays; a clock that jumped ahead deletes nothing."""

from __future__ import annotations

import json
import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from dialer import audit, remarks
from dialer.access import note_access
from dialer.audit import AuditKind
from dialer.campaigns import campaign_named
from dialer.daily import Daily
from dialer.dispositions import Disposition
from dialer.errors import SettingsRefused
from dialer.holds import place_hold
from dialer.oppositions import oppositions_on
from dialer.ports import CallEventKind
from dialer.retention import Due, due
from dialer.retention_run import ClockInDoubt, apply_retention, last_applied
from dialer.retention_table import Basis, Kept, RetentionSettings, periods
from dialer.schema import (
    AccessLog,
    AttemptState,
    CallbackRequest,
    Candidate,
    ConsentRow,
    Contact,
    ContractRow,
    ImportedList,
    Origin,
    PastCall,
    PersonKey,
    Remark,
    Wish,
    WishKind,
)
from dialer.verification import verify
from tests.dialer.agency import Agency, consent_of
from tests.dialer.fakes import MORNING, ScriptedRunner

TODAY = date(2026, 11, 24)
NUMBER = "+33639980101"


def found(agency: Agency, on: date = TODAY) -> Due:
    with agency.transaction() as session:
        return due(session, agency.workspace.settings, on)


def now_due(agency: Agency) -> Due:
    return found(agency, agency.clock.now().date())


def applied(agency: Agency, **options: Any) -> Due:
    return apply_retention(agency.workspace, **options)


def years_later(agency: Agency, years: int = 3, days: int = 1) -> None:
    at = agency.clock.instant
    agency.clock.instant = at.replace(year=at.year + years) + timedelta(days=days)


def recorded(agency: Agency, number: str, on: date) -> Path:
    path = agency.workspace.path("recordings", f"{number[1:]}-1.wav")
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"RIFF")
    instant = datetime(on.year, on.month, on.day, 12, tzinfo=UTC).timestamp()
    os.utime(path, (instant, instant))
    return path


def freeze(agency: Agency, **over: Any) -> None:
    workspace = agency.workspace
    with agency.transaction() as session:
        place_hold(session, workspace.settings, workspace.pseudonyms, "a suit", agency.clock.now(), **over)


@pytest.mark.parametrize(("day", "over"), [(date(2026, 5, 26), True), (date(2026, 5, 27), False)])
def test_recordings_go_after_the_folder_s_181_days_which_six_months_exceed(
    agency: Agency, day: date, over: bool
) -> None:
    path = recorded(agency, NUMBER, day)
    assert found(agency).recordings == ([path] if over else [])
    applied(agency)
    assert path.exists() is not over


@pytest.mark.parametrize(("day", "over"), [(date(2023, 11, 23), True), (date(2023, 11, 24), False), (None, False)])
def test_the_proof_of_a_consent_goes_three_years_after_its_collection(
    agency: Agency, day: date | None, over: bool
) -> None:
    person = agency.person(consent=False)
    agency.add(ContractRow(contact_id=person, object="fibre"), consent_of(person, collected_on=day))
    assert len(found(agency).consents) == over
    applied(agency)
    with agency.transaction() as session:
        assert len(session.exec(select(ConsentRow)).all()) == (not over)


def test_a_consent_without_a_day_goes_by_the_day_of_its_import(agency: Agency) -> None:
    person = agency.person(consent=False)
    with agency.transaction() as session:
        stored = session.exec(select(ImportedList)).one()
        session.add(consent_of(person, collected_on=None, list_id=stored.id))
    assert len(found(agency, date(2029, 11, 24)).consents) == 0
    assert len(found(agency, date(2029, 11, 25)).consents) == 1


def test_a_withdrawal_outlives_its_proof(agency: Agency) -> None:
    person = agency.person(consent=False)
    agency.add(
        ContractRow(contact_id=person, object="fibre"),
        consent_of(person, collected_on=date(2020, 1, 1), withdrawn=True, withdrawn_on=date(2026, 1, 1)),
    )
    applied(agency)
    with agency.transaction() as session:
        consent = session.exec(select(ConsentRow)).one()
    assert (consent.withdrawn, consent.proof) == (True, "")
    assert found(agency).consents == []


@pytest.mark.parametrize(("day", "over"), [(date(2023, 11, 23), True), (date(2023, 11, 24), False)])
def test_the_proof_of_a_request_goes_three_years_after_it(agency: Agency, day: date, over: bool) -> None:
    person = agency.person()
    agency.add(CallbackRequest(contact_id=person, object="fibre", requested_on=day, proof="mail"))
    assert len(found(agency).callbacks) == over
    applied(agency)
    with agency.transaction() as session:
        assert len(session.exec(select(CallbackRequest)).all()) == (not over)


def last_sign(agency: Agency, **signs: date | None) -> int:
    """A person with these signs of theirs, imported in 2020."""
    person = agency.person(consent=False)
    with agency.transaction() as session:
        stored = session.exec(select(ImportedList)).one()
        stored.imported_at = datetime(2020, 1, 1, tzinfo=UTC)
        contact = session.get_one(Contact, person)
        contact.list_id = stored.id
        session.add_all([stored, contact])
        if day := signs.get("consent"):
            session.add(consent_of(person, collected_on=day))
        if day := signs.get("request"):
            session.add(CallbackRequest(contact_id=person, object="fibre", requested_on=day, proof="mail"))
        if "contract" in signs:
            session.add(ContractRow(contact_id=person, object="fibre", until=signs["contract"]))
    return person


OLD, YOUNG = date(2023, 11, 23), date(2023, 11, 24)


@pytest.mark.parametrize(
    ("signs", "over"),
    [
        ({}, True),
        ({"consent": OLD}, True),
        ({"consent": YOUNG}, False),
        ({"consent": OLD, "request": YOUNG}, False),
        ({"request": OLD}, True),
        ({"contract": None}, False),
        ({"contract": date(2027, 1, 1)}, False),
        ({"contract": OLD}, True),
        ({"contract": YOUNG}, False),
    ],
)
def test_a_prospect_goes_three_years_after_the_last_sign_from_them(
    agency: Agency, signs: dict[str, date | None], over: bool
) -> None:
    person = last_sign(agency, **signs)
    assert found(agency).prospects == ([person] if over else [])


@pytest.mark.parametrize("disposition", [Disposition.NO_ANSWER, Disposition.ANSWERED])
def test_a_call_of_ours_is_no_sign_from_them(agency: Agency, disposition: Disposition) -> None:
    """Answered or not: the contact must emanate from the prospect (CNIL 2021-131)."""
    person = last_sign(agency, consent=date(2026, 9, 1))
    call = agency.dial(agency.order(agency.campaign(), person))
    agency.report(call, CallEventKind.ENDED, disposition=disposition)
    assert found(agency, date(2029, 9, 1)).prospects == []
    assert found(agency, date(2029, 9, 2)).prospects == [person]


def test_a_prospect_who_goes_leaves_the_objection_and_the_chain(agency: Agency) -> None:
    person = agency.person(NUMBER, last_name="Quellennec")
    agency.object(person)
    years_later(agency)
    applied(agency, clock_is_right=True)
    with agency.transaction() as session:
        contact = session.get_one(Contact, person)
        assert (contact.last_name, contact.erased_at) == (None, agency.clock.now())
        assert [(row.kind, row.said_on) for row, _ in oppositions_on(session, NUMBER)] == [(WishKind.OBJECTION, TODAY)]
        assert verify(session).whole


def test_a_prospect_who_said_nothing_against_calls_leaves_no_objection(agency: Agency) -> None:
    agency.person(NUMBER)
    years_later(agency)
    applied(agency, clock_is_right=True)
    with agency.transaction() as session:
        assert oppositions_on(session, NUMBER) == []


def test_facts_of_decisions_end_three_years_after_the_last_one(agency: Agency, campaign: Any, person: int) -> None:
    call = agency.dial(agency.order(campaign, person))
    agency.report(call, CallEventKind.ENDED, disposition=Disposition.NO_ANSWER)
    years_later(agency, days=0)
    assert found(agency, agency.clock.now().date()).counts()[Kept.ATTEMPT_LOG] == 0
    agency.clock.advance(days=1)
    applied(agency, clock_is_right=True)
    with agency.transaction() as session:
        assert session.exec(select(PersonKey)).all() == []
        assert verify(session).whole
    (attempt,) = agency.attempts()
    assert attempt.number == agency.workspace.pseudonyms.of_number(NUMBER)


def test_words_of_operators_go_after_a_year(agency: Agency, person: int) -> None:
    agency.add(ContractRow(contact_id=person, object="fibre"))
    agency.object(person)
    years_later(agency, 1, days=0)
    assert found(agency, agency.clock.now().date()).notes == []
    agency.clock.advance(days=1)
    applied(agency, clock_is_right=True)
    with agency.transaction() as session:
        assert session.exec(select(Remark)).all() == []
        assert [wish.source for wish in session.exec(select(Wish))] == [""]
        assert verify(session).whole


def test_who_looked_is_known_for_a_year(agency: Agency) -> None:
    with agency.transaction() as session:
        note_access(session, "why", "p", "", agency.clock.now())
    assert found(agency, date(2027, 11, 24)).looks == []
    years_later(agency, 1)
    applied(agency)
    with agency.transaction() as session:
        assert session.exec(select(AccessLog)).all() == []


@pytest.mark.parametrize("over", ["the person", "their campaign", "everything"])
def test_what_is_held_is_left_alone_and_the_hold_is_named(agency: Agency, over: str) -> None:
    person = agency.person(NUMBER)
    other = agency.person()
    path = recorded(agency, NUMBER, date(2020, 1, 1))
    agency.campaign()
    agency.object(person)
    agency.add(PastCall(number=int(NUMBER[1:]), made_on=date(2026, 1, 5)))
    with agency.transaction() as session:
        campaign = campaign_named(session, agency.plan().name)
    what = {"the person": {"contact_id": person}, "their campaign": {"campaign": campaign}, "everything": {}}
    freeze(agency, **what[over])
    years_later(agency, 10)
    done = applied(agency, clock_is_right=True)
    assert done.holds == (1,)
    assert path.exists()
    with agency.transaction() as session:
        assert session.get_one(Contact, person).last_name
        assert len(session.exec(select(ConsentRow).where(ConsentRow.contact_id == person)).all()) == 2
        assert session.exec(select(Wish)).one().source
        assert [call.made_on for call in session.exec(select(PastCall))] == [date(2026, 1, 5)]
        assert session.exec(select(Remark).where(Remark.contact_id == person, Remark.text == "operator")).one()
        assert (session.get_one(Contact, other).erased_at is None) is (over != "the person")


def test_the_chain_tells_what_went(agency: Agency) -> None:
    person = agency.person()
    years_later(agency)
    applied(agency, clock_is_right=True)
    told = json.loads(agency.audit()[-1].body)
    assert agency.audit()[-1].kind == AuditKind.RETENTION
    assert told["removed"] == {"consent-proofs": 2, "prospects": 1}
    assert told["persons"] == [agency.workspace.pseudonyms.of(person)]
    assert told["clock_confirmed"] is True


def test_a_second_time_there_is_nothing_left(agency: Agency) -> None:
    person = agency.person(consent=False)
    agency.ask(agency.campaign(), person)
    agency.add(CallbackRequest(contact_id=person, object="fibre", requested_on=TODAY, proof="p.pdf"))
    years_later(agency)
    assert applied(agency, clock_is_right=True).prospects == [person]
    assert sum(applied(agency).counts().values()) == 0


@pytest.mark.parametrize(("days", "refused"), [(7, False), (8, True), (4000, True)])
def test_a_clock_that_jumped_ahead_deletes_nothing(agency: Agency, days: int, refused: bool) -> None:
    agency.campaign(lists=())
    before = agency.numbers_of_rows()
    agency.clock.advance(days=days)
    if not refused:
        applied(agency)
        return
    with pytest.raises(ClockInDoubt, match="--clock-is-right"):
        applied(agency)
    assert agency.numbers_of_rows() == before


def test_rows_written_under_the_wrong_clock_do_not_vouch_for_it(agency: Agency) -> None:
    """A run notes its start before the daily work: the jump lies before that row."""
    agency.campaign(lists=())
    agency.clock.advance(days=1000)
    with agency.transaction() as session:
        audit.append(session, AuditKind.RUN_STARTED, {"trunk": "boucle"}, agency.clock.now())
    agency.clock.advance(days=2)
    with pytest.raises(ClockInDoubt):
        applied(agency)
    applied(agency, clock_is_right=True)
    agency.clock.advance(days=1)
    applied(agency)


def test_a_clock_that_went_back_is_refused(agency: Agency) -> None:
    agency.campaign(lists=())
    agency.clock.advance(days=-1)
    with pytest.raises(audit.ClockWentBack):
        applied(agency)


def test_a_run_applies_it_once_a_day_and_survives_a_refusal(agency: Agency) -> None:
    agency.person()
    agency.campaign()
    agency.clock.simulated = False
    daily = Daily(agency.workspace)
    daily()
    daily()
    assert [row.kind for row in agency.audit()].count(AuditKind.RETENTION) == 1
    agency.clock.advance(days=1)
    daily()
    assert [row.kind for row in agency.audit()].count(AuditKind.RETENTION) == 2
    agency.clock.advance(days=400)
    daily()
    with agency.transaction() as session:
        assert last_applied(session) == agency.clock.now() - timedelta(days=400)


def test_the_engine_calls_for_it_beside_calling(agency: Agency) -> None:
    agency.person()
    agency.campaign()
    called: list[datetime] = []
    engine = agency.engine(ScriptedRunner(agency.clock))
    engine.daily = lambda: called.append(agency.clock.now())
    engine.run(until_idle=True)
    assert called


def test_simulated_time_deletes_nothing(agency: Agency) -> None:
    agency.campaign(lists=())
    Daily(agency.workspace)()
    with agency.transaction() as session:
        assert last_applied(session) is None


def test_a_folder_may_shorten_and_the_law_is_still_told() -> None:
    own = (RetentionSettings(data=Kept.PROSPECTS, months=12),)
    period = periods(own, TODAY)[Kept.PROSPECTS]
    assert (period.months, period.legal_months) == (12, 36)


def test_longer_takes_a_reason() -> None:
    with pytest.raises(SettingsRefused, match=r"notes: 24 months, the law says 12.*reason"):
        periods((RetentionSettings(data=Kept.NOTES, months=24),), TODAY)
    period = periods((RetentionSettings(data=Kept.NOTES, months=24, reason="a pending suit"),), TODAY)[Kept.NOTES]
    assert (period.months, period.reason) == (24, "a pending suit")


@pytest.mark.parametrize("data", [Kept.CONSENT_PROOFS, Kept.CALLBACK_PROOFS])
def test_a_proof_that_the_law_wants_kept_may_not_be_shortened(data: Kept) -> None:
    with pytest.raises(SettingsRefused, match="must be kept so long"):
        periods((RetentionSettings(data=data, months=35, reason="less is better"),), TODAY)


def test_every_kind_has_a_period_and_a_source_on_every_day() -> None:
    for on in (date(2018, 1, 1), TODAY, date(2040, 1, 1)):
        found = periods((), on)
        assert found.keys() == set(Kept)
        assert all(each.source and each.fr and each.en for each in found.values())


@pytest.mark.parametrize("data", list(Kept))
def test_every_period_says_what_its_source_gives_and_what_is_our_reading(data: Kept) -> None:
    """The dossier gives the days of the decrees alone; the deliberations' days are not in it, nor any day of ours."""
    period = periods((), TODAY)[data]
    reform = date(2026, 8, 11)
    decrees = {
        Kept.CONSENT_PROOFS: reform,
        Kept.CALLBACK_PROOFS: reform,
        Kept.SALE_RECORDINGS: date(2022, 4, 1),
        Kept.NO_SALE_RECORDINGS: date(2022, 4, 1),
    }
    assert period.since_is is (Basis.QUOTED if data in decrees else Basis.OURS)
    assert period.since == decrees.get(data, period.since)
    assert period.months_are is (Basis.OURS if data in (Kept.ATTEMPT_LOG, Kept.NO_SALE_RECORDINGS) else Basis.QUOTED)
    assert ("[S" in period.source or "[P]" in period.source) is (period.months_are is Basis.QUOTED)


def test_who_withdrew_a_consent_stays_opposed_by_number_when_they_are_forgotten(agency: Agency) -> None:
    person = agency.person(NUMBER, consent=False)
    agency.add(consent_of(person, withdrawn=True, withdrawn_on=date(2026, 10, 1)))
    years_later(agency)
    applied(agency, clock_is_right=True)
    with agency.transaction() as session:
        assert session.get_one(Contact, person).erased_at
        ((opposition, _),) = oppositions_on(session, NUMBER)
    assert (opposition.kind, opposition.said_on) == (WishKind.OBJECTION, date(2026, 10, 1))


@pytest.mark.parametrize(("day", "over"), [(date(2023, 11, 23), 1), (date(2023, 11, 24), 0)])
def test_calls_known_by_files_go_three_years_after_they_were_made(agency: Agency, day: date, over: int) -> None:
    agency.add(PastCall(number=int(NUMBER[1:]), made_on=day))
    assert len(found(agency).past_calls) == over
    applied(agency)
    with agency.transaction() as session:
        assert len(session.exec(select(PastCall)).all()) == 1 - over


def test_nothing_of_somebody_goes_while_a_call_to_them_has_not_ended(agency: Agency) -> None:
    person = agency.person(NUMBER)
    agency.write_attempt(agency.campaign(), person, number=NUMBER, state=AttemptState.DIALING)
    years_later(agency)
    assert (now_due(agency).prospects, now_due(agency).attempts) == ([], [])


def test_facts_stay_readable_as_long_as_the_newest_decision_is_young(agency: Agency) -> None:
    person, campaign = agency.person(NUMBER), agency.campaign()
    agency.add(ContractRow(contact_id=person, object="fibre"))
    agency.ask(campaign, person)
    years_later(agency)
    agency.ask(campaign, person)
    assert now_due(agency).keys == []
    years_later(agency)
    assert now_due(agency).keys == [person]


def test_a_hold_on_a_campaign_covers_whom_it_only_ever_decided_about(agency: Agency) -> None:
    person, campaign = agency.person(NUMBER, consent=False), agency.campaign()
    agency.ask(campaign, person)
    with agency.transaction() as session:
        session.delete(session.exec(select(Candidate)).one())
        held = campaign_named(session, campaign.name)
    freeze(agency, campaign=held)
    years_later(agency)
    assert (now_due(agency).held, now_due(agency).keys) == ({person}, [])


def test_where_something_was_said_in_a_call_stays_on_record_with_what_was_said(agency: Agency) -> None:
    person = agency.person(NUMBER)
    agency.add(Wish(contact_id=person, kind=WishKind.REFUSAL, source="call a7", origin=Origin.CALL, noted_at=MORNING))
    agency.clock.advance(days=400)
    assert now_due(agency).sources == []


def test_the_words_of_a_proof_go_with_it(agency: Agency) -> None:
    person = agency.person(consent=False)
    agency.add(ContractRow(contact_id=person, object="fibre"), consent_of(person, collected_on=date(2023, 11, 23)))
    with agency.transaction() as session:
        remarks.note(session, "preuves/formulaire.pdf", person)
        remarks.note(session, "autre chose", person)
    applied(agency)
    with agency.transaction() as session:
        assert session.exec(select(Remark.text)).all() == ["autre chose"]
