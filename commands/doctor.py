"""`dialer doctor`: is this folder fit to place calls, and what to mend if not."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

from rich.markup import escape
from sqlmodel import col, select

from adapters.sip.reachability import answer_to_options
from adapters.speech import speaker
from commands.desk import DEFAULT_CONFIG, Config, Desk, Json, Lang, answer_no, desk
from dialer.audit import verify
from dialer.schema import AuditRow
from dialer.settings import TrunkSettings
from dialer.workspace import Workspace
from rules.caller_ids import CallerIdKind, caller_id_kind
from rules.fingerprint import fingerprints
from rules.rulebook import french_rulebook

_LEAST_FREE = 1 << 30
"""Bytes: below a gibibyte a day of recordings and log may not fit."""


@dataclass(frozen=True, slots=True)
class Check:
    """One look. `good` None: worth knowing, nothing to mend."""

    name: str
    good: bool | None
    fr: str
    en: str


def doctor(config: Config = DEFAULT_CONFIG, json: Json = False, lang: Lang = None) -> None:
    """Check database, chain, clock, trunks, caller ids, disk and data versions; exit 1 when something is to be mended.

    Example: dialer doctor --config agency/dialer.toml
    """
    with desk(json, lang) as d:
        checks = list(_checks(Workspace.open(config)))
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
    for trunk in workspace.settings.trunks:
        yield _reachable(trunk)
        yield from _caller_ids(trunk)
    yield _disk(workspace.settings.folder)
    yield _speech()
    yield _tls()
    versions = ", ".join(f"{name} {value[:12]}" for name, value in fingerprints().items())
    yield Check("versions", None, versions, versions)


def _ledger(workspace: Workspace) -> Iterator[Check]:
    with workspace.store.transaction() as session:
        chain = verify(session)
        last = session.exec(select(AuditRow.at).order_by(col(AuditRow.seq).desc()).limit(1)).first()
    yield Check(
        "journal/log",
        chain.whole,
        f"{chain.rows} lignes chaînées {chain.why}",
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


def _reachable(trunk: TrunkSettings) -> Check:
    name = f"trunk {trunk.name}"
    if trunk.loopback:
        return Check(
            name, None, "opérateur de bouclage, lancé avec `dialer run`", "loopback carrier, started by `dialer run`"
        )
    if not trunk.answers_options:
        return Check(
            name, None, "ignore OPTIONS, dit dialer.toml : pas essayé", "ignores OPTIONS, says dialer.toml: not tried"
        )
    answer = answer_to_options(trunk.host, trunk.port)
    where = f"{trunk.host}:{trunk.port}"
    if answer is None:
        return Check(
            name,
            False,
            f"{where} ne répond pas ; vérifier l'adresse, le pare-feu et le contrat",
            f"{where} does not answer; check address, firewall and contract",
        )
    return Check(name, True, f"{where} répond {answer}", f"{where} answers {answer}")


def _caller_ids(trunk: TrunkSettings) -> Iterator[Check]:
    """What each number may be shown for, by the numbering rules of today."""
    numbers = french_rulebook().on(datetime.now(UTC).date()).numbers
    for caller_id in trunk.caller_ids:
        kind = caller_id_kind(caller_id.number, numbers)
        good = kind in (CallerIdKind.NPV, CallerIdKind.FIXED)
        fr = {
            CallerIdKind.NPV: "NPV : tous les systèmes",
            CallerIdKind.FIXED: "01-05/09 : agent humain seulement",
        }.get(kind, f"{kind} : ne peut pas être affiché, le retirer")
        en = {CallerIdKind.NPV: "NPV: any system", CallerIdKind.FIXED: "01-05/09: human agents only"}.get(
            kind, f"{kind}: may not be shown, remove it"
        )
        yield Check(caller_id.number, good, fr, en)


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


def _tls() -> Check:
    version = metadata.version("pjsua2-python")
    return Check(
        "PJSIP",
        None,
        f"{version}, 4 appels par processus ; son TLS est un OpenSSL 1.0.2 en fin de vie : terminer TLS/SRTP dans "
        "un Kamailio ou SBC à côté",
        f"{version}, 4 calls per process; its TLS is an OpenSSL 1.0.2 past its life: terminate TLS/SRTP in a "
        "Kamailio or SBC beside it",
    )


def _plain(d: Desk, check: Check) -> dict[str, object]:
    return {"check": check.name, "good": check.good, "said": d.text(check.fr, check.en)}
