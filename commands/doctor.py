"""`dialer doctor`: is this folder fit to place calls, and what to mend if not."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

from rich.markup import escape
from sqlmodel import col, select

from adapters.sip.build import codecs_of_build
from adapters.speech import speaker
from commands.agent_checks import agent_checks
from commands.desk import DEFAULT_CONFIG, Config, Desk, Json, Lang, answer_no, desk
from commands.oppositions import state_words
from commands.trunk_checks import Check, trunk_checks
from dialer.schema import AuditRow, Campaign
from dialer.sources import source_states
from dialer.verification import compare
from dialer.workspace import Workspace
from rules.fingerprint import fingerprints

_LEAST_FREE = 1 << 30
"""Bytes: below a gibibyte a day of recordings and log may not fit."""


def doctor(config: Config = DEFAULT_CONFIG, json: Json = False, lang: Lang = None) -> None:
    """Check database, chain, clock, trunks, caller ids, agents' phones, disk and data versions.

    Exit code 1 when something is to be mended.

    Example: dialer doctor --config agency/dialer.toml
    """
    with desk(json, lang) as d:
        checks = list(_checks(Workspace.open(config, verb="doctor")))
        for check in checks:
            mark = {True: "[green]✓[/]", False: "[red]✗[/]", None: "[dim]·[/]"}[check.good]
            name = escape(check.name)
            d.say(f"{mark} {name} : {escape(check.fr)}", f"{mark} {name}: {escape(check.en)}")
        healthy = all(check.good is not False for check in checks)
        d.document({"ok": healthy, "checks": [_plain(d, check) for check in checks]})
        if not healthy:
            raise answer_no()


def _checks(workspace: Workspace) -> Iterator[Check]:
    yield Check("dialer.toml", True, str(workspace.settings.folder), str(workspace.settings.folder))
    yield from _ledger(workspace)
    yield _users(workspace)
    yield from _sources(workspace)
    built = codecs_of_build()
    for trunk in workspace.settings.trunks:
        yield from trunk_checks(trunk, workspace.settings.folder, built)
    yield from _agents(workspace)
    yield _disk(workspace.settings.folder)
    yield _speech()
    yield _pjsip(built)
    versions = ", ".join(f"{name} {value[:12]}" for name, value in fingerprints().items())
    yield Check("versions", None, versions, versions)


def _ledger(workspace: Workspace) -> Iterator[Check]:
    with workspace.store.reading() as session:
        chain = compare(session, workspace)
        last = session.exec(select(AuditRow.at).order_by(col(AuditRow.seq).desc()).limit(1)).first()
    yield Check(
        "journal/log",
        chain.whole,
        f"{chain.rows} lignes chaînées {chain.why_fr}",
        f"{chain.rows} chained rows {chain.why}",
    )
    now = datetime.now(UTC)
    if last and last > now:
        yield Check(
            "horloge/clock",
            False,
            f"le journal va jusqu'au {last.isoformat()}, après l'heure de la machine ; la mettre à l'heure "
            "(après une horloge simulée, prendre un autre dossier)",
            f"the log reaches {last.isoformat()}, past the machine's clock; set it right "
            "(after a simulated clock, use another folder)",
        )
    else:
        yield Check("horloge/clock", True, now.isoformat(), now.isoformat())


def _agents(workspace: Workspace) -> Iterator[Check]:
    with workspace.store.reading() as session:
        campaigns = set(session.exec(select(Campaign.name)))
    for agent in workspace.settings.agents:
        yield from agent_checks(agent, campaigns, workspace.settings.folder)


def _users(workspace: Workspace) -> Check:
    users = workspace.settings.users
    if not users:
        return Check(
            "rôles/roles",
            None,
            "aucun [[users]] dans dialer.toml : chacun peut tout faire",
            "no [[users]] in dialer.toml: everyone may do everything",
        )
    told = ", ".join(f"{user.name} ({', '.join(user.roles)})" for user in users)
    return Check("rôles/roles", None, told, told)


def _sources(workspace: Workspace) -> Iterator[Check]:
    """Opposition lists that calls must be held against: fresh, or calls wait (PO-SOURCE-STALE)."""
    today = workspace.clock.now().date()
    with workspace.store.transaction() as session:
        for source in workspace.settings.opposition_sources:
            for state in source_states(session, [source], source.advertiser, today):
                yield Check(f"source {source.id}", state.until >= today, *state_words(state, today))


def _disk(folder: Path) -> Check:
    free = shutil.disk_usage(folder).free
    gib = free // (1 << 30)
    return Check("disque/disk", free >= _LEAST_FREE, f"{gib} Gio libres", f"{gib} GiB free")


def _speech() -> Check:
    found = speaker()
    return Check(
        "voix/speech",
        None,
        f"{found}" if found else "espeak-ng absent : fournir les WAV, ou apt-get install espeak-ng",
        f"{found}" if found else "no espeak-ng: bring WAV files, or apt-get install espeak-ng",
    )


def _pjsip(built: tuple[str, ...]) -> Check:
    version = metadata.version("pjsua2-python")
    if not built:
        return Check(
            "PJSIP",
            False,
            f"{version} ne démarre pas ; `python -m adapters.sip.build` montre pourquoi",
            f"{version} does not start; `python -m adapters.sip.build` shows why",
        )
    codecs = ", ".join(sorted({codec.split("/")[0] for codec in built}))
    return Check(
        "PJSIP",
        None,
        f"{version}, 4 appels par processus, codecs {codecs} ; son TLS est un OpenSSL 1.0.2 en fin de vie : terminer "
        "TLS/SRTP dans un Kamailio ou SBC à côté",
        f"{version}, 4 calls per process, codecs {codecs}; its TLS is an OpenSSL 1.0.2 past its life: terminate "
        "TLS/SRTP in a Kamailio or SBC beside it",
    )


def _plain(d: Desk, check: Check) -> dict[str, object]:
    return {"check": check.name, "good": check.good, "said": d.text(check.fr, check.en)}
