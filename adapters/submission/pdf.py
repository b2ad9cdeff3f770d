"""dossier.pdf: what an inspector reads, from the summary to how each line can be verified. Every figure computed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path

from reportlab.platypus import Flowable

from adapters.report.phone import phone
from adapters.submission.calls_pages import calls_section, silent_section
from adapters.submission.law_pages import rules_section
from adapters.submission.law_words import date_word, sector_word
from adapters.submission.method_pages import method_section
from adapters.submission.proof_files import ProofFile
from adapters.submission.proof_pages import evidence_section
from adapters.submission.review_pages import review_section
from adapters.submission.tables import paris
from adapters.submission.typesetting import below, marked, number, pairs, section, space, table, text, typeset
from adapters.submission.words import system_word
from dialer.ledger import NOT_COUNTED
from dialer.outlook import OFFICE_ZONE
from dialer.submission_facts import Submission

_TITLE = "Dossier de preuve"


def write_pdf(path: Path, told: Submission, proofs: Mapping[str, ProofFile | None]) -> None:
    """Raises `OSError`."""
    story = [
        text(_TITLE, "title"),
        text(told.subject, "subject"),
        *_summary(told, proofs),
        *_who(told, proofs),
        *_quality(told),
        *review_section(told),
        *rules_section(told),
        *calls_section(told),
        *silent_section(told),
        *evidence_section(told, proofs),
        *method_section(told),
    ]
    typeset(path, _TITLE, f"{_TITLE} — {told.subject} — établi le {paris(told.made_at)}", story)


def _summary(told: Submission, proofs: Mapping[str, ProofFile | None]) -> list[Flowable]:
    digest, verdicts = told.digest, told.digest.verdicts
    left = [attempt for attempt in told.attempts if attempt.state not in NOT_COUNTED]
    answered = sum(attempt.answered_at is not None for attempt in left)
    missing = sum(file is None for file in proofs.values())
    rows: list[tuple[str, object]] = [
        ("Objet", told.subject),
        ("Établi le", f"{paris(told.made_at)} (heure de Paris), par {told.made_by}"),
        ("Société qui appelle", told.caller),
        ("Annonceur", ", ".join(sorted({each.advertiser for each in told.campaigns})) or "—"),
        ("Période", _period(told)),
        ("Premier et dernier examen", f"{paris(digest.first) or '—'} – {paris(digest.last) or '—'}"),
        ("Personnes concernées", number(len(digest.people))),
        (
            "Examens avant appel",
            f"{number(digest.decisions)}, dont {number(verdicts['allow'])} autorisés, {number(verdicts['defer'])} "
            f"différés, {number(verdicts['deny'])} refusés",
        ),
        ("Appels partis", f"{number(len(left))}, dont {number(answered)} décrochés"),
        ("Autorisations restées sans appel", number(len(told.attempts) - len(left))),
        ("Pièces citées", f"{number(len(proofs))}, dont {number(missing)} non jointes" if proofs else "aucune"),
        ("Examens dont les faits sont effacés", number(digest.erased)),
    ]
    tried = [text("Opérateur d'essai sur la machine elle-même : personne n'a été dérangé.")] if told.only_tried else []
    return section("1. Synthèse", *tried, pairs(rows), space(3), *_answers(told))


def _period(told: Submission) -> str:
    """The days that were asked for, and whether they were over."""
    since, until = told.scope.since, told.scope.until
    if since is None or until is None:
        return "toute date : rien n'est écarté par le temps"
    first, last = (at.astimezone(OFFICE_ZONE).date() for at in (since, until - timedelta(microseconds=1)))
    running = "" if until <= told.made_at else " ; non close quand le dossier a été établi"
    return f"du {date_word(first)} au {date_word(last)} inclus (jours de Paris){running}"


def _answers(told: Submission) -> Iterator[Flowable]:
    """What an inspector wants to know first."""
    law, chain = told.law, told.chain
    yield marked(
        f"Journal vérifié de bout en bout, aucune altération trouvée ; lignes : {number(chain.rows)}."
        if chain.whole
        else f"Journal rompu à la ligne {chain.broken_at} : {chain.why_fr}.",
        chain.whole,
    )
    if chain.reservations:
        yield text(f"Réserves de cette vérification, dites en partie 9 : {number(len(chain.reservations))}.", "note")
    yield marked(
        f"Appels réexaminés sous la loi de leur jour : {number(law.calls)} ; manquements : "
        f"{number(len(law.breaches))}.",
        not law.breaches,
    )
    if law.erased:
        yield text(
            "Appels dont les faits ont été effacés, pour lesquels seuls le journal et le registre parlent encore : "
            f"{number(law.erased)}.",
            "note",
        )


def _who(told: Submission, proofs: Mapping[str, ProofFile | None]) -> list[Flowable]:
    parts: list[Flowable] = []
    for each in told.campaigns:
        plan = each.plan
        rows: list[tuple[str, object]] = [
            ("Annonceur", each.advertiser),
            ("Offre", plan.offer),
            ("Secteur et système d'appel", f"{sector_word(plan.sector)} ; {system_word(plan.system)}"),
            ("Ligne d'opérateur", plan.trunk),
            ("Notice de collecte des numéros", plan.collection_notice or "—"),
        ]
        rows += [
            (f"Numéro affiché {phone(shown)}", _assigned(owner, proof, bool(proofs.get(proof))))
            for shown, owner, proof in each.assignments
        ]
        parts += [below(f"Campagne « {each.name} »"), pairs(rows)]
    people = [
        (
            person.name or "effacée",
            person.pseudonym,
            ", ".join(map(phone, person.numbers)) or "—",
            person.postcode or "—",
        )
        for person in told.people.values()
    ]
    if len(people) <= _FEW:
        headings = ("Personne", "Pseudonyme au journal", "Numéros", "Code postal")
        parts += [below("Personnes"), *table(headings, people, (3, 3, 4, 1.5), digits=(1,))]
    return section("2. Qui, pour qui, quoi", *(parts or [text("Aucune campagne.", "note")]))


def _assigned(owner: str, proof: str, joined: bool) -> str:
    if not owner:
        return "hors des réglages"
    return f"attribué à {owner} ; preuve {proof} ({'jointe' if joined else 'non jointe'})"


_FEW = 20
"""People who are presented one by one; of more, decisions.csv has each."""


def _quality(told: Submission) -> list[Flowable]:
    rows = [
        (
            each.trunk,
            each.operator.name,
            f"{number(each.quality.seizures)} / {number(each.quality.answered)}",
            _figure(each.quality.asr_percent, "%", each.operator.asr_above_percent, ">"),
            _figure(each.quality.acd_seconds, "s", each.operator.acd_above_seconds, ">"),
            _figure(each.quality.short_percent, "%", each.operator.short_below_percent, "<"),
        )
        for each in told.trunks
    ]
    headings = ("Ligne", "Opérateur", "Partis / décrochés", "Taux de décroché", "Durée moyenne", "Appels courts")
    complaints = [(each.reference, paris(each.said_at), each.attempt_id) for each in told.complaints]
    return section(
        "3. Qualité des appels et conditions de l'opérateur",
        *table(headings, rows, (1.4, 1.4, 1.6, 2, 2, 2), none="Aucun appel n'est parti."),
        *table(("Plainte", "Reçue le (Paris)", "Tentative"), complaints, (2, 2, 4), digits=(2,),
               none="Aucune plainte consignée."),
    )  # fmt: skip


def _figure(value: int | None, unit: str, limit: int | None, sign: str) -> str:
    shown = "—" if value is None else f"{number(value)} {unit}"
    return f"{shown}\n(exigé : {sign} {limit} {unit})" if limit is not None else f"{shown}\n(rien d'exigé)"
