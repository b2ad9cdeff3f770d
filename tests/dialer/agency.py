"""A call centre in a folder, with the few words that tests need to fill it: people, campaigns, questions."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from sqlmodel import Session, SQLModel, col, select

from adapters.queue.local import LocalQueue
from dialer import outcomes, remarks
from dialer.audit import AuditKind
from dialer.campaigns import create_campaign, set_state
from dialer.engine import Engine
from dialer.gate import GateAnswer
from dialer.ledger import begin_dialing
from dialer.plan import CampaignPlan, load_plan
from dialer.ports import CallEvent, CallEventKind, CallOrder
from dialer.schema import (
    Attempt,
    AttemptState,
    AuditRow,
    Campaign,
    CampaignState,
    Candidate,
    ConsentRow,
    Contact,
    CustomerReference,
    DecisionRow,
    ImportedList,
    Limiter,
    ListMember,
    Origin,
    Phone,
    Wish,
    WishKind,
)
from dialer.wishes import record_wish
from dialer.workspace import Workspace
from tests.dialer.fakes import MORNING, HandClock, ScriptedRunner, event

CONSENTED_ON = date(2026, 9, 1)
LIST = "people"
MORE_SETTINGS = """
[[advertisers]]
id = "autre"
name = "Autre Société"

[[trunks]]                          # a real carrier: never called in tests
name = "operateur"
kind = "sip"
host = "192.0.2.1"

[[trunks.caller_ids]]
number = "+33162000003"
assignee = "Fibre Horizon"
proof = "preuves/attestation.pdf"
reviewed_on = 2026-09-01
inbound_route = "serveur vocal"

[[notices]]
id = "AUTRE-2026"
advertiser = "autre"
callers = ["contact-ouest"]
sectors = ["telecom"]
items = ["identity", "choice", "period", "withdrawal", "proof-access"]
"""
"""Added to the sample's settings: a second advertiser with its notice, and a trunk that is not the loopback."""


@dataclass
class Agency:
    """One open workspace and its hand-moved clock."""

    workspace: Workspace
    clock: HandClock
    _ranks: Iterator[int] = field(default_factory=lambda: count(1))

    def transaction(self) -> AbstractContextManager[Session]:
        return self.workspace.store.transaction()

    def person(self, *numbers: str, consent: bool = True, list_name: str = LIST, **fields: Any) -> int:
        """Someone in Rennes who consented to machine calls for both advertisers, unless told otherwise."""
        with self.transaction() as session:
            contact = Contact(**{"postcode": "35000", "last_name": "Lefèvre", **fields})
            session.add(contact)
            session.flush()
            if contact.external_id:
                source = session.get_one(ImportedList, contact.list_id).source if contact.list_id else ""
                session.add(
                    CustomerReference(
                        external_id=contact.external_id, source=source, contact_id=contact.id, theirs=True
                    )
                )
            for rank, number in enumerate(numbers or (self.fiction_number(),)):
                session.add(Phone(contact_id=contact.id, number=number, rank=rank))
            session.add(ListMember(list_id=_list_id(session, list_name), contact_id=contact.id))
            session.flush()
            if consent:
                for notice in ("FH-2026-01", "AUTRE-2026"):
                    session.add(consent_of(contact.id, notice=notice))
            return contact.id

    def add(self, *rows: SQLModel) -> None:
        with self.transaction() as session:
            session.add_all(rows)

    def plan(self, **changes: Any) -> CampaignPlan:
        return load_plan(self.workspace.path("campaign.toml")).model_copy(update=changes)

    def campaign(self, *, running: bool = True, lists: Sequence[str] = (LIST,), **changes: Any) -> Campaign:
        """The sample campaign for everybody who is on the lists by now."""
        plan, now = self.plan(**changes), self.clock.now()
        with self.transaction() as session:
            campaign = create_campaign(session, self.workspace.settings, plan, lists, now)
            if running:
                set_state(session, self.workspace.settings, plan.name, CampaignState.RUNNING, now)
            return campaign

    def ask(self, campaign: Campaign, contact_id: int) -> GateAnswer:
        """The gate's answer, at the next instant at which the carrier permits a start."""
        self.wait_for_a_start()
        with self.transaction() as session:
            return self.workspace.gate.ask(session, campaign, contact_id)

    def wait_for_a_start(self) -> None:
        with self.transaction() as session:
            starts = session.exec(select(Limiter.next_start)).all()
        self.clock.instant = max(self.clock.instant, *starts) if starts else self.clock.instant

    def order(self, campaign: Campaign, contact_id: int) -> CallOrder:
        """An approval, which the test relies on."""
        answer = self.ask(campaign, contact_id)
        assert answer.order is not None, answer.decision.rule_ids
        return answer.order

    def write_attempt(self, campaign: Campaign, contact_id: int, **fields: Any) -> str:
        """An attempt written down without asking the gate, approved unless `fields` say more; its id."""
        with self.transaction() as session:
            return written_attempt(session, campaign, contact_id, self.clock.now(), **fields).id

    def dial(self, order: CallOrder) -> str:
        """Fence an order as the engine does; the attempt's id."""
        with self.transaction() as session:
            now = self.clock.now()
            begin_dialing(session, order.permit.attempt_id, now, now + timedelta(minutes=5))
        return order.permit.attempt_id

    def begin(self) -> str:
        """Ask about the next candidate and dial, as the engine does; the attempt's id."""
        order = self.engine_of_one_question().queue.take()
        assert order
        return self.dial(order)

    def report(self, attempt_id: str, kind: CallEventKind, **fields: Any) -> None:
        self.apply(event(attempt_id, kind, self.clock.now(), **fields))

    def apply(self, report: CallEvent) -> None:
        with self.transaction() as session:
            outcomes.apply(session, self.workspace.gate, report)

    def object(self, contact_id: int, advertiser_id: int | None = None, kind: WishKind = WishKind.OBJECTION) -> None:
        now = self.clock.now()
        with self.transaction() as session:
            record_wish(
                session,
                self.workspace.pseudonyms,
                contact_id=contact_id,
                advertiser_id=advertiser_id,
                kind=kind,
                said_at=now,
                source="operator",
                origin=Origin.HAND,
                number="",
                now=now,
            )

    def engine(self, runner: ScriptedRunner) -> Engine:
        return Engine(self.workspace, "boucle", runner, LocalQueue())

    def engine_of_one_question(self) -> Engine:
        """An engine that has asked the gate about the next candidate, and dialed nobody yet."""
        self.wait_for_a_start()
        engine = self.engine(ScriptedRunner(self.clock))
        engine._approve_one()
        return engine

    def attempts(self) -> list[Attempt]:
        with self.workspace.store.reading() as session:
            return list(session.exec(select(Attempt).order_by(col(Attempt.approved_at), Attempt.id)))

    def attempt(self, attempt_id: str) -> Attempt:
        with self.workspace.store.reading() as session:
            return session.get_one(Attempt, attempt_id)

    def state(self, attempt_id: str) -> AttemptState:
        return self.attempt(attempt_id).state

    def candidate(self, campaign: Campaign, contact_id: int) -> Candidate:
        with self.workspace.store.reading() as session:
            return session.get_one(Candidate, (campaign.id, contact_id))

    def decisions(self) -> list[DecisionRow]:
        with self.workspace.store.reading() as session:
            return list(session.exec(select(DecisionRow).order_by(col(DecisionRow.id))))

    def stored(self, decision: DecisionRow) -> str:
        """What is kept of a decision, in clear."""
        with self.workspace.store.reading() as session:
            return self.workspace.vault.text(session, decision.id, decision.contact_id, decision.body)

    def remark(self, digest: str) -> str:
        """The words that the chain names by their hash."""
        with self.workspace.store.reading() as session:
            return remarks.words(session, digest)

    def audit(self) -> list[AuditRow]:
        """The rows that tell something: the first one only names the chain."""
        with self.workspace.store.reading() as session:
            rows = select(AuditRow).where(AuditRow.kind != AuditKind.CHAIN_BEGUN)
            return list(session.exec(rows.order_by(col(AuditRow.seq))))

    def wishes(self) -> list[Wish]:
        with self.workspace.store.reading() as session:
            return list(session.exec(select(Wish).order_by(col(Wish.id))))

    def numbers_of_rows(self) -> dict[str, int]:
        """How many rows each table holds: what was changed, and that nothing was."""
        with self.workspace.store.reading() as session:
            return {
                table.name: len(session.connection().execute(table.select()).all())
                for table in SQLModel.metadata.sorted_tables
            }

    def fiction_number(self) -> str:
        """The next mobile number of the range reserved for fiction: 06 39 98 00 01 and on."""
        return f"+3363998{next(self._ranks):04d}"


def consent_of(contact_id: int, **changes: Any) -> ConsentRow:
    """A complete and proven consent that names machines."""
    complete = {
        "collected_on": CONSENTED_ON,
        "notice": "FH-2026-01",
        "proof": "preuves/formulaire.pdf",
        "systems": "human-agent;automated;ai-agent",
    }
    return ConsentRow(contact_id=contact_id, **{**complete, **changes})


def _list_id(session: Session, name: str) -> int:
    stored = session.exec(select(ImportedList).where(ImportedList.name == name)).first()
    if stored is None:
        stored = ImportedList(name=name, file_name=f"{name}.csv", sha256=name, imported_at=MORNING, report={})
        session.add(stored)
        session.flush()
    return stored.id


def written_attempt(session: Session, campaign: Campaign, contact_id: int, at: datetime, **fields: Any) -> Attempt:
    """The rows that the gate leaves behind, in the caller's transaction."""
    decision = DecisionRow(
        at=at, campaign_id=campaign.id, contact_id=contact_id, number="", verdict="allow", rule_ids="", next_at="",
        body="{}", sha256="",
    )  # fmt: skip
    session.add(decision)
    session.flush()
    approved = {
        "id": uuid.uuid4().hex,
        "number": "+33639980001",
        "caller_id": "+33162000001",
        "trunk": campaign.trunk,
        "approved_at": at,
        "lease_until": at,
    }
    attempt = Attempt(
        decision_id=decision.id,
        campaign_id=campaign.id,
        contact_id=contact_id,
        advertiser_id=campaign.advertiser_id,
        **(approved | fields),
    )
    session.add(attempt)
    session.flush()
    return attempt
