"""Dispositions in a manager's words, and their picture: one bar each, coloured by family."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from adapters.report.typesetting import Typesetter
from dialer.dispositions import Disposition
from dialer.summary import CampaignSummary
from rules.rule import Text


class Family(StrEnum):
    """What outcomes have in common for a manager; the order is that of the picture."""

    REACHED = "reached"
    NO_MORE = "no-more"
    MACHINE = "machine"
    MISSED = "missed"
    BAD_NUMBER = "bad-number"
    TECHNICAL = "technical"
    UNDER_WAY = "under-way"


@dataclass(frozen=True, slots=True)
class Wording:
    family: Family
    label: Text
    meaning: Text


WORDINGS: dict[Disposition, Wording] = {
    Disposition.ANSWERED: Wording(
        Family.REACHED,
        Text("Décroché", "Answered"),
        Text("Une personne a pris l'appel.", "A person took the call."),
    ),
    Disposition.REFUSED: Wording(
        Family.NO_MORE,
        Text("Refus", "Refused"),
        Text("La personne a décliné l'offre.", "The person said no to the offer."),
    ),
    Disposition.OPTED_OUT: Wording(
        Family.NO_MORE,
        Text("Opposition", "Opted out"),
        Text("La personne ne veut plus être appelée : effet immédiat.", "Never to be called again: effective at once."),
    ),
    Disposition.ABANDONED: Wording(
        Family.REACHED,
        Text("Abandonné", "Abandoned"),
        Text(
            "Une personne a décroché, et la ligne de l'agent était perdue.",
            "A person answered, and the agent's line was lost.",
        ),
    ),
    Disposition.MACHINE: Wording(
        Family.MACHINE,
        Text("Répondeur", "Machine"),
        Text(
            "Une machine a répondu ; pour l'opérateur, c'est décroché.",
            "Answered by a machine; an answer to the carrier.",
        ),
    ),
    Disposition.BUSY: Wording(
        Family.MISSED,
        Text("Occupé", "Busy"),
        Text("La ligne était prise.", "The line was engaged."),
    ),
    Disposition.NO_ANSWER: Wording(
        Family.MISSED,
        Text("Sans réponse", "No answer"),
        Text("Personne n'a décroché à temps.", "Nobody answered in time."),
    ),
    Disposition.DECLINED: Wording(
        Family.MISSED,
        Text("Rejeté", "Declined"),
        Text("L'appel a été écarté sans être pris.", "The call was pushed away without being taken."),
    ),
    Disposition.UNREACHABLE: Wording(
        Family.MISSED,
        Text("Injoignable", "Unreachable"),
        Text("Téléphone éteint, hors réseau ou en dérangement.", "Switched off, no coverage or out of order."),
    ),
    Disposition.UNASSIGNED: Wording(
        Family.BAD_NUMBER,
        Text("Numéro non attribué", "Unassigned number"),
        Text(
            "Ce numéro n'est à personne ; il ne sera plus composé.", "Nobody has this number; it is not dialed again."
        ),
    ),
    Disposition.CONGESTION: Wording(
        Family.TECHNICAL,
        Text("Encombrement", "Congestion"),
        Text("Le réseau n'a pas trouvé de passage.", "The network had no way through."),
    ),
    Disposition.FAILED: Wording(
        Family.TECHNICAL,
        Text("Échec technique", "Failed"),
        Text("Une panne de notre côté, après le départ de l'appel.", "A fault on our side after the call had left."),
    ),
    Disposition.NOT_SENT: Wording(
        Family.TECHNICAL,
        Text("Non parti", "Not sent"),
        Text("Rien n'a quitté la plateforme ; l'appel ne compte pas.", "Nothing left the platform; it does not count."),
    ),
    Disposition.UNKNOWN: Wording(
        Family.TECHNICAL,
        Text("Sort inconnu", "Unknown"),
        Text(
            "Panne pendant l'appel : jamais recomposé, compté comme passé.",
            "Breakdown in the call: never redialed, counted.",
        ),
    ),
}

_LIVE = Wording(
    Family.UNDER_WAY,
    Text("En cours", "Under way"),
    Text("L'appel n'était pas fini quand ce compte rendu a été établi.", "Not over yet when this report was told."),
)
_ORDER = list(Family)


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of the picture; `width` is in percent of the longest bar."""

    family: Family
    label: str
    meaning: str
    count: int
    share: str
    width: float
    title: str


def label(disposition: Disposition, typesetter: Typesetter) -> str:
    return typesetter.words(WORDINGS[disposition].label)


def outcome_bars(summary: CampaignSummary, typesetter: Typesetter) -> tuple[Bar, ...]:
    """One bar per disposition that occurred, and one for calls under way; family by family, longest first."""
    counted = [(WORDINGS[disposition], count) for disposition, count in summary.dispositions.items()]
    if summary.live:
        counted.append((_LIVE, summary.live))
    counted.sort(key=lambda each: (_ORDER.index(each[0].family), -each[1]))
    total = sum(count for _, count in counted)
    longest = max((count for _, count in counted), default=1)
    return tuple(_bar(wording, count, total, longest, typesetter) for wording, count in counted)


def _bar(wording: Wording, count: int, total: int, longest: int, typesetter: Typesetter) -> Bar:
    name = typesetter.words(wording.label)
    share = typesetter.share(count, total)
    title = typesetter.text("bar-title", label=name, calls=typesetter.counted(count, "call"), share=share)
    meaning = typesetter.words(wording.meaning)
    return Bar(wording.family, name, meaning, count, share, round(100 * count / longest, 2), title)
