"""Advertisers of the settings and their rows in the database, and the names by which files call them."""

from __future__ import annotations

from collections.abc import Iterable

from sqlmodel import Session, select

from dialer.schema import Advertiser
from dialer.settings import Settings


def advertiser_row(session: Session, settings: Settings, word: str) -> Advertiser:
    """The row of an advertiser of the settings, by id or name, written when it is the first time.

    Raises `SettingsRefused`.
    """
    key = keys_of(settings, [word]).get(word, word)
    found = session.exec(select(Advertiser).where(Advertiser.key == key)).first()
    if found is None:
        found = Advertiser(key=key, name=settings.advertiser(key).name)
        session.add(found)
        session.flush()
    return found


def keys_of(settings: Settings, names: Iterable[str]) -> dict[str, str]:
    """The key of each advertiser that is named by key or by name, whatever the case; unknown ones are left out."""
    named = {each.name.casefold(): each.id for each in settings.advertisers}
    known = named | {each.id.casefold(): each.id for each in settings.advertisers}
    return {name: known[name.strip().casefold()] for name in names if name.strip().casefold() in known}


def advertiser_id_of(session: Session, settings: Settings, word: str) -> int | None:
    """The id in the database of an advertiser by id or name; None where none is named. Raises `SettingsRefused`."""
    return advertiser_row(session, settings, word).id if word else None
