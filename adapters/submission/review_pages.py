"""The page on what comes of judging each call again, under the law of its day and at the instant at which it left."""

from __future__ import annotations

from reportlab.platypus import Flowable

from adapters.submission.law_words import reason_words, source_word
from adapters.submission.tables import paris
from adapters.submission.typesetting import number, section, table, text
from dialer.legal_exposure import Breach
from dialer.submission_facts import Submission


def review_section(told: Submission) -> list[Flowable]:
    law = told.law
    return section(
        "4. Réexamen de chaque appel",
        text(
            f"Appels partis, tous tenus face à leur permis, au journal et au registre des appels (plafond, appels "
            f"simultanés, oppositions) : {number(law.calls)}. Rejugés aussi sur leurs faits enregistrés, à l'instant "
            f"réel du départ, sous la loi de ce jour : {number(law.judged)}."
        ),
        *table(
            ("Tentative", "Partie (Paris)", "Manquement", "Texte"), [_breach(each) for each in law.breaches],
            (2, 2.2, 5, 4), digits=(0,), none="Aucun manquement.",
        ),
    )  # fmt: skip


def _breach(breach: Breach) -> tuple[str, ...]:
    found = breach.found
    return (
        found.attempt_id[:12],
        paris(found.at),
        f"{found.rule_id}\n{reason_words(found.words.fr)}".strip(),
        source_word(breach.sanction.source) if breach.sanction else found.article or "—",
    )
