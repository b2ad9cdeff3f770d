"""The duties themselves: first words, disclosure, notices, recording, reachable numbers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from rules.book.hours import NEW_TEXT
from rules.duty import CampaignFacts, Duty, Recording, first_sentences, names, says
from rules.facts import Sector, SystemKind
from rules.numbers import Numbers
from rules.rule import Citation, Layer, Period, Text

_BANNED_WORKS = frozenset({Sector.ENERGY_RENOVATION, Sector.HOME_ADAPTATION})
_FINANCIAL = frozenset({Sector.INSURANCE})
_COMMERCIAL = r"commercia|demarch|prospect"
_ORIGIN = r"votre numero|vos coordonnees|votre telephone"
_MACHINE = (
    r"automat|robot|intelligence artificielle|assistant vocal|agent vocal"
    r"|voix (de synthese|enregistree)|message enregistre\b"
)
_GREETING_AND_ONE = 2


def opening_information(campaign: CampaignFacts, numbers: Numbers) -> Iterator[Text]:
    """« au début de la conversation, de manière claire, précise et compréhensible » : identity, identity of the
    principal, « la nature commerciale » of the call; and where the number came from (GDPR art. 14)."""
    if campaign.opening is None:
        yield Text(
            "les mots de l'ouverture ne sont pas au dossier : les écrire dans le .txt à côté du WAV d'ouverture",
            "the words of the opening are not on record: write them in the .txt beside its WAV file",
        )
        return
    for name in dict.fromkeys((campaign.caller_name, campaign.advertiser_name)):
        if not names(campaign.opening, name):
            yield Text(f"l'ouverture doit nommer « {name} »", f"the opening must name “{name}”")
    if not says(campaign.opening, _COMMERCIAL):
        yield Text(
            "l'ouverture doit dire la nature commerciale de l'appel (« appel commercial »)",
            "the opening must say that the call is commercial (« appel commercial »)",
        )
    if not says(campaign.opening, _ORIGIN):
        yield Text(
            "l'ouverture doit dire d'où vient le numéro (« votre numéro vient de… »)",
            "the opening must say where the number came from (« votre numéro vient de… »)",
        )


def opening_information_with_bloctel(campaign: CampaignFacts, numbers: Numbers) -> Iterator[Text]:
    """Until 2026-08-10 the opening also told the right to register on Bloctel."""
    yield from opening_information(campaign, numbers)
    if campaign.opening is not None and not says(campaign.opening, "bloctel"):
        yield Text(
            "l'ouverture doit rappeler le droit de s'inscrire sur Bloctel",
            "the opening must tell the right to register on Bloctel",
        )


def machine_disclosed(campaign: CampaignFacts, numbers: Numbers) -> Iterator[Text]:
    """Persons interacting with an AI system are told so « au plus tard au moment de la première interaction »;
    the exception for the obvious is not used."""
    if campaign.system is not SystemKind.AI_AGENT or campaign.opening is None:
        return
    first = first_sentences(campaign.opening, _GREETING_AND_ONE)
    if not (says(first, _MACHINE) and names(first, campaign.advertiser_name)):
        yield Text(
            f"la première phrase doit dire que c'est un agent automatique et nommer « {campaign.advertiser_name} »",
            f"the first sentence must say that it is an automated agent and name “{campaign.advertiser_name}”",
        )


def machine_can_be_stopped(campaign: CampaignFacts, numbers: Numbers) -> Iterator[Text]:
    """Machine prospecting must always give a free way to stop it."""
    offered = (
        campaign.opt_out_offered and campaign.opening is not None and says(campaign.opening, r"tapez|appuyez|dites")
    )
    if campaign.system is SystemKind.AI_AGENT and not offered:
        yield Text(
            "l'ouverture doit dire comment ne plus être appelé (« tapez 9 »)",
            "the opening must say how to stop the calls (« tapez 9 »)",
        )


def financial_opening(campaign: CampaignFacts, numbers: Numbers) -> Iterator[Text]:
    """For financial services by voice, say at the start that the call « est enregistré ou pourrait l'être »."""
    if campaign.sector in _FINANCIAL and campaign.opening is not None and not says(campaign.opening, "enregistr"):
        yield Text(
            "l'ouverture doit dire si l'appel est enregistré ou pourrait l'être",
            "the opening must say whether the call is or may be recorded",
        )


def recording_within_bounds(campaign: CampaignFacts, numbers: Numbers) -> Iterator[Text]:
    """CNIL: no systematic recording; inform and allow objection; « six mois au maximum »."""
    if campaign.recording is Recording.OFF:
        return
    if campaign.recording is Recording.ALL:
        yield Text(
            'l\'enregistrement systématique n\'est pas permis : recording = "sample" ou "off"',
            'systematic recording is not permitted: recording = "sample" or "off"',
        )
    if campaign.opening is not None and not (
        says(campaign.opening, "enregistr") and says(campaign.opening, r"oppos|refus")
    ):
        yield Text(
            "l'ouverture doit annoncer l'enregistrement et le droit de s'y opposer",
            "the opening must announce the recording and the right to object to it",
        )
    most = numbers.integer("recording-days-max")
    if campaign.recording_days > most:
        yield Text(
            f"les enregistrements se gardent {most} jours au plus : baisser recording_days",
            f"recordings are kept for {most} days at most: lower recording_days",
        )


def insurance_recording(campaign: CampaignFacts, numbers: Numbers) -> Iterator[Text]:
    """C. assur. L.112-2-2 (2022-2026): no recording, no call."""
    if campaign.sector is Sector.INSURANCE and campaign.recording is Recording.OFF:
        yield Text(
            'assurance : l\'enregistrement doit être possible (recording = "sample")',
            'insurance: recording must be available (recording = "sample")',
        )


def collection_notice(campaign: CampaignFacts, numbers: Numbers) -> Iterator[Text]:
    """L.223-2: who collects a number tells the consumer that commercial calls need prior consent (before the
    reform: the Bloctel right)."""
    if not campaign.collection_notice:
        yield Text(
            "nommer la version de la mention donnée à la collecte des numéros (collection_notice)",
            "name the version of the notice given when numbers were collected (collection_notice)",
        )


def no_written_follow_up(campaign: CampaignFacts, numbers: Numbers) -> Iterator[Text]:
    """L.223-8: for the two families of works also banned by message, e-mail and social network."""
    if campaign.sector in _BANNED_WORKS and campaign.follow_ups:
        channels = ", ".join(sorted(campaign.follow_ups))
        yield Text(
            f"ce secteur interdit aussi {channels} : retirer follow_ups",
            f"this sector bans {channels} as well: remove follow_ups",
        )


def numbers_can_be_called_back(campaign: CampaignFacts, numbers: Numbers) -> Iterator[Text]:
    """The shown number must allow the called person to reach the caller or the body it represents."""
    for number in campaign.caller_ids_without_route:
        yield Text(
            f"{number} : aucune route entrante vérifiée (inbound_route), le rappel doit aboutir",
            f"{number}: no checked inbound route (inbound_route); a call back must arrive",
        )


def few_abandoned(campaign: CampaignFacts, numbers: Numbers) -> Iterator[Text]:
    """Repeated unwanted calls are an aggressive practice; at most 3 % abandoned per day by policy."""
    most = numbers.integer("abandoned-percent-max")
    if campaign.system is SystemKind.AUTOMATED and campaign.abandoned_percent_max > most:
        yield Text(
            f"au plus {most} % d'appels abandonnés : baisser abandoned_percent_max",
            f"at most {most} % abandoned calls: lower abandoned_percent_max",
        )


def proof_kept_long_enough(campaign: CampaignFacts, numbers: Numbers) -> Iterator[Text]:
    """R.223-2: the proof of consent is archived « trois ans à compter de la date de recueil »."""
    least = numbers.integer("consent-proof-days-min")
    if campaign.consent_proof_days < least:
        yield Text(
            f"les preuves de consentement se gardent {least} jours au moins : relever consent_proof_days",
            f"consent proofs are kept for {least} days at least: raise consent_proof_days",
        )


_OPENING_TITLE = Text("Premiers mots de l'appel", "First words of the call")
_L221_16 = Citation("C. conso. L.221-16")

DUTIES = (
    Duty(
        "FR-OPENING-INFO",
        _OPENING_TITLE,
        Layer.STATUTE,
        (_L221_16, Citation("RGPD art. 14")),
        opening_information,
        NEW_TEXT,
    ),
    Duty(
        "FR-OPENING-INFO",
        _OPENING_TITLE,
        Layer.STATUTE,
        (_L221_16, Citation("RGPD art. 14")),
        opening_information_with_bloctel,
        Period(None, date(2026, 8, 10)),
    ),
    Duty(
        "FR-AI-DISCLOSURE",
        Text("La machine se présente comme telle", "The machine says that it is one"),
        Layer.STATUTE,
        (Citation("Règlement (UE) 2024/1689 art. 50(1) et (5)", confidence="S2"),),
        machine_disclosed,
        Period(date(2026, 8, 2)),
    ),
    Duty(
        "FR-ROBOCALL-L34-5",
        Text("Moyen gratuit de faire cesser les appels d'automates", "Free way to stop machine calls"),
        Layer.STATUTE,
        (Citation("CPCE L.34-5"),),
        machine_can_be_stopped,
    ),
    Duty(
        "FR-FIN-OPENING",
        Text("Services financiers : ouverture de l'appel", "Financial services: opening of the call"),
        Layer.STATUTE,
        (Citation("C. conso., services financiers à distance", "ordonnance 2026-2"),),
        financial_opening,
        Period(date(2026, 6, 19)),
    ),
    Duty(
        "FR-RECORDING",
        Text("Enregistrement des appels", "Recording of calls"),
        Layer.STATUTE,
        (Citation("RGPD art. 5 et 13", "doctrine CNIL", "S2"),),
        recording_within_bounds,
        reads=("recording-days-max",),
    ),
    Duty(
        "FR-SECTOR-INSURANCE",
        Text("Assurance : enregistrement possible", "Insurance: recording available"),
        Layer.STATUTE,
        (Citation("C. assur. L.112-2-2", "décret 2022-34"),),
        insurance_recording,
        Period(date(2022, 4, 1), date(2026, 8, 10)),
    ),
    Duty(
        "FR-COLLECT-NOTICE",
        Text("Mention à la collecte des numéros", "Notice when numbers are collected"),
        Layer.STATUTE,
        (Citation("C. conso. L.223-2"),),
        collection_notice,
    ),
    Duty(
        "FR-SECTOR-EPROSPECT",
        Text("Pas de relance écrite pour les travaux interdits", "No written follow-up for the banned works"),
        Layer.STATUTE,
        (Citation("C. conso. L.223-8", "loi 2025-594", "S2"),),
        no_written_follow_up,
        Period(date(2025, 7, 2)),
    ),
    Duty(
        "FR-CLI-CALLBACK",
        Text("Numéro affiché joignable", "Shown number can be called back"),
        Layer.STATUTE,
        (Citation("Arcep 2018-0881", "modifiée par 2022-1583", "S2"),),
        numbers_can_be_called_back,
        Period(date(2023, 1, 1)),
    ),
    Duty(
        "FR-HARASS",
        Text("Peu d'appels abandonnés", "Few abandoned calls"),
        Layer.POLICY,
        (Citation("C. conso. L.121-7"),),
        few_abandoned,
        reads=("abandoned-percent-max",),
    ),
    Duty(
        "FR-RETENTION",
        Text("Preuves de consentement conservées trois ans", "Consent proofs kept for three years"),
        Layer.STATUTE,
        (Citation("C. conso. R.223-2", "décret 2026-662", "S2"),),
        proof_kept_long_enough,
        NEW_TEXT,
        ("consent-proof-days-min",),
    ),
)
