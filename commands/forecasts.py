"""`dialer list check`: who is callable when, and why not, before the first call leaves."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from commands.desk import DEFAULT_CONFIG, Config, Desk, Json, Lang, desk
from commands.forecast_views import comparison_view, forecast_view
from commands.instants import At, Under
from dialer.campaigns import campaign_named
from dialer.comparison import compare
from dialer.contacts import list_named
from dialer.forecast import Forecast, forecast
from dialer.workspace import Workspace

_PICTURES = {".png", ".svg", ".pdf"}


def _picture(text: str) -> Path:
    path = Path(text)
    if path.suffix.lower() not in _PICTURES:
        raise typer.BadParameter(f"{text!r}: a picture ends in {', '.join(sorted(_PICTURES))}")
    return path


def check(
    name: Annotated[str, typer.Argument(help="Name of an imported list.")],
    campaign: Annotated[str, typer.Option(help="Campaign whose offer, system and numbers are judged.")],
    days: Annotated[int, typer.Option(min=1, max=60, help="How many days to look ahead.")] = 10,
    at: At = None,
    under: Under = None,
    picture: Annotated[
        Path | None, typer.Option(parser=_picture, metavar="FILE", help="Draw the days and the cliff: png, svg or pdf.")
    ] = None,
    csv: Annotated[Path | None, typer.Option(help="Write the days as a table.")] = None,
    config: Config = DEFAULT_CONFIG,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Forecast before launch: who is callable when, which rule holds back how many, and the consents about to expire.

    Example: dialer list check septembre --campaign "Fibre novembre" --days 30 --picture forecast.png
    """
    with desk(json, lang) as d:
        workspace = Workspace.open(config, verb="list check")
        with workspace.store.transaction() as session:
            found = list_named(session, name)
            judged_at = at or workspace.clock.now()
            asked = (session, workspace.settings, campaign_named(session, campaign), [found.id], judged_at)
            coming = forecast(*asked, days, hourly=False)
            compared = compare(*asked, under.date()) if under else None
        d.show(forecast_view(d, coming))
        if compared:
            d.show(comparison_view(d, compared))
        _write(d, coming, picture, csv, f"{name} · {campaign}")
        d.document(
            {
                "ok": True,
                "list": name,
                "campaign": campaign,
                "forecast": forecast_dict(coming),
                "under": compared.to_dict() if compared else None,
                "picture": str(picture) if picture else None,
                "csv": str(csv) if csv else None,
            }
        )


def forecast_dict(coming: Forecast) -> dict[str, object]:
    """JSON-able form of a forecast."""
    return coming.to_dict()


def _write(d: Desk, coming: Forecast, picture: Path | None, csv: Path | None, title: str) -> None:
    if csv:
        from adapters.charts.table import write_days

        write_days(coming, csv)
        d.say(f"Tableau : {escape(str(csv))}", f"Table: {escape(str(csv))}")
    if picture:
        from adapters.charts.forecast import draw_forecast  # matplotlib takes a second to load

        draw_forecast(coming, picture, title, d.language)
        d.say(f"Image : {escape(str(picture))}", f"Picture: {escape(str(picture))}")
