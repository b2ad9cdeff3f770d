"""`dialer audit exposure`: what carrier and law could charge for the calls of some days, and on what that rests."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Annotated

import typer
from rich.markup import escape
from sqlmodel import Session

from commands.counting import counting
from commands.desk import DEFAULT_CONFIG, Config, Desk, Json, Lang, answer_no, desk
from commands.instants import local
from commands.period import From, To, span
from commands.tables import plain_table
from commands.trunks import charges_view
from dialer.exposure import Exposure, exposure
from dialer.faults import Verification
from dialer.legal_exposure import Breach, LegalExposure, calls_left, legal_exposure
from dialer.operators import load_operator
from dialer.vault import read_decision
from dialer.verification import verify_folder
from dialer.workspace import Workspace

_SHOWN = 50


def exposure_(
    first: From,
    last: To,
    operator: Annotated[
        str, typer.Option(help="Charge by the terms of this operator, such as callr; default: each trunk's own.")
    ] = "",
    config: Config = DEFAULT_CONFIG,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Sum up what the carrier and the law could charge for the calls of a period, each call judged again.

    Each call that left is held against the law of its day twice, by its stored facts and by what really happened, and
    against its permit and the log. Exit 1 when anything is found, or when the log does not hold.

    Example: dialer audit exposure --from 2026-11-01 --to 2026-11-30 --operator callr
    """
    since, until = span(first, last)
    with desk(json, lang) as d:
        workspace = Workspace.open(config, verb="audit exposure")
        chain = verify_folder(workspace)
        with workspace.store.reading() as session:
            carriers = _carriers(session, workspace, operator, since, until)
            total = calls_left(session, since, until)
            with counting(d, "appels réexaminés", "calls judged again", total) as tick:
                law = legal_exposure(session, partial(read_decision, session, workspace.vault), since, until, tick)
        clean = chain.whole and not law.breaches and not any(each.charges for each in carriers)
        _show(d, law, carriers, chain, clean)
        d.document(
            {
                "ok": clean,
                "chain": {"whole": chain.whole, "rows": chain.rows, "head": chain.head, "why": chain.why},
                "law": law.to_dict(),
                "carriers": [each.to_dict() for each in carriers],
            }
        )
        if not clean:
            raise answer_no()


def _carriers(
    session: Session, workspace: Workspace, operator: str, since: datetime, until: datetime
) -> list[Exposure]:
    settings, vault, now = workspace.settings, workspace.vault, workspace.clock.now()
    return [
        exposure(session, vault, trunk, load_operator(operator or trunk.operator, settings.folder), since, until, now)
        for trunk in settings.trunks
    ]


def _show(d: Desk, law: LegalExposure, carriers: list[Exposure], chain: Verification, clean: bool) -> None:
    _show_basis(d, law, chain)
    natural, legal = law.euros
    mark = "[green]✓[/]" if clean else "[red]✗[/]"
    d.say(
        f"{mark} Loi : {len(law.breaches)} manquements ; au plus {natural} € (personne physique) ou {legal} € "
        f"(personne morale), dont {law.without_amount} sans montant connu",
        f"{mark} Law: {len(law.breaches)} breaches; at most {natural} € (natural person) or {legal} € (company), "
        f"{law.without_amount} of them without a known amount",
    )
    if law.breaches:
        _show_breaches(d, law.breaches)
    for each in carriers:
        charges_view(d, each)


def _show_basis(d: Desk, law: LegalExposure, chain: Verification) -> None:
    """How many calls were looked at, and how: a zero is worth no more than that."""
    if chain.whole:
        d.say(
            f"[green]✓[/] journal entier : {chain.rows} lignes, tête {chain.head[:16]}…",
            f"[green]✓[/] log whole: {chain.rows} rows, head {chain.head[:16]}…",
        )
    else:
        d.say(
            f"[red]✗[/] journal rompu à la ligne {chain.broken_at} : {chain.why_fr}",
            f"[red]✗[/] log broken at row {chain.broken_at}: {chain.why}",
        )
    d.say(
        f"{law.calls} appels partis, tous tenus face à leur permis, au journal et au registre des appels (plafond, "
        f"appels simultanés) ; {law.judged} rejugés sur leurs faits sous la loi du jour, {law.erased} dont les faits "
        "sont effacés",
        f"{law.calls} calls left, all held against their permit, the log and the ledger (cap, calls at once); "
        f"{law.judged} judged again by their facts under the law of the day, {law.erased} whose facts are erased",
    )


def _show_breaches(d: Desk, breaches: tuple[Breach, ...]) -> None:
    table = plain_table(
        d.text("appel", "call"), d.text("instant", "instant"), d.text("manquement", "breach"), "article", "€"
    )
    for breach in breaches[:_SHOWN]:
        found, sanction = breach.found, breach.sanction
        said = escape(d.text(found.words.fr, found.words.en))
        euros = f"{sanction.natural} / {sanction.legal}" if sanction and sanction.legal else "—"
        table.add_row(
            found.attempt_id[:12],
            local(found.at),
            f"{found.rule_id} {said}".strip(),
            sanction.source if sanction else found.article,
            euros,
        )
    d.show(table)
    if (hidden := len(breaches) - _SHOWN) > 0:
        d.say(f"… et {hidden} autres (--json les donne tous)", f"… and {hidden} more (--json has them all)")
