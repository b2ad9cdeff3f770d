"""The words of files of evidence, French and English, by what such a file brings.

Kept apart because it is data, like the words of contact lists, which it shares where the same thing is meant.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum

from lists.contact_headers import CONTACTS
from lists.fields import Field, Vocabulary, plain


class EvidenceKind(StrEnum):
    """What a file of evidence brings."""

    CONSENTS = "consents"
    CONTRACTS = "contracts"
    CALLBACKS = "callbacks"
    SLOTS = "slots"
    OBJECTIONS = "objections"
    OPPOSITION = "opposition"
    PAST_CALLS = "past-calls"
    SCRUBS = "scrubs"


_PERSON = frozenset({Field.NUMBER, Field.EXTERNAL_ID})
_WHO = (Field.EXTERNAL_ID, Field.LAST_NAME, Field.FIRST_NAME)
_NUMBER = (
    "Numéro", "Numéros", "Numéro appelé", "Numéro opposé", "Appelé", "Destination", "MSISDN", "E164", "Number",
    "Numbers", "Called number", "Callee",
)  # fmt: skip
_CALLED = (
    "Numéro appelé", "Numéro composé", "Appelé", "Destination", "Destinataire", "Called number", "Called",
    "Dialed number", "Dialled number", "Callee", "To", "To number", "Vers", "N° appelé", "Numéro de destination",
    "Destination number", "Called party",
)  # fmt: skip
"""How a call log tells the number that was called from the line of whoever called."""
_PROOF = (
    *CONTACTS.synonyms[Field.CONSENT_PROOF], *CONTACTS.synonyms[Field.CONTRACT_PROOF],
    "Justificatif", "Pièce justificative", "Référence de la preuve",
    "Enregistrement", "Evidence", "Proof reference", "Recording",
)  # fmt: skip
_ADVERTISER = (
    "Annonceur", "Donneur d'ordre", "Marque", "Pour le compte de", "Professionnel", "Advertiser", "Brand",
    "On behalf of",
)  # fmt: skip
_REMARK = ("Remarque", "Remarques", "Commentaire", "Commentaires", "Note", "Notes", "Remark", "Comment", "Comments")
_DAY = ("Date", "Le", "Jour", "Day", "On")

_WORDS: Mapping[EvidenceKind, Mapping[Field, tuple[str, ...]]] = {
    EvidenceKind.CONSENTS: {
        Field.CONSENT_ON: (*_DAY, "Recueilli le", "Date de recueil", "Collected on"),
        Field.CONSENT_NOTICE: (),
        Field.CONSENT_SYSTEMS: ("Systèmes", "Systems"),
        Field.CONSENT_ROBOT: (),
        Field.CONSENT_CHANNELS: ("Canaux", "Canal", "Channels", "Channel"),
        Field.CONSENT_HOURS: ("Heures", "Horaires", "Hours"),
        Field.CONSENT_UNTIL: ("Jusqu'au", "Valable jusqu'au", "Fin", "Until", "Valid until"),
        Field.CONSENT_ANY_HOUR: (
            "À toute heure", "Hors horaires", "Accepte hors horaires", "Appel hors horaires", "Any hour",
            "Outside hours",
        ),
        Field.SECTOR: (
            "Secteur", "Secteurs", "Offre", "Nature de l'offre", "Biens ou services", "Sector", "Sectors", "Offer",
        ),
        Field.WITHDRAWN_ON: (
            "Retrait", "Retiré le", "Date de retrait", "Retrait du consentement", "Date de retrait du consentement",
            "Withdrawn on", "Withdrawn", "Withdrawal date", "Withdrawal", "Consentement retiré", "Consent withdrawn",
            "Consentement retiré le", "Retrait du consentement le", "Consent withdrawn on", "Consent withdrawal date",
            "Consentement révoqué", "Consentement révoqué le", "Révoqué le", "Consent revoked", "Consent revoked on",
        ),
    },
    EvidenceKind.CONTRACTS: {
        Field.CONTRACT_OBJECT: ("Objet", "Produit", "Object", "Product"),
        Field.CONTRACT_SINCE: ("Depuis", "Début", "Début le", "Since", "Start", "Start date"),
        Field.CONTRACT_UNTIL: (
            "Fin", "Fin le", "Jusqu'au", "Until", "End", "End date", "Cancelled", "Canceled", "Terminated", "Terminé",
            "Clos le", "Clôturé le", "Closed on", "Ended on", "Fin effective", "Échéance",
        ),
        Field.CONTRACT_STATUS: ("Statut", "État", "Status", "State"),
    },
    EvidenceKind.CALLBACKS: {
        Field.OBJECT: (
            "Objet", "Objet de la demande", "Demande", "Sujet", "Produit", "Object", "Request", "Subject", "Product",
        ),
        Field.REQUESTED_ON: (
            *_DAY, "Demandé le", "Date de la demande", "Date demande", "Demande du", "Requested on", "Request date",
        ),
    },
    EvidenceKind.SLOTS: {
        Field.SLOT_AT: (
            *_DAY, "Rendez-vous", "Date du rendez-vous", "Date de rendez-vous", "Créneau", "RDV", "RDV le",
            "Rappeler le", "Date et heure", "Appointment", "Slot", "Call at", "Date and time",
        ),
        Field.POSTCODE: CONTACTS.synonyms[Field.POSTCODE],
    },
    EvidenceKind.OBJECTIONS: {
        Field.KIND: ("Type", "Nature", "Motif", "Sens", "Kind", "Reason"),
        Field.SAID_ON: (
            *_DAY, "Dit le", "Exprimé le", "Reçu le", "Date de la demande", "Said on", "Received on",
            *CONTACTS.synonyms[Field.OBJECTED_ON], *CONTACTS.synonyms[Field.REFUSED_ON], "Opt-out", "Do not call",
            "Ne pas appeler", "Ne plus appeler", "DNC", "Opposition téléphone", "Opposition démarchage",
            "Désinscription appels",
        ),
    },
    EvidenceKind.OPPOSITION: {
        Field.SAID_ON: (*_DAY, "Inscrit le", "Date d'inscription", "Registered on", "Listed on"),
    },
    EvidenceKind.PAST_CALLS: {
        Field.PAST_CALLS: (
            *_DAY, "Appelé le", "Date et heure", "Date de l'appel", "Horodatage", "Début", "Début d'appel",
            "Called on", "Called at", "Call time", "Timestamp", "Start time",
        ),
        Field.CALL_COUNT: ("Appels", "Tentatives", "Calls", "Attempts", "Count"),
    },
    EvidenceKind.SCRUBS: {
        Field.FILE_HASH: (
            "Empreinte", "Empreinte du fichier", "SHA-256", "SHA256", "Hash", "File hash", "Empreinte SHA-256",
        ),
        Field.UPLOADED_ON: ("Déposé le", "Envoyé le", "Date de dépôt", "Date d'envoi", "Uploaded on", "Uploaded at"),
        Field.RETURNED_ON: ("Retourné le", "Rendu le", "Date de retour", "Retour le", "Returned on", "Returned at"),
        Field.ROWS_IN: ("Lignes envoyées", "Lignes déposées", "Numéros envoyés", "Rows in", "Rows sent"),
        Field.ROWS_REMOVED: (
            "Lignes retirées", "Lignes supprimées", "Numéros retirés", "Rows removed", "Numbers removed",
        ),
    },
}  # fmt: skip
_REQUIRED: Mapping[EvidenceKind, tuple[Field, ...]] = {
    EvidenceKind.CONSENTS: (Field.CONSENT_ON,),
    EvidenceKind.CONTRACTS: (Field.CONTRACT_OBJECT,),
    EvidenceKind.CALLBACKS: (Field.OBJECT, Field.REQUESTED_ON),
    EvidenceKind.SLOTS: (Field.SLOT_AT,),
    EvidenceKind.OBJECTIONS: (),
    EvidenceKind.OPPOSITION: (Field.NUMBER,),
    EvidenceKind.PAST_CALLS: (Field.PAST_CALLS,),
    EvidenceKind.SCRUBS: tuple(_WORDS[EvidenceKind.SCRUBS]),
}
_ABOUT_NOBODY = frozenset({EvidenceKind.SCRUBS})
_BY_NUMBER_ALONE = frozenset({EvidenceKind.OPPOSITION})
_NOTHING_TO_BE_WARY_OF = frozenset({EvidenceKind.OBJECTIONS, EvidenceKind.OPPOSITION, EvidenceKind.SCRUBS})
"""Their rows forbid calls whatever a column says, or speak of no calls at all."""
_WITH_PROOF = frozenset(
    {EvidenceKind.CONSENTS, EvidenceKind.CONTRACTS, EvidenceKind.CALLBACKS, EvidenceKind.SLOTS}
)  # fmt: skip


def callers_left_out(headers: Sequence[str], fields: Sequence[Field], stated: Collection[str]) -> tuple[Field, ...]:
    """The fields of a call log in which, beside a column of numbers that were called, no other number counts.

    `stated` are headers of which the user said what they mean.
    """
    called, kept = {plain(word) for word in _CALLED}, {header.casefold() for header in stated}
    numbers = [header for header, field in zip(headers, fields, strict=True) if field is Field.NUMBER]
    meant = [header for header in numbers if plain(header) in called or header.casefold() in kept]
    others = set(numbers) - set(meant) if meant else set()
    return tuple(Field.ATTRIBUTE if header in others else field for header, field in zip(headers, fields, strict=True))


def vocabulary_of(kind: EvidenceKind) -> Vocabulary:
    """The words of one kind of file; people are named by number, by the customer's own reference, or both."""
    about_people = kind not in _ABOUT_NOBODY
    synonyms = {field: (*CONTACTS.synonyms.get(field, ()), *words) for field, words in _WORDS[kind].items()}
    if about_people:
        synonyms[Field.NUMBER] = (*_NUMBER, *_CALLED) if kind is EvidenceKind.PAST_CALLS else _NUMBER
    if about_people and kind not in _BY_NUMBER_ALONE:
        synonyms |= {field: CONTACTS.synonyms[field] for field in _WHO} | {Field.ADVERTISER: _ADVERTISER}
    if kind in _WITH_PROOF:
        synonyms[Field.CONSENT_PROOF] = _PROOF
    required = tuple(frozenset({field}) for field in _REQUIRED[kind])
    return Vocabulary(
        name=str(kind),
        synonyms={**synonyms, Field.REMARK: _REMARK},
        several=frozenset({Field.NUMBER, Field.PAST_CALLS, Field.CALL_COUNT, Field.CONTRACT_UNTIL, Field.REMARK}),
        required=(*required, _PERSON) if about_people and kind not in _BY_NUMBER_ALONE else required,
        numbers=about_people,
        wary=kind not in _NOTHING_TO_BE_WARY_OF,
    )
