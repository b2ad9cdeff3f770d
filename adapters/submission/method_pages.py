"""The page on how everything here can be verified by somebody who trusts neither this file nor its makers."""

from __future__ import annotations

from datetime import datetime

from reportlab.platypus import Flowable

from adapters.submission.tables import paris
from adapters.submission.typesetting import below, marked, number, pairs, section, space, table, text
from dialer.submission_facts import Submission

_HOW = (
    "Chaque examen, chaque étape d'un appel, chaque opposition dite au téléphone ou notée à la main est une ligne du "
    "journal, écrite dans la même transaction que ce qu'elle consigne ; un fichier de consentements ou d'oppositions "
    "y est une ligne, avec l'empreinte du fichier. Une ligne porte l'empreinte SHA-256 de son contenu et de la "
    "ligne d'avant : en changer, en ôter ou en insérer une rompt la suite. chain.jsonl contient toutes les lignes ; "
    "les personnes n'y paraissent que sous un pseudonyme.",
    "Les scellés (dossier seals) répondent chacun d'une suite de lignes : racine de Merkle (RFC 6962), signature "
    "Ed25519 et, s'il y en a un, jeton d'horodatage RFC 3161 d'une autorité tierce. La clé publique est jointe ; elle "
    "se compare à celle qui a été déposée ou publiée auparavant.",
    "Le texte complet d'un examen (faits, constats, empreintes des règles) est conservé chiffré ; son empreinte est au "
    "journal. data.json le donne en clair, assez complet pour être rejugé sous la loi de son jour.",
    "MANIFEST.sha256 donne l'empreinte de chaque fichier ; sa propre empreinte est au journal, à la ligne qui consigne "
    "la remise de ce dossier ; manifest-proof.json prouve cette ligne par le scellé posé après elle.",
    "Limites : le journal prouve ce que ce logiciel a décidé et fait. Il ne dit rien d'appels passés par d'autres "
    "moyens, et une pièce jointe y est telle qu'elle a été reçue. Les lignes écrites après le dernier scellé ne sont "
    "tenues que par la suite des empreintes.",
)
_PRINTS = {
    "rules": "recueil de règles (SHA-256)",
    "numbers": "valeurs de la loi (SHA-256)",
    "settings": "réglages du dossier (SHA-256)",
    "tzdata": "fuseaux horaires, tzdata",
    "holidays": "jours fériés, holidays",
    "phonenumbers": "plan de numérotation, phonenumbers",
    "python-dateutil": "calculs de dates, python-dateutil",
}


def method_section(told: Submission) -> list[Flowable]:
    chain = told.chain
    rows: list[tuple[str, object]] = [
        ("Lignes vérifiées", number(chain.rows)),
        ("Empreinte de la dernière ligne (tête)", chain.head),
        ("Réponse de la vérification", "entier" if chain.whole else f"ligne {chain.broken_at} : {chain.why_fr}"),
    ]
    seals = [
        (
            str(seal.statement.number),
            paris(datetime.fromisoformat(seal.statement.at)),
            f"{number(seal.statement.first)} – {number(seal.statement.last)}",
            f"{seal.statement.root}\n{seal.statement.key}",
            "oui" if seal.timestamp else "non",
        )
        for seal in told.seals
    ]
    prints = [
        (number(count), "\n".join(f"{_PRINTS.get(name, name)} : {value}" for name, value in print_))
        for print_, count in told.digest.fingerprints.most_common()
    ]
    return section(
        "9. Méthode de vérification",
        *(text(each) for each in _HOW),
        marked("Le journal est entier." if chain.whole else "Le journal est rompu.", chain.whole),
        *(text(f"Réserve : {each.why_fr}.") for each in chain.reservations),
        pairs(rows),
        space(3),
        below("Scellés"),
        *table(("N°", "Posé le (Paris)", "Lignes", "Racine de Merkle\nClé publique", "Horodaté"), seals,
               (0.7, 2, 2, 7, 1.2), digits=(3,), none="Aucun scellé n'a été posé."),
        below("Ce sur quoi les examens reposaient"),
        *table(("Examens", "Empreintes des règles, des réglages et des données"), prints, (1.2, 10), digits=(1,),
               none="Aucun examen lisible."),
    )  # fmt: skip
