"""What a list of people puts into each table, as frames that are built when their turn comes.

Nothing here reads or writes the database.

What permits a call goes to the row's person, where `matching` lets it pass. What limits calls goes to every number of
everybody whom the row touches.
"""

from __future__ import annotations

import polars as pl

from dialer.schema import WishKind
from dialer.whereabouts import lawfully_different
from lists.consent import CONSENT, NARROWS, NO_CHANNEL

NUMBER = pl.col("number").str.slice(1).cast(pl.Int64)
"""E.164 without its plus, as what limits calls is kept."""


def numbers_of(people: pl.DataFrame) -> pl.DataFrame:
    """row, number, kind, region, rank (0: preferred): one row per number of the list."""
    return (
        people.select("row", number="numbers", kind="kinds", region="regions")
        .explode("number", "kind", "region")
        .with_columns(rank=pl.int_range(pl.len()).over("row"))
    )


def new_contacts(people: pl.DataFrame, homes: pl.DataFrame, list_id: int) -> pl.LazyFrame:
    """The persons nobody knew; `homes` bears the ids they get."""
    return (
        people.lazy()
        .join(homes.lazy().filter("new"), on="row", maintain_order="left")
        .select(
            pl.col("contact_id").alias("id"),
            pl.lit(list_id).alias("list_id"),
            *("external_id", "last_name", "first_name", "siret", "city", "attributes"),
            pl.col("postcode").map_batches(lawfully_different, pl.String),
        )
    )


def references(
    ids: pl.DataFrame, homes: pl.DataFrame, touched: pl.DataFrame, known: pl.DataFrame, list_id: int, source: str
) -> pl.DataFrame:
    """The customer ids of all rows (`ids`: row, external_id, theirs), for their persons and whom else they touch.

    Those that are on record for this source already (`known`: external_id, contact_id) stay as they are.
    """
    meant = pl.concat(
        [homes.select("row", "contact_id", "passes"), touched.select("row", "contact_id", passes=pl.lit(False))]
    )
    return (
        ids.join(meant, on="row")
        .group_by("external_id", "contact_id")
        .agg(theirs=(pl.col("theirs") & pl.col("passes")).any())
        .join(known, on=["external_id", "contact_id"], how="anti")
        .sort("external_id", "contact_id")
        .with_columns(source=pl.lit(source), list_id=pl.lit(list_id))
    )


def new_phones(numbers: pl.DataFrame, homes: pl.DataFrame, held: pl.DataFrame, list_id: int) -> pl.DataFrame:
    """Numbers that nobody has yet, of persons who are known to be the row's; sorted, so that the index only grows."""
    return (
        numbers.join(held, on="number", how="anti")
        .join(homes.filter("agrees").select("row", "contact_id", "last_rank"), on="row")
        .select(
            "contact_id",
            pl.lit(list_id).alias("list_id"),
            "number",
            pl.col("kind", "region").fill_null(""),
            rank=pl.col("rank") + pl.col("last_rank") + 1,
        )
        .sort("number")
    )


def known_numbers(numbers: pl.DataFrame, held: pl.DataFrame, list_id: int) -> pl.DataFrame:
    """Numbers of the list that are loaded already, whoever has them; `Phone.list_id` tells the others."""
    known = numbers.join(held, on="number", how="semi").select(NUMBER).unique()
    return known.sort("number").with_columns(list_id=pl.lit(list_id))


def members(
    people: pl.DataFrame, homes: pl.DataFrame, changed: pl.DataFrame, given: pl.DataFrame, list_id: int
) -> pl.DataFrame:
    """Each person once, with the first line that names them; `changed`: see `dialer.whereabouts`; `given`: see
    `dialer.given_names`."""
    lines = homes.select("contact_id", people["line"])
    first = lines.group_by("contact_id").agg(pl.col("line").min())
    before = changed.select("contact_id", "postcode_before")
    named = pl.col("contact_id").is_in(given["contact_id"].implode())
    return (
        first.join(before, on="contact_id", how="left")
        .sort("contact_id")
        .with_columns(list_id=pl.lit(list_id), named=named)
    )


def whereabouts(people: pl.DataFrame, homes: pl.DataFrame) -> pl.DataFrame:
    """What the rows tell of the postcodes of those who are known, for `dialer.whereabouts`."""
    told = homes.select("contact_id", "passes", "new", people["postcode"], known="known_postcode")
    return told.filter(~pl.col("new")).drop("new")


def narrowing(people: pl.DataFrame, left_out: pl.DataFrame, homes: pl.DataFrame, touched: pl.DataFrame) -> pl.DataFrame:
    """Consents that agree to less (row, contact_id, CONSENT) and are nobody's for sure, for everybody whom their row
    touches: without proof they permit nothing, and limit all the same. A no does so beside its own person as well.

    `left_out`: see `lists.left_out`; toward whom these are is not known, so that they hold toward all.
    """
    said = ["row", *CONSENT]
    nobodys = left_out.select(said).with_columns(consent_advertiser=pl.lit(""))
    rows = pl.concat([people.select(said), nobodys]).filter(NARROWS)
    others = touched.join(homes.filter("passes"), on=["row", "contact_id"], how="anti")
    theirs = pl.col("row").is_in(homes.filter("passes")["row"].implode())
    concerned = rows.filter(~theirs | (pl.col("consent_channels") == NO_CHANNEL))
    return concerned.join(others, on="row").with_columns(consent_proof=pl.lit(""))


def consents(people: pl.DataFrame, homes: pl.DataFrame, narrowed: pl.DataFrame, list_id: int) -> pl.LazyFrame:
    """Those of the rows' own persons, and those of `narrowing`."""
    columns = ["contact_id", *CONSENT]
    theirs = _permitted(people.lazy().filter("consent_stated"), homes).select(columns)
    texts = ("notice", "proof", "systems", "channels", "hours", "advertiser")
    return pl.concat([theirs, narrowed.lazy().select(columns)]).select(
        "contact_id",
        pl.lit(list_id).alias("list_id"),
        pl.col("consent_on").alias("collected_on"),
        *(pl.col(f"consent_{name}").fill_null("").alias(name) for name in texts),
        pl.col("consent_until").alias("until"),
    )


def contracts(people: pl.DataFrame, homes: pl.DataFrame, touched: pl.DataFrame, list_id: int) -> pl.LazyFrame:
    """Without advertiser or proof they permit nothing, but may tell an end (`dialer.permissions`): one whose row is
    nobody's for sure tells it of everybody whom the row touches. Nobody who is new has any to end."""
    theirs = homes.lazy().filter("passes").select("row", "contact_id", "new", theirs=pl.lit(value=True))
    others = touched.lazy().join(theirs, on="row", how="anti").with_columns(new=False, theirs=False)
    known = pl.concat([theirs, others.select("row", "contact_id", "new", "theirs").cast(theirs.collect_schema())])
    proven = pl.col("contract_proof").is_not_null()
    return (
        people.lazy()
        .filter("contract_stated")
        .join(known, on="row", maintain_order="left")
        .filter(pl.when("theirs").then(proven | ~pl.col("new")).otherwise(pl.col("contract_until").is_not_null()))
        .select(
            "contact_id",
            pl.lit(list_id).alias("list_id"),
            advertiser_id="contract_advertiser_id",
            object=pl.col("contract_object").fill_null(""),
            since="contract_since",
            until="contract_until",
            proof=pl.when(proven & pl.col("theirs")).then("contract_proof").otherwise(pl.lit("")),
        )
    )


def oppositions(people: pl.DataFrame, numbers: pl.DataFrame, reached: pl.DataFrame, list_id: int) -> pl.DataFrame:
    """Refusals and objections, for the numbers of the row and of whom it touches (`reached`: row, number).

    The latest day stands, or none as soon as one of them is unknown: that is the strictest reading.
    """
    said = pl.concat(
        people.filter(stated).select("row", kind=pl.lit(str(kind)), said_on=day)
        for kind, stated, day in (
            (WishKind.REFUSAL, "refused", "refused_on"),
            (WishKind.OBJECTION, "objected", "objected_on"),
        )
    )
    days = pl.when(pl.col("said_on").is_not_null().all()).then(pl.col("said_on").max())
    return (
        said.join(pl.concat([numbers.select("row", "number"), reached]).unique(), on="row")
        .group_by(NUMBER, "kind")
        .agg(said_on=days)
        .sort("number", "kind")
        .with_columns(list_id=pl.lit(list_id))
    )


def past_calls(
    people: pl.DataFrame, numbers: pl.DataFrame, reached: pl.DataFrame, list_id: int, source: str
) -> pl.DataFrame:
    """Calls made before, at one number of each person whom the row touches (`reached`: row, number), or its first."""
    called = people.filter(pl.col("past_calls").list.len() > 0).select("row", made_on="past_calls")
    first = numbers.filter(pl.col("rank") == 0).join(reached, on="row", how="anti").select("row", "number")
    return (
        called.join(pl.concat([reached, first]), on="row")
        .explode("made_on")
        .sort("number", "made_on")
        .select(NUMBER, "made_on", list_id=pl.lit(list_id), source=pl.lit(source))
    )


def one_number_each(numbers: pl.DataFrame, holders: pl.DataFrame) -> pl.DataFrame:
    """row, contact_id, number: the preferred one of the row's that a person holds (`holders`: number, contact_id)."""
    found = numbers.join(holders, on="number").sort("row", "rank")
    return found.unique(["row", "contact_id"], keep="first", maintain_order=True).select("row", "contact_id", "number")


def _permitted(people: pl.LazyFrame, homes: pl.DataFrame) -> pl.LazyFrame:
    passing = homes.lazy().filter("passes").select("row", "contact_id")
    return people.join(passing, on="row", maintain_order="left")
