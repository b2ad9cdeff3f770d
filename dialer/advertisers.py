"""Advertisers of the settings and their rows in the database, and the names by which files call them."""

from __future__ import annotations

from collections.abc import Iterable

from sqlmodel import Session, select

from dialer.schema import Advertiser
from dialer.settings import Settings


def advertiser_row(session: Session, settings: Settings, key: str) -> Advertiser:
    """The row of an advertiser of the settings, written when it is the first time. Raises `SettingsRefused`."""
    found = session.exec(select(Advertiser).where(Advertiser.key == key)).first()
    if found is None:
        found = Advertiser(key=key, name=settings.advertiser(key).name)
        session.add(found)
        session.flush()
    return found


def keys_of(settings: Settings, names: Iterable[str]) -> dict[str, str]:
    """The key of each advertiser that a file names by key or by name, whatever the case; unknown ones are left out."""
    known = {word.casefold(): each.id for each in settings.advertisers for word in (each.name, each.id)}
    return {name: known[name.casefold()] for name in names if name.casefold() in known}
