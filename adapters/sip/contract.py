"""From the settings of a trunk to its address, and of agents to their logins: here passwords are read, nowhere else.

Separate from the address itself, which runner processes receive and which knows no settings file.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from adapters.sip.trunk import USUAL_CODECS, Account, Tls, TrunkAddress
from dialer.agent_settings import AgentSettings
from dialer.errors import SettingsRefused
from dialer.trunk_settings import TrunkSettings


def trunk_of(settings: TrunkSettings, folder: Path, port: int | None = None) -> TrunkAddress:
    """The trunk as its settings say; `port` in place of theirs for a carrier that took a free one.

    Raises `SettingsRefused` when the password or the certificate file cannot be read.
    """
    return TrunkAddress(
        name=settings.name,
        host=settings.host,
        port=settings.port if port is None else port,
        loopback=settings.loopback,
        channels=settings.channels,
        transport=settings.transport,
        proxies=settings.proxies,
        probes=settings.answers_options,
        account=Account(
            username=settings.username,
            password=_password(settings, "trunk", folder),
            realm=settings.realm,
            registers=settings.registration,
            expires_seconds=settings.expires_seconds,
        ),
        tls=Tls(settings.tls_verify, _ca_file(settings, folder)),
        srtp=settings.srtp,
        codecs=settings.codecs or USUAL_CODECS,
        session_timer=settings.session_timer,
        prack=settings.prack,
    )


def agent_logins(agents: Iterable[AgentSettings], folder: Path) -> dict[str, Account]:
    """By agent, with whom their PBX lets us call them, where it asks. Raises `SettingsRefused` without a password."""
    return {
        agent.name: Account(agent.username, _password(agent, "agent", folder), agent.realm)
        for agent in agents
        if agent.username
    }


def _password(settings: TrunkSettings | AgentSettings, kind: str, folder: Path) -> str:
    if not settings.username:
        return ""
    whose = f"{kind} {settings.name!r}"
    if settings.password_variable:
        where = f"${settings.password_variable}"
        password = os.environ.get(settings.password_variable, "")
    else:
        path = folder / settings.password_file
        where = str(path)
        try:
            password = path.read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsRefused(
                f"{whose}: the password file {where} cannot be read ({error}); correct password_file",
                f"{whose} : fichier de mot de passe {where} illisible ({error}) ; corriger password_file",
            ) from None
    if not password:
        raise SettingsRefused(
            f"{whose}: no password in {where}; put the one of {settings.username!r} there",
            f"{whose} : pas de mot de passe dans {where} ; y mettre celui de {settings.username!r}",
        )
    return password


def _ca_file(settings: TrunkSettings, folder: Path) -> str:
    if not settings.tls_ca_file:
        return ""
    path = folder / settings.tls_ca_file
    if not path.is_file():
        raise SettingsRefused(
            f"trunk {settings.name!r}: no certificate file {path}; correct tls_ca_file",
            f"trunk {settings.name!r} : pas de fichier de certificats {path} ; corriger tls_ca_file",
        )
    return str(path.resolve())
