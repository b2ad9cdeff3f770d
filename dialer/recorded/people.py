"""Whom and which campaign a row of a table means, as the chain names them: by pseudonym, and by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

from dialer.audit import AuditKind, Pseudonyms
from dialer.driver import Driver
from dialer.faults import Reservation

_REPLACED = "SELECT coalesce(max(seq), 0) FROM audit WHERE kind = ? AND body LIKE ?"
_OF_PSEUDONYMS = '%"key":"pseudonym"%'
_AT_HAND = 1 << 17
"""Pseudonyms that are kept, so that each is worked out about once."""


class People:
    """Where nobody can say who a pseudonym is, everybody passes: without the key (`known` False), and in the rows up to
    `replaced_at`, at which a new key took the place of one that was lost (0: none did)."""

    def __init__(self, driver: Driver, pseudonyms: Pseudonyms | None) -> None:
        self.known = pseudonyms is not None
        self.replaced_at = int(driver.rows(_REPLACED, str(AuditKind.KEY_REPLACED), _OF_PSEUDONYMS)[0][0])
        self._of = lru_cache(_AT_HAND)(pseudonyms.of) if pseudonyms else None
        self._hidden = lru_cache(_AT_HAND)(_hiding(pseudonyms)) if pseudonyms else None

    def can_tell(self, seq: int) -> bool:
        """Whether the pseudonyms of that row are those of the key at hand."""
        return self.known and seq > self.replaced_at

    def is_person(self, seq: int, contact_id: int | None, told: str | None) -> bool:
        """Whether row `seq` means that contact; None: nobody."""
        if contact_id is None or told is None:
            return contact_id is None and told is None
        return self._of is None or seq <= self.replaced_at or self._of(contact_id) == told

    def is_number(self, seq: int, number: str, told: str) -> bool:
        """The same of a number. Either may be in clear, or the pseudonym that took its place."""
        if number == told:
            return True
        if self._hidden is None or seq <= self.replaced_at:
            return bool(number and told)
        return self._hidden(number) == self._hidden(told)

    def among(self, contacts: Iterable[int], told: str) -> int | None:
        """Which of them a pseudonym means, under the key at hand."""
        return next((each for each in contacts if self._of and self._of(each) == told), None)

    def reservations(self) -> Iterator[Reservation]:
        if not self.known:
            yield Reservation(
                "not compared: whose row is whose, and which number is whose, without the key of pseudonyms",
                "non comparé : à qui est chaque ligne et chaque numéro, sans la clé des pseudonymes",
            )
        elif seq := self.replaced_at:
            yield Reservation(
                f"not compared: whose row is whose up to row {seq}, at which a lost key of pseudonyms was replaced",
                f"non comparé : à qui est chaque ligne jusqu'à la ligne {seq}, où la clé perdue des pseudonymes a été "
                "remplacée",
            )


def _hiding(pseudonyms: Pseudonyms) -> Callable[[str], str]:
    """A number, in clear or not, as its pseudonym."""
    return lambda number: pseudonyms.of_number(number) if number.startswith("+") else number


class Campaigns:
    """Their names by id, and for whom each calls."""

    def __init__(self, driver: Driver) -> None:
        rows = driver.rows("SELECT id, name, advertiser_id FROM campaign")
        self._names = {campaign: name for campaign, name, _ in rows}
        self._advertisers = {campaign: advertiser for campaign, _, advertiser in rows}

    def named(self, campaign: int | None) -> str | None:
        return self._names.get(campaign) if campaign is not None else None

    def advertiser(self, campaign: int) -> int | None:
        return self._advertisers.get(campaign)
