"""What a campaign has come to: every contact, decision and attempt stands in one figure."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from dialer.campaigns import campaign_named
from dialer.dispositions import Disposition
from dialer.ports import CallEventKind
from dialer.quality import Quality, quality_of
from dialer.schema import Attempt, AttemptState, Campaign
from dialer.summary import CampaignSummary, summarise
from tests.dialer.agency import Agency
from tests.dialer.fakes import BUSY, LOST, MORNING, NO_ANSWER, OPTS_OUT, ScriptedRunner, fate

D, S = Disposition, AttemptState
SHORT = fate(CallEventKind.ANSWERED, CallEventKind.ENDED, disposition=D.ANSWERED, talk=3)


def summary(agency: Agency, campaign: Campaign) -> CampaignSummary:
    with agency.transaction() as session:
        return summarise(session, campaign_named(session, campaign.name), agency.clock.now())


def test_a_whole_run_in_figures(agency: Agency) -> None:
    fates = [None, SHORT, BUSY, NO_ANSWER, LOST, OPTS_OUT]
    numbers = [f"+3363998010{n}" for n in range(len(fates))]
    for number in numbers:
        agency.person(number)
    agency.person(consent=False)
    agency.person(postcode="97410")  # two past one on the island of Réunion
    campaign = agency.campaign()
    script = {number: end for number, end in zip(numbers, fates, strict=True) if end}
    agency.engine(ScriptedRunner(agency.clock, fates=script)).run(until_idle=True)
    told = summary(agency, campaign)
    assert told.candidates == {"done": 4, "waiting": 3, "never": 1}
    assert told.decisions == {"allow": 6, "defer": 1, "deny": 1}
    assert told.rules == {"FR-CONSENT": 1, "FR-ROBOCALL-L34-5": 1, "FR-HOURS": 1}
    assert (told.attempts, told.live, told.given_back, told.unknown) == (6, 0, 0, 1)
    assert told.dispositions == {D.ANSWERED: 2, D.BUSY: 1, D.NO_ANSWER: 1, D.UNKNOWN: 1, D.OPTED_OUT: 1}
    assert told.quality == Quality(6, 3, 2, timedelta(seconds=21.5 + 3 + 6))
    assert (told.quality.asr_percent, told.quality.acd_seconds, told.quality.short_percent) == (50, 10, 67)
    assert told.objections == 1
    assert [(step.note, step.contacts) for step in told.next_steps] == [("busy", 1), ("FR-HOURS", 1), ("no-answer", 1)]
    assert json.loads(json.dumps(told.to_dict()))["quality"]["seizures"] == 6


def test_why_people_are_never_called_is_told_without_what_time_alone_lifts(agency: Agency) -> None:
    agency.person(consent=False, postcode="97410")  # and it is past one on the island of Réunion
    objects = agency.person()
    campaign = agency.campaign()
    agency.object(objects)
    agency.engine(ScriptedRunner(agency.clock)).run(until_idle=True)
    told = summary(agency, campaign)
    assert told.rules["FR-HOURS"] == 1
    assert told.never == {"FR-CONSENT;FR-ROBOCALL-L34-5": 1, "objection": 1}


def test_a_campaign_that_has_not_begun_is_all_noughts(agency: Agency) -> None:
    agency.person()
    told = summary(agency, agency.campaign(running=False))
    assert (told.candidates, told.decisions, told.rules) == ({"waiting": 1}, {}, {})
    assert (told.attempts, told.live, told.given_back, told.unknown, told.objections) == (0, 0, 0, 0, 0)
    quality = told.quality
    assert (quality.asr_percent, quality.acd_seconds, quality.short_percent) == (None, None, None)
    assert [(step.due_at, step.contacts) for step in told.next_steps] == [(MORNING, 1)]


def test_every_attempt_stands_in_one_figure(agency: Agency) -> None:
    person = agency.person()
    campaign = agency.campaign()
    for state in S:
        agency.write_attempt(campaign, person, state=state)
    told = summary(agency, campaign)
    assert (told.attempts, told.live, told.unknown, told.given_back) == (5, 3, 1, 2)


def test_another_campaigns_calls_and_opt_outs_are_not_counted(agency: Agency) -> None:
    person = agency.person("+33639980101")
    quiet = agency.campaign(running=False)
    loud = agency.campaign(name="Fibre décembre")
    runner = ScriptedRunner(agency.clock, otherwise=OPTS_OUT)
    agency.engine(runner).run(until_idle=True)
    agency.object(person)
    assert (summary(agency, loud).attempts, summary(agency, loud).objections) == (1, 1)
    assert (summary(agency, quiet).attempts, summary(agency, quiet).objections) == (0, 0)


def ended(disposition: Disposition | None, seconds: float = 0, state: AttemptState = S.CLOSED) -> Attempt:
    return Attempt(disposition=disposition, talk_ms=round(seconds * 1000), state=state)


@pytest.mark.parametrize(
    ("calls", "asr", "acd", "short"),
    [
        ([], None, None, None),
        ([ended(D.BUSY)], 0, None, None),
        ([ended(D.ANSWERED, 20)], 100, 20, 0),
        ([ended(D.MACHINE, 12), ended(D.NO_ANSWER)], 50, 12, 0),
        ([ended(D.ANSWERED, 7.999), ended(D.ANSWERED, 8.0)], 100, 8, 50),
        ([ended(D.OPTED_OUT, 4), ended(D.REFUSED, 30), ended(D.FAILED), ended(D.CONGESTION)], 50, 17, 50),
        ([ended(D.ANSWERED, 20), ended(D.UNKNOWN, 0, S.UNKNOWN)], 50, 20, 0),
        ([ended(D.OPTED_OUT, 0, S.UNKNOWN)], 0, None, None),
    ],
    ids=[
        "none", "unanswered", "answered", "a machine answers too", "under eight seconds is short",
        "an opt-out and a no are answers", "a lost call is none", "nor is one with an opt-out",
    ],
)  # fmt: skip
def test_quality_is_counted_as_the_carrier_counts(
    calls: list[Attempt], asr: int | None, acd: int | None, short: int | None
) -> None:
    quality = quality_of(calls)
    assert (quality.asr_percent, quality.acd_seconds, quality.short_percent) == (asr, acd, short)


@pytest.mark.parametrize(
    ("abandoned", "answered", "percent"), [(0, 0, None), (0, 3, 0), (1, 2, 34), (1, 199, 1), (2, 0, 100)]
)
def test_who_was_left_alone_is_counted_among_the_answered_and_rounded_up(
    abandoned: int, answered: int, percent: int | None
) -> None:
    calls = [ended(D.ABANDONED, 5) for _ in range(abandoned)] + [ended(D.ANSWERED, 20) for _ in range(answered)]
    quality = quality_of([*calls, ended(D.BUSY)])
    assert (quality.abandoned, quality.abandoned_percent, quality.answered) == (
        abandoned,
        percent,
        abandoned + answered,
    )
