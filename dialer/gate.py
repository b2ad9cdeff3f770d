"""The one way to an attempt: facts, decision, limits, attempt and permit in one transaction.

Whatever asks (campaign, retry, call-back, a person at a keyboard) passes here; only here is a permit
signed. The rules run at the very instant of the approval, never on an earlier answer.
"""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from dialer import audit
from dialer.audit import AuditKind, Pseudonyms
from dialer.clock import SimulatedClockRefused
from dialer.facts import CallFacts, plan_of, read_facts
from dialer.grounds import grounds_of
from dialer.ledger import LEASE
from dialer.operators import terms_of
from dialer.pacing import has_room, line_of, take_start
from dialer.permit import Permit, PermitKey
from dialer.plan import CampaignPlan
from dialer.ports import CallOrder, Clock
from dialer.schema import Attempt, AttemptState, Campaign, DecisionRow
from dialer.settings import Settings, TrunkSettings
from dialer.store import canonical
from rules.decide import Decision, decide
from rules.eligibility import Eligibility, next_eligible_at
from rules.facts import Facts
from rules.fingerprint import fingerprints
from rules.line import CarrierTerms
from rules.rule import Profile, Verdict


@dataclass(frozen=True, slots=True)
class GateAnswer:
    """The decision with when the call becomes possible; an order only when it was approved now."""

    decision: Decision
    eligibility: Eligibility
    order: CallOrder | None = None


class Gate:
    """Holds what approvals need: settings, the permit key, the key of pseudonyms, and the clock."""

    def __init__(self, settings: Settings, clock: Clock, permit_key: PermitKey, pseudonyms: Pseudonyms) -> None:
        self.settings, self.clock, self.pseudonyms = settings, clock, pseudonyms
        self.profile = Profile("strict", ring_guard_seconds=settings.ring_guard_seconds)
        self._permit_key = permit_key
        self._terms: dict[str, CarrierTerms] = {}

    def ask(self, session: Session, campaign: Campaign, contact_id: int) -> GateAnswer:
        """Decide one contact at this instant and, when allowed, approve one attempt.

        Raises `SimulatedClockRefused` when time is simulated and the trunk is not the loopback carrier.
        """
        now = self.clock.now()
        plan = plan_of(campaign)
        trunk = self.settings.trunk(plan.trunk)
        if self.clock.simulated and not trunk.loopback:
            raise SimulatedClockRefused(
                f"trunk {trunk.name!r} is a real carrier: a simulated clock may only drive the loopback carrier",
                f"le trunk {trunk.name!r} est un vrai opérateur : seule la boucle locale admet une horloge simulée",
            )
        line = line_of(session, trunk, self.terms(trunk), now)
        asked = read_facts(session, self.settings, campaign, [contact_id], now, line)[contact_id]
        decision = decide(asked.facts, now, profile=self.profile)
        eligibility = next_eligible_at(asked.facts, now, profile=self.profile, decision=decision)
        row = self._record(session, campaign, asked, decision, eligibility)
        if decision.verdict is not Verdict.ALLOW:
            return GateAnswer(decision, eligibility)
        take_start(session, trunk, now)
        permit = self._approve(session, campaign, asked, row, now)
        return GateAnswer(decision, eligibility, _order(plan, permit))

    def terms(self, trunk: TrunkSettings) -> CarrierTerms:
        """The carrier's terms on a trunk, read once."""
        if trunk.name not in self._terms:
            self._terms[trunk.name] = terms_of(trunk, self.settings.folder)
        return self._terms[trunk.name]

    def has_room(self, session: Session, trunk_name: str) -> bool:
        """Whether a call may start on a trunk now, as far as starts per second and channels go."""
        trunk = self.settings.trunk(trunk_name)
        return has_room(line_of(session, trunk, self.terms(trunk), self.clock.now()))

    def _record(
        self, session: Session, campaign: Campaign, asked: CallFacts, decision: Decision, eligibility: Eligibility
    ) -> DecisionRow:
        body = canonical(
            {
                "facts": asked.facts.to_dict(),
                "grounds": grounds_of(session, self.settings, campaign, asked, decision.at),
                "decision": decision.to_dict(),
                "next": {
                    "outlook": str(eligibility.outlook),
                    "at": eligibility.at.isoformat() if eligibility.at else None,
                },
                "fingerprints": fingerprints() | {"settings": self.settings.sha256},
            }
        )
        row = DecisionRow(
            at=decision.at,
            campaign_id=campaign.id,
            contact_id=asked.contact.id,
            number=asked.facts.number,
            verdict=decision.verdict.word,
            rule_ids=";".join(decision.rule_ids),
            next_at=eligibility.at.isoformat() if eligibility.at else str(eligibility.outlook),
            body=body,
            sha256=hashlib.sha256(body.encode()).hexdigest(),
        )
        session.add(row)
        session.flush()
        audit.append(
            session,
            AuditKind.DECISION,
            {
                "decision": row.id,
                "sha256": row.sha256,
                "campaign": campaign.name,
                "person": self.pseudonyms.of(row.contact_id),
                "verdict": row.verdict,
                "rules": row.rule_ids,
            },
            decision.at,
        )
        return row

    def _approve(
        self, session: Session, campaign: Campaign, asked: CallFacts, row: DecisionRow, now: datetime
    ) -> Permit:
        attempt_id = uuid.uuid4().hex
        permit = self._permit_key.sign(
            Permit(
                attempt_id=attempt_id,
                callee=asked.facts.number,
                caller_id=asked.facts.caller_id,
                trunk=campaign.trunk,
                decision_hash=row.sha256,
                not_before=now,
                not_after=self._last_instant(asked.facts, now),
                simulated=self.clock.simulated,
            )
        )
        session.add(
            Attempt(
                id=attempt_id,
                decision_id=row.id,
                campaign_id=campaign.id,
                contact_id=asked.contact.id,
                advertiser_id=campaign.advertiser_id,
                number=permit.callee,
                caller_id=permit.caller_id,
                trunk=permit.trunk,
                approved_at=now,
                lease_until=permit.not_after,
            )
        )
        session.flush()
        audit.append(
            session,
            AuditKind.ATTEMPT,
            {"attempt": attempt_id, "state": str(AttemptState.APPROVED), "decision": row.id, "trunk": permit.trunk},
            now,
        )
        return permit

    def _last_instant(self, facts: Facts, now: datetime) -> datetime:
        """The permit's end: one lease from now, or sooner when the legal window closes before (ring guard kept).

        Found by asking the rules again, halving the span, so that no second encoding of the windows is
        needed here. At most a millisecond too early, never too late.
        """
        lawful, end = now, now + LEASE
        if decide(facts, end, profile=self.profile).verdict is Verdict.ALLOW:
            return end
        while end - lawful > timedelta(milliseconds=1):
            middle = lawful + (end - lawful) / 2
            if decide(facts, middle, profile=self.profile).verdict is Verdict.ALLOW:
                lawful = middle
            else:
                end = middle
        return lawful


def _order(plan: CampaignPlan, permit: Permit) -> CallOrder:
    return CallOrder(permit, plan.spoken(), plan.ring_timeout, plan.max_talk)
