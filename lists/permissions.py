"""What permits a call, when several rows are one person: the best record, and never one that is another's.

Kept apart from `merging` because it may only ever take away: a consent or a contract is personal
(art. L.223-1 C. conso.: the consumer « qui n'a pas exprimé préalablement son consentement »), while a file
may put several people, or a person and a business, under one number.
"""

from __future__ import annotations

import polars as pl

from lists.consent import CONSENT, NARROWS, NO_CHANNEL
from lists.names import comparable_names

CONTRACT = (
    "contract_stated", "contract_object", "contract_since", "contract_until", "contract_proof", "contract_advertiser",
)  # fmt: skip
"""The parts of one contract, as columns of the people frame."""

NOTHING_DROPPED = pl.DataFrame(schema={"person": pl.UInt32, "row": pl.UInt32, "permission": pl.String})
"""Per permission that several people could not share: whose, and the first row that stated it."""

_CONSENT_TERMS = (
    "consent_notice", "consent_advertiser", "consent_systems", "consent_channels", "consent_hours", "consent_until",
)  # fmt: skip
_NARROWING = ("consent_systems", "consent_channels", "consent_hours", "consent_until")
_CONTRACT_TERMS = ("contract_object", "contract_advertiser")
_PARTY = ("person", "name", "siret")
_NEVER = 2**40
"""Later than any day, as a number of days."""
_LESS_AGREED = (
    pl.col("consent_channels").ne_missing(NO_CHANNEL),
    pl.col("consent_hours").is_null(),
    pl.col("consent_until"),
    pl.col("consent_channels").is_null(),
    pl.col("consent_systems").fill_null("").str.count_matches("[a-z-]+"),
)
"""The order of two consents of one day: first one of no call, for some hours, for a shorter time, for some channels."""


def shared_permissions(rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Per person the columns of `CONSENT` and `CONTRACT`; and what was dropped, as `NOTHING_DROPPED`.

    The latest consent is kept, of one day the one that agrees to less, and the contract that ends first. A consent
    that states systems, channels, hours or an end, and whose day cannot be read, may be the latest: it is kept, and
    will not count. Where the rows of a person bear several names, or differ in SIRET, they are several parties: a
    permission is then kept only if each party states its own and on the same terms, and it is the oldest consent that
    is kept. Whoever gives no name is no party then, since their permission could be anybody's. What is dropped permits
    nothing, but where it agrees to less, it ends what any of them agreed to before.
    """
    known = _with_parties(rows)
    dated = pl.col("consent_on").to_physical().cast(pl.Int64)
    on_terms = pl.any_horizontal(pl.col(*_NARROWING).is_not_null())
    latest = dated.fill_null(pl.when(on_terms).then(_NEVER).otherwise(-1))
    soonest = -pl.col("contract_until").to_physical().cast(pl.Int64).fill_null(_NEVER)
    known = known.sort(*_LESS_AGREED, "row", nulls_last=True)
    consents, no_consents = _kept(known, CONSENT, latest, (-dated).fill_null(_NEVER), _CONSENT_TERMS)
    consents = _with_less(consents, known, no_consents)
    contracts, no_contracts = _kept(known, CONTRACT, soonest, soonest, _CONTRACT_TERMS)
    contracts = _with_end(contracts, known, no_contracts)
    dropped = [
        no_consents.with_columns(permission=pl.lit("consent")),
        no_contracts.with_columns(permission=pl.lit("contract")),
    ]
    return consents.join(contracts, on="person", maintain_order="left"), pl.concat(dropped)


def _with_parties(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with the `name` and `siret` by which the parties of a person differ (null: they do not).

    `contested` tells the people who are several parties, `party` whether the row is of one of them.
    """
    name, siret = pl.col("name"), pl.col("siret")
    several_names = (name.min() != name.max()).over("person").fill_null(False)
    several_sirets = (siret.fill_null("").min() != siret.fill_null("").max()).over("person")
    return (
        rows.select("person", "row", "siret", *CONSENT, *CONTRACT)
        .with_columns(name=comparable_names(rows["last_name"], rows["first_name"]))
        .with_columns(several_names=several_names, several_sirets=several_sirets)
        .with_columns(
            contested=pl.col("several_names") | pl.col("several_sirets"),
            party=name.is_not_null() | ~pl.col("several_names"),
            name=pl.when("several_names").then(name),
            siret=pl.when("several_sirets").then(siret),
        )
        .drop("several_names", "several_sirets")
    )


def _kept(
    rows: pl.DataFrame, parts: tuple[str, ...], best: pl.Expr, weakest: pl.Expr, terms: tuple[str, ...]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The record that each person keeps, and the first rows of those that had to be dropped."""
    stated = parts[0]
    # What was not stated ranks below all that was, and the first of equals is kept, in the order of `rows`.
    ranked = rows.with_columns(rank=pl.when(stated).then(best), weakness=pl.when(stated).then(weakest))
    alone = ranked.filter(~pl.col("contested"))
    of_parties = (
        ranked.filter(pl.col("contested") & pl.col("party"))
        .sort(*_PARTY, "rank", descending=[False, False, False, True], nulls_last=True, maintain_order=True)
        .unique(_PARTY, keep="first", maintain_order=True)
    )
    shared = pl.col(stated).all() & pl.all_horizontal(pl.col(term).n_unique() == 1 for term in terms)
    allowed = of_parties.group_by("person").agg(allowed=shared)
    ranking = pl.when("contested").then("weakness").otherwise("rank")
    kept = (
        pl.concat([alone, of_parties])
        .sort("person", ranking, descending=[False, True], nulls_last=True, maintain_order=True)
        .unique("person", keep="first", maintain_order=True)
        .join(allowed, on="person", how="left", maintain_order="left")
        .with_columns(pl.col("allowed").fill_null(True))
        .select(
            "person",
            pl.col(stated) & pl.col("allowed"),
            *(pl.when("allowed").then(part).alias(part) for part in parts[1:]),
        )
    )
    refused = allowed.filter(~pl.col("allowed"))
    dropped = ranked.filter(stated).join(refused, on="person", how="semi", maintain_order="left")
    return kept, dropped.unique("person", keep="first", maintain_order=True).select("person", "row")


def _with_less(consents: pl.DataFrame, rows: pl.DataFrame, dropped: pl.DataFrame) -> pl.DataFrame:
    """For each person whose dropped consents agreed to less: one of no call, of the latest of their days (null: one of
    them is not known)."""
    day = pl.col("consent_on")
    less = (
        rows.filter(NARROWS)
        .join(dropped, on="person", how="semi")
        .group_by("person")
        .agg(less_on=pl.when(day.null_count() == 0).then(day.max()), less=pl.lit(value=True))
    )
    said = pl.col("less").fill_null(value=False)
    return (
        consents.join(less, on="person", how="left", maintain_order="left")
        .with_columns(
            pl.col("consent_stated") | said,
            pl.when(said).then("less_on").otherwise(day).alias("consent_on"),
            pl.when(said).then(pl.lit(NO_CHANNEL)).otherwise("consent_channels").alias("consent_channels"),
        )
        .drop("less_on", "less")
    )


def _with_end(contracts: pl.DataFrame, rows: pl.DataFrame, dropped: pl.DataFrame) -> pl.DataFrame:
    """For each person whose dropped contracts have an end: the first end, without proof, so that it permits nothing."""
    ends = (
        rows.filter(pl.col("contract_until").is_not_null(), pl.col("contract_stated"))
        .join(dropped, on="person", how="semi")
        .sort("person", "contract_until", maintain_order=True)
        .unique("person", keep="first", maintain_order=True)
        .select("person", *CONTRACT)
        .with_columns(contract_proof=pl.lit(None, pl.String))
    )
    return contracts.update(ends, on="person", how="left") if len(ends) else contracts
