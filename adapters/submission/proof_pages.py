"""The pages on the records that permitted or limited calls, each with its proof: joined, or named as not at hand."""

from __future__ import annotations

from collections.abc import Mapping

from reportlab.platypus import Flowable

from adapters.submission.proof_files import ProofFile
from adapters.submission.tables import named
from adapters.submission.typesetting import number, section, table, text
from adapters.submission.words import kind_word, said_words, wish_word
from dialer.submission import Evidence
from dialer.submission_facts import Submission


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
        text("Refus et oppositions exprimés", "below"),
        *table(("Volonté", "Personne", "Ce qui est consigné"), [_wish(told, each) for each in wishes], (2.4, 2.4, 7),
               none="Aucune volonté exprimée n'est consignée."),
        text("Fichiers joints", "below"),
        *table(("Fichier", "Octets", "SHA-256"), files, (4.4, 1.3, 6.4), digits=(2,), none="Aucun fichier joint."),
        text("Pièces citées et non jointes", "below"),
        *table(("Référence, telle qu'elle est consignée",), missing, (1,),
               none="Toutes les pièces citées sont jointes." if proofs else "Aucune pièce n'est citée."),
    )  # fmt: skip


def _record(told: Submission, each: Evidence, proofs: Mapping[str, ProofFile | None]) -> tuple[str, ...]:
    file = proofs.get(each.proof)
    proof = f"{each.proof}\n{'jointe' if file else 'non jointe'}" if each.proof else "aucune"
    return (
        f"{kind_word(each.kind)}\nn° {each.id}",
        named(told.people.get(each.contact_id)),
        "\n".join(said_words(each.said)),
        proof,
        each.list_name or "saisie à la main",
    )


def _wish(told: Submission, each: Evidence) -> tuple[str, ...]:
    return (
        f"{wish_word(str(each.said['kind']))} P{each.id}",
        named(told.people.get(each.contact_id)),
        "\n".join(said_words(each.said)),
    )
