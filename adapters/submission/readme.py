"""LISEZMOI.txt: what lies in the folder, and how to check it with tools that everybody has."""

from __future__ import annotations

from collections.abc import Mapping

from adapters.submission.proof_files import ProofFile
from adapters.submission.tables import paris
from adapters.submission.typesetting import number
from dialer.submission_facts import Submission

_FILES = """\
dossier.pdf        à lire : synthèse, règles, tentatives, appels non passés, pièces, méthode
decisions.csv      chaque examen avant appel, autorisé ou non, avec ses règles
attempts.csv       chaque tentative, partie ou non
recordings.csv     l'empreinte de chaque enregistrement, telle que le journal la dit depuis la fin de l'appel
consents.csv       chaque consentement, contrat, demande, rendez-vous et volonté consignés
data.json          les mêmes, complets : faits, constats, empreintes ; de quoi rejuger chaque cas
chain.jsonl        toutes les lignes du journal inaltérable (personnes sous pseudonyme)
seals/             les scellés, et à côté la clé publique qui les vérifie
proofs/            les pièces citées qui étaient à portée
MANIFEST.sha256    l'empreinte de chaque fichier
manifest-proof.json  la preuve scellée que le journal consigne la remise de cette liste
"""
_CHECK = """\
Vérifier que rien n'a changé depuis la remise :
    sha256sum -c MANIFEST.sha256
Vérifier sans notre programme que ces fichiers sont ceux dont le journal consigne la remise, et le journal avec ses
scellés : docs/verification.md du logiciel décrit les formats octet par octet, et un petit script sans dépendance,
verify-proof.py, fait toute la vérification.
"""


def readme(told: Submission, proofs: Mapping[str, ProofFile | None]) -> str:
    missing = [reference for reference, file in proofs.items() if file is None]
    lines = [
        f"DOSSIER DE PREUVE — {told.subject}",
        f"établi le {paris(told.made_at)} (heure de Paris) par {told.made_by}",
        "",
        f"{number(told.digest.decisions)} examens, {number(len(told.attempts))} tentatives, "
        f"{number(told.chain.rows)} lignes de journal vérifiées, tête {told.chain.head}",
        "",
        _FILES,
        _CHECK,
    ]
    if missing:
        lines += ["Pièces citées dans les enregistrements et non jointes :", *(f"    {each}" for each in missing), ""]
    return "\n".join(lines)
