"""Everybody on some lists, gathered into groups of equal facts without reading each person's facts.

Facts fall into parts that rest on different records: where somebody lives, their trade, the number shown, the
ground for calling, and the calls made. Whoever has equal records of a part has that part of the facts in common, so
each part is weighed once per set of equal records, by the very code that weighs one person for the gate. A million
people who were each called at instants of their own are some ten thousand values of a part, and never more objects.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import polars as pl
from sqlmodel import Session

from dialer.calls_elsewhere import calls_elsewhere
from dialer.columns import Crowd
from dialer.dispositions import Disposition
from dialer.dossiers import Dossier
from dialer.facts import Weigher, attempts_of, plan_of
from dialer.groups import PARTS, Groups
from dialer.schema import AttemptState, Campaign, PhoneState, WishKind
from dialer.settings import Settings
from dialer.sheets import SHEETS, one_each
from dialer.sources import sources_until
from rules.facts import Facts
from rules.places import possible_places

_GROUND = ("consents", "contracts", "requests", "slots", "oppositions", "scrubs")
_ANYWHERE = "+33"
"""Stands for any live number under this code: places are found by the code alone."""


class _Contact(NamedTuple):
    id: int = 0
    postcode: str | None = None
    siret: str | None = None


class _Phone(NamedTuple):
    number: str = _ANYWHERE
    state: PhoneState = PhoneState.LIVE
    rank: int = 0


class _Wish(NamedTuple):
    """One that stands: what was taken back is not read."""

    advertiser_id: int | None
    kind: WishKind
    said_at: datetime | None
    id: int = 0
    corrects: int | None = None


class _Attempt(NamedTuple):
    advertiser_id: int
    number: str
    approved_at: datetime
    dialed_at: datetime | None = None
    state: AttemptState = AttemptState.CLOSED
    disposition: Disposition | None = None


def grouped(session: Session, settings: Settings, campaign: Campaign, list_ids: Iterable[int], at: datetime) -> Groups:
    """The members of the lists, each once, in groups of whom the rules say the same at every instant from `at` on.

    Instants that have passed are told apart by the person's local days only, since rules count in days.
    """
    return _Grouping(session, settings, campaign, tuple(list_ids), at).groups()


class _Grouping:
    def __init__(
        self, session: Session, settings: Settings, campaign: Campaign, list_ids: Sequence[int], at: datetime
    ) -> None:
        self._session, self._crowd, self._at = session, Crowd.of(session, list_ids), at
        self._advertiser_id, self._plan = campaign.advertiser_id, plan_of(campaign)
        fresh_until = sources_until(session, settings, self._plan.advertiser, at.date())
        self._weigh = Weigher(settings, self._plan, campaign.advertiser_id, at, fresh_until, None).facts
        self._parts: dict[str, list[Facts]] = {}
        self._zones: list[tuple[ZoneInfo, ...]] = []

    def groups(self) -> Groups:
        people = self._crowd.people(self._session)
        people = people.with_columns((pl.col("contact_id") % len(self._plan.caller_ids)).alias("share"))
        for gather in (self._where, self._trade, self._shown, self._ground, self._attempts):
            people = gather(people)
        return Groups(self._parts, people.group_by(*PARTS).len("contacts"))

    def _where(self, people: pl.DataFrame) -> pl.DataFrame:
        phones = one_each(self._crowd.odd_phones(self._session, self._advertiser_id)).rename({"text": "phones"})
        people, values = _numbered(people.join(phones, "contact_id", how="left"), "where", ["postcode", "phones"])
        self._parts["where"] = [
            self._facts(contact=_Contact(postcode=value["postcode"]), **self._phones(value["phones"]))
            for value in values
        ]
        zones = [_zones(facts) for facts in self._parts["where"]]
        self._zones = sorted(set(zones), key=str)
        place = pl.Series("zones", [self._zones.index(each) for each in zones], pl.UInt32)
        return people.drop("phones", "postcode").with_columns(place.gather(people["where"]).alias("zones"))

    def _phones(self, text: str | None) -> dict[str, Any]:
        """All phones with the attempts to each: a person who is not told of has some live number of +33."""
        if text is None:
            return {"phones": [_Phone()]}
        told = sorted(json.loads(line) for line in text.split("\n") if line)
        phones = [_Phone(f"{code}{place}", PhoneState(state), rank) for place, code, state, rank, _ in told]
        tries = [
            _Attempt(self._advertiser_id, phone.number, self._at)
            for phone, (*_, count) in zip(phones, told, strict=True)
            for _ in range(count)
        ]
        return {"phones": phones, "attempts": tries}

    def _trade(self, people: pl.DataFrame) -> pl.DataFrame:
        people, values = _numbered(people, "trade", ["firm"])
        sirets = ["any" if value["firm"] else None for value in values]
        self._parts["trade"] = [self._facts(contact=_Contact(siret=siret)) for siret in sirets]
        return people.drop("firm")

    def _shown(self, people: pl.DataFrame) -> pl.DataFrame:
        people, values = _numbered(people, "shown", ["share"])
        self._parts["shown"] = [self._facts(contact=_Contact(id=value["contact_id"])) for value in values]
        return people.drop("share")

    def _ground(self, people: pl.DataFrame) -> pl.DataFrame:
        sheets = self._read(people, _GROUND)
        wishes = self._crowd.wishes(self._session)
        if not wishes.is_empty():
            days = self._told_by_days(wishes, people)
            sheets["wishes"] = one_each(days.select("contact_id", pl.concat_str("text", "days", separator=" ")))
        people, values = _joined(people, "ground", sheets)
        said = _by_person(wishes, values)
        self._parts["ground"] = [
            self._facts(
                **self._somewhere(value["where"]),
                **{name: SHEETS[name].rows(value[name]) for name in sheets if name != "wishes"},
                wishes=[_wish(text, at) for text, at in said[value["contact_id"]]],
            )
            for value in values
        ]
        return people

    def _attempts(self, people: pl.DataFrame) -> pl.DataFrame:
        sheets = self._read(people, ["past_calls"])
        attempts = self._crowd.attempts(self._session, self._advertiser_id)
        if not attempts.is_empty():
            days = self._told_by_days(attempts, people)
            sheets["days"] = days.group_by("contact_id").agg(pl.col("days").sort().str.join(" ").alias("text"))
        people, values = _joined(people, "attempts", sheets)
        made = _by_person(attempts, values)
        self._parts["attempts"] = [
            replace(
                self._parts["where"][value["where"]],
                attempts=attempts_of(
                    self._made(made[value["contact_id"]]),
                    calls_elsewhere(SHEETS["past_calls"].rows(value.get("past_calls")), self._advertiser_id),
                    self._at,
                ),
            )
            for value in values
        ]
        return people

    def _made(self, rows: list[tuple[str, datetime | None]]) -> Iterator[Any]:
        return (_Attempt(self._advertiser_id, "", at) for _, at in rows if at)

    def _read(self, people: pl.DataFrame, names: Iterable[str]) -> dict[str, pl.DataFrame]:
        """The sheets that say anything."""
        sheets = {name: SHEETS[name].read(self._session, self._crowd) for name in names}
        return {name: sheet for name, sheet in sheets.items() if not sheet.is_empty()}

    def _told_by_days(self, rows: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
        """The rows about these people with `days`: what tells their instants apart."""
        rows = rows.join(people.select("contact_id", "zones"), "contact_id")
        parts = [
            rows.filter(pl.col("zones") == place).with_columns(_days(zones, self._at).alias("days"))
            for place, zones in enumerate(self._zones)
        ]
        return pl.concat(parts)

    def _somewhere(self, where: int) -> dict[str, Any]:
        """The address of somebody, for what hangs on its clock."""
        facts = self._parts["where"][where]
        return {"contact": _Contact(postcode=facts.postcode), "phones": [_Phone(facts.number)]}

    def _facts(self, *, contact: Any = _Contact(), **records: Any) -> Facts:  # noqa: B008 - a tuple
        """Rows of our own stand for those of the database, with the same attributes."""
        return self._weigh(Dossier(**{"contact": contact, "phones": [_Phone()], **records}))


def _zones(facts: Facts) -> tuple[ZoneInfo, ...]:
    """The clocks that may be this person's, each once."""
    zones = (place.zone for place in possible_places(facts.postcode, facts.number))
    return tuple(dict.fromkeys(zone for zone in zones if isinstance(zone, ZoneInfo)))


def _days(zones: Iterable[ZoneInfo], at: datetime) -> pl.Expr:
    """The local days of an instant that has passed, in each zone; a later one is told as it is."""
    names = [str(zone.key) for zone in zones] or ["UTC"]
    days = [pl.col("at").dt.convert_time_zone(name).dt.date().cast(pl.String) for name in names]
    later = pl.col("at").cast(pl.String)
    return pl.when(pl.col("at") > at).then(later).otherwise(pl.concat_str(days, separator="/")).fill_null("?")


def _numbered(people: pl.DataFrame, part: str, by: list[str]) -> tuple[pl.DataFrame, list[dict[str, Any]]]:
    """The people with their value's place in a column named after the part, and one of them for each value."""
    others = [name for name in ("where",) if name in people.columns and name not in by]
    values = people.group_by(by).agg(pl.col("contact_id", *others).first()).with_row_index(part)
    return people.join(values.select(part, *by), by, nulls_equal=True), values.rows(named=True)


def _joined(
    people: pl.DataFrame, part: str, sheets: dict[str, pl.DataFrame]
) -> tuple[pl.DataFrame, list[dict[str, Any]]]:
    for name, sheet in sheets.items():
        people = people.join(sheet.rename({"text": name}), "contact_id", how="left")
    people, values = _numbered(people, part, ["zones", *sheets])
    return people.drop(*sheets), values


def _by_person(rows: pl.DataFrame, values: list[dict[str, Any]]) -> dict[int, list[tuple[str, datetime | None]]]:
    """Text and instant of each row about those who show a value."""
    shown = pl.DataFrame({"contact_id": [value["contact_id"] for value in values]}, schema={"contact_id": pl.Int64})
    found: dict[int, list[tuple[str, datetime | None]]] = defaultdict(list)
    for contact_id, text, at in (
        rows.join(shown, "contact_id", how="semi").select("contact_id", "text", "at").iter_rows()
    ):
        found[contact_id].append((text, at))
    return found


def _wish(text: str, at: datetime | None) -> _Wish:
    advertiser_id, kind = json.loads(text)
    return _Wish(advertiser_id, WishKind(kind), at)
