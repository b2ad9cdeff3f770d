"""Stored words in the French of the dossier."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime

from dialer.dispositions import Disposition
from dialer.outlook import OFFICE_ZONE
from dialer.schema import AttemptState
from rules.facts import SystemKind

_DAYS = frozenset({"collected_on", "requested_on", "at", "said_at", "since", "until", "withdrawn_on"})
_LENGTH_OF_A_DAY = len("2026-11-24")

_VERDICTS = {"allow": "autorisé", "defer": "différé", "deny": "refusé"}
_KINDS = {
    "consent": "Consentement",
    "contract": "Contrat",
    "callback": "Rappel demandé",
    "slot": "Rendez-vous",
    "wish": "Volonté exprimée",
}
_NEVER = {
    "never": "jamais en l'état",
    "beyond-horizon": "pas avant plus d'un an",
    "now": "tout de suite",
    "later": "plus tard",
}
_DISPOSITIONS: Mapping[Disposition, str] = {
    Disposition.ANSWERED: "décroché",
    Disposition.OPTED_OUT: "décroché, opposition",
    Disposition.REFUSED: "décroché, refus",
    Disposition.ABANDONED: "décroché, abandonné",
    Disposition.MACHINE: "répondeur",
    Disposition.BUSY: "occupé",
    Disposition.NO_ANSWER: "sans réponse",
    Disposition.DECLINED: "rejeté",
    Disposition.UNASSIGNED: "numéro non attribué",
    Disposition.UNREACHABLE: "injoignable",
    Disposition.CONGESTION: "réseau saturé",
    Disposition.FAILED: "échec technique",
    Disposition.NOT_SENT: "non parti",
    Disposition.UNKNOWN: "inconnue",
}
_STATES = {
    AttemptState.CANCELLED: "annulée avant le départ",
    AttemptState.EXPIRED: "permis expiré, non partie",
    AttemptState.APPROVED: "approuvée, pas encore partie",
    AttemptState.CLAIMED: "approuvée, pas encore partie",
}
_WISHES = {"refusal": "refus", "objection": "opposition", "correction": "correction"}
_SYSTEMS = {
    SystemKind.HUMAN_AGENT: "agent humain",
    SystemKind.AUTOMATED: "numérotation automatique",
    SystemKind.AI_AGENT: "voix automatique",
}
_SAID = {
    "collected_on": "recueilli le",
    "requested_on": "demandé le",
    "at": "convenu pour le",
    "said_at": "dit le",
    "object": "objet",
    "notice": "notice",
    "systems": "systèmes :",
    "channels": "canaux :",
    "hours": "heures :",
    "since": "depuis le",
    "until": "jusqu'au",
    "advertiser": "annonceur",
    "sectors": "secteurs :",
    "withdrawn_on": "retiré le",
    "corrects": "corrige l'entrée",
    "source": "source :",
}
"""Columns of records, in the order in which they are told; what a record does not hold is left out."""
_LAYERS = {"statute": "loi", "policy": "choix de prudence", "contract": "contrat de l'opérateur"}


def verdict_word(verdict: str) -> str:
    return _VERDICTS.get(verdict, verdict)


def kind_word(kind: str) -> str:
    return _KINDS.get(kind, kind)


def layer_word(layer: str) -> str:
    return _LAYERS.get(layer, layer)


def wish_word(kind: str) -> str:
    return _WISHES.get(kind, kind)


def system_word(system: str) -> str:
    return _SYSTEMS.get(SystemKind(system), system)


def said_words(record: Mapping[str, object]) -> Iterator[str]:
    """What a record says, part by part."""
    if record.get("withdrawn"):
        yield "retiré"
    for name, words in _SAID.items():
        if name in record:
            yield f"{words} {_value(name, str(record[name]))}"


def day_word(day: str) -> str:
    """An ISO day or instant as French readers write it; instants on the office's clock."""
    if len(day) == _LENGTH_OF_A_DAY:
        return f"{date.fromisoformat(day):%d/%m/%Y}"
    return f"{datetime.fromisoformat(day).astimezone(OFFICE_ZONE):%d/%m/%Y %H:%M:%S}"


def _value(name: str, value: str) -> str:
    if name == "systems":
        return ", ".join(map(system_word, value.split(";")))
    if name in _DAYS:
        return day_word(value)
    return value.replace("call ", "appel ", 1) if name == "source" else value.replace(";", ", ")


def disposition_word(disposition: Disposition | None) -> str:
    return _DISPOSITIONS[disposition] if disposition else ""


def fate_word(state: AttemptState, disposition: Disposition | None) -> str:
    """What became of an attempt: why it never left, else its outcome."""
    return _STATES.get(state) or disposition_word(disposition) or "en cours"


def next_word(next_at: str) -> str:
    """When the call becomes possible, on the office's clock."""
    if not next_at or next_at in _NEVER:
        return _NEVER.get(next_at, "")
    return f"{datetime.fromisoformat(next_at).astimezone(OFFICE_ZONE):%d/%m/%Y %H:%M}"
