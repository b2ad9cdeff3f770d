"""What a column can mean, and the words that a kind of file uses for it.

Kept apart from the mapping because each kind of file (contacts, consents, objections …) brings its own words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property


class Field(StrEnum):
    """What a column can mean, in any kind of file."""

    EXTERNAL_ID = "external_id"
    LAST_NAME = "last_name"
    FIRST_NAME = "first_name"
    NUMBER = "number"
    POSTCODE = "postcode"
    CITY = "city"
    COUNTRY = "country"
    OTHER_POSTCODE = "other_postcode"
    """A second address: whoever may be there must be callable there too."""
    SIRET = "siret"
    SIREN = "siren"
    CONSENT_ON = "consent_on"
    CONSENT_NOTICE = "consent_notice"
    CONSENT_PROOF = "consent_proof"
    CONSENT_SYSTEMS = "consent_systems"
    CONSENT_ROBOT = "consent_robot"
    """A yes/no column about calls without a human; joined with `CONSENT_SYSTEMS`."""
    CONSENT_CHANNELS = "consent_channels"
    CONSENT_HOURS = "consent_hours"
    CONSENT_ANY_HOUR = "consent_any_hour"
    CONSENT_UNTIL = "consent_until"
    CONTRACT_OBJECT = "contract_object"
    CONTRACT_SINCE = "contract_since"
    CONTRACT_UNTIL = "contract_until"
    CONTRACT_STATUS = "contract_status"
    """How a contract stands, in words: what is not said to be running is over."""
    CONTRACT_PROOF = "contract_proof"
    REFUSED_ON = "refused_on"
    OBJECTED_ON = "objected_on"
    OBJECTED = "objected"
    """A box to tick, or a day: who is not to be called. Any of several columns is enough."""
    CALLS_ALLOWED = "calls_allowed"
    """A box of the opposite meaning: a no forbids, a yes is no consent and permits nothing."""
    STATUS = "status"
    """A column of words, such as the state of a lead: those that refuse calls forbid, all others say nothing."""
    PAST_CALLS = "past_calls"
    CALL_COUNT = "call_count"
    """How many calls a row tells of, where it dates fewer."""
    ADVERTISER = "advertiser"
    SECTOR = "sector"
    SAID_ON = "said_on"
    KIND = "kind"
    OBJECT = "object"
    REQUESTED_ON = "requested_on"
    SLOT_AT = "slot_at"
    FILE_HASH = "file_hash"
    UPLOADED_ON = "uploaded_on"
    RETURNED_ON = "returned_on"
    ROWS_IN = "rows_in"
    ROWS_REMOVED = "rows_removed"
    WITHDRAWN_ON = "withdrawn_on"
    REMARK = "remark"
    ATTRIBUTE = "attribute"
    """Kept beside the person under its own header; nothing is read from it."""
    IGNORED = "ignored"
    """Left in the file, because the user said so: what is not needed should not be stored."""


_PHONE = (
    r"(?:tel|tels|telephone|telephones|telephonique|phone|phones|mobile|mobiles|portable|portables|gsm"
    r"|cell|cellphone|fixe|lignefixe|landline)"
)
_COUNT = r"\d{1,2}(?!\d)"
"""A whole run of digits: read in one way only, or a long one would be tried in more ways than time allows."""
_OF_WHOM = (
    r"(?:de|du|la|client|contact|fixe|mobile|portable|domicile|bureau|travail|pro|professionnel|perso|personnel"
    r"|principal|secondaire|autre|facturation|livraison|siege|entreprise|societe|phone|telephone|tel|number|home|work"
    r"|office|business|main|company|other|primary|secondary|value|valeur|numero|no|n|num|"
    rf"{_COUNT})"
)
_NUMBER = re.compile(
    rf"(?:(?:contact|client|person|personne|organization|organisation|organisme|partner|tiers)(?:s)?)?"
    rf"(?:n|no|num|numero|numeros)?(?:de|du)?(?:autre)?{_PHONE}{_OF_WHOM}*"
    rf"|(?:home|work|office|main|other|primary|secondary|business|company|personal|billing|autre)"
    rf"(?:tel|telephone|phone|mobile|cell)(?:number|{_COUNT}|value)*"
)


def plain(header: str) -> str:
    """A header without accents, case, spaces and punctuation: `Tél. n° 2` → `teln2`."""
    decomposed = unicodedata.normalize("NFKD", header).casefold()
    return "".join(character for character in decomposed if character.isascii() and character.isalnum())


@dataclass(frozen=True)
class Vocabulary:
    """The words of one kind of file.

    `synonyms` are headers of exports, compared by `plain`; `several` are the fields that may be spread over
    several columns; of each set in `required` one field at least must be there; `numbers` says whether the
    many names of phone columns mean `Field.NUMBER`; `wary`, whether an unknown column that speaks of refusal
    must be explained (not where each row forbids calls anyhow).
    """

    name: str
    synonyms: Mapping[Field, tuple[str, ...]]
    several: frozenset[Field]
    required: tuple[frozenset[Field], ...]
    numbers: bool
    wary: bool = True

    def field_of(self, header: str) -> Field:
        """The field that a header names; `Field.ATTRIBUTE` for one that we do not know."""
        name = plain(header)
        if name in self._fields:
            return self._fields[name]
        return Field.NUMBER if self.numbers and _NUMBER.fullmatch(name) else Field.ATTRIBUTE

    def is_met_by(self, headers: Iterable[str]) -> bool:
        """Whether these headers have the columns that such a file cannot do without."""
        there = {self.field_of(header) for header in headers}
        return not any(needed.isdisjoint(there) for needed in self.required)

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """All that a column of this kind of file may be declared to be."""
        known = {*self.synonyms, Field.ATTRIBUTE, Field.IGNORED, *({Field.NUMBER} if self.numbers else ())}
        return tuple(field for field in Field if field in known)

    @cached_property
    def _fields(self) -> dict[str, Field]:
        return dict(self._words())

    def _words(self) -> Iterator[tuple[str, Field]]:
        for field, synonyms in self.synonyms.items():
            for synonym in synonyms:
                yield plain(synonym), field
