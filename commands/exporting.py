"""`dialer audit export`: the file for an authority about a person, a campaign or a period, in one folder."""

from __future__ import annotations

import re
from datetime import datetime
from functools import partial
from json import loads as json_of
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from sqlmodel import Session

from adapters.drafts import draft_of
from adapters.report.phone import phone
from adapters.submission.asked import Asked, Written, require_free
from commands.counting import counting
from commands.desk import DEFAULT_CONFIG, Config, Desk, Json, Lang, answer_no, desk
from commands.numbers import parse_number
from commands.period import span
from dialer import audit
from dialer.access import note_access, note_scope
from dialer.audit import AuditKind
from dialer.campaigns import campaign_named
from dialer.chain_rows import ChainRow, rows_of_kind
from dialer.driver import Driver
from dialer.faults import Verification
from dialer.outlook import OFFICE_ZONE
from dialer.proving import prove_row
from dialer.roles import account, actor_of
from dialer.sealing import seal_chain
from dialer.submission import Scope, count_cases
from dialer.verification import compare, verify_folder
from dialer.wishes import contact_of
from dialer.workspace import Workspace

_VERB = "audit export"


def export(
    person: Annotated[
        str | None, typer.Option(parser=parse_number, metavar="NUMBER", help="Everything about who has this number.")
    ] = None,
    campaign: Annotated[str, typer.Option(help="Everything about this campaign.")] = "",
    first: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="Only from this day on.")
    ] = None,
    last: Annotated[
        datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="Only until this day, included.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder to make; default: exports/ in the folder, named after what it holds.")
    ] = None,
    config: Config = DEFAULT_CONFIG,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Make the file for an authority: a PDF in French, tables, data, the log with its seals, and the proofs.

    The log is verified and sealed first, and the hand-over is noted in it with the digest of the file. Exit 1 when the
    log does not hold; the file is made all the same, and says so.

    Example: dialer audit export --person "06 39 98 01 00" --out dossier
    """
    if person is None and not campaign and (first is None or last is None):
        raise typer.BadParameter(
            "dire sur quoi : --person NUMBER, --campaign NAME, ou --from DAY --to DAY / "
            "say about what: --person NUMBER, --campaign NAME, or --from DAY --to DAY"
        )
    if (first is None) is not (last is None):
        raise typer.BadParameter("--from et --to vont ensemble / --from and --to go together: --from DAY --to DAY")
    since, until = span(first, last) if first and last else (None, None)
    with desk(json, lang) as d:
        workspace = Workspace.open(config, verb=_VERB)
        with workspace.store.reading() as session:
            scope = _scope(session, person, campaign, since, until)
        subject = _subject(person, campaign, first, last)
        written = hand_over(d, workspace, out or _named(workspace, subject), subject, scope, campaign)
        _say(d, written)
        if not written.chain.whole:
            raise answer_no()


def hand_over(d: Desk, workspace: Workspace, out: Path, subject: str, scope: Scope, campaign: str) -> Written:
    """Verify and seal the log, write the file for an authority to a new folder, and note that in the log.

    The folder appears once the log tells of it, with the proof of that enclosed; not if the log does not hold.
    """
    target = out.resolve()
    require_free(target)
    chain = _sealed(workspace)
    with draft_of(target, partial(_finished, d, workspace, chain, target)) as draft:
        written = _written(d, workspace, draft, target, Asked(subject, scope, _maker(workspace)), chain)
        row = _record(workspace, scope, campaign, written)
        if chain.whole:
            seal_chain(workspace)
            _prove(workspace, draft, row)
    return written


def _finished(d: Desk, workspace: Workspace, chain: Verification, target: Path, left: Path, meant: Path) -> bool:
    """Whether what a killed export left is in its place now, or beside it when that is taken or about to be `target`:
    all of it was written, and the log tells of it."""
    from adapters.submission.folder import manifest_of

    manifest = manifest_of(left)
    with workspace.store.reading() as session:
        told = (row.seq for row in rows_of_kind(session, AuditKind.EXPORTED) if _names(row, manifest))
        row = next(told, None) if manifest else None
    if row is None:
        return False
    if chain.whole:
        _prove(workspace, left, row)
    place = meant.with_name(f"{meant.name}-ligne-{row}") if meant == target or meant.exists() else meant
    left.replace(place)
    d.say(
        f"[green]✓[/] {escape(str(place))} : export interrompu (ligne {row} du journal), achevé",
        f"[green]✓[/] {escape(str(place))}: an export that was interrupted (row {row} of the log), finished",
    )
    return True


def _names(row: ChainRow, manifest: str) -> bool:
    return bool(json_of(row.body).get("manifest") == manifest)


def _prove(workspace: Workspace, draft: Path, row: int) -> None:
    """Enclose what proves that the log tells of it; the row lies under a seal. Raises as `prove_row`."""
    from adapters.submission.folder import enclose_proof

    with workspace.store.reading() as session:
        enclose_proof(draft, prove_row(session, workspace.settings.folder, row))


def _sealed(workspace: Workspace) -> Verification:
    """The log verified with its seals and anchor, and then sealed as far as it goes; not if it does not hold."""
    found = verify_folder(workspace)
    if found.whole and found.rows:
        seal_chain(workspace)
    return found


def _written(d: Desk, workspace: Workspace, draft: Path, target: Path, asked: Asked, found: Verification) -> Written:
    """All of the file in one consistent look at the records."""
    from adapters.submission.folder import write_folder  # what sets the pages takes a second to load

    with workspace.store.reading() as session:
        chain = compare(session, workspace) if found.whole else found
        with counting(d, "décisions", "decisions", count_cases(session, asked.scope)) as tick:
            return write_folder(draft, target, workspace, session, asked, chain, tick)


def _maker(workspace: Workspace) -> str:
    return actor_of(workspace.settings.users, account())


def _scope(
    session: Session, person: str | None, campaign: str, since: datetime | None, until: datetime | None
) -> Scope:
    """Raises `NotFound` for a number or a campaign that nobody knows."""
    return Scope(
        contact_id=contact_of(session, person) if person is not None else None,
        campaign_id=campaign_named(session, campaign).id if campaign else None,
        since=since,
        until=until,
    )


def _subject(person: str | None, campaign: str, first: datetime | None, last: datetime | None) -> str:
    """In French, as the whole file is."""
    parts = [
        f"personne au {phone(person)}" if person is not None else "",
        f"campagne « {campaign} »" if campaign else "",
        f"du {first:%d/%m/%Y} au {last:%d/%m/%Y}" if first and last else "",
    ]
    return ", ".join(part for part in parts if part)


def _named(workspace: Workspace, subject: str) -> Path:
    """A folder's own name for the file; the instant keeps two of them apart."""
    plain = re.sub(r"\W+", "-", subject).strip("-")
    made = workspace.clock.now().astimezone(OFFICE_ZONE)
    return workspace.path("exports", f"{made:%Y%m%d-%H%M%S}-{plain}")


def _record(workspace: Workspace, scope: Scope, campaign: str, written: Written) -> int:
    """In the chain, which names nobody: what was handed over, with the digest of its manifest; and who looked.

    The number of the row.
    """
    person = workspace.pseudonyms.of(scope.contact_id) if scope.contact_id is not None else ""
    told = {
        "person": person or None,
        "campaign": campaign or None,
        "since": scope.since.isoformat() if scope.since else None,
        "until": scope.until.isoformat() if scope.until else None,
        "decisions": written.gathered.digest.decisions,
        "manifest": written.manifest,
    }
    with workspace.store.transaction() as session:
        now = workspace.clock.now()
        audit.append(session, AuditKind.EXPORTED, told, now)
        row = audit.head_at(Driver(session), now).seq
        if person:
            note_access(session, _VERB, person, campaign, now)
        else:
            note_scope(session, _VERB, scope, campaign, now)
    return row


def _say(d: Desk, written: Written) -> None:
    gathered, chain, folder = written.gathered, written.chain, escape(str(written.folder))
    missing = sum(file is None for file in gathered.proofs.values())
    decisions, attempts = gathered.digest.decisions, len(gathered.attempts)
    if not chain.whole:
        d.say(
            f"[red]✗[/] journal rompu à la ligne {chain.broken_at} : {escape(chain.why_fr)}",
            f"[red]✗[/] log broken at row {chain.broken_at}: {escape(chain.why)}",
        )
    d.say(
        f"[green]✓[/] {folder} : {decisions} décisions, {attempts} tentatives, {len(gathered.proofs)} pièces citées, "
        f"dont {missing} non jointes",
        f"[green]✓[/] {folder}: {decisions} decisions, {attempts} attempts, {len(gathered.proofs)} proofs named, "
        f"{missing} of them not at hand",
    )
    d.document(
        {
            "ok": chain.whole,
            "folder": str(written.folder),
            "manifest": written.manifest,
            "files": written.files,
            "decisions": decisions,
            "attempts": attempts,
            "proofs": {reference: file.path if file else None for reference, file in gathered.proofs.items()},
            "chain": {"whole": chain.whole, "rows": chain.rows, "head": chain.head, "why": chain.why},
        }
    )
