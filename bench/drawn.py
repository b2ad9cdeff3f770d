"""Calls to measure with: an ordinary campaign's facts, drawn from a seed, with numbers from fiction ranges only."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from random import Random

from rules.facts import Bloctel, Consent, Facts, SystemKind

Call = tuple[Facts, datetime]

FIRST_DAY = date(2023, 3, 1)
"""From here on days, hours and the cap are in force."""
DAYS = 1_800
_POSTCODES = (*(f"{department:02d}000" for department in range(1, 96) if department != 20), "97400", "97200", "97500")
_CALLER_IDS = (*("+33162000000",) * 12, *("+33199000100",) * 4, "+33639980100", "+33899000000", "anonymous")


def random_call(random: Random) -> Call:
    """One call to a consumer on an ordinary offer; about a third are allowed."""
    at = datetime(FIRST_DAY.year, FIRST_DAY.month, FIRST_DAY.day, tzinfo=UTC) + timedelta(
        days=random.randrange(DAYS), hours=random.randrange(7, 20), minutes=random.randrange(60)
    )
    return facts_at(at, random), at


def facts_at(at: datetime, random: Random) -> Facts:
    """The facts of one contact at an instant, as a desk would read them from its records."""
    refused = at - timedelta(days=random.randrange(100)) if random.random() < 0.1 else None
    attempts = random.choices((0, 1, 2, 3, 4, 6), (60, 20, 10, 5, 3, 2))[0]
    return Facts(
        number=f"+331990{random.randrange(100_000):05d}",
        postcode=random.choice(_POSTCODES),
        system=random.choices((SystemKind.HUMAN_AGENT, SystemKind.AUTOMATED, SystemKind.AI_AGENT), (5, 4, 1))[0],
        caller_id=random.choice(_CALLER_IDS),
        caller_id_authorised=True,
        consent=random.choices(tuple(Consent), (10, 80, 5, 5))[0],
        consent_after_refusal=refused is not None and random.random() < 0.5,
        bloctel=random.choices((Bloctel.CLEAR, Bloctel.LISTED, Bloctel.NOT_CHECKED), (90, 7, 3))[0],
        attempts=tuple(at - timedelta(days=random.randrange(40), minutes=5) for _ in range(attempts)),
        last_refusal=refused,
    )
