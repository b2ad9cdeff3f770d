"""The pages on what was done: every attempt with what it rested on, and every call that was not made, with why."""

from __future__ import annotations

from collections.abc import Iterator

from reportlab.platypus import Flowable

from adapters.report.phone import phone
from adapters.submission.law_words import reason_words
from adapters.submission.tables import named, paris
from adapters.submission.typesetting import number, section, table, text
from adapters.submission.words import day_word, fate_word, kind_word, next_word
from dialer.outlook import OFFICE_ZONE
from dialer.schema import Attempt
from dialer.submission_digest import NoCall
from dialer.submission_facts import Submission


def calls_section(told: Submission) -> list[Flowable]:
    headings = ("Tentative\net décision", "Partie (Paris)", "Personne", "Appelé\nAffiché", "Issue", "Fondement")
    return section(
        "6. Tentatives",
        text(
            f"Tentatives : {number(len(told.attempts))}. Chaque ligne nomme la "
            "décision et la ligne du journal qui l'ont permise ; la durée est celle de la conversation."
        ),
        *table(headings, [_attempt(told, each) for each in told.attempts], (2.2, 2.1, 2.3, 2.2, 2.3, 3.6),
               none="Aucune tentative."),
    )  # fmt: skip


def silent_section(told: Submission) -> list[Flowable]:
    """Grouped by person, reasons and day; decisions.csv holds each decision."""
    groups = list(told.digest.without_call.values())
    headings = ("Jour (Paris)", "Personne", "Examens", "Raisons", "Possible à partir de")
    return section(
        "7. Appels non passés, et pourquoi",
        text(
            f"Examens sans appel : {number(sum(len(each.decisions) for each in groups))}, en lignes : "
            f"{number(len(groups))}. Une ligne réunit ceux du même jour sur la même personne pour les mêmes raisons ; "
            "decisions.csv les donne tous un par un."
        ),
        *table(headings, [_silent(told, each) for each in groups], (1.6, 2.4, 2, 6.6, 2),
               none="Chaque examen a mené à un appel."),
    )  # fmt: skip


def _attempt(told: Submission, attempt: Attempt) -> tuple[str, ...]:
    seq = told.seqs.get(attempt.decision_id)
    seconds = f"{attempt.talk_ms / 1000:.1f}".replace(".", ",")
    lasted = f"\n{seconds} s de conversation" if attempt.answered_at else ""
    sip = f"\nSIP {attempt.sip_code} {attempt.sip_reason}".rstrip() if attempt.sip_code else ""
    return (
        f"{attempt.id[:12]}\nn° {attempt.decision_id}, ligne {seq or '?'}",
        "\n".join(_instants(told, attempt)),
        named(told.people.get(attempt.contact_id)),
        f"{phone(attempt.number)}\n{phone(attempt.caller_id)}",
        f"{fate_word(attempt.state, attempt.disposition)}{lasted}{sip}",
        "\n".join(_basis(told, attempt.decision_id)) or "—",
    )


def _instants(told: Submission, attempt: Attempt) -> Iterator[str]:
    """When it left; and by the clocks where the consumer lives, if they are not those of Paris."""
    left = attempt.dialed_at
    yield paris(left) if left else "non partie"
    basis = told.digest.bases.get(attempt.decision_id)
    for clock in basis.clocks if basis and left else ():
        there = left.astimezone(clock.tzinfo) if left else clock
        if left and there.utcoffset() != left.astimezone(OFFICE_ZONE).utcoffset():
            yield f"{there:%H:%M} sur place"


def _basis(told: Submission, decision_id: int) -> Iterator[str]:
    basis = told.digest.bases.get(decision_id)
    for record in basis.records if basis else ():
        said = record.get("collected_on") or record.get("requested_on") or record.get("since") or record.get("at")
        dated = f" du {day_word(said)}" if said else ""
        yield f"{kind_word(record['kind'])} n° {record['id']}{dated}"
    if basis and basis.exemptions:
        yield ", ".join(basis.exemptions)


def _silent(told: Submission, group: NoCall) -> tuple[str, ...]:
    first, last = (f"{at.astimezone(OFFICE_ZONE):%H:%M}" for at in (group.first, group.last))
    when = first if first == last else f"{first} – {last}"
    reasons = "\n".join(
        f"{each.rule_id} : {reason_words(each.words.fr)} — {each.citations[0]}" for each in group.findings
    )
    return (
        f"{group.day:%d/%m/%Y}\n{when}",
        named(told.people.get(group.contact_id)),
        _ids(group.decisions),
        reasons or "\n".join((*group.rules, "(faits effacés)")),
        next_word(group.next_at),
    )


def _ids(decisions: list[int]) -> str:
    if len(decisions) == 1:
        return f"n° {decisions[0]}"
    return f"{number(len(decisions))} : n° {decisions[0]} à {decisions[-1]}"
