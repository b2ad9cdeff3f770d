"""The command line: `dialer VERB`. Each verb lives in `commands/`; this file only names them."""

from __future__ import annotations

import typer

from commands import audit, campaigns, consents, evidence, lists, objections, oppositions, rulebook
from commands.demo import demo
from commands.doctor import doctor
from commands.folder import init
from commands.run import run
from commands.why import why

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="The dialer that cannot place an illegal call in France, and can prove it years later.",
)
app.command()(demo)
app.command()(init)
app.command()(doctor)
app.add_typer(lists.app, name="list")
app.add_typer(campaigns.app, name="campaign")
app.command()(run)
app.command()(why)
app.add_typer(rulebook.app, name="rules")
app.add_typer(consents.app, name="consent")
app.add_typer(objections.app, name="objection")
app.add_typer(oppositions.app, name="opposition")
app.add_typer(evidence.app, name="evidence")
app.add_typer(audit.app, name="audit")


def main() -> None:
    app()
