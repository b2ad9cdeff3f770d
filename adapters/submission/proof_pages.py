"""The pages on the records that permitted or limited calls, each with its proof: joined, or named as not at hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from reportlab.platypus import Flowable

from adapters.report.phone import phone
from adapters.submission.law_words import date_word
from adapters.submission.proof_files import ProofFile
from adapters.submission.tables import named
from adapters.submission.typesetting import below, number, section, table
from adapters.submission.words import kind_word, said_words, wish_word
from dialer.submission import Evidence
from dialer.submission_facts import Submission
from dialer.submission_lists import ListedOpposition, ScrubProof


def evidence_section(told: Submission, proofs: Mapping[str, ProofFile | None]) -> list[Flowable]:
    permits = [each for each in told.evidence if each.kind != "wish"]
    wishes = [each for each in told.evidence if each.kind == "wish"]
    files = [(file.path, number(file.size), file.sha256) for file in proofs.values() if file]
    missing = [(reference,) for reference, file in proofs.items() if file is None]
    return section(
        "8. Consentements, contrats, demandes et volontés",
        *table(("Pièce", "Personne", "Ce qui est consigné", "Preuve", "Liste"),
               [_record(told, each, proofs) for each in permits], (2, 2.2, 4.6, 3.2, 1.8),
               none="Aucun consentement, contrat, rendez-vous ni demande n'est consigné."),
        below("Refus et oppositions exprimés"),
        *table(("Volonté", "Personne", "Ce qui est consigné"), [_wish(told, each) for each in wishes], (2.4, 2.4, 7),
               none="Aucune volonté exprimée n'est consignée."),
        below("Oppositions portées par des listes, par numéro"),
        *table(("Entrée", "Personne et numéro", "Liste"), [_listed(told, each) for each in told.oppositions], (4, 4, 4),
               none="Aucune liste n'oppose ces numéros."),
        below("Retours de Bloctel (jusqu'au 10/08/2026)"),
        *table(("Liste", "Envoyée et revenue le", "Lignes", "Numéros couverts ici", "SHA-256 du fichier envoyé"),
               [_scrub(each) for each in told.scrubs], (1.6, 1.8, 1.8, 1.4, 7.2), digits=(4,),
               none="Aucun retour de Bloctel n'est consigné pour ces personnes."),
        below("Fichiers joints"),
        *table(("Fichier", "Octets", "SHA-256"), files, (4.4, 1.3, 6.4), digits=(2,), none="Aucun fichier joint."),
        below("Pièces citées et non jointes"),
        *table(("Référence, telle qu'elle est consignée",), missing, (1,),
               none="Toutes les pièces citées sont jointes." if proofs else "Aucune pièce n'est citée."),
    )  # fmt: skip


def _record(told: Submission, each: Evidence, proofs: Mapping[str, ProofFile | None]) -> tuple[str, ...]:
    file = proofs.get(each.proof)
    proof = f"{each.proof}\n{'jointe' if file else 'non jointe'}" if each.proof else "aucune"
    return (
        f"{kind_word(each.kind)}\nn° {each.id}",
        named(told.people.get(each.contact_id)),
        "\n".join([*_undated(each), *said_words(each.said)]),
        proof,
        each.list_name or "saisie à la main",
    )


def _undated(each: Evidence) -> Iterator[str]:
    if each.kind == "consent" and "collected_on" not in each.said:
        yield "jour du recueil absent ou illisible"


def _listed(told: Submission, each: ListedOpposition) -> tuple[str, ...]:
    said = f" du {date_word(each.said_on)}" if each.said_on else ", sans date lisible"
    taken_back = "" if each.stands else "\ncorrigée depuis : ne compte plus"
    return (
        f"{wish_word(each.kind)}{said}\n{each.id}{taken_back}",
        f"{named(told.people.get(each.contact_id))}\n{phone(each.number)}",
        each.list_name,
    )


def _scrub(each: ScrubProof) -> tuple[str, ...]:
    return (
        each.list_name,
        f"{date_word(each.uploaded_on)}\n{date_word(each.returned_on)}",
        f"{number(each.rows_in)} envoyées\n{number(each.rows_removed)} retirées",
        number(each.numbers),
        each.sha256,
    )


def _wish(told: Submission, each: Evidence) -> tuple[str, ...]:
    return (
        f"{wish_word(str(each.said['kind']))} P{each.id}",
        named(told.people.get(each.contact_id)),
        "\n".join(said_words(each.said)),
    )
