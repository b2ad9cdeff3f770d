"""The pages on the law: what was in force on which day, with articles and sources, value by value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import groupby

from reportlab.platypus import Flowable

from adapters.submission.law_words import MARKS, citation_word, date_word, source_word, value_name, value_parts
from adapters.submission.typesetting import below, number, section, table, text
from adapters.submission.words import layer_word
from dialer.outlook import OFFICE_ZONE
from dialer.submission_facts import Submission
from rules.duty import Duty
from rules.fingerprint import fingerprints
from rules.numbers import DatedNumber
from rules.rule import Citation, Exemption, Period, Rule
from rules.rulebook import COVERED_FROM, Edition, french_rulebook

_FEW = 8
"""Days that are named one by one."""
_A_MOMENT = timedelta(microseconds=1)


def rules_section(told: Submission) -> list[Flowable]:
    """The law of each day of the period, then every rule, exemption and number of those days."""
    period = _days(told)
    if period is None:
        return section("5. Règles en vigueur", text("Aucun examen lisible dans ce dossier.", "note"))
    book = french_rulebook()
    spans = list(_spans([each for each in book.editions if Period(each.first, each.last).overlaps(period)]))
    rules = [_rule(rule) for rule in sorted(book.rules, key=lambda each: each.id) if rule.in_force.overlaps(period)]
    lifting = [_exemption(each) for each in book.exemptions if each.in_force.overlaps(period)]
    duties = [_rule(duty) for duty in sorted(book.duties, key=lambda each: each.id) if duty.in_force.overlaps(period)]
    numbers = [_number(entry) for entry in book.numbers.entries if Period(entry.first, entry.last).overlaps(period)]
    return section(
        "5. Règles en vigueur",
        text("Chaque examen applique le droit du jour local du consommateur. Un choix de prudence est plus strict que "
             "le texte."),
        *table(("Jours", "Régime", "Règles en vigueur", "Jours examinés"),
               [_of_days(told, *span, period) for span in spans], (2.2, 2.6, 6, 2.2)),
        below("Règles"),
        *table(("Règle", "Objet et articles", "Nature", "En vigueur"), rows=rules, shares=(2.5, 6, 1.7, 2.2)),
        below("Exemptions"),
        *table(("Exemption", "Objet et articles", "Règles levées", "En vigueur"), lifting, (2.1, 4.2, 4.2, 2.1)),
        below("Obligations vérifiées avant qu'une campagne commence"),
        *table(("Obligation", "Objet et articles", "Nature", "En vigueur"), duties, (2.5, 6, 1.7, 2.2)),
        below("Valeurs de la loi"),
        *table(("Valeur", "Contenu", "Source", "En vigueur"), numbers, (2.8, 3.5, 4, 2.1)),
        text(MARKS, "note"),
        text(_version(told), "note"),
    )  # fmt: skip


def _days(told: Submission) -> Period | None:
    """The days that were asked for, as far as they have come; else those whose law was applied; None: no day."""
    applied = sorted(map(date.fromisoformat, told.digest.law_days))
    since, until = told.scope.since, told.scope.until
    first = since.astimezone(OFFICE_ZONE).date() if since else None
    last = (min(until, told.made_at) - _A_MOMENT).astimezone(OFFICE_ZONE).date() if until else None
    days = [day for day in (first, last, *applied) if day]
    return Period(max(min(days), COVERED_FROM), max(days)) if days and max(days) >= COVERED_FROM else None


def _version(told: Submission) -> str:
    """Whether the examinations rest on the very rules that are described here."""
    mine = set(fingerprints().items())
    other = sum(count for prints, count in told.digest.fingerprints.items() if not _ours(mine, prints))
    described = "Règles et valeurs décrites ici : celles de la version du logiciel qui établit ce dossier"
    if not other:
        return f"{described} ; tous les examens lisibles reposent sur elles (empreintes : partie 9)."
    return (
        f"{described}. Examens qui reposent sur une autre version des règles ou des valeurs : {number(other)} ; leurs "
        "empreintes sont en partie 9, leurs constats sont donnés tels qu'ils ont été enregistrés."
    )


def _ours(mine: set[tuple[str, str]], prints: tuple[tuple[str, str], ...]) -> bool:
    return {each for each in prints if each[0] in ("rules", "numbers")} <= mine


def _spans(editions: Iterable[Edition]) -> Iterator[tuple[frozenset[str], date, date | None]]:
    """The ids of the rules in force, from which day to which: editions that differ in something else are one span."""
    for ids, same in groupby(editions, key=lambda each: frozenset(rule.id for rule in each.rules)):
        together = list(same)
        yield ids, together[0].first, together[-1].last


def _of_days(told: Submission, ids: frozenset[str], begun: date, over: date | None, period: Period) -> tuple[str, ...]:
    first = max(begun, period.first or begun)
    last = min(day for day in (over, period.last) if day)
    examined = [day for day in map(date.fromisoformat, sorted(told.digest.law_days)) if first <= day <= last]
    return (
        date_word(first) if first == last else f"du {date_word(first)}\nau {date_word(last)}",
        _regime(ids),
        ", ".join(sorted(ids)),
        "\n".join(_listed(examined)),
    )


def _regime(ids: frozenset[str]) -> str:
    if "FR-CONSENT" in ids:
        return "consentement préalable (L.223-1, loi 2025-594)"
    return "opposition, liste Bloctel (L.223-1, loi 2020-901)"


def _listed(days: list[date]) -> Iterator[str]:
    if not days:
        yield "aucun"
    elif len(days) <= _FEW:
        yield from map(date_word, days)
    else:
        yield f"{number(len(days))} jours,\ndu {date_word(days[0])}\nau {date_word(days[-1])}"


def _rule(rule: Rule | Duty) -> tuple[str, ...]:
    return rule.id, f"{rule.title.fr}\n{_articles(rule.citations)}", layer_word(rule.layer), _span(rule.in_force)


def _exemption(each: Exemption) -> tuple[str, ...]:
    told = f"{each.title.fr}\n{_articles(each.citations)}"
    return each.id, told, ", ".join(sorted(each.discharges)), _span(each.in_force)


def _articles(citations: tuple[Citation, ...]) -> str:
    return " ; ".join(map(citation_word, citations))


def _number(entry: DatedNumber) -> tuple[str, ...]:
    held = _span(Period(entry.first, entry.last))
    return value_name(entry.name), ", ".join(value_parts(entry.value)), source_word(entry.source_fr), held


def _span(period: Period) -> str:
    first, last = period.first, period.last
    if first and last:
        return f"du {date_word(first)}\nau {date_word(last)}"
    if first:
        return f"depuis le {date_word(first)}"
    return f"jusqu'au {date_word(last)}" if last else "à toute date couverte"
