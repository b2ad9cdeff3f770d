"""From records of consent, contracts, requests and scrubs to the statuses that rules read.

Pure functions of the evidence and of a local date; what cannot be proven does not count.
"""

from rules.evidence.callback import last_callback_day
from rules.evidence.consent import (
    NO_CONSENT,
    Channel,
    ConsentRecord,
    ConsentStatus,
    Notice,
    NoticeItem,
    Purpose,
    consent_status,
    covers,
    last_day_of_consent,
    ruling,
)
from rules.evidence.contract import ContractRecord, ContractStatus, contract_status
from rules.evidence.scrub import ScrubRecord, ScrubStatus, scrub_status

__all__ = [
    "NO_CONSENT",
    "Channel",
    "ConsentRecord",
    "ConsentStatus",
    "ContractRecord",
    "ContractStatus",
    "Notice",
    "NoticeItem",
    "Purpose",
    "ScrubRecord",
    "ScrubStatus",
    "consent_status",
    "contract_status",
    "covers",
    "last_callback_day",
    "last_day_of_consent",
    "ruling",
    "scrub_status",
]
