"""With whom the contracts and consents of a list of people are, where its rows name the advertiser.

Kept apart because a list may hold the customers of several: what is another's permits nothing toward ours.
"""

from __future__ import annotations

import polars as pl
from sqlmodel import Session

from dialer.advertisers import advertiser_row, keys_of
from dialer.settings import Settings
from lists.problems import Severity, found

_NAMED = ("consent_advertiser", "contract_advertiser")


def with_advertisers_of_rows(
    session: Session, settings: Settings | None, people: pl.DataFrame, advertiser_id: int | None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """`consent_advertiser` as a key ("" where the row names nobody), `contract_advertiser_id` beside it; problems.

    A contract of a row that names nobody is with `advertiser_id`. A name that the settings do not know is nobody's
    key and has no id, so that nothing is permitted.
    """
    written = pl.concat(people[name] for name in _NAMED).drop_nulls().unique()
    keys = keys_of(settings, written) if settings else {}
    ids = {name: advertiser_row(session, settings, key).id for name, key in keys.items()} if settings else {}
    contract = pl.col("contract_advertiser")
    unknown = people.filter(pl.any_horizontal(pl.col(name).is_in(list(keys)).not_() for name in _NAMED))
    return people.with_columns(
        consent_advertiser=pl.col("consent_advertiser").replace(keys).fill_null(""),
        contract_advertiser_id=pl.when(contract.is_null())
        .then(pl.lit(advertiser_id, pl.Int64))
        .otherwise(contract.replace_strict(ids, default=None, return_dtype=pl.Int64)),
    ), found(
        "advertiser-unknown",
        lines=unknown["line"],
        column="",
        values=unknown.select(pl.coalesce("contract_advertiser", "consent_advertiser")).to_series(),
        severity=Severity.WARNING,
    )
