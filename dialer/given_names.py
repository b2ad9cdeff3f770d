"""The names that lists give to people who had none: the first holds, so that a row of another name is a stranger's.

Kept apart from `matching`, which compares names, because what a list gave it takes back.
"""

from __future__ import annotations

import polars as pl
from sqlalchemy import bindparam, select, update
from sqlmodel import Session, col

from dialer.schema import Contact, ListMember
from dialer.tallying import recounted

_CHUNK = 20_000
"""Rows written at once."""


def given_names(people: pl.DataFrame, homes: pl.DataFrame) -> pl.DataFrame:
    """contact_id, last_name, first_name: the first that the list has for each who is on record without a name."""
    named = homes.filter("gives_name").join(people.select("row", "last_name", "first_name"), on="row")
    first = named.sort("row").unique("contact_id", keep="first", maintain_order=True)
    return first.select("contact_id", "last_name", "first_name")


def put_down_names(session: Session, given: pl.DataFrame) -> None:
    """Write them to the people."""
    statement = (
        update(Contact)
        .where(col(Contact.id) == bindparam("person"))
        .values(last_name=bindparam("last"), first_name=bindparam("first"))
    )
    with recounted(session, Contact, given["contact_id"].to_list()):
        for chunk in given.select(person="contact_id", last="last_name", first="first_name").iter_slices(_CHUNK):
            session.connection().execute(statement, chunk.to_dicts())


def take_names_back(session: Session, list_id: int) -> None:
    """Whom the list gave a name has none again."""
    named = select(col(ListMember.contact_id)).where(col(ListMember.list_id) == list_id, col(ListMember.named))
    nameless = update(Contact).where(col(Contact.id).in_(named)).values(last_name=None, first_name=None)
    session.execute(nameless.execution_options(synchronize_session=False))
