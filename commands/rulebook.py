"""`dialer rules list|show`: the book of law with its periods, articles and numbers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

import typer

from commands.cases import check
from commands.desk import Desk, Json, Lang, desk
from commands.tables import plain_table
from dialer.errors import NotFound
from rules.duty import Duty
from rules.explain import layer_word
from rules.rule import Citation, Exemption, Period, Rule
from rules.rulebook import french_rulebook

Item = Rule | Exemption | Duty

app = typer.Typer(no_args_is_help=True, help="The rulebook: list, show, check a case file.")


app.command()(check)


@app.command("list")
def list_(
    on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Only what is in force on this day.")
    ] = None,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """List all rules, exemptions and duties with their periods, layers and articles.

    Example: dialer rules list --on 2026-08-11
    """
    with desk(json, lang) as d:
        book = french_rulebook()
        items: list[Item] = [*book.rules, *book.exemptions, *book.duties]
        if on:
            items = [item for item in items if on.date() in item.in_force]
        items.sort(key=lambda item: (item.id, item.in_force.first or date.min))
        table = plain_table(
            "id",
            d.text("en vigueur", "in force"),
            d.text("couche", "layer"),
            d.text("titre", "title"),
            "",
        )
        for item in items:
            table.add_row(
                item.id, _span(item.in_force), _layer_said(d, item), _title(d, item), _articles(item.citations)
            )
        d.show(table)
        d.document({"ok": True, "rules": [_plain(item) for item in items]})


@app.command()
def show(
    rule_id: Annotated[str, typer.Argument(help="Id of a rule, exemption or duty, such as FR-HOURS.")],
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Show every version of one rule: period, layer, articles, reasons, and the numbers it uses.

    Example: dialer rules show FR-FREQ
    """
    with desk(json, lang) as d:
        book = french_rulebook()
        every: list[Item] = [*book.rules, *book.exemptions, *book.duties]
        versions = [item for item in every if item.id == rule_id.upper()]
        if not versions:
            raise NotFound(
                f"no rule {rule_id!r} in the book; `dialer rules list` names them",
                f"pas de règle {rule_id!r} dans le recueil ; `dialer rules list` les nomme",
            )
        for item in versions:
            d.show(f"[bold]{item.id}[/] · {_title(d, item)} · {_span(item.in_force)} · {_layer_said(d, item)}")
            d.show(f"  {_articles(item.citations)}")
            d.show(f"  {_words(item)}")
            for number in book.numbers.entries:
                if number.name in item.reads and item.in_force.overlaps(Period(number.first, number.last)):
                    told = d.text(number.source_fr, number.source).replace("[", "\\[")
                    d.show(f"  {number.name} = {_value(number.value)} · {told}")
        d.document({"ok": True, "versions": [_plain(item) for item in versions]})


def _span(period: Period) -> str:
    return f"{period.first or '…'} → {period.last or '…'}"


def _layer_said(d: Desk, item: Item) -> str:
    return "exemption" if isinstance(item, Exemption) else layer_word(item.layer, d.language)


def _layer(item: Item) -> str:
    return "exemption" if isinstance(item, Exemption) else str(item.layer)


def _kind(item: Item) -> str:
    return type(item).__name__.lower()


def _title(d: Desk, item: Item) -> str:
    return d.text(item.title.fr, item.title.en)


def _articles(citations: tuple[Citation, ...]) -> str:
    return " ; ".join(f"{citation} [{citation.confidence}]" for citation in citations).replace("[", "\\[")


def _words(item: Item) -> str:
    """What the article says: the docstring of the function that encodes it."""
    source: object
    match item:
        case Rule():
            source = item.check
        case Exemption():
            source = item.applies
        case Duty():
            source = item.find
    return " ".join((source.__doc__ or "").split())


def _value(value: object) -> str:
    return ", ".join(map(str, sorted(value))) if isinstance(value, frozenset) else str(value)


def _plain(item: Item) -> dict[str, object]:
    return {
        "id": item.id,
        "kind": _kind(item),
        "layer": _layer(item),
        "from": item.in_force.first.isoformat() if item.in_force.first else None,
        "until": item.in_force.last.isoformat() if item.in_force.last else None,
        "title": {"fr": item.title.fr, "en": item.title.en},
        "citations": [str(citation) for citation in item.citations],
        "words": _words(item),
        "discharges": sorted(item.discharges) if isinstance(item, Exemption) else [],
    }
