"""Why a runner could not be started, and what to do about it: in words, apart from the supervisor's steps."""

from __future__ import annotations

from datetime import timedelta

from dialer.errors import DialerError

BOOT_PATIENCE = timedelta(seconds=10)


class RunnerNotStarted(DialerError):
    """No runner process became ready; the message says why, and what to do."""


def no_process(trouble: str) -> RunnerNotStarted:
    """`trouble` is what the last process to end said."""
    return RunnerNotStarted(
        f"no SIP runner process became ready: {trouble}. "
        "Free what it names or choose another, then start again; `dialer doctor` checks the rest.",
        f"aucun processus SIP n'a été prêt en {BOOT_PATIENCE.seconds} s : {trouble}. "
        "Libérer ce qu'il nomme ou en choisir un autre, puis relancer ; `dialer doctor` vérifie le reste.",
    )


def trunk_unusable(name: str, trouble: str) -> RunnerNotStarted:
    return RunnerNotStarted(
        f"trunk {name!r} cannot be used: {trouble}. "
        "Check address, username, password and contract; `dialer doctor` tries each of them.",
        f"le trunk {name!r} ne peut pas servir : {trouble}. "
        "Vérifier adresse, identifiant, mot de passe et contrat ; `dialer doctor` les essaie tous.",
    )
