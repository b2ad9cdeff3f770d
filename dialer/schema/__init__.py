"""The tables: people and evidence, campaigns, calls, and the audit chain.

Importing this package registers every table with `SQLModel.metadata`.
"""

from dialer.schema.audit import AuditRow
from dialer.schema.calls import Attempt, AttemptState, DecisionRow, Limiter
from dialer.schema.campaigns import Advertiser, Campaign, CampaignList, CampaignState, Candidate, CandidateState
from dialer.schema.people import (
    ConsentRow,
    Contact,
    ContactList,
    ContractRow,
    ListMember,
    PastCall,
    Phone,
    PhoneState,
    Wish,
    WishKind,
)

__all__ = [
    "Advertiser",
    "Attempt",
    "AttemptState",
    "AuditRow",
    "Campaign",
    "CampaignList",
    "CampaignState",
    "Candidate",
    "CandidateState",
    "ConsentRow",
    "Contact",
    "ContactList",
    "ContractRow",
    "DecisionRow",
    "Limiter",
    "ListMember",
    "PastCall",
    "Phone",
    "PhoneState",
    "Wish",
    "WishKind",
]
