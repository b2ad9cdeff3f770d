"""The records behind a decision, in words: what spoke for the call with its proof, and what stood against it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from rich.text import Text

from commands.desk import Desk
from commands.instants import local
from commands.words import in_words, systems_in_words

_PERMISSIONS = {
    "consent": ("Consentement", "Consent"),
    "contract": ("Contrat", "Contract"),
    "callback": ("Rappel demandé", "Requested call-back"),
    "slot": ("Rendez-vous", "Agreed slot"),
}
_PARTS = {
    "collected_on": ("recueilli le", "collected on"),
    "requested_on": ("demandé le", "requested on"),
    "at": ("convenu pour", "agreed for"),
    "object": ("objet", "object"),
    "notice": ("notice", "notice"),
    "since": ("depuis", "since"),
    "last_day": ("jusqu'au", "until"),
    "systems": ("systèmes", "systems"),
    "channels": ("canaux", "channels"),
    "hours": ("heures", "hours"),
    "advertiser": ("annonceur", "advertiser"),
    "sectors": ("secteurs", "sectors"),
    "proof": ("preuve", "proof"),
    "list": ("liste", "list"),
    "line": ("ligne", "line"),
}
"""In the order in which they are told; what a record does not hold is left out."""


def shown_grounds(d: Desk, grounds: Mapping[str, Any]) -> Iterator[Text]:
    """Nothing for decisions of before such records were stored with them."""
    for permission in grounds.get("for", ()):
        named, number = d.text(*_PERMISSIONS[permission["kind"]]), permission["id"]
        told = ", ".join(
            f"{d.text(*words)} {_told(d, part, permission[part])}"
            for part, words in _PARTS.items()
            if permission.get(part)
        )
        counts = "" if permission["counts"] else d.text(" (ne compte pas)", " (does not count)")
        yield Text(d.text(f"{named} n° {number}{counts} : {told}", f"{named} no. {number}{counts}: {told}"))
    for entry in grounds.get("against", ()):
        kind, name, said, source = in_words(entry["kind"], d.language), entry["entry"], entry["said"], entry["source"]
        file, day = entry.get("file"), entry.get("imported_at")
        loaded = local(datetime.fromisoformat(day)) if day else ""
        yield Text(
            d.text(
                f"Contre l'appel : {kind} {name}, du {said or '?'} ({source}"
                + (f", fichier {file} importé le {loaded}, heure de Paris)" if file else ")"),
                f"Against the call: {kind} {name}, of {said or '?'} ({source}"
                + (f", file {file} imported on {loaded} Paris time)" if file else ")"),
            )
        )


def _told(d: Desk, part: str, stored: Any) -> str:
    return systems_in_words(stored, d.language) if part == "systems" else str(stored)
