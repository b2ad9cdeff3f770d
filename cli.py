"""The command line: `dialer VERB`. Each verb lives in `commands/`; this file only names them."""

from __future__ import annotations

import typer

from commands.verbs import verbs

VERBS = {
    "demo": "commands.demo:demo",
    "init": "commands.folder:init",
    "doctor": "commands.doctor:doctor",
    "list": "commands.lists:app",
    "campaign": "commands.campaigns:app",
    "agent": "commands.agents:app",
    "run": "commands.run:run",
    "dial": "commands.dial:dial",
    "sim": "commands.sim:sim",
    "why": "commands.why:why",
    "rules": "commands.rulebook:app",
    "consent": "commands.consents:app",
    "objection": "commands.objections:app",
    "opposition": "commands.oppositions:app",
    "evidence": "commands.evidence:app",
    "trunk": "commands.trunks:app",
    "audit": "commands.audit:app",
    "subject": "commands.subject:app",
    "hold": "commands.hold:app",
    "recording": "commands.recordings:app",
    "retention": "commands.retention:app",
    "keys": "commands.keys:app",
    "backup": "commands.backing_up:backup",
    "restore": "commands.backing_up:restore_",
}
"""In the order of the help."""

app = typer.Typer(
    cls=verbs(VERBS),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="The dialer that cannot place an illegal call in France, and can prove it years later.",
)


@app.callback()
def dialer() -> None:
    """Nothing of its own: the verbs do the work."""


def main() -> None:
    app()
