"""Reads what belongs to a file for an authority, once: rows go to their tables while sums for the PDF are made."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path

from sqlmodel import Session, col, select

from adapters.submission.proof_files import ProofFile, copy_proofs
from adapters.submission.tables import (
    ATTEMPTS,
    CONSENTS,
    DECISIONS,
    RECORDED,
    Document,
    Sheet,
    attempt_cells,
    chain_line,
    decision_cells,
    evidence_cells,
    recording_cells,
    sheet,
)
from dialer.audit import AuditKind
from dialer.chain_rows import chain_rows
from dialer.complaints import complaints
from dialer.facts import plan_of
from dialer.faults import Verification
from dialer.ledger import NOT_COUNTED
from dialer.legal_exposure import LegalExposure, legal_exposure
from dialer.operators import load_operator
from dialer.quality import quality_of
from dialer.recording_digests import ToldRecording, told_recordings
from dialer.schema import Advertiser, Attempt, Campaign
from dialer.seals import read_seal, seal_paths
from dialer.submission import Evidence, Person, Scope, calls, cases, evidence, people_of
from dialer.submission_digest import Digest
from dialer.submission_facts import CampaignFacts, Submission, TrunkFigures
from dialer.submission_lists import ListedOpposition, ScrubProof, listed_oppositions, scrub_proofs
from dialer.vault import read_decision
from dialer.workspace import Workspace

_A_MOMENT = timedelta(microseconds=1)
"""Spans are open at their end: the last call belongs to this one."""


@dataclass
class Gathered:
    """What was read: kept are sums, attempts and records; decisions went to their table one by one."""

    scope: Scope
    seqs: Mapping[int, int]
    people: Mapping[int, Person]
    digest: Digest = field(default_factory=Digest)
    attempts: list[Attempt] = field(default_factory=list)
    recordings: Mapping[str, ToldRecording] = field(default_factory=dict)
    evidence: list[Evidence] = field(default_factory=list)
    oppositions: list[ListedOpposition] = field(default_factory=list)
    scrubs: list[ScrubProof] = field(default_factory=list)
    proofs: Mapping[str, ProofFile | None] = field(default_factory=dict)

    def told(
        self, workspace: Workspace, session: Session, subject: str, made_by: str, chain: Verification
    ) -> Submission:
        """The whole, for the pages."""
        mine = {attempt.id for attempt in self.attempts}
        folder = workspace.settings.folder
        return Submission(
            subject=subject,
            scope=self.scope,
            made_at=workspace.clock.now(),
            made_by=made_by,
            caller=workspace.settings.caller_name,
            digest=self.digest,
            campaigns=list(_campaigns(workspace, session, self.digest.campaigns)),
            people=self.people,
            attempts=self.attempts,
            evidence=self.evidence,
            oppositions=self.oppositions,
            scrubs=self.scrubs,
            trunks=list(_trunks(workspace, self.attempts)),
            complaints=[each for each in complaints(session) if each.attempt_id in mine],
            law=self._judged_again(workspace, session, mine),
            chain=chain,
            seals=[read_seal(path) for path in seal_paths(folder)],
            seqs=self.seqs,
            only_tried=_only_tried(workspace, self.attempts),
        )

    def _judged_again(self, workspace: Workspace, session: Session, mine: set[str]) -> LegalExposure:
        """Of the calls of this file alone, whenever they really left."""
        read = partial(read_decision, session, workspace.vault)
        left = [attempt.dialed_at for attempt in self.attempts if attempt.dialed_at]
        now = workspace.clock.now()
        since, until = min(left, default=now), max(left, default=now)
        return legal_exposure(session, read, since, until + _A_MOMENT, only=mine)


def gather(draft: Path, workspace: Workspace, session: Session, scope: Scope, tick: Callable[[], None]) -> Gathered:
    """Write chain.jsonl, the tables and data.json into `draft`; `tick` is called for each decision."""
    found = Gathered(scope, _write_chain(draft, session), people_of(session, workspace.pseudonyms, scope))
    with (draft / "data.json").open("w", encoding="utf-8") as file:
        document = Document(file, {"format": "dialer-dossier/1"})
        with sheet(draft / "decisions.csv", DECISIONS) as table:
            document.rows("decisions", _told_cases(workspace, session, found, table, tick))
        found.attempts = list(calls(session, scope))
        document.rows("attempts", (attempt.model_dump(mode="json") for attempt in found.attempts))
        found.recordings = told_recordings(session, {attempt.id for attempt in found.attempts})
        document.rows("recordings", ({"attempt": of} | told.to_dict() for of, told in found.recordings.items()))
        found.evidence = list(evidence(session, found.people))
        document.rows("evidence", (each.to_dict() for each in found.evidence))
        found.oppositions = list(listed_oppositions(session, found.people))
        document.rows("oppositions", (each.to_dict() for each in found.oppositions))
        found.scrubs = scrub_proofs(session, found.people)
        document.rows("scrubs", (each.to_dict() for each in found.scrubs))
        document.rows("people", (_person(each) for each in found.people.values()))
        document.close()
    _write_tables(draft, workspace, found)
    return found


def _told_cases(
    workspace: Workspace,
    session: Session,
    found: Gathered,
    table: Sheet,
    tick: Callable[[], None],
) -> Iterator[Mapping[str, object]]:
    """Each decision as data, having gone to its table and into the sums."""
    for case in cases(session, workspace.vault, found.scope):
        found.digest.add(case)
        person, seq = found.people.get(case.row.contact_id), found.seqs.get(case.row.id)
        table.write(*decision_cells(case, person, seq))
        tick()
        yield case.to_dict()


def _write_tables(draft: Path, workspace: Workspace, found: Gathered) -> None:
    with sheet(draft / "attempts.csv", ATTEMPTS) as table:
        for attempt in found.attempts:
            seq = found.seqs.get(attempt.decision_id)
            table.write(*attempt_cells(attempt, found.people.get(attempt.contact_id), seq))
    with sheet(draft / "recordings.csv", RECORDED) as table:
        for attempt_id, told in found.recordings.items():
            table.write(*recording_cells(attempt_id, told))
    references = {each.proof for each in found.evidence if each.proof} | found.digest.proofs
    references |= {proof for _, _, proof in _assignments(workspace, {each.caller_id for each in found.attempts})}
    found.proofs = copy_proofs(workspace.settings, references, draft / "proofs")
    with sheet(draft / "consents.csv", CONSENTS) as table:
        for each in found.evidence:
            table.write(*evidence_cells(each, found.people.get(each.contact_id), found.proofs.get(each.proof)))


def _write_chain(draft: Path, session: Session) -> dict[int, int]:
    """The whole chain: a part would not show that nothing is missing. Returns the row of each decision."""
    seqs: dict[int, int] = {}
    with (draft / "chain.jsonl").open("w", encoding="utf-8", newline="\n") as file:
        for row in chain_rows(session):
            file.write(chain_line(row))
            if row.kind == AuditKind.DECISION:
                seqs[json.loads(row.body)["decision"]] = row.seq
    return seqs


def _campaigns(workspace: Workspace, session: Session, ids: set[int]) -> Iterator[CampaignFacts]:
    for campaign in session.exec(select(Campaign).where(col(Campaign.id).in_(ids)).order_by(col(Campaign.id))):
        plan = plan_of(campaign)
        known = {number: (number, owner, proof) for number, owner, proof in _assignments(workspace, plan.caller_ids)}
        shown = tuple(known.get(number, (number, "", "")) for number in plan.caller_ids)
        advertiser = session.get_one(Advertiser, campaign.advertiser_id).name
        yield CampaignFacts(campaign.name, advertiser, plan, shown)


def _assignments(workspace: Workspace, numbers: set[str] | tuple[str, ...]) -> Iterator[tuple[str, str, str]]:
    for trunk in workspace.settings.trunks:
        for each in trunk.caller_ids:
            if each.number in numbers:
                yield each.number, each.assignee, each.proof


def _trunks(workspace: Workspace, attempts: list[Attempt]) -> Iterator[TrunkFigures]:
    settings = workspace.settings
    left = [each for each in attempts if each.state not in NOT_COUNTED and each.ended_at]
    for trunk in settings.trunks:
        if mine := [attempt for attempt in left if attempt.trunk == trunk.name]:
            yield TrunkFigures(trunk.name, load_operator(trunk.operator, settings.folder), quality_of(mine))


def _only_tried(workspace: Workspace, attempts: list[Attempt]) -> bool:
    """Whether all of it went to the carrier of trials on the machine itself, so that nobody was called."""
    loopback = {trunk.name for trunk in workspace.settings.trunks if trunk.loopback}
    return bool(attempts) and all(attempt.trunk in loopback for attempt in attempts)


def _person(person: Person) -> dict[str, object]:
    return {
        "contact": person.contact_id,
        "pseudonym": person.pseudonym,
        "name": person.name,
        "postcode": person.postcode,
        "numbers": list(person.numbers),
        "erased": person.erased_at.isoformat() if person.erased_at else None,
    }
