"""The words of contact lists, French and English, as HubSpot, Salesforce, Pipedrive, Zoho, Sellsy, Dolibarr,
Odoo, Sage, EBP, Google and Outlook export them.

Kept apart because it is data that grows with every CRM that a customer brings.
"""

from __future__ import annotations

from lists.fields import Field, Vocabulary

_SYNONYMS: dict[Field, tuple[str, ...]] = {
    Field.EXTERNAL_ID: (
        "Réf client", "Réf. client", "Référence client", "Référence", "Réf", "Id client", "ID", "Identifiant",
        "Identifiant client", "N° client", "No client", "Numéro client", "Code client", "Client id",
        "Customer id", "Customer ref", "Customer number", "Contact id", "External id",
        "ID externe", "Id contact", "Identifiant contact", "Code contact", "Code tiers", "Code (tiers)",
        "Numéro de compte", "N° de compte", "N° compte", "Numéro compte", "Compte client", "Record id",
        "Record ID - Contact", "ID de fiche d'informations", "ID de la fiche", "ID de l'enregistrement",
        "ID du contact", "Personne - ID", "Person - ID", "Account number", "Ref",
        "Case safe id", "Lead id", "Id prospect", "Code prospect", "Matricule client",
    ),
    Field.LAST_NAME: (
        "Nom", "Nom de famille", "Nom client", "Nom contact", "Last name", "Surname", "Family name", "Name",
        "Nom du contact", "Nom du client", "Nom complet", "Full name", "Contact name", "Contact last name",
        "Personne - Nom", "Person - Name", "Person - Last name", "Personne - Nom de famille", "Nom d'usage",
        "Nom usuel", "Nom / Raison sociale", "Nom (contact)", "Lastname",
    ),
    Field.FIRST_NAME: (
        "Prénom", "Prénoms", "Prénom client", "First name", "Given name", "Forename", "Prénom du contact",
        "Prénom contact", "Prénom (contact)", "Contact first name", "Person - First name", "Personne - Prénom",
        "Firstname",
    ),
    Field.POSTCODE: (
        "Code postal", "CP", "Code post.", "Postcode", "Postal code", "Zip", "Zip code", "Code postal client",
        "Code postal (domicile)", "Code postal (bureau)", "Code postal (facturation)", "Code postal (siège)",
        "Code postal de facturation", "Mailing Zip/Postal Code", "MailingPostalCode", "Mailing Zip",
        "Mailing Postal Code", "Billing Zip/Postal Code", "Billing postal code", "Home postal code",
        "Business postal code", "Address 1 - Postal Code", "ZIP/Postal code", "Code postal / ZIP",
        "Personne - Code postal", "Person - ZIP/Postal code", "s.zip", "Adresse - Code postal", "C.P.",
        "Adresse code postal",
    ),
    Field.CITY: (
        "Ville", "Commune", "Localité", "City", "Town", "Ville (domicile)", "Ville (bureau)",
        "Ville (facturation)", "Ville (siège)", "Ville de facturation", "Mailing City", "Billing City",
        "Home city", "Business city", "Address 1 - City", "s.town", "Adresse - Ville", "Ville client",
    ),
    Field.COUNTRY: (
        "Pays", "Country", "Pays/Région", "Country/Region", "Pays ou territoire", "Pays (domicile)", "Pays du contact",
        "Pays de facturation", "Code pays", "Country code", "Mailing Country", "Billing Country", "Other Country",
        "Home Country", "Business Country", "Address 1 - Country", "Adresse - Pays",
        "Pays de résidence", "Country of residence", "Shipping Country", "Pays de livraison", "Pays client",
    ),
    Field.OTHER_POSTCODE: (
        "Code postal 2", "CP 2", "Autre code postal", "Second code postal", "Other Zip", "Other Zip/Postal Code",
        "Other postal code", "Shipping Zip/Postal Code", "Shipping postal code", "Code postal (livraison)",
        "Code postal de livraison", "Address 2 - Postal Code",
    ),
    Field.SIRET: (
        "SIRET", "N° SIRET", "Numéro SIRET", "Business id", "Code SIRET", "N° de SIRET", "Numéro de SIRET",
        "Id professionnel 2 (SIRET)", "Id. prof. 2 (SIRET)", "Company registry", "s.siret", "SIRET number",
    ),
    Field.SIREN: (
        "SIREN", "N° SIREN", "Numéro SIREN", "N° de SIREN", "Numéro de SIREN", "Code SIREN",
        "Id professionnel 1 (SIREN)", "Id. prof. 1 (SIREN)", "s.siren", "SIREN number",
    ),
    Field.CONSENT_ON: (
        "Date consentement", "Date de consentement", "Date du consentement", "Consentement le",
        "Consentement", "Date opt-in", "Opt-in", "Opt-in le", "Consent date", "Consent", "Consent on",
        "Consented on", "Date of consent", "Date d'opt-in", "Opt-in date", "Date recueil consentement",
        "Date de recueil du consentement", "Consentement téléphone le", "Consent given on",
        "Consent captured date",
    ),
    Field.CONSENT_NOTICE: (
        "Notice", "Version notice", "Version de la notice", "Notice consentement", "Notice version",
        "Consent notice", "Texte du consentement", "Mention consentement", "Consent text",
        "Mention de consentement", "Mention du consentement", "Texte de consentement", "Consent wording",
    ),
    Field.CONSENT_PROOF: (
        "Preuve", "Preuve consentement", "Preuve du consentement", "Fichier preuve", "Proof",
        "Consent proof", "Proof file", "Fichier de preuve", "Référence preuve",
        "Preuve de consentement", "Justificatif consentement", "Justificatif de consentement",
        "Justificatif du consentement", "Proof of consent",
    ),
    Field.CONSENT_SYSTEMS: (
        "Systèmes acceptés", "Système accepté", "Modes d'appel acceptés", "Accepted systems",
        "Consent systems", "Mode d'appel accepté",
    ),
    Field.CONSENT_ROBOT: ("Accepte robot", "Accepte robots", "Accepte les robots", "Accepts robot", "Robot ok"),
    Field.CONSENT_CHANNELS: (
        "Canaux acceptés", "Canal accepté", "Canaux de consentement", "Canaux consentement",
        "Canal de consentement", "Accepted channels", "Consent channels", "Consent channel",
    ),
    Field.CONSENT_HOURS: (
        "Heures acceptées", "Horaires acceptés", "Plages horaires", "Plage horaire", "Plages acceptées",
        "Horaires de consentement", "Créneaux acceptés", "Accepted hours", "Consent hours", "Calling hours",
    ),
    Field.CONSENT_UNTIL: (
        "Fin consentement", "Fin de consentement", "Fin du consentement", "Date fin consentement",
        "Date de fin de consentement", "Consentement valable jusqu'au", "Consentement jusqu'au",
        "Expiration consentement", "Consentement expire le", "Consent until", "Consent end",
        "Consent end date", "Consent expires", "Consent expiry",
    ),
    Field.CONTRACT_OBJECT: (
        "Contrat en cours", "Contrat", "Objet contrat", "Objet du contrat", "Contract",
        "Current contract", "Contract object", "Contrat souscrit", "Nom du contrat", "Contract name",
    ),
    Field.CONTRACT_SINCE: (
        "Début contrat", "Début de contrat", "Début du contrat", "Date début contrat",
        "Date de début de contrat", "Date de début du contrat", "Contrat depuis", "Date de souscription",
        "Date souscription", "Date de signature", "Contract since", "Contract start", "Contract start date",
    ),
    Field.CONTRACT_UNTIL: (
        "Fin contrat", "Fin de contrat", "Fin du contrat", "Date fin contrat", "Date de fin de contrat",
        "Échéance contrat", "Contract end", "Contract until", "Contract end date", "Date de fin du contrat",
        "Échéance du contrat", "Date de résiliation", "Date résiliation", "Résilié le", "Résilié", "Résiliation",
        "Résiliation le", "Terminé le", "Contrat résilié", "Contrat résilié le", "Contrat terminé", "Cancelled on",
        "Contrat terminé le", "Date de clôture du contrat", "Canceled on", "Cancellation date", "Terminated on",
        "Termination date", "Contract cancelled on", "Contract ended on", "Contract cancelled", "Contract ended",
    ),
    Field.CONTRACT_STATUS: (
        "Statut contrat", "Statut du contrat", "État contrat", "État du contrat", "Contract status", "Contract state",
    ),
    Field.CONTRACT_PROOF: (
        "Preuve contrat", "Preuve du contrat", "Preuve de contrat", "Contract proof", "Proof of contract",
    ),
    Field.ADVERTISER: ("Annonceur", "Donneur d'ordre", "Pour le compte de", "Advertiser", "On behalf of"),
    Field.REFUSED_ON: (
        "Refus le", "Date refus", "Date de refus", "Date du refus", "Refus", "Refused on", "Refusal",
        "Refusal date",
    ),
    Field.OBJECTED_ON: (
        "Opposition le", "Date opposition", "Date d'opposition", "Opposition", "Objection",
        "Objection date", "Objected on", "Opt-out le", "Opt-out date", "Date d'opt-out", "Do not call date",
        "Consentement retiré le", "Consentement révoqué le", "Retrait du consentement le",
        "Date de retrait du consentement", "Consent withdrawn on", "Consent revoked on", "Consent withdrawal date",
    ),
    Field.OBJECTED: (
        "Ne pas appeler", "Ne plus appeler", "Ne pas démarcher", "Ne plus démarcher", "Ne pas contacter",
        "Ne plus contacter", "Ne souhaite pas être appelé", "Ne souhaite plus être appelé",
        "Ne veut plus être appelé", "Ne pas autoriser les appels téléphoniques", "Opposition téléphone",
        "Opposition démarchage", "Opposition appels", "Opposition Bloctel", "Opposé au démarchage", "Opt-out",
        "Opted out", "Opt-out téléphone", "Opt-out tel", "Phone opt-out", "Call opt-out", "Désinscrit",
        "Désinscription appels", "Liste rouge", "Liste noire", "Liste repoussoir", "Liste d'opposition", "Bloctel",
        "Inscrit Bloctel", "Inscrit sur Bloctel", "Stop", "Stop appel", "Stop appels", "Stop démarchage",
        "Blacklist", "Blacklisté", "Blacklisted", "Robinson", "Liste Robinson", "Do not call", "Do not phone",
        "Do not contact", "Do not allow phone calls", "Don't call", "No calls", "DNC", "Pas d'appel", "Pas d'appels",
        "Pas de démarchage", "Pas de prospection", "Plus d'appel", "Plus d'appels", "Plus de démarchage",
        "Aucun appel", "Aucun démarchage", "Non appelable", "Non démarchable", "Consentement retiré",
        "Consentement révoqué", "Consent withdrawn", "Consent revoked",
    ),
    Field.CALLS_ALLOWED: (
        "Accepte d'être appelé", "Accepte d'être appelée", "Accepte les appels", "Accepte appels",
        "Accepte le démarchage", "Accepte le démarchage téléphonique", "Autorise les appels",
        "Autoriser les appels téléphoniques", "Appels autorisés", "Démarchage autorisé", "Démarchage accepté",
        "Peut être appelé", "Opt-in téléphone", "Opt-in tel", "Opt-in appels", "Phone opt-in", "Call opt-in",
        "Allow phone calls", "Allow calls", "Accepts calls", "Accepts phone calls", "Calls allowed", "Can be called",
        "Appelable", "Démarchable", "Prospection téléphonique autorisée", "Démarchage téléphonique autorisé",
        "Prospection autorisée", "Subscribed to calls",
    ),
    Field.STATUS: (),
    Field.PAST_CALLS: (
        "Appels passés", "Derniers appels", "Dernier appel", "Dates d'appel", "Historique appels",
        "Past calls", "Last calls", "Last call", "Call dates", "Date dernier appel", "Date du dernier appel",
        "Date de dernier appel", "Last call date", "Last called", "Dernier contact", "Date dernier contact",
        "Date du dernier contact", "Date de dernier contact", "Dernier contact le", "Last contacted", "Last contact",
        "Last contact date", "Last contacted date", "Last activity", "Last activity date", "Dernière activité",
        "Date de dernière activité", "Date dernière activité",
    ),
    Field.CALL_COUNT: (
        "Nombre d'appels", "Nb appels", "Nb d'appels", "Nombre d'appels passés", "Number of calls", "Call count",
        "Number of times contacted", "Times contacted", "Nombre de contacts", "Nombre de prises de contact",
    ),
}  # fmt: skip

_SEVERAL = frozenset(
    {
        Field.NUMBER, Field.PAST_CALLS, Field.REFUSED_ON, Field.OBJECTED_ON, Field.OBJECTED, Field.CALLS_ALLOWED,
        Field.CONTRACT_UNTIL, Field.COUNTRY, Field.OTHER_POSTCODE, Field.CALL_COUNT, Field.STATUS,
    }
)  # fmt: skip

CONTACTS = Vocabulary(
    name="contacts",
    synonyms=_SYNONYMS,
    several=_SEVERAL,
    required=(frozenset({Field.NUMBER}),),
    numbers=True,
)
