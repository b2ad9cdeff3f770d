"""Everything that the file for an authority states, in one value: no page of it computes or looks up anything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from dialer.complaints import Complaint
from dialer.faults import Verification
from dialer.legal_exposure import LegalExposure
from dialer.operators import Operator
from dialer.plan import CampaignPlan
from dialer.quality import Quality
from dialer.schema import Attempt
from dialer.seals import Seal
from dialer.submission import Evidence, Person, Scope
from dialer.submission_digest import Digest
from dialer.submission_lists import ListedOpposition, ScrubProof


@dataclass(frozen=True, slots=True)
class CampaignFacts:
    """One campaign as its file says, and the proofs of assignment of the numbers that it shows."""

    name: str
    advertiser: str
    plan: CampaignPlan
    assignments: tuple[tuple[str, str, str], ...]
    """Number, whom it is assigned to, and the proof; empty where the settings do not name the number."""


@dataclass(frozen=True, slots=True)
class TrunkFigures:
    """The calls of the file that left by one trunk, as its carrier counts them, and the carrier's terms."""

    trunk: str
    operator: Operator
    quality: Quality


@dataclass(frozen=True, slots=True)
class Submission:
    """A whole file. `seqs` gives the row of the chain of each decision."""

    subject: str
    scope: Scope
    made_at: datetime
    made_by: str
    caller: str
    digest: Digest
    campaigns: Sequence[CampaignFacts]
    people: Mapping[int, Person]
    attempts: Sequence[Attempt]
    evidence: Sequence[Evidence]
    oppositions: Sequence[ListedOpposition]
    scrubs: Sequence[ScrubProof]
    trunks: Sequence[TrunkFigures]
    complaints: Sequence[Complaint]
    law: LegalExposure
    chain: Verification
    seals: Sequence[Seal]
    seqs: Mapping[int, int]
    only_tried: bool
    """Whether all of it went to the carrier of trials on the machine itself."""
