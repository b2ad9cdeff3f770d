"""Stories as a demo would leave them: plausible values, fiction numbers, a fixed morning."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from dialer.dispositions import Disposition
from dialer.faults import Verification
from dialer.forecast import DayCount, Forecast, RuleCount
from dialer.ports import EndedBy
from dialer.quality import SHORT_CALL, Quality
from dialer.schema import AttemptState
from dialer.story import AttemptLine, DecisionLine, Story
from dialer.summary import CampaignSummary, NextStep
from lists import ListReport
from lists.problems import Severity, problem
from rules.calendars import national_holidays
from rules.rule import Layer, Rule, Verdict
from rules.rulebook import french_rulebook

LAUNCH = datetime(2026, 12, 17, 9, 5, tzinfo=UTC)
"""A Thursday, 10:05 in Paris, a week before Christmas."""

NAMES = (
    "Anaïs Lefèvre", "Étienne de La Tour", "Mai Nguyen", "Karim Benali", "Siobhán O'Connor", "Jürgen Müller",
    "Inês Dos Santos", "Loïc d'Ormesson-Petit", "Zofia Kowalczyk", "Amadou Traoré", "Maëlle Le Goff",
    "François-Xavier Garnier", "Lucía Fernández", "Théo Roux", "Océane Vasseur",
)  # fmt: skip

OUTCOMES = (
    *[(Disposition.ANSWERED, 200, "OK", 41_200)] * 9,
    *[(Disposition.ANSWERED, 200, "OK", 3_100)] * 2,
    *[(Disposition.OPTED_OUT, 200, "OK", 12_400)] * 3,
    *[(Disposition.MACHINE, 200, "OK", 6_300)] * 2,
    *[(Disposition.BUSY, 486, "Busy Here", 0)] * 4,
    *[(Disposition.NO_ANSWER, 487, "Request Terminated", 0)] * 4,
    (Disposition.DECLINED, 603, "Decline", 0),
    *[(Disposition.UNASSIGNED, 404, "Not Found", 0)] * 2,
    (Disposition.UNREACHABLE, 480, "Temporarily Unavailable", 0),
    (Disposition.CONGESTION, 503, "Service Unavailable", 0),
    (Disposition.UNKNOWN, 0, "", 0),
)


def rule_in_force(rule_id: str) -> Rule:
    return next(rule for rule in french_rulebook().on(LAUNCH.date()).rules if rule.id == rule_id)


def rule_count(rule_id: str, verdict: Verdict, contacts: int, layer: Layer | None = None) -> RuleCount:
    rule = rule_in_force(rule_id)
    citations = tuple(map(str, rule.citations))
    return RuleCount(rule.id, rule.title.fr, rule.title.en, layer or rule.layer, verdict, citations, contacts)


def ordinary_hours(day: date) -> tuple[tuple[int, int], ...]:
    if day.weekday() >= 5 or day in national_holidays(day.year):
        return ()
    overseas = {7: 2, 8: 3, 9: 3, 20: 1, 21: 1}
    mainland = {hour: 38 + hour % 4 for hour in (10, 11, 12, 14, 15, 16, 17, 18, 19)}
    counts = Counter(mainland) + Counter(overseas)
    return tuple((hour, counts[hour]) for hour in sorted(counts) if day > LAUNCH.date() or hour >= 9)


def forecast() -> Forecast:
    days = tuple(LAUNCH.date() + timedelta(days=ahead) for ahead in range(14))
    firsts = {days[0]: 3, days[1]: 2, days[7]: 4}
    return Forecast(
        at=LAUNCH,
        contacts=61,
        now=38,
        later=9,
        never=14,
        rules=(
            rule_count("FR-CONSENT", Verdict.DENY, 8),
            rule_count("FR-HOURS", Verdict.DEFER, 5),
            rule_count("FR-FREQ", Verdict.DEFER, 3),
            rule_count("FR-REFUSAL-60D", Verdict.DEFER, 3, Layer.POLICY),
            rule_count("FR-ROBOCALL-L34-5", Verdict.DENY, 2),
            rule_count("FR-OBJECTION", Verdict.DENY, 2),
            rule_count("FR-TERRITORY-PACIFIC", Verdict.DENY, 1),
        ),
        days=tuple(DayCount(day, firsts.get(day, 0), ordinary_hours(day)) for day in days),
    )


def attempt(index: int, outcome: tuple[Disposition, int, str, int]) -> AttemptLine:
    disposition, code, reason, talk = outcome
    return AttemptLine(
        id=f"{index:032x}",
        decision_id=index + 1,
        contact_id=index + 1,
        at=LAUNCH + timedelta(seconds=2 + index),
        person=NAMES[index % len(NAMES)],
        number=f"+336399802{index:02d}",
        caller_id="+33162000001",
        state=AttemptState.UNKNOWN if disposition is Disposition.UNKNOWN else AttemptState.CLOSED,
        disposition=disposition,
        sip_code=code,
        sip_reason=reason,
        ended_by=EndedBy.SCRIPT_DONE if talk >= 40_000 else EndedBy.FAR_END,
        talk_ms=talk,
    )


def decision(index: int, verdict: str = "allow", rule_ids: str = "", next_at: str = "now") -> DecisionLine:
    return DecisionLine(
        id=index + 1,
        at=LAUNCH + timedelta(seconds=1 + index),
        person=NAMES[index % len(NAMES)],
        postcode=f"{35000 + index}",
        number=f"+336399802{index:02d}",
        verdict=verdict,
        rule_ids=rule_ids,
        next_at=next_at,
        sha256=f"{index:064x}",
    )


def quality(attempts: tuple[AttemptLine, ...]) -> Quality:
    talks = [
        timedelta(milliseconds=line.talk_ms) for line in attempts if line.disposition and line.disposition.answered
    ]
    return Quality(len(attempts), len(talks), sum(talk < SHORT_CALL for talk in talks), sum(talks, timedelta()))


def summary(attempts: tuple[AttemptLine, ...]) -> CampaignSummary:
    steps = (
        NextStep(LAUNCH + timedelta(minutes=25), "congestion", 1),
        NextStep(LAUNCH + timedelta(minutes=35), "busy", 4),
        NextStep(LAUNCH + timedelta(hours=4), "FR-HOURS", 3),
        NextStep(LAUNCH + timedelta(hours=5), "no-answer", 4),
        NextStep(LAUNCH + timedelta(days=8), "FR-FREQ;FR-REFUSAL-60D", 2),
    )
    outcomes = Counter(line.disposition for line in attempts if line.disposition)
    return CampaignSummary(
        campaign="Fibre novembre",
        advertiser="Fibre Horizon SAS",
        state="finished",
        at=LAUNCH + timedelta(minutes=1),
        candidates={"done": 21, "waiting": 14, "never": 14},
        never={"FR-CONSENT": 8, "objection": 5, "FR-CLI-NPV": 1},
        decisions={"allow": len(attempts), "defer": 9, "deny": 14} if attempts else {},
        rules={"FR-CONSENT": 8, "FR-HOURS": 5, "FR-FREQ": 3, "FR-OBJECTION": 5, "FR-CLI-NPV": 1} if attempts else {},
        attempts=len(attempts),
        live=0,
        given_back=1 if attempts else 0,
        unknown=outcomes[Disposition.UNKNOWN],
        dispositions=dict(outcomes.most_common()),
        quality=quality(attempts),
        objections=outcomes[Disposition.OPTED_OUT],
        next_steps=steps if attempts else (),
    )


def report(problems: int = 15) -> ListReport:
    kinds = (
        ("number-unreadable", Severity.REJECTED, "Téléphone", "06 39 98"),
        ("number-scientific", Severity.REJECTED, "Portable", "3,36399E+10"),
        ("postcode-unknown", Severity.WARNING, "Code postal", "00999"),
        ("consent-date-future", Severity.WARNING, "Date consentement", "12/03/2062"),
        ("merged-same-number", Severity.MERGED, "Portable", "06 39 98 02 04"),
        ("formula-like", Severity.WARNING, "Commentaire", "=SOMME(A1:A9)"),
    )
    found = tuple(
        problem(code, line=2 + index, column=column, value=value, severity=severity, detail="12")
        for index, (code, severity, column, value) in enumerate(kinds[index % len(kinds)] for index in range(problems))
    )
    return ListReport(
        file="contacts.csv",
        sha256="9f2c5a1be0d4473f" * 4,
        size=9_731,
        encoding="cp1252",
        delimiter=";",
        columns={"Nom": "last_name"},
        rows_read=67,
        accepted=61,
        merged=1,
        rejected=5,
        counts=dict(Counter(each.code for each in found)),
        problems_found=len(found),
        problems=found,
    )


def tell(*, attempts: int = len(OUTCOMES), problems: int = 15, **changes: object) -> Story:
    """A story of that many attempts and remarks; `changes` replace its fields."""
    lines = tuple(attempt(index, OUTCOMES[index % len(OUTCOMES)]) for index in range(attempts))
    story = Story(
        told_at=LAUNCH + timedelta(minutes=1, seconds=12),
        simulated=True,
        offer="Accès à Internet par la fibre, 2 Gbit/s",
        reports=(report(problems),),
        forecast=forecast(),
        summary=summary(lines),
        decisions=tuple(decision(index) for index in range(attempts)),
        attempts=lines,
        verification=Verification(rows=152, head="3b7e09c2d15fa846" * 4),
        recordings=("enregistrements/appel-1.wav", "enregistrements/appel 2.wav") if attempts else (),
    )
    return replace(story, **changes)  # type: ignore[arg-type]
