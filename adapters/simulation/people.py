"""People who do not exist, for a campaign without a list: where they live, their numbers, what they consented to."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

import polars as pl
from sqlmodel import Session

from dialer.bulk import first_free_id, insert_rows
from dialer.errors import NotPossible
from dialer.plan import CampaignPlan
from dialer.schema import ConsentRow, Contact, ImportedList, ListMember, Phone
from dialer.settings import Settings

LIST = "simulated"
_DEPARTMENTS = (*range(1, 20), *range(21, 96))
_OVERSEAS = ("97110", "97200", "97300", "97400", "97600")
_OVERSEAS_IN_A_HUNDRED = 4
_FIXED = ("+3319900", "+3326191", "+3335301", "+3346571", "+3353649")
_MOBILE = "+3363998"
_MOBILE_IN_A_HUNDRED = 70
_SECOND_NUMBER_IN_A_HUNDRED = 20
_UNPROVEN_IN_A_HUNDRED = 6
"""Consents of which no proof was kept: nobody may be called on one."""
_SYSTEMS = "human-agent;automated;ai-agent"
_OLDEST = 330
"""Days."""


def invent_people(
    session: Session, settings: Settings, plan: CampaignPlan, people: int, seed: int, now: datetime
) -> str:
    """Store so many people as an imported list, and give its name. They are the same for the same seed.

    Their numbers begin like those reserved for fiction and are too long to be anybody's.
    """
    notice = next((one.id for one in settings.notices if one.advertiser == plan.advertiser), None)
    if notice is None:
        raise NotPossible(
            f"no notice of {plan.advertiser!r} in the settings: nobody could have consented; add one, or give --list",
            f"aucune notice de {plan.advertiser!r} dans les réglages : personne n'a pu consentir ; "
            "en ajouter une, ou donner --list",
        )
    random = Random(f"{seed} people")
    stored = ImportedList(name=LIST, file_name="", sha256="", imported_at=now, report=_nothing_to_report(people))
    session.add(stored)
    session.flush()
    first = first_free_id(session, Contact)
    ids = pl.DataFrame({"contact_id": range(first, first + people)})
    theirs = ids.with_columns(list_id=pl.lit(stored.id))
    contacts = theirs.rename({"contact_id": "id"}).with_columns(
        postcode=pl.Series(_postcode(random) for _ in range(people)),
        last_name=pl.lit("Personne"),
        attributes=pl.lit("{}"),
    )
    insert_rows(session, Contact, contacts)
    insert_rows(session, ListMember, theirs.with_columns(line=pl.col("contact_id") - first + 1))
    insert_rows(session, Phone, _phones(random, first, people).with_columns(list_id=pl.lit(stored.id)))
    consents = theirs.with_columns(
        collected_on=pl.Series(now.date() - timedelta(days=random.randrange(1, _OLDEST)) for _ in range(people)),
        proof=pl.Series(_proof(random) for _ in range(people)),
        notice=pl.lit(notice),
        systems=pl.lit(_SYSTEMS),
    )
    insert_rows(session, ConsentRow, consents)
    return LIST


def _nothing_to_report(people: int) -> dict[str, object]:
    return {"accepted": people, "rows_read": people}


def _postcode(random: Random) -> str:
    if random.randrange(100) < _OVERSEAS_IN_A_HUNDRED:
        return random.choice(_OVERSEAS)
    return f"{random.choice(_DEPARTMENTS):02d}{random.randrange(100):02d}0"


def _phones(random: Random, first: int, people: int) -> pl.DataFrame:
    rows = []
    for turn in range(people):
        mobile = random.randrange(100) < _MOBILE_IN_A_HUNDRED
        rows.append((first + turn, 0, _number(random, mobile, 2 * turn), "mobile" if mobile else "fixed"))
        if random.randrange(100) < _SECOND_NUMBER_IN_A_HUNDRED:
            rows.append((first + turn, 1, _number(random, not mobile, 2 * turn + 1), "fixed" if mobile else "mobile"))
    columns = pl.DataFrame(rows, schema=["contact_id", "rank", "number", "kind"], orient="row")
    return columns.with_columns(region=pl.lit("FR")).sort("number")


def _number(random: Random, mobile: bool, place: int) -> str:
    return f"{_MOBILE if mobile else random.choice(_FIXED)}{place:07d}"


def _proof(random: Random) -> str:
    return "" if random.randrange(100) < _UNPROVEN_IN_A_HUNDRED else "simulated"
