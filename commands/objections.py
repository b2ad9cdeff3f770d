"""`dialer objection`: write down that a person must not be called, and show what is on record."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.markup import escape
from sqlmodel import Session, select

from commands.desk import DEFAULT_CONFIG, Config, Json, Lang, desk
from commands.instants import At
from commands.numbers import Number
from commands.views import local
from commands.words import in_words
from dialer.errors import NotFound
from dialer.schema import Advertiser, Wish, WishKind
from dialer.wishes import contact_of, record_wish, wishes_of
from dialer.workspace import Workspace

app = typer.Typer(no_args_is_help=True, help="Objections: add, show.")


@app.command()
def add(
    number: Number,
    advertiser: Annotated[str, typer.Option(help="Toward this advertiser only; toward all without it.")] = "",
    source: Annotated[str, typer.Option(help="How it reached you, for the record.")] = "operator",
    at: At = None,
    config: Config = DEFAULT_CONFIG,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Record that the person objects to being called; effective at once in every campaign concerned.

    Example: dialer objection add "06 39 98 01 21" --source "letter of 20 November"
    """
    with desk(json, lang) as d:
        workspace = Workspace.open(config)
        now = workspace.clock.now()
        with workspace.store.transaction() as session:
            contact_id = contact_of(session, number)
            record_wish(
                session,
                workspace.pseudonyms,
                contact_id=contact_id,
                advertiser_id=_advertiser_id(session, advertiser) if advertiser else None,
                kind=WishKind.OBJECTION,
                said_at=at or now,
                source=source,
                now=now,
            )
        d.say(f"[green]✓[/] opposition enregistrée pour {number}", f"[green]✓[/] objection recorded for {number}")
        d.document({"ok": True, "number": number, "said_at": (at or now).isoformat()})


@app.command()
def show(number: Number, config: Config = DEFAULT_CONFIG, json: Json = False, lang: Lang = None) -> None:
    """Show refusals and objections on record for a number.

    Example: dialer objection show +33639980121
    """
    with desk(json, lang) as d:
        workspace = Workspace.open(config)
        with workspace.store.transaction() as session:
            wishes = wishes_of(session, contact_of(session, number))
        if not wishes:
            d.say(f"{number} : rien d'enregistré", f"{number}: nothing on record")
        for wish in wishes:
            said_on = local(wish.said_at) if wish.said_at else "?"
            d.show(f"{in_words(wish.kind, d.language)} · {said_on} · {escape(wish.source)}")
        d.document({"ok": True, "number": number, "wishes": [_plain(wish) for wish in wishes]})


def _advertiser_id(session: Session, key: str) -> int:
    found = session.exec(select(Advertiser).where(Advertiser.key == key)).first()
    if found is None:
        raise NotFound(f"no advertiser {key!r} has a campaign here", f"aucun annonceur {key!r} n'a de campagne ici")
    return found.id


def _plain(wish: Wish) -> dict[str, object]:
    return wish.model_dump(mode="json", exclude={"contact_id"})
