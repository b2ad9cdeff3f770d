"""The tables: people and evidence, campaigns, calls, what is kept about keeping, and the audit chain.

Importing this package registers every table with `SQLModel.metadata`.
"""

from dialer.schema.agents import DeskRow, RestReason
from dialer.schema.audit import AuditRow
from dialer.schema.calls import Attempt, AttemptState, DecisionRow, Lane, Limiter
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
from dialer.schema.privacy import AccessLog, LegalHold, PersonKey, Remark, RequestKind, SubjectRequest

__all__ = [
    "AccessLog",
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
    "DeskRow",
    "Edition",
    "ImportedList",
    "Lane",
    "LegalHold",
    "Limiter",
    "ListKind",
    "ListMember",
    "ListedNumber",
    "Opposition",
    "Origin",
    "PastCall",
    "PersonKey",
    "Phone",
    "PhoneState",
    "Remark",
    "RequestKind",
    "RestReason",
    "Scrub",
    "SubjectRequest",
    "Telling",
    "Wish",
    "WishKind",
]
