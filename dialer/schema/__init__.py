"""The tables: people and evidence, campaigns, calls, and the audit chain.

Importing this package registers every table with `SQLModel.metadata`.
"""

from dialer.schema.audit import AuditRow
from dialer.schema.calls import Attempt, AttemptState, DecisionRow, Limiter
from dialer.schema.campaigns import Advertiser, Campaign, CampaignList, CampaignState, Candidate, CandidateState
from dialer.schema.evidence import (
    AgreedSlot,
    CallbackRequest,
    ConsentRow,
    ContractRow,
    Edition,
    ListedNumber,
    Opposition,
    Origin,
    PastCall,
    Scrub,
    Telling,
    Wish,
    WishKind,
)
from dialer.schema.lists import ImportedList, ListKind, ListMember
from dialer.schema.people import Contact, CustomerReference, Phone, PhoneState

__all__ = [
    "Advertiser",
    "AgreedSlot",
    "Attempt",
    "AttemptState",
    "AuditRow",
    "CallbackRequest",
    "Campaign",
    "CampaignList",
    "CampaignState",
    "Candidate",
    "CandidateState",
    "ConsentRow",
    "Contact",
    "ContractRow",
    "CustomerReference",
    "DecisionRow",
    "Edition",
    "ImportedList",
    "Limiter",
    "ListKind",
    "ListMember",
    "ListedNumber",
    "Opposition",
    "Origin",
    "PastCall",
    "Phone",
    "PhoneState",
    "Scrub",
    "Telling",
    "Wish",
    "WishKind",
]
