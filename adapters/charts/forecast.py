"""The picture of a forecast: the coming days in layers of callable, deferred and never, and the cliff of consents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from dialer.forecast import DayCount, Forecast

_COLOURS = ("#2a8a57", "#e0a526", "#b9433f")
_MANY_LABELS = 16
_TOLD_RULES = 4
_Words = Mapping[str, Sequence[str]]
_WORDS: Mapping[str, _Words] = {
    "fr": {
        "layers": ("joignables", "différés", "jamais en l'état"), "contacts": "contacts", "days": "Jours à venir",
        "rules": "Retenus surtout par : ", "cliff": "Consentements qui expirent, par mois", "steepest": "le plus : ",
        "none": "aucun consentement valable n'expire", "nobody": "liste vide",
    },
    "en": {
        "layers": ("callable", "deferred", "never as things stand"), "contacts": "contacts", "days": "Coming days",
        "rules": "Held back mostly by: ", "cliff": "Consents that run out, by month", "steepest": "most: ",
        "none": "no consent that counts runs out", "nobody": "empty list",
    },
}  # fmt: skip


def draw_forecast(forecast: Forecast, path: Path, title: str, language: str) -> None:
    """Write the picture; the file's ending says whether as PNG, SVG or PDF. No display is needed."""
    words = _WORDS["en" if language == "en" else "fr"]
    figure = Figure(figsize=(11, 8.5), layout="constrained")
    FigureCanvasAgg(figure)
    figure.suptitle(title.replace("$", r"\$"), fontsize=13)
    days, cliff = figure.subplots(2, 1, height_ratios=(3, 2))
    _draw_days(days, forecast, words)
    _draw_cliff(cliff, forecast, words)
    for axes in (days, cliff):
        axes.spines[["top", "right"]].set_visible(False)
        axes.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: _grouped(round(value))))
        axes.set_ylabel(str(words["contacts"]))
    figure.savefig(path, dpi=130)


def _draw_days(axes: Axes, forecast: Forecast, words: _Words) -> None:
    places = range(len(forecast.days))
    heights = [[day.callable for day in forecast.days], [day.deferred for day in forecast.days]]
    heights.append([day.never for day in forecast.days])
    bottom = [0] * len(forecast.days)
    for counts, colour, label in zip(heights, _COLOURS, words["layers"], strict=True):
        axes.bar(places, counts, bottom=bottom, color=colour, label=label, width=min(0.8, 0.12 * len(places) + 0.1))
        bottom = [below + count for below, count in zip(bottom, counts, strict=True)]
    axes.set_xlim(-0.7, len(places) - 0.3)
    axes.set_ylim(0, max(forecast.contacts, 1) * 1.02)
    step = -(-len(places) // _MANY_LABELS)
    axes.set_xticks(places[::step], [f"{day.day:%d/%m}" for day in forecast.days[::step]])
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.08), ncols=3, frameon=False)
    axes.set_title(f"{words['days']}\n{_rules(forecast.days, words)}", loc="left", fontsize=10)
    if not forecast.contacts:
        axes.text(0.5, 0.5, str(words["nobody"]), transform=axes.transAxes, ha="center", color="#666666")


def _rules(days: Sequence[DayCount], words: _Words) -> str:
    """The rules that hold back most, by the day on which they do so most."""
    held: Counter[str] = Counter()
    for day in days:
        for rule in day.rules:
            held[rule.rule_id] = max(held[rule.rule_id], rule.contacts)
    told = ", ".join(f"{rule_id} ({_grouped(contacts)})" for rule_id, contacts in held.most_common(_TOLD_RULES))
    return f"{words['rules']}{told}" if told else ""


def _draw_cliff(axes: Axes, forecast: Forecast, words: _Words) -> None:
    months = forecast.cliff.months
    axes.bar(range(len(months)), [drop.contacts for drop in months], color="#4a6fa5", width=0.6)
    axes.set_xticks(range(len(months)), [f"{drop.first:%m/%Y}" for drop in months])
    axes.set_xlim(-0.7, max(len(months), 1) - 0.3)
    said = ""
    if months:
        drop = max(months, key=lambda each: each.contacts)
        place = months.index(drop)
        axes.patches[place].set_facecolor("#b9433f")
        said = f" ({words['steepest']}{drop.first:%m/%Y}, {_grouped(drop.contacts)})"
    else:
        axes.set_ylim(0, 1)
        axes.text(0.5, 0.5, str(words["none"]), transform=axes.transAxes, ha="center", color="#666666")
    axes.set_title(f"{words['cliff']}{said}", loc="left", fontsize=10)


def _grouped(number: int) -> str:
    """Thousands apart by a narrow space."""
    return f"{number:,}".replace(",", "\u202f")
