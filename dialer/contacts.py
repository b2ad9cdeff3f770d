"""Loads a list of people with their numbers and evidence, in one transaction with its audit row."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import polars as pl
import sqlalchemy
from sqlmodel import Session, SQLModel, col, func, select

from dialer import list_rows
from dialer.bulk import first_free_id, insert_rows, read_rows_of
from dialer.errors import NotFound
from dialer.given_names import given_names, put_down_names
from dialer.imports import Imported, begin_import, finish_import, require_usable
from dialer.left_out import left_out_rows
from dialer.list_advertisers import with_advertisers_of_rows
from dialer.list_limits import counted, limits_of_list
from dialer.list_remarks import idle_contracts, ids_without_source, limits_shared, narrowed, remarks
from dialer.matching import Matches, match
from dialer.opposed import opposed_people
from dialer.oppositions import stop_planned
from dialer.same_people import share_limits
from dialer.schema import (
    ConsentRow,
    Contact,
    ContractRow,
    CustomerReference,
    ImportedList,
    ListedNumber,
    ListKind,
    ListMember,
    Opposition,
    Phone,
)
from dialer.settings import Settings
from dialer.stopping import ask_again
from dialer.takings import takings_back
from dialer.whereabouts import changed_postcodes, put_down
from lists import ContactList, Persons
from lists.progress import Progress, Step, silent

_RANKS = pl.Schema({"contact_id": pl.Int64, "last_rank": pl.Int64})


def import_list(
    session: Session,
    read: ContactList,
    name: str,
    now: datetime,
    *,
    source: str = "",
    advertiser_id: int | None = None,
    settings: Settings | None = None,
    persons: Persons = Persons.BY_NUMBER,
    strict: bool = False,
    progress: Progress = silent,
) -> Imported:
    """Store a list with everybody on it.

    `source` names the CRM whose customer ids the list holds, `advertiser_id` with whom its contracts are where a row
    does not say; `settings` tell whom a row means by a name. Raises `NotPossible` when this file or name is there
    already, when no row can be used, or when `strict` and one cannot: the caller's transaction is then rolled back.
    """
    require_usable(read.report, read.problems, strict=strict, limits=len(read.left_out) > 0)
    row = begin_import(session, read.report, ListKind.CONTACTS, name, now, source=source, advertiser_id=advertiser_id)
    named, unnamed = with_advertisers_of_rows(session, settings, read.people, advertiser_id)
    people = named.with_row_index("row")
    numbers = list_rows.numbers_of(people)
    progress(Step.MATCH, 0, len(people))
    ids = read.references.rename({"person": "row"}).with_columns(pl.col("row").cast(people.schema["row"]))
    matches = match(session, people, numbers, ids, source, persons)
    first_new_id = first_free_id(session, Contact)
    matches = replace(matches, homes=_with_ids(session, matches, numbers, first_new_id))
    progress(Step.MATCH, len(people), len(people))
    left = left_out_rows(session, read.left_out, len(people), source)
    require_usable(read.report, pl.concat([read.problems, left.problems]), limits=left.holds)
    phones = list_rows.new_phones(numbers, matches.homes, matches.held, row.id)
    moved = changed_postcodes(list_rows.whereabouts(people, matches.homes))
    given = given_names(people, matches.homes)
    members = list_rows.members(people, matches.homes, moved, given, row.id)
    touched = pl.concat([matches.touched, left.touched])
    narrowing = list_rows.narrowing(people, left.said, matches.homes, touched)
    limits = limits_of_list(session, row, people, numbers, matches, phones, left)
    tables: dict[type[SQLModel], pl.LazyFrame] = {
        Contact: list_rows.new_contacts(people, matches.homes, row.id),
        CustomerReference: list_rows.references(
            ids, matches.homes, matches.touched, matches.ids, row.id, source
        ).lazy(),
        Phone: phones.lazy(),
        ListedNumber: list_rows.known_numbers(numbers, matches.held, row.id).lazy(),
        ListMember: members.lazy(),
        ConsentRow: list_rows.consents(people, matches.homes, narrowing, row.id),
        ContractRow: list_rows.contracts(people, matches.homes, matches.touched, row.id),
        **{table: rows.lazy() for table, rows in limits.items()},
    }
    _write(session, tables, progress)
    put_down(session, moved)
    put_down_names(session, given)
    shared = share_limits(session, row.id, matches.ties, now)
    learned = [tables[table].select("contact_id") for table in (ConsentRow, ContractRow, Phone)]
    about = pl.concat([*learned, moved.lazy().select("contact_id")])
    known = about.filter(pl.col("contact_id") < first_new_id).unique().collect()["contact_id"]
    ask_again(session, known.to_list(), now)
    stop_planned(session, row.id, now)
    opposed = members.join(opposed_people(session, members["contact_id"], row.id), on="contact_id")
    about_contracts = idle_contracts(people, read.report, now.date())
    told = [left.problems, narrowed(people, left.said, narrowing), limits_shared(people, shared), about_contracts]
    if not source:
        told.append(ids_without_source(people, read))
    problems = pl.concat([read.problems, unnamed, remarks(people, numbers, matches, opposed, read), *told])
    added = int(matches.homes["new"].sum())
    stored = {
        "persons_added": added,
        "persons_known": len(members) - added,
        "numbers_added": len(phones),
        "opposed": opposed["contact_id"].n_unique(),
        **counted(limits[Opposition]),
    }
    return finish_import(session, row, read.report, problems, stored, now)


def list_named(session: Session, name: str) -> ImportedList:
    found = session.exec(select(ImportedList).where(ImportedList.name == name)).first()
    if found is None:
        known = ", ".join(session.exec(select(ImportedList.name).order_by(ImportedList.name))) or "—"
        told = [taking.words for taking in takings_back(session, {name})]
        gone_en, gone_fr = ("".join(f"; {words[place]}" for words in told) for place in (0, 1))
        raise NotFound(
            f"no list {name!r}; imported lists: {known}{gone_en}",
            f"pas de liste {name!r} ; importées : {known}{gone_fr}",
        )
    return found


def _with_ids(session: Session, matches: Matches, numbers: pl.DataFrame, first_new_id: int) -> pl.DataFrame:
    """The persons of the rows: new ones get ids from the first free one on, in the order of the file.

    `new` marks them; `last_rank` is that of the numbers they have, for those who get more.
    """
    homes, is_new = matches.homes, pl.col("contact_id").is_null()
    next_ids = is_new.cast(pl.Int64).cum_sum() + (first_new_id - 1)
    growing = homes.filter(~is_new & pl.col("agrees")).join(
        numbers.join(matches.held, on="number", how="anti"), on="row", how="semi"
    )
    ranks = sqlalchemy.select(col(Phone.contact_id), func.max(Phone.rank)).group_by(col(Phone.contact_id))
    last = read_rows_of(session, ranks, col(Phone.contact_id), growing["contact_id"], _RANKS)
    return (
        homes.join(last, on="contact_id", how="left", maintain_order="left")
        .with_columns(new=is_new, last_rank=pl.col("last_rank").fill_null(-1))
        .with_columns(contact_id=pl.when("new").then(next_ids).otherwise("contact_id"))
    )


def _write(session: Session, tables: dict[type[SQLModel], pl.LazyFrame], progress: Progress) -> None:
    """One table after the other, so that one at a time is in memory."""
    counts = [int(count.item()) for count in pl.collect_all([rows.select(pl.len()) for rows in tables.values()])]
    before = 0
    for (table, rows), count in zip(tables.items(), counts, strict=True):
        insert_rows(session, table, rows.collect(), _within(progress, before, sum(counts)))
        before += count


def _within(progress: Progress, before: int, total: int) -> Progress:
    """One table's progress as a part of the whole."""
    return lambda step, done, _: progress(step, before + done, total)
