"""The stored words in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping

from dialer.agents_now import Doing
from dialer.dispositions import Disposition
from dialer.schema import CampaignState, CandidateState, ListKind, RequestKind, RestReason
from rules.explain import verdict_word
from rules.facts import SystemKind
from rules.rule import Verdict

_FRENCH: Mapping[str, str] = {
    CampaignState.DRAFT: "en préparation",
    CampaignState.RUNNING: "en cours",
    CampaignState.PAUSED: "en pause",
    CampaignState.FINISHED: "terminée",
    CandidateState.WAITING: "en attente",
    CandidateState.CALLING: "en ligne",
    CandidateState.DONE: "traités",
    CandidateState.NEVER: "jamais en l'état",
    Doing.FREE: "libre",
    Doing.TALKING: "en conversation",
    Doing.RINGING: "appelé",
    Doing.RESTING: "en pause",
    Doing.AWAY: "absent",
    RestReason.BREAK: "repos",
    RestReason.AFTER_CALL: "suite d'appel",
    RestReason.TRAINING: "formation",
    RestReason.MEETING: "réunion",
    RestReason.TECHNICAL: "technique",
    RestReason.OFF_DUTY: "fin de service",
    RequestKind.ACCESS: "accès",
    RequestKind.ERASURE: "effacement",
    RequestKind.RECTIFICATION: "rectification",
    RequestKind.RESTRICTION: "limitation",
    RequestKind.PORTABILITY: "portabilité",
    "exported": "données remises",
    "erased": "effacée",
    SystemKind.HUMAN_AGENT: "agent humain",
    SystemKind.AUTOMATED: "numérotation automatique",
    SystemKind.AI_AGENT: "voix automatique",
    Disposition.ANSWERED: "décroché",
    Disposition.OPTED_OUT: "opposition",
    Disposition.REFUSED: "refus",
    Disposition.ABANDONED: "abandonné",
    Disposition.MACHINE: "répondeur",
    Disposition.BUSY: "occupé",
    Disposition.NO_ANSWER: "sans réponse",
    Disposition.DECLINED: "rejeté",
    Disposition.UNASSIGNED: "non attribué",
    Disposition.UNREACHABLE: "injoignable",
    Disposition.CONGESTION: "réseau saturé",
    Disposition.FAILED: "échec",
    Disposition.NOT_SENT: "non parti",
    Disposition.UNKNOWN: "inconnu",
    "persons_added": "personnes nouvelles",
    "persons_known": "personnes déjà connues",
    "numbers_added": "numéros nouveaux",
    "opposed": "sur liste d'opposition",
    "objections_added": "numéros opposés par cette liste",
    "refusals_added": "numéros qui ont refusé",
    "persons": "personnes",
    "numbers": "numéros",
    "members": "inscriptions",
    "consents": "consentements",
    "contracts": "contrats",
    "callback_requests": "demandes de rappel",
    "agreed_slots": "créneaux convenus",
    "oppositions": "oppositions",
    "past_calls": "appels passés",
    "scrubs": "passages Bloctel",
    "consents_added": "consentements",
    "contracts_added": "contrats",
    "callback_requests_added": "demandes de rappel",
    "agreed_slots_added": "créneaux convenus",
    "oppositions_added": "oppositions",
    "past_calls_added": "appels passés",
    "scrubs_added": "passages Bloctel",
    "whole_history": "historique complet",
    "not_renewing": "édition qui ne renouvelle pas sa source",
    "shorter_accepted": "édition plus courte acceptée",
    ListKind.CALLBACKS: "demandes de rappel",
    ListKind.SLOTS: "créneaux convenus",
    ListKind.OBJECTIONS: "oppositions",
    ListKind.PAST_CALLS: "appels passés",
    "allow": "autorisées",
    "defer": "différées",
    "deny": "refusées",
    "objection": "opposition",
    "refusal": "refus",
}


def in_words(stored: str, language: str) -> str:
    """The word for a stored state, outcome or verdict; rule ids and the like stay as they are."""
    return stored if language == "en" else _FRENCH.get(stored, stored)


def systems_in_words(stored: str, language: str) -> str:
    """The systems that a consent accepts, as they are kept: names joined by semicolons."""
    return ", ".join(in_words(system, language) for system in stored.split(";"))


def one_verdict(stored: str, language: str) -> str:
    """The word for the stored verdict of one decision or finding."""
    return verdict_word(Verdict[stored.upper()], language)
