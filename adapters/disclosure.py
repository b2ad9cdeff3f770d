"""The folder that a person gets of everything on record about them: a page to read, the same as data, recordings."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from html import escape
from pathlib import Path
from typing import Any

from adapters.report.phone import phone
from adapters.submission.words import day_word, kind_word, verdict_word, wish_word
from dialer.subject_file import Section
from dialer.whole_file import write_whole

PAGE, DATA = "mes-donnees.html", "mes-donnees.json"
_TITLES: Mapping[str, str] = {
    "identity": "Identité",
    "numbers": "Numéros de téléphone",
    "customer_ids": "Identifiants client",
    "lists": "Fichiers d'où viennent vos données",
    "evidence": "Consentements, contrats, demandes de rappel, rendez-vous et volontés exprimées",
    "objections": "Oppositions portées par des listes",
    "calls_elsewhere": "Appels passés, connus par des fichiers",
    "campaigns": "Campagnes",
    "decisions": "Décisions de vous appeler ou non",
    "calls": "Appels",
    "recordings": "Enregistrements (joints)",
    "remarks": "Mots notés à votre sujet",
    "requests": "Vos demandes",
    "looks": "Consultations de vos données",
}
_HEADINGS: Mapping[str, str] = {
    "answered_at": "répondu le", "at": "date", "attributes": "autres colonnes", "caller_id": "numéro affiché",
    "campaign": "campagne", "city": "ville", "detail": "précision", "disposition": "issue", "due_at": "prévu le",
    "due_on": "à répondre avant le", "entry": "entrée", "events": "déroulement", "external_id": "identifiant",
    "facts": "faits retenus", "file": "fichier", "first_name": "prénom", "imported_at": "importé le", "kind": "nature",
    "last_name": "nom", "line": "ligne", "list": "liste", "made_on": "jour", "noted_at": "noté le", "note": "note",
    "number": "numéro", "outcome": "suite", "postcode": "code postal", "proof": "preuve", "pseudonym": "pseudonyme",
    "rank": "rang", "reasons": "raisons", "received_on": "reçue le", "relied_on": "fondée sur", "rules": "règles",
    "said_on": "dit le", "source": "source", "stands": "en vigueur", "state": "état", "text": "texte",
    "trunk": "opérateur", "tries": "essais", "verb": "commande", "verdict": "décision",
}  # fmt: skip
_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a}"
    "h2{border-bottom:1px solid #bbb;margin-top:2.5rem}dl{display:grid;grid-template-columns:12rem 1fr;gap:.2rem 1rem;"
    "padding:.6rem .8rem;background:#f5f5f3;border-radius:.4rem}dt{color:#555}dd{margin:0;overflow-wrap:anywhere}"
)
_RIGHTS = (
    "Ces données servent à vous appeler dans le respect du code de la consommation (art. L.223-1 et D.223-9) et à "
    "prouver que cela a été respecté. Elles sont destinées au responsable du traitement, à l'entreprise qui appelle et "
    "à l'opérateur téléphonique. Vous pouvez les faire rectifier ou effacer, vous opposer à tout appel, limiter leur "
    "usage et les emporter (RGPD art. 15 à 21), et saisir la CNIL (www.cnil.fr). La décision d'appeler est prise par "
    "des règles fixes, tirées de la loi ; aucun profil n'est établi."
)


def write_disclosure(
    folder: Path,
    sections: Mapping[str, Section],
    recordings: Iterable[Path],
    responsible: str,
    periods: Iterable[str],
    at: datetime,
) -> list[Path]:
    """Write the folder; the files. `periods`: how long each kind is kept, in French."""
    folder.mkdir(parents=True, exist_ok=True)
    page = "".join(_page(sections, responsible, periods, at))
    write_whole(folder / PAGE, page.encode())
    plain = {"made_at": at.isoformat(), "responsible": responsible, **sections}
    write_whole(folder / DATA, (json.dumps(plain, ensure_ascii=False, indent=1) + "\n").encode())
    copied = [Path(shutil.copy2(path, folder / path.name)) for path in recordings]
    return [folder / PAGE, folder / DATA, *copied]


def _page(sections: Mapping[str, Section], responsible: str, periods: Iterable[str], at: datetime) -> Iterator[str]:
    yield f'<!doctype html><html lang="fr"><meta charset="utf-8"><title>Vos données</title><style>{_STYLE}</style>'
    yield f"<h1>Vos données chez {escape(responsible)}</h1><p>État au {escape(day_word(at.isoformat()))}.</p>"
    yield f"<p>{escape(_RIGHTS)}</p><h2>Durées de conservation</h2><ul>"
    yield "".join(f"<li>{escape(period)}</li>" for period in periods)
    yield "</ul>"
    for name, records in sections.items():
        yield f"<h2>{escape(_TITLES[name])}</h2>"
        yield "".join(map(_record, records)) or "<p>Rien.</p>"
    yield "</html>\n"


def _record(record: Mapping[str, Any]) -> str:
    said = (
        f"<dt>{escape(_HEADINGS.get(name, name))}</dt><dd>{_value(name, value)}</dd>" for name, value in record.items()
    )
    return f"<dl>{''.join(said)}</dl>"


def _value(name: str, value: Any) -> str:
    if isinstance(value, list):
        return "<br>".join(_value(name, each) for each in value) or "—"
    if isinstance(value, dict):
        return "; ".join(f"{escape(_HEADINGS.get(key, key))} : {_value(key, each)}" for key, each in value.items())
    if isinstance(value, bool) or value is None:
        return {True: "oui", False: "non", None: "—"}[value]
    text = str(value)
    if name in ("number", "caller_id"):
        return escape(phone(text))
    if name == "verdict":
        return escape(verdict_word(text))
    if name == "kind":
        return escape(wish_word(kind_word(text)))
    return escape(day_word(text) if name.endswith(("_at", "_on")) or name == "at" else text)
