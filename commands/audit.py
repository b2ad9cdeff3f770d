"""`dialer audit`: verify the chain, tell the story of a call, decide again, hand over, count what it could cost."""

from __future__ import annotations

import typer

from commands.explaining import explain
from commands.exporting import export
from commands.exposed import exposure_
from commands.proving import prove
from commands.replaying import replay_
from commands.sealing import seal
from commands.verifying import verify_

app = typer.Typer(no_args_is_help=True, help="The tamper-evident log and what it proves.")

app.command("verify")(verify_)
app.command("explain")(explain)
app.command("replay")(replay_)
app.command("export")(export)
app.command("exposure")(exposure_)
app.command("seal")(seal)
app.command("prove")(prove)
