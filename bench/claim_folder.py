"""A folder to claim calls from: a campaign with a crowd of candidates, and a trunk that has called for an hour.

On SQLite or on PostgreSQL. Numbers begin like those reserved for fiction and are too long to be anybody's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from time import time

import polars as pl
from sqlalchemy import text
from sqlmodel import Session

from commands.folder import set_up
from dialer.bulk import insert_rows
from dialer.campaigns import create_campaign, set_state
from dialer.dispositions import Disposition
from dialer.driver import Driver
from dialer.plan import load_plan
from dialer.schema import (
    Attempt,
    AttemptState,
    Campaign,
    CampaignState,
    ConsentRow,
    Contact,
    DecisionRow,
    ImportedList,
    ListMember,
    Phone,
)
from dialer.settings import load_settings
from dialer.store import Store
from dialer.workspace import Workspace

AT = datetime(2026, 11, 24, 9, 2, tzinfo=UTC)
"""A Tuesday, 10:02 in Paris."""
SPEED = 200
"""Seconds of the bench's clock in one of the wall's, so that calls per second hold nobody back."""
ANSWERED = 0.6
TERMS = """
name = "wide"
channels = 400
starts_per_second = 50
asr_above_percent = 10
acd_above_seconds = 5
short_call_seconds = 8
short_below_percent = 90
least_calls = 50
"""
"""A carrier with terms of every kind, and limits as wide as a trunk may have."""


@dataclass(frozen=True)
class FastClock:
    """All claimers' clock: it shows the same instant in every process."""

    started: float
    simulated: bool = True

    def now(self) -> datetime:
        return AT + SPEED * timedelta(seconds=time() - self.started)


def lay_out(folder: Path, url: str, people: int, calls: int) -> Path:
    """A folder whose campaign has so many candidates, and whose trunk so many ended calls; its settings."""
    config = set_up(folder)
    (folder / "operators").mkdir()
    (folder / "operators" / "wide.toml").write_text(TERMS, "utf-8")
    settings = config.read_text("utf-8").replace('operator = "plain"', 'operator = "wide"')
    settings = settings.replace("channels = 24", "channels = 400").replace(
        "starts_per_second = 3", "starts_per_second = 50"
    )
    config.write_text(settings.replace("sqlite:///dialer.db", url), "utf-8")
    Store(load_settings(config).database_url).migrate()
    workspace = Workspace.open(config)
    with workspace.store.transaction() as session:
        stored = ImportedList(name="crowd", file_name="crowd.csv", sha256="", imported_at=AT, report={})
        session.add(stored)
        session.flush()
        _people(session, people, stored.id)
        campaign = create_campaign(
            session, workspace.settings, load_plan(workspace.path("campaign.toml")), ["crowd"], AT - timedelta(hours=2)
        )
        set_state(session, workspace.settings, campaign.name, CampaignState.RUNNING, AT - timedelta(hours=2))
        _calls(session, campaign, people, calls)
    with workspace.store.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("ANALYZE"))
    workspace.store.close()
    return config


def _people(session: Session, people: int, list_id: int) -> None:
    random = Random(1)
    ids = pl.DataFrame({"id": range(1, people + 1)})
    towns = [f"{random.choice((75, 33, 35, 69, 13, 59)):02d}{random.randrange(100):02d}0" for _ in range(people)]
    insert_rows(
        session,
        Contact,
        ids.with_columns(
            postcode=pl.Series(towns), last_name=pl.lit("Lefèvre"), list_id=pl.lit(list_id), attributes=pl.lit("{}")
        ),
    )
    theirs = ids.select(contact_id="id", list_id=pl.lit(list_id))
    insert_rows(session, ListMember, theirs.with_columns(line="contact_id"))
    numbers = "+3363998" + pl.col("contact_id").cast(pl.String).str.zfill(7)
    insert_rows(
        session, Phone, theirs.with_columns(number=numbers, rank=pl.lit(0), kind=pl.lit("mobile"), region=pl.lit("FR"))
    )
    insert_rows(
        session,
        ConsentRow,
        theirs.with_columns(
            collected_on=pl.lit(AT.date() - timedelta(days=60)), notice=pl.lit("FH-2026-01"),
            proof=pl.lit("preuves/") + pl.col("contact_id").cast(pl.String),
            systems=pl.lit("human-agent;automated;ai-agent"),
        ),
    )  # fmt: skip


def _calls(session: Session, campaign: Campaign, people: int, calls: int) -> None:
    """Ended calls of people who are not candidates any more: six in ten answered, for a minute."""
    random = Random(2)
    decision = DecisionRow(
        at=AT, campaign_id=campaign.id, contact_id=1, number="", verdict="allow", rule_ids="", next_at="", body="{}",
        sha256="",
    )  # fmt: skip
    session.add(decision)
    session.flush()
    driver, statements = Driver(session), []
    for turn in range(calls):
        left, talk = AT - timedelta(seconds=5 + 3590 * turn / calls), random.randrange(20_000, 120_000)
        answered = random.random() < ANSWERED
        statements.append(
            driver.insert(
                Attempt, id=f"{turn:032x}", decision_id=decision.id, campaign_id=campaign.id,
                contact_id=1 + turn % people, advertiser_id=campaign.advertiser_id, number="+33639980000",
                caller_id=("+33162000001", "+33424000002")[turn % 2], trunk=campaign.trunk,
                state=AttemptState.CLOSED, approved_at=left, lease_until=left, dialed_at=left, ended_at=left,
                disposition=Disposition.ANSWERED if answered else Disposition.NO_ANSWER, talk_ms=talk * answered,
            )
        )  # fmt: skip
    driver.do(*statements)
