"""Reads the ledger of a simulation that has ended into its report. Apart from the report, which needs no database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import func, select
from sqlmodel import Session, col

from adapters.simulation.carrier import Observed
from adapters.simulation.ground import DATABASE
from adapters.simulation.recount import recount
from adapters.simulation.report import Day, Durations, Quality, SimulationReport
from dialer.dispositions import Disposition
from dialer.exposure import Exposure, exposure
from dialer.forecast import OFFICE_ZONE
from dialer.ledger import NOT_COUNTED
from dialer.operators import Operator, load_operator
from dialer.schema import Attempt, Campaign, Candidate, CandidateState, DecisionRow
from dialer.workspace import Workspace

_SPOKEN_TO = frozenset({Disposition.ANSWERED, Disposition.REFUSED, Disposition.OPTED_OUT})


class _Row(NamedTuple):
    """One attempt, as the report reads it."""

    contact: int
    dialed_at: datetime
    ended_at: datetime | None
    answered_at: datetime | None
    disposition: Disposition | None
    talk_ms: int


def report_on(
    workspace: Workspace, campaign: Campaign, observed: Observed, seed: int, since: datetime, seconds: float
) -> SimulationReport:
    """`since` is where virtual time began, `seconds` how long the simulation took by the wall."""
    now, trunk = workspace.clock.now(), workspace.settings.trunk(campaign.trunk)
    operator = load_operator(trunk.operator, workspace.settings.folder)
    with workspace.store.reading() as session:
        rows = _attempts(session, campaign, since)
        candidates = _candidates(session, campaign)
        overdue = _overdue(session, campaign, now)
        decisions, obstacles = _decisions(session, campaign, since)
        charged = exposure(session, workspace.vault, trunk, operator, since, now, now)
    tries = Counter(row.contact for row in rows)
    return SimulationReport(
        campaign=campaign.name,
        operator=operator.name,
        seed=seed,
        since=since,
        until=now,
        contacts=sum(candidates.values()),
        called=len(tries),
        reached=len({row.contact for row in rows if row.disposition in _SPOKEN_TO}),
        tries=dict(sorted(Counter(tries.values()).items())),
        candidates=candidates,
        overdue=overdue,
        calls=len(rows),
        dispositions=dict(Counter(row.disposition for row in rows if row.disposition).most_common()),
        decisions=decisions,
        obstacles=obstacles,
        days=tuple(_days(rows)),
        durations=_durations(rows),
        quality=_quality(rows, operator, charged),
        limits=trunk,
        observed=observed,
        recount=recount(workspace.path(DATABASE)),
        seconds=seconds,
    )


def _attempts(session: Session, campaign: Campaign, since: datetime) -> list[_Row]:
    """Calls that left, oldest first."""
    left = select(
        col(Attempt.contact_id), col(Attempt.dialed_at), col(Attempt.ended_at), col(Attempt.answered_at),
        col(Attempt.disposition), col(Attempt.talk_ms),
    ).where(
        col(Attempt.campaign_id) == campaign.id,
        col(Attempt.dialed_at) >= since,
        col(Attempt.state).not_in(NOT_COUNTED),
    )  # fmt: skip
    return [_Row(*row) for row in session.execute(left.order_by(col(Attempt.dialed_at)))]


def _candidates(session: Session, campaign: Campaign) -> dict[str, int]:
    counted = select(col(Candidate.state), func.count()).where(col(Candidate.campaign_id) == campaign.id)
    return {str(state): count for state, count in session.execute(counted.group_by(col(Candidate.state)))}


def _overdue(session: Session, campaign: Campaign, now: datetime) -> int:
    waiting = select(func.count()).where(
        col(Candidate.campaign_id) == campaign.id,
        col(Candidate.state) == CandidateState.WAITING,
        col(Candidate.due_at) < now,
    )
    (count,) = session.execute(waiting).one()
    return int(count)


def _decisions(session: Session, campaign: Campaign, since: datetime) -> tuple[dict[str, int], dict[str, int]]:
    """Decisions by verdict, and those in which each rule stood against the call."""
    verdict_and_rules = col(DecisionRow.verdict), col(DecisionRow.rule_ids)
    counted = select(*verdict_and_rules, func.count()).where(
        col(DecisionRow.campaign_id) == campaign.id, col(DecisionRow.at) >= since
    )
    decisions, obstacles = Counter[str](), Counter[str]()
    for verdict, rule_ids, count in session.execute(counted.group_by(*verdict_and_rules)):
        decisions[verdict] += count
        if verdict != "allow":
            obstacles.update(dict.fromkeys(rule_ids.split(";"), count))
    return dict(decisions), dict(obstacles.most_common())


def _days(rows: Sequence[_Row]) -> Iterator[Day]:
    """Days with calls, in order."""
    by_day: dict[date, list[_Row]] = {}
    for row in rows:
        by_day.setdefault(row.dialed_at.astimezone(OFFICE_ZONE).date(), []).append(row)
    known: set[int] = set()
    for day, theirs in by_day.items():
        spoken_to = {row.contact for row in theirs if row.disposition in _SPOKEN_TO}
        yield Day(
            day=day,
            calls=len(theirs),
            answered=sum(row.answered_at is not None for row in theirs),
            reached=len(spoken_to - known),
            opted_out=sum(row.disposition is Disposition.OPTED_OUT for row in theirs),
            talk=timedelta(milliseconds=sum(row.talk_ms for row in theirs)),
        )
        known |= spoken_to


def _durations(rows: Sequence[_Row]) -> Durations:
    waited = [row.answered_at - row.dialed_at for row in rows if row.answered_at]
    talked = [timedelta(milliseconds=row.talk_ms) for row in rows if row.answered_at]
    return Durations(_mean(waited), _mean(talked), max(talked, default=None))


def _mean(spans: Sequence[timedelta]) -> timedelta | None:
    return sum(spans, timedelta(0)) / len(spans) if spans else None


def _quality(rows: Sequence[_Row], operator: Operator, charged: Exposure) -> Quality:
    talks = [row.talk_ms for row in rows if row.answered_at]
    short = sum(talk < operator.short_call_seconds * 1000 for talk in talks)
    return Quality(
        asr_percent=round(100 * len(talks) / len(rows), 1) if rows else None,
        acd_seconds=round(sum(talks) / len(talks) / 1000, 1) if talks else None,
        short_percent=round(100 * short / len(talks), 1) if talks else None,
        out_of_terms=len(charged.charges),
        euros=charged.euros,
    )
