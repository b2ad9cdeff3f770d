"""What is wrong with single rows: a catalogue of stable codes with sentences in both languages.

Kept apart from the readers so that wording can be reviewed in one place and every code is documented.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

_SHOWN = 80
"""Characters of a bad value that a report repeats."""


class Severity(StrEnum):
    """What became of the row: left out, taken with a reserve, or joined to an earlier row."""

    REJECTED = "rejected"
    WARNING = "warning"
    MERGED = "merged"


@dataclass(frozen=True, slots=True)
class Problem:
    """One remark about one cell. `line` is the line of the file where the row starts, from 1."""

    line: int
    column: str
    value: str
    severity: Severity
    code: str
    message_fr: str
    message_en: str
    remedy_fr: str
    remedy_en: str

    def to_dict(self) -> dict[str, str | int]:
        return asdict(self) | {"severity": self.severity.value}

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Problem:
        return cls(**{**plain, "severity": Severity(plain["severity"])})


@dataclass(frozen=True, slots=True)
class Wording:
    """The sentences of one code. `{detail}` is filled with what the reader knows of the case."""

    message_fr: str
    message_en: str
    remedy_fr: str
    remedy_en: str


_NO_CALL_FR = "Ce numéro n'entre jamais dans une campagne : donnez celui de la personne."
_NO_CALL_EN = "This number never enters a campaign: give the person's own."
_DATE_FR = "Écrivez la date jj/mm/aaaa ou aaaa-mm-jj."
_DATE_EN = "Write the date dd/mm/yyyy or yyyy-mm-dd."

CATALOGUE: dict[str, Wording] = {
    # Rows
    "row-short": Wording(
        "Ligne trop courte : {detail}.",
        "Row too short: {detail}.",
        "Complétez les champs manquants, ou mettez entre guillemets un saut de ligne.",
        "Fill in the missing fields, or put quotes around a line break.",
    ),
    "row-long": Wording(
        "Ligne trop longue : {detail}.",
        "Row too long: {detail}.",
        "Mettez entre guillemets le texte qui contient le séparateur.",
        "Put quotes around the text that contains the delimiter.",
    ),
    "row-quoting": Wording(
        "Guillemets mal fermés ou champ démesuré ({detail}).",
        "Quotes badly closed, or an oversized field ({detail}).",
        "Fermez le guillemet ; un guillemet dans un texte se double.",
        "Close the quote; a quote inside a text is doubled.",
    ),
    "formula-like": Wording(
        "Ce texte ressemble à une formule ; il est gardé comme texte.",
        "This text looks like a formula; it is kept as text.",
        "Vérifiez la cellule dans le fichier d'origine.",
        "Check the cell in the original file.",
    ),
    # Numbers
    "number-missing": Wording(
        "Aucun numéro.",
        "No number.",
        "Renseignez au moins un numéro de téléphone.",
        "Fill in at least one phone number.",
    ),
    "number-unreadable": Wording(
        "Numéro illisible ou non attribuable.",
        "Number unreadable, or not one that can exist.",
        "Écrivez-le à dix chiffres (06 …) ou au format international (+33 6 …).",
        "Write it with ten digits (06 …) or in international form (+33 6 …).",
    ),
    "number-letters": Wording(
        "Le numéro contient des lettres.",
        "The number contains letters.",
        "Ne gardez que le numéro dans cette cellule.",
        "Keep nothing but the number in this cell.",
    ),
    "number-scientific": Wording(
        "Le tableur a arrondi le numéro (notation scientifique) : ses chiffres sont perdus.",
        "The spreadsheet rounded the number (scientific notation): its digits are lost.",
        "Mettez la colonne au format Texte et refaites l'export.",
        "Format the column as Text and export again.",
    ),
    "number-emergency": Wording("Numéro d'urgence.", "Emergency number.", _NO_CALL_FR, _NO_CALL_EN),
    "number-short": Wording("Numéro court.", "Short number.", _NO_CALL_FR, _NO_CALL_EN),
    "number-premium": Wording("Numéro surtaxé.", "Premium-rate number.", _NO_CALL_FR, _NO_CALL_EN),
    "number-special": Wording("Numéro spécial.", "Special-rate number.", _NO_CALL_FR, _NO_CALL_EN),
    "number-m2m": Wording(
        "Numéro réservé aux objets connectés.",
        "Number reserved for machines.",
        _NO_CALL_FR,
        _NO_CALL_EN,
    ),
    # Place and business
    "postcode-missing": Wording(
        "Aucun code postal : le fuseau horaire et les jours fériés sont inconnus.",
        "No postcode: the time zone and the holidays are unknown.",
        "Renseignez le code postal.",
        "Fill in the postcode.",
    ),
    "postcode-short": Wording(
        "Code postal à quatre chiffres, gardé tel quel : un zéro perdu par le tableur ?",
        "Postcode of four digits, kept as written: a zero lost by the spreadsheet?",
        "Écrivez cinq chiffres ; mettez la colonne au format Texte.",
        "Write five digits; format the column as Text.",
    ),
    "postcode-unreadable": Wording(
        "Ce n'est pas un code postal ; gardé tel quel.",
        "Not a postcode; kept as written.",
        "Écrivez cinq chiffres.",
        "Write five digits.",
    ),
    "postcode-unknown": Wording(
        "Ce code postal n'est celui d'aucun lieu français connu ; gardé tel quel.",
        "This postcode belongs to no known French place; kept as written.",
        "Corrigez le code postal.",
        "Correct the postcode.",
    ),
    "postcode-disagrees": Wording(
        "Deux codes postaux pour la même personne ; le premier est gardé ({detail}).",
        "Two postcodes for the same person; the first is kept ({detail}).",
        "Vérifiez l'adresse.",
        "Check the address.",
    ),
    "siret-unreadable": Wording(
        "SIRET illisible : quatorze chiffres attendus. La personne est traitée en consommateur.",
        "SIRET unreadable: fourteen digits expected. The person is treated as a consumer.",
        "Écrivez les quatorze chiffres.",
        "Write the fourteen digits.",
    ),
    "siret-checksum": Wording(
        "SIRET faux (clé de contrôle). La personne est traitée en consommateur.",
        "SIRET wrong (check digit). The person is treated as a consumer.",
        "Vérifiez le SIRET.",
        "Check the SIRET.",
    ),
    "siret-disagrees": Wording(
        "Les lignes d'une même personne n'ont pas le même SIRET : traitée en consommateur ({detail}).",
        "The rows of one person differ in SIRET: treated as a consumer ({detail}).",
        "Séparez la personne et l'entreprise, ou complétez le SIRET.",
        "Keep the person and the business apart, or complete the SIRET.",
    ),
    # Evidence
    "consent-date-unreadable": Wording(
        "Date de consentement illisible : ce consentement ne comptera pas.",
        "Consent date unreadable: this consent will not count.",
        _DATE_FR,
        _DATE_EN,
    ),
    "consent-date-future": Wording(
        "Date de consentement à venir : ce consentement ne comptera pas.",
        "Consent date in the future: this consent will not count.",
        "Corrigez la date.",
        "Correct the date.",
    ),
    "consent-date-missing": Wording(
        "Consentement sans date : il ne comptera pas.",
        "Consent without a date: it will not count.",
        "Renseignez la date de recueil.",
        "Fill in the date of collection.",
    ),
    "consent-system-unknown": Wording(
        "Mode d'appel accepté inconnu, ignoré ({detail}).",
        "Accepted way of calling unknown, left out ({detail}).",
        "Écrivez humain, robot, ou les deux.",
        "Write human, robot, or both.",
    ),
    "consent-system-contradiction": Wording(
        "Les colonnes se contredisent sur les appels par robot : ils sont tenus pour refusés.",
        "The columns contradict each other on robot calls: they are held to be refused.",
        "Vérifiez la preuve du consentement.",
        "Check the proof of consent.",
    ),
    "contract-end-unreadable": Wording(
        "Fin de contrat illisible : ce contrat ne comptera pas.",
        "End of contract unreadable: this contract will not count.",
        _DATE_FR,
        _DATE_EN,
    ),
    "refusal-date-unreadable": Wording(
        "Date de refus illisible ou à venir : le refus est gardé, sans date.",
        "Refusal date unreadable or in the future: the refusal is kept, without a date.",
        _DATE_FR,
        _DATE_EN,
    ),
    "objection-date-unreadable": Wording(
        "Date d'opposition illisible ou à venir : l'opposition est gardée, sans date.",
        "Objection date unreadable or in the future: the objection is kept, without a date.",
        _DATE_FR,
        _DATE_EN,
    ),
    "past-call-unreadable": Wording(
        "Date d'appel illisible ou à venir, comptée à ce jour ({detail}).",
        "Call date unreadable or in the future, counted as today ({detail}).",
        _DATE_FR,
        _DATE_EN,
    ),
    # Persons
    "merged-same-id": Wording(
        "Réunie à la ligne {detail} : même référence client.",
        "Joined to line {detail}: same customer id.",
        "Rien à faire si c'est la même personne.",
        "Nothing to do if it is the same person.",
    ),
    "merged-same-number": Wording(
        "Réunie à la ligne {detail} : même numéro.",
        "Joined to line {detail}: same number.",
        "Rien à faire si c'est la même personne.",
        "Nothing to do if it is the same person.",
    ),
}


def problem(
    code: str,
    *,
    line: int,
    column: str,
    value: str,
    severity: Severity = Severity.WARNING,
    detail: str = "",
    detail_fr: str | None = None,
) -> Problem:
    """A problem worded from the catalogue; `detail_fr` where the detail is a phrase, not a value."""
    wording = CATALOGUE[code]
    return Problem(
        line=line,
        column=column,
        value=value if len(value) <= _SHOWN else value[: _SHOWN - 1] + "…",
        severity=severity,
        code=code,
        message_fr=wording.message_fr.replace("{detail}", detail if detail_fr is None else detail_fr),
        message_en=wording.message_en.replace("{detail}", detail),
        remedy_fr=wording.remedy_fr,
        remedy_en=wording.remedy_en,
    )
