"""The one way to an attempt: facts, decision, limits, attempt and permit in one transaction.

Whatever asks (campaign, retry, call-back, a person at a keyboard) passes here; only here is a permit
signed. The rules run at the very instant of the approval, never on an earlier answer.
"""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from os.path import isfile
from typing import NamedTuple

from sqlmodel import Session

from dialer.audit import NEWEST, AuditKind, Head, Pseudonyms, head_from, rows_after
from dialer.clock import SimulatedClockRefused
from dialer.decision_texts import DecisionTexts
from dialer.dossiers import dossier_from, dossier_question
from dialer.driver import Driver, Rows, Statement
from dialer.facts import Weigher, plan_of
from dialer.grounds import grounds_of, lists_naming
from dialer.held import hold_question, require_not_held
from dialer.human_command import HumanCommand, require_right_command
from dialer.ledger import LEASE
from dialer.live import called_until
from dialer.pacing import start_at, start_taken
from dialer.permit import Permit, PermitKey
from dialer.plan import CampaignPlan
from dialer.ports import CallOrder, Clock, Script
from dialer.schema import Attempt, AttemptState, Campaign, DecisionRow
from dialer.settings import Settings, TrunkSettings
from dialer.sources import sources_until
from dialer.store import canonical_plain
from dialer.trunks_at_hand import Seen, TrunksAtHand
from dialer.vault import Vault, key_question
from rules.decide import Decision, decide
from rules.eligibility import Eligibility, next_eligible_at
from rules.facts import Facts
from rules.fingerprint import fingerprints
from rules.line import CarrierTerms
from rules.rule import Profile, Verdict

_NEXT_DECISION: Statement = ("SELECT coalesce(max(id), 0) + 1 FROM decision", ())
_NEXT_DECISION_OF_SERVER: Statement = ("SELECT nextval(pg_get_serial_sequence('decision', 'id'))", ())


@dataclass(frozen=True, slots=True)
class GateAnswer:
    """The decision with when the call becomes possible; an order only when it was approved now."""

    decision: Decision
    eligibility: Eligibility
    order: CallOrder | None = None


@dataclass(frozen=True, slots=True)
class _Asked:
    """One question with its answer, before anything is written; `decision.at` is the instant that was judged."""

    campaign: Campaign
    contact_id: int
    facts: Facts
    decision: Decision
    eligibility: Eligibility
    grounds: dict[str, list[dict[str, object]]]
    now: datetime
    command: HumanCommand | None

    @property
    def next_at(self) -> str | None:
        return self.eligibility.at.isoformat() if self.eligibility.at else None


class _Place(NamedTuple):
    """Where the answer is to stand: after this row of the chain, under this number, closed under the person's key."""

    head: Head
    decision_id: int
    keys: Rows


class Gate:
    """Holds what approvals need: settings, the clock, the permit key, the key of pseudonyms, the keys of persons."""

    def __init__(
        self, settings: Settings, clock: Clock, permit_key: PermitKey, pseudonyms: Pseudonyms, vault: Vault
    ) -> None:
        self.settings, self.clock, self.pseudonyms, self.vault = settings, clock, pseudonyms, vault
        self.profile = Profile("strict", ring_guard_seconds=settings.ring_guard_seconds)
        self.engine: int | None = None
        """Whose approvals these are, where several engines share a database."""
        self._permit_key = permit_key
        self._trunks = TrunksAtHand(settings)
        self._spoken: tuple[CampaignPlan, Script] | None = None
        self._texts = DecisionTexts()
        self._fingerprints = canonical_plain(fingerprints() | {"settings": settings.sha256})

    def ask(
        self,
        session: Session,
        campaign: Campaign,
        contact_id: int,
        command: HumanCommand | None = None,
        seen: Seen | None = None,
    ) -> GateAnswer:
        """Decide one contact and, when allowed, approve one attempt for the trunk's next start.

        That start may lie ahead of the clock by `pacing.AHEAD`: the rules judge that instant, and the permit begins
        with it. `seen` is what `see` told in this transaction, if nothing was written since. Raises `Held`,
        `SimulatedClockRefused` when time is simulated and the trunk is not the loopback carrier, and `NotPossible`
        unless a human agent's campaign comes with a command and any other one without.
        """
        plan = plan_of(campaign)
        require_right_command(plan, command)
        trunk = self._trunk(plan)
        driver = Driver(session)
        seen = seen or self._trunks.seen(driver, trunk, self.clock.now())
        line, now = seen.line, seen.at
        start = start_at(line, now)
        numbering = _NEXT_DECISION_OF_SERVER if driver.postgresql else _NEXT_DECISION
        held, newest, ((decision_id,),), keys, named, theirs = driver.all(
            hold_question(campaign.id, contact_id),
            NEWEST,
            numbering,
            key_question(contact_id),
            lists_naming(contact_id),
            dossier_question(driver, contact_id),
        )
        require_not_held(held)
        place = _Place(head_from(driver, newest, now), decision_id, keys)
        dossier = dossier_from(driver, theirs)
        fresh_until = sources_until(session, self.settings, plan.advertiser, start.date())
        weigher = Weigher(self.settings, plan, campaign.advertiser_id, start, fresh_until, line)
        dossier.called_until = called_until(seen.live, contact_id, {phone.number for phone in dossier.phones})
        facts = weigher.facts(dossier)
        decision = decide(facts, start, profile=self.profile)
        eligibility = next_eligible_at(facts, start, profile=self.profile, decision=decision)
        grounds = grounds_of(driver, self.settings, campaign, dossier, named, facts, start)
        asked = _Asked(campaign, contact_id, facts, decision, eligibility, grounds, now, command)
        order = self._record(driver, trunk, plan, asked, place)
        return GateAnswer(decision, eligibility, order)

    def see(self, session: Session, trunk_name: str) -> Seen:
        """The trunk at this instant, as the gate would judge it in this transaction."""
        return self._trunks.seen(Driver(session), self.settings.trunk(trunk_name), self.clock.now())

    def terms(self, trunk: TrunkSettings) -> CarrierTerms:
        """The carrier's terms on a trunk."""
        return self._trunks.terms(trunk)

    def _trunk(self, plan: CampaignPlan) -> TrunkSettings:
        trunk = self.settings.trunk(plan.trunk)
        if self.clock.simulated and not trunk.loopback:
            raise SimulatedClockRefused(
                f"trunk {trunk.name!r} is a real carrier: a simulated clock may only drive the loopback carrier",
                f"le trunk {trunk.name!r} est un vrai opérateur : seule la boucle locale admet une horloge simulée",
            )
        return trunk

    def _record(
        self, driver: Driver, trunk: TrunkSettings, plan: CampaignPlan, asked: _Asked, place: _Place
    ) -> CallOrder | None:
        """Write down the decision and, when it allows, all that belongs to an approval."""
        decision, now, decision_id = asked.decision, asked.now, place.decision_id
        lock, new_key = self.vault.lock(driver, asked.contact_id, place.keys, now)
        body = lock.close(decision_id, self._body(asked))
        digest = hashlib.sha256(body.encode()).hexdigest()
        callee, next_at = self.pseudonyms.of_number(asked.facts.number), asked.next_at or str(asked.eligibility.outlook)
        statements = [
            *new_key,
            driver.insert(
                DecisionRow,
                id=decision_id,
                at=decision.at,
                campaign_id=asked.campaign.id,
                contact_id=asked.contact_id,
                number=callee,
                verdict=decision.verdict.word,
                rule_ids=";".join(decision.rule_ids),
                next_at=next_at,
                body=body,
                sha256=digest,
            ),
        ]
        told: dict[str, object] = {
            "decision": decision_id,
            "sha256": digest,
            "campaign": asked.campaign.name,
            "person": self.pseudonyms.of(asked.contact_id),
            "callee": callee,
            "judged_at": decision.at.isoformat(),
            "verdict": decision.verdict.word,
            "rules": ";".join(decision.rule_ids),
            "next": next_at,
        }
        entries = [(AuditKind.DECISION, canonical_plain(told))]
        permit = None
        if decision.verdict is Verdict.ALLOW:
            permit = self._permit(asked, digest)
            statements += [
                _attempt(driver, asked, permit, decision_id, self.engine),
                start_taken(driver, trunk, decision.at),
            ]
            approved: dict[str, object] = {
                "attempt": permit.attempt_id,
                "state": str(AttemptState.APPROVED),
                "decision": decision_id,
                **permit.on_record(),
            } | (asked.command.to_dict() if asked.command else {})
            entries.append((AuditKind.ATTEMPT, canonical_plain(approved)))
        driver.do(*statements, *rows_after(place.head, driver, now, *entries))
        return CallOrder(permit, self._script(plan), plan.ring_timeout, plan.max_talk) if permit else None

    def _script(self, plan: CampaignPlan) -> Script:
        """The plan's script; that its files are still there is looked at each time. Raises `SettingsRefused`."""
        if self._spoken is None or self._spoken[0] is not plan or not _there(self._spoken[1]):
            self._spoken = plan, plan.spoken()
        return self._spoken[1]

    def _body(self, asked: _Asked) -> str:
        """Complete enough to be replayed: facts, findings, fingerprints, next eligible instant, and the ring guard."""
        next_at = f'"{asked.next_at}"' if asked.next_at else "null"
        return (
            f'{{"decision":{self._texts.of(asked.decision)},"facts":{canonical_plain(asked.facts.to_dict())},'
            f'"fingerprints":{self._fingerprints},"grounds":{canonical_plain(asked.grounds)},'
            f'"next":{{"at":{next_at},"outlook":"{asked.eligibility.outlook}"}},'
            f'"ring_guard":{self.profile.ring_guard_seconds}}}'
        )

    def _permit(self, asked: _Asked, decision_hash: str) -> Permit:
        start = asked.decision.at
        return self._permit_key.sign(
            Permit(
                attempt_id=uuid.uuid4().hex,
                callee=asked.facts.number,
                caller_id=asked.facts.caller_id,
                trunk=asked.campaign.trunk,
                decision_hash=decision_hash,
                not_before=start,
                not_after=self._last_instant(asked.facts, start),
                simulated=self.clock.simulated,
            )
        )

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


def _there(script: Script) -> bool:
    return all(map(isfile, (script.opening, script.pitch, script.closing, script.opted_out)))


def _attempt(driver: Driver, asked: _Asked, permit: Permit, decision_id: int, engine: int | None) -> Statement:
    return driver.insert(
        Attempt,
        id=permit.attempt_id,
        decision_id=decision_id,
        campaign_id=asked.campaign.id,
        contact_id=asked.contact_id,
        advertiser_id=asked.campaign.advertiser_id,
        number=permit.callee,
        caller_id=permit.caller_id,
        trunk=permit.trunk,
        engine=engine,
        approved_at=asked.now,
        lease_until=permit.not_after,
    )
