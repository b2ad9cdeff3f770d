"""Which column means what: headers in French and English, mapped to the fields of a contact.

Kept apart because this vocabulary grows with every CRM that a customer brings.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from enum import StrEnum

from lists.errors import AmbiguousColumn, DuplicateColumn, MissingColumn


class Field(StrEnum):
    """What a column can mean. `NUMBER` and `PAST_CALLS` may be spread over several columns."""

    EXTERNAL_ID = "external_id"
    LAST_NAME = "last_name"
    FIRST_NAME = "first_name"
    NUMBER = "number"
    POSTCODE = "postcode"
    CITY = "city"
    SIRET = "siret"
    CONSENT_ON = "consent_on"
    CONSENT_NOTICE = "consent_notice"
    CONSENT_PROOF = "consent_proof"
    CONSENT_SYSTEMS = "consent_systems"
    CONSENT_ROBOT = "consent_robot"
    """A yes/no column about calls without a human; joined with `CONSENT_SYSTEMS`."""
    CONTRACT_OBJECT = "contract_object"
    CONTRACT_UNTIL = "contract_until"
    REFUSED_ON = "refused_on"
    OBJECTED_ON = "objected_on"
    PAST_CALLS = "past_calls"
    ATTRIBUTE = "attribute"


SEVERAL_COLUMNS = frozenset({Field.NUMBER, Field.PAST_CALLS, Field.ATTRIBUTE})

SYNONYMS: dict[Field, tuple[str, ...]] = {
    Field.EXTERNAL_ID: (
        "Réf client", "Réf. client", "Référence client", "Référence", "Réf", "Id client", "ID", "Identifiant",
        "Identifiant client", "N° client", "No client", "Numéro client", "Code client", "Client id",
        "Customer id", "Customer ref", "Customer number", "Contact id", "External id",
    ),
    Field.LAST_NAME: (
        "Nom", "Nom de famille", "Nom client", "Nom contact", "Last name", "Surname", "Family name", "Name",
    ),
    Field.FIRST_NAME: ("Prénom", "Prénoms", "Prénom client", "First name", "Given name", "Forename"),
    Field.POSTCODE: ("Code postal", "CP", "Code post.", "Postcode", "Postal code", "Zip", "Zip code"),
    Field.CITY: ("Ville", "Commune", "Localité", "City", "Town"),
    Field.SIRET: ("SIRET", "N° SIRET", "Numéro SIRET", "SIREN", "N° SIREN", "Business id"),
    Field.CONSENT_ON: (
        "Date consentement", "Date de consentement", "Date du consentement", "Consentement le",
        "Consentement", "Date opt-in", "Opt-in", "Opt-in le", "Consent date", "Consent", "Consent on",
        "Consented on", "Date of consent",
    ),
    Field.CONSENT_NOTICE: (
        "Notice", "Version notice", "Version de la notice", "Notice consentement", "Notice version",
        "Consent notice",
    ),
    Field.CONSENT_PROOF: (
        "Preuve", "Preuve consentement", "Preuve du consentement", "Fichier preuve", "Proof",
        "Consent proof", "Proof file",
    ),
    Field.CONSENT_SYSTEMS: (
        "Systèmes acceptés", "Système accepté", "Modes d'appel acceptés", "Accepted systems",
        "Consent systems",
    ),
    Field.CONSENT_ROBOT: ("Accepte robot", "Accepte robots", "Accepte les robots", "Accepts robot", "Robot ok"),
    Field.CONTRACT_OBJECT: (
        "Contrat en cours", "Contrat", "Objet contrat", "Objet du contrat", "Contract",
        "Current contract", "Contract object",
    ),
    Field.CONTRACT_UNTIL: (
        "Fin contrat", "Fin de contrat", "Fin du contrat", "Date fin contrat", "Date de fin de contrat",
        "Échéance contrat", "Contract end", "Contract until", "Contract end date",
    ),
    Field.REFUSED_ON: (
        "Refus le", "Date refus", "Date de refus", "Date du refus", "Refus", "Refused on", "Refusal",
        "Refusal date",
    ),
    Field.OBJECTED_ON: (
        "Opposition le", "Date opposition", "Date d'opposition", "Opposition", "Objection",
        "Objection date", "Objected on", "Opt-out", "Opt-out le", "Opt-out date", "Do not call",
    ),
    Field.PAST_CALLS: (
        "Appels passés", "Derniers appels", "Dernier appel", "Dates d'appel", "Historique appels",
        "Past calls", "Last calls", "Last call", "Call dates",
    ),
}  # fmt: skip

_NUMBER = re.compile(
    r"(?:n|no|num|numero)?(?:de|du)?"
    r"(?:tel|tels|telephone|telephones|phone|mobile|portable|gsm|cell|cellphone|fixe|lignefixe|landline)"
    r"(?:de|du|client|contact|fixe|mobile|portable|domicile|bureau|pro|professionnel|perso|personnel|principal"
    r"|secondaire|autre|phone|number|home|work|main|other|primary|secondary|numero|no|n)*"
    r"\d{0,2}"
    r"|(?:home|work|office|main|other|primary|secondary|business|autre)"
    r"(?:tel|telephone|phone|mobile|cell)(?:number)?\d{0,2}"
)


def plain(header: str) -> str:
    """A header without accents, case, spaces and punctuation: `Tél. n° 2` → `teln2`."""
    decomposed = unicodedata.normalize("NFKD", header).casefold()
    return "".join(character for character in decomposed if character.isascii() and character.isalnum())


_FIELD_OF = {plain(synonym): field for field, synonyms in SYNONYMS.items() for synonym in synonyms}


def field_of(header: str) -> Field:
    """The field that a header names; `Field.ATTRIBUTE` for one that we do not know."""
    name = plain(header)
    if _NUMBER.fullmatch(name):
        return Field.NUMBER
    return _FIELD_OF.get(name, Field.ATTRIBUTE)


def map_columns(headers: Sequence[str], file: str, line: int) -> tuple[Field, ...]:
    """The field of each column, in file order.

    Raises `DuplicateColumn`, `AmbiguousColumn` (with the candidates) or `MissingColumn`.
    """
    fields = tuple(field_of(header) for header in headers)
    _refuse_duplicates(headers, file, line)
    _refuse_ambiguity(headers, fields, file, line)
    if Field.NUMBER not in fields:
        seen = ", ".join(f"“{header}”" for header in headers)
        raise MissingColumn(
            f"{file}, line {line}: no column holds phone numbers. Headers seen: {seen}. "
            "Name one of them Téléphone or Phone.",
            f"{file}, ligne {line} : aucune colonne de numéros de téléphone. En-têtes lus : {seen}. "
            "Nommez l'une d'elles Téléphone.",
        )
    return fields


def _refuse_duplicates(headers: Sequence[str], file: str, line: int) -> None:
    places: dict[str, list[int]] = defaultdict(list)
    for place, header in enumerate(headers, start=1):
        places[header.casefold()].append(place)
    for first, *others in places.values():
        if others:
            columns = ", ".join(str(place) for place in (first, *others))
            header = headers[first - 1]
            raise DuplicateColumn(
                f"{file}, line {line}: the header “{header}” stands over columns {columns}. "
                "Rename or remove the extra ones.",
                f"{file}, ligne {line} : l'en-tête « {header} » figure sur les colonnes {columns}. "
                "Renommez ou supprimez les colonnes en trop.",
            )


def _refuse_ambiguity(headers: Sequence[str], fields: Sequence[Field], file: str, line: int) -> None:
    claims: dict[Field, list[str]] = defaultdict(list)
    for header, field in zip(headers, fields, strict=True):
        claims[field].append(header)
    for field, candidates in claims.items():
        if len(candidates) > 1 and field not in SEVERAL_COLUMNS:
            named = ", ".join(f"“{candidate}”" for candidate in candidates)
            raise AmbiguousColumn(
                f"{file}, line {line}: {len(candidates)} columns could be the field {field.value}: {named}. "
                "Keep one, and rename the others to something else.",
                f"{file}, ligne {line} : {len(candidates)} colonnes peuvent être le champ {field.value} : "
                f"{named}. Gardez-en une et renommez les autres.",
                tuple(candidates),
            )
