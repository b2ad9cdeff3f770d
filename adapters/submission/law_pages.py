"""The pages on the law: what was in force, with articles and dates, and what comes of judging each call again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from reportlab.platypus import Flowable

from adapters.submission.tables import paris
from adapters.submission.typesetting import number, section, table, text
from adapters.submission.words import layer_word
from dialer.submission import days_of
from dialer.submission_facts import Submission
from rules.numbers import DatedNumber
from rules.rule import Exemption, Period, Rule
from rules.rulebook import french_rulebook


def rules_section(told: Submission) -> list[Flowable]:
    """Every rule, exemption and number of the law of the days that were judged."""
    days = days_of(told.digest.law_days)
    if days is None:
        return section("5. Règles en vigueur", text("Aucun examen lisible dans ce dossier.", "note"))
    book, period = french_rulebook(), Period(*days)
    rules = [_rule(rule) for rule in sorted(book.rules, key=lambda each: each.id) if rule.in_force.overlaps(period)]
    lifting = [_exemption(each) for each in book.exemptions if each.in_force.overlaps(period)]
    numbers = [_number(entry) for entry in book.numbers.entries if Period(entry.first, entry.last).overlaps(period)]
    headings = ("Règle", "Objet et articles", "Nature", "En vigueur")
    return section(
        "5. Règles en vigueur",
        text(f"Règles appliquées aux jours de la loi du {_day(days[0])} au {_day(days[1])}, au jour local du "
             "consommateur. Le choix de prudence est plus strict que le texte."),
        *table(headings, rows=rules, shares=(2.5, 6, 1.7, 2.2)),
        text("Exemptions", "below"),
        *table(("Exemption", "Objet et articles", "Règles levées", "En vigueur"), lifting, (2.1, 4.2, 4.2, 2.1)),
        text("Valeurs de la loi", "below"),
        *table(("Valeur", "Contenu", "Source", "En vigueur"), numbers, (2.8, 3.5, 4, 2.1)),
    )  # fmt: skip


def law_again_section(told: Submission) -> list[Flowable]:
    law = told.law
    rows = [
        (
            breach.found.attempt_id[:12],
            paris(breach.found.at),
            f"{breach.found.rule_id}\n{breach.found.words.fr}".strip(),
            breach.sanction.source if breach.sanction else breach.found.article or "—",
        )
        for breach in law.breaches
    ]
    return section(
        "4. Réexamen de chaque appel",
        text(
            f"Appels partis, tous tenus face à leur permis, au journal et au registre des appels (plafond, appels "
            f"simultanés, oppositions) : {number(law.calls)}. Rejugés aussi sur leurs faits enregistrés, à l'instant "
            f"réel du départ, sous la loi de ce jour : {number(law.judged)}."
        ),
        *table(
            ("Tentative", "Partie (Paris)", "Manquement", "Texte"), rows, (2, 2.2, 5, 4), digits=(0,),
            none="Aucun manquement.",
        ),
    )  # fmt: skip


def _rule(rule: Rule) -> tuple[str, ...]:
    articles = " ; ".join(map(str, rule.citations))
    return rule.id, f"{rule.title.fr}\n{articles}", layer_word(rule.layer), _span(rule.in_force)


def _exemption(each: Exemption) -> tuple[str, ...]:
    articles = " ; ".join(map(str, each.citations))
    return each.id, f"{each.title.fr}\n{articles}", ", ".join(sorted(each.discharges)), _span(each.in_force)


def _number(entry: DatedNumber) -> tuple[str, ...]:
    return entry.name, ", ".join(_parts(entry.value)), entry.source, _span(Period(entry.first, entry.last))


def _parts(value: object) -> Iterator[str]:
    """Hours as spans, weekdays and prefixes as lists, a number as it is."""
    if not isinstance(value, tuple | frozenset):
        yield str(value)
        return
    for each in sorted(value) if isinstance(value, frozenset) else value:
        yield f"{each[0]:%H:%M}–{each[1]:%H:%M}" if isinstance(each, tuple) else str(each)


def _span(period: Period) -> str:
    first, last = period.first, period.last
    if first and last:
        return f"du {_day(first)}\nau {_day(last)}"
    if first:
        return f"depuis le {_day(first)}"
    return f"jusqu'au {_day(last)}" if last else "à toute date couverte"


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"
