"""The tables that came from files, were set up by hand, or tell who looked, and what is tallied of each.

Kept apart from the counting: the program changes them in many places, and counts them in one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, NamedTuple

from sqlalchemy import Column, Table
from sqlmodel import SQLModel

from dialer.schema import (
    AccessLog,
    Advertiser,
    AgreedSlot,
    CallbackRequest,
    Campaign,
    CampaignList,
    ConsentRow,
    Contact,
    ContractRow,
    CustomerReference,
    Edition,
    ImportedList,
    ListedNumber,
    ListMember,
    Opposition,
    PastCall,
    Phone,
    Scrub,
)
from dialer.tallies import NOTHING, Tally

Place = tuple[str, int]
"""A table and a list; list 0 for rows of none."""
Tallies = dict[Place, Tally]


class Words(NamedTuple):
    """What something is called in both languages."""

    english: str
    french: str


@dataclass(frozen=True)
class Tallied:
    """A table, and of it the columns on which something rests. `of_list` is the one that names a row's list; `key` the
    one by which its rows are found, of a primary key that which the fewest rows share."""

    table: Table
    words: Words
    columns: tuple[Column[Any], ...]
    of_list: str | None
    key: Column[Any]

    @classmethod
    def of(
        cls, model: type[SQLModel], english: str, french: str, *, without: Collection[str] = (), key: str = ""
    ) -> Tallied:
        """`key`: where it is not the first column of the primary key."""
        table = SQLModel.metadata.tables[str(model.__tablename__)]
        columns = tuple(column for column in table.columns if column.name not in without)
        of_list = "id" if model is ImportedList else "list_id" if "list_id" in table.columns else None
        found_by = table.columns[key] if key else next(iter(table.primary_key))
        return cls(table, Words(english, french), columns, of_list, found_by)


def merge(tallies: Tallies, others: Mapping[Place, Tally], *, less: bool = False) -> None:
    """Add the others to the first, or take them away."""
    for place, tally in others.items():
        before = tallies.get(place, NOTHING)
        tallies[place] = before - tally if less else before + tally


_BY_ITSELF = ("id",)
"""Given by the database when a row is written, and named by no other row."""
_TABLES: Sequence[Tallied] = (
    Tallied.of(Opposition, "oppositions", "oppositions"),
    Tallied.of(ConsentRow, "consents", "consentements", without=_BY_ITSELF),
    Tallied.of(ContractRow, "contracts", "contrats", without=_BY_ITSELF),
    Tallied.of(CallbackRequest, "requests for information", "demandes d'information", without=_BY_ITSELF),
    Tallied.of(AgreedSlot, "agreed slots", "rendez-vous convenus", without=_BY_ITSELF),
    Tallied.of(PastCall, "past calls", "appels passés", without=_BY_ITSELF),
    Tallied.of(Scrub, "scrubs", "passages à Bloctel", without=_BY_ITSELF),
    Tallied.of(Edition, "editions of opposition lists", "éditions de listes d'opposition"),
    Tallied.of(Contact, "persons", "personnes"),
    Tallied.of(Phone, "numbers of persons", "numéros de personnes", without=_BY_ITSELF),
    Tallied.of(CustomerReference, "customer ids", "identifiants client"),
    Tallied.of(ImportedList, "imported lists", "listes importées"),
    Tallied.of(ListMember, "places on lists", "places sur les listes", key="contact_id"),
    Tallied.of(ListedNumber, "numbers known before", "numéros déjà connus"),
    Tallied.of(Advertiser, "advertisers", "annonceurs"),
    Tallied.of(Campaign, "campaigns", "campagnes"),
    Tallied.of(CampaignList, "lists of campaigns", "listes des campagnes"),
    Tallied.of(AccessLog, "looks at people's data", "consultations", without=_BY_ITSELF),
)
TALLIED: Mapping[str, Tallied] = {each.table.name: each for each in _TABLES}
"""By the names of their tables."""
SHAPE = sha256(
    repr([(each.table.name, [column.name for column in each.columns]) for each in _TABLES]).encode()
).hexdigest()
"""Tells these tables and columns from those that another version tallies."""
