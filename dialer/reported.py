"""What a runner told of a call, as one digest for the chain: when it was answered, the carrier's words, every event.

Apart from the ledger, because what writes the digest and what verifies it must take the same columns in the same form.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from json.encoder import encode_basestring as _quoted
from typing import Any

from sqlmodel import Session

from dialer.driver import Driver

REPORTED = "answered_at, sip_reason, q850_cause, ended_by, failure, call_id, CAST(events AS TEXT)"
"""The columns of `attempt`, in the order of `report_digest`; the events as the text that is stored."""


def reported(session: Session, attempt_id: str) -> str:
    """The digest of what is stored of an attempt now. To be told when it is over, and again for what is added then."""
    driver = Driver(session)
    (row,) = driver.rows(f"SELECT {REPORTED} FROM attempt WHERE id = ?", attempt_id)
    return digest_of(driver, row)


def digest_of(driver: Driver, row: Sequence[Any]) -> str:
    """The digest of these columns of one attempt."""
    answered_at = driver.instant(row[0])
    return report_digest(answered_at.isoformat() if answered_at else "", *row[1:])


def report_digest(
    answered_at: str, reason: str, cause: int | None, ended_by: str | None, failure: str, call_id: str, events: str
) -> str:
    """SHA-256 of canonical JSON: a list of these seven as texts. `answered_at` as ISO 8601 in UTC; what is not, empty.

    Written by hand, as `audit.envelope` is, because a million are verified so. No key is needed: a random Call-ID and
    instants to the microsecond are in it, and no number.
    """
    number = "" if cause is None else str(cause)
    text = (
        f'[{_quoted(answered_at)},{_quoted(reason)},"{number}",{_quoted(ended_by or "")},{_quoted(failure)},'
        f"{_quoted(call_id)},{_quoted(events)}]"
    )
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
