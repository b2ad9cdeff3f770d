"""What a column was taken for, in words, French and English.

Kept apart from `fields` so that wording can be reviewed in one place.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from lists.fields import Field

_MEANINGS: Mapping[Field, tuple[str, str]] = {
    Field.EXTERNAL_ID: ("référence client", "customer id"),
    Field.LAST_NAME: ("nom", "last name"),
    Field.FIRST_NAME: ("prénom", "first name"),
    Field.NUMBER: ("numéro", "number"),
    Field.POSTCODE: ("code postal", "postcode"),
    Field.CITY: ("ville", "city"),
    Field.COUNTRY: ("pays", "country"),
    Field.OTHER_POSTCODE: ("second code postal", "second postcode"),
    Field.SIRET: ("SIRET", "SIRET"),
    Field.SIREN: ("SIREN", "SIREN"),
    Field.CONSENT_ON: ("date du consentement", "day of consent"),
    Field.CONSENT_NOTICE: ("notice du consentement", "notice of consent"),
    Field.CONSENT_PROOF: ("preuve", "proof"),
    Field.CONSENT_SYSTEMS: ("modes d'appel acceptés", "accepted ways of calling"),
    Field.CONSENT_ROBOT: ("robots acceptés ou non", "robots accepted or not"),
    Field.CONSENT_CHANNELS: ("canaux acceptés", "accepted channels"),
    Field.CONSENT_HOURS: ("heures acceptées", "accepted hours"),
    Field.CONSENT_ANY_HOUR: ("accord hors horaires", "agreement to any hour"),
    Field.CONSENT_UNTIL: ("fin du consentement", "end of consent"),
    Field.CONTRACT_OBJECT: ("contrat en cours", "contract in progress"),
    Field.CONTRACT_SINCE: ("début du contrat", "start of contract"),
    Field.CONTRACT_UNTIL: ("fin du contrat", "end of contract"),
    Field.CONTRACT_STATUS: ("état du contrat", "state of the contract"),
    Field.CONTRACT_PROOF: ("preuve du contrat", "proof of the contract"),
    Field.REFUSED_ON: ("refus", "refusal"),
    Field.OBJECTED_ON: ("date d'opposition", "day of objection"),
    Field.OBJECTED: ("ne pas appeler (oui/non)", "not to be called (yes/no)"),
    Field.CALLS_ALLOWED: ("accepte les appels (un non vaut opposition)", "accepts calls (a no is an objection)"),
    Field.STATUS: ("statut : ce qui y refuse les appels vaut opposition", "status: what refuses calls there forbids"),
    Field.PAST_CALLS: ("appels passés", "past calls"),
    Field.CALL_COUNT: ("nombre d'appels", "number of calls"),
    Field.ADVERTISER: ("annonceur", "advertiser"),
    Field.SECTOR: ("secteur", "sector"),
    Field.SAID_ON: ("date de ce qui a été dit", "day on which it was said"),
    Field.KIND: ("opposition ou refus", "objection or refusal"),
    Field.OBJECT: ("objet", "object"),
    Field.REQUESTED_ON: ("date de la demande", "day of the request"),
    Field.SLOT_AT: ("rendez-vous", "appointment"),
    Field.FILE_HASH: ("empreinte du fichier", "hash of the file"),
    Field.UPLOADED_ON: ("date de dépôt", "day of upload"),
    Field.RETURNED_ON: ("date de retour", "day of return"),
    Field.ROWS_IN: ("lignes envoyées", "rows sent"),
    Field.ROWS_REMOVED: ("lignes retirées", "rows removed"),
    Field.WITHDRAWN_ON: ("retrait du consentement", "withdrawal of consent"),
    Field.REMARK: ("remarque", "remark"),
    Field.ATTRIBUTE: ("conservée telle quelle, non lue", "kept as it is, not read"),
    Field.IGNORED: ("laissée dans le fichier", "left in the file"),
}


def meaning(field: Field, language: Literal["fr", "en"]) -> str:
    return _MEANINGS[field][language == "en"]
