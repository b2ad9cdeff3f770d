"""How called people behave, as a file of percentages and means: shipped ones, and anybody's own.

Apart from the drawing of fates, so that a centre can put its own figures in without reading code.
"""

from __future__ import annotations

from functools import cached_property
from importlib import resources
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, model_validator

from dialer.errors import SettingsRefused
from dialer.settings import Strict, checked, read_toml

Percent = Annotated[float, Field(ge=0, le=100)]
Seconds = Annotated[float, Field(gt=0, le=3600)]
ByHour = Annotated[dict[Annotated[int, Field(ge=0, le=23)], Percent], Field(min_length=1)]


class AnsweredPercent(Strict):
    """Percent of calls that somebody takes, by local hour; an hour left out is as the one before it."""

    mobile: ByHour
    fixed: ByHour


class MeanSeconds(Strict):
    machine_after: Seconds
    until_ringing: Seconds
    ringing: Seconds
    talk: Seconds
    refusal: Seconds
    machine: Seconds


class Answers(Strict):
    """One profile of answers. Raises on shares that are more than the whole."""

    personal_spread_percent: Percent
    part_of_day_percent: Percent
    machine_percent: Percent
    busy_percent: Percent
    declined_percent: Percent
    unreachable_percent: Percent
    congestion_percent: Percent
    unassigned_percent: Percent
    opt_out_percent: Percent
    refused_percent: Percent
    short_percent: Percent
    answered_percent: AnsweredPercent
    seconds: MeanSeconds

    @model_validator(mode="after")
    def _shares_fit(self) -> Self:
        for shares in (
            ("busy_percent", "declined_percent", "unreachable_percent", "congestion_percent"),
            ("opt_out_percent", "refused_percent", "short_percent"),
        ):
            if (total := sum(getattr(self, share) for share in shares)) > 100:
                raise ValueError(f"{' + '.join(shares)} is {total:g}, more than 100; lower them")
        return self

    @cached_property
    def mobile_by_hour(self) -> tuple[float, ...]:
        return _every_hour(self.answered_percent.mobile)

    @cached_property
    def fixed_by_hour(self) -> tuple[float, ...]:
        return _every_hour(self.answered_percent.fixed)


def load_answers(name: str) -> Answers:
    """A shipped profile by its name, or anybody's own by its path. Raises `SettingsRefused`."""
    if name.endswith(".toml"):
        return checked(Answers, read_toml(Path(name)), Path(name))
    with resources.as_file(resources.files("config").joinpath("answers")) as shipped:
        path = shipped / f"{name}.toml"
        if path.exists():
            return checked(Answers, read_toml(path), path)
        known = ", ".join(sorted(file.stem for file in shipped.glob("*.toml")))
    raise SettingsRefused(
        f"no profile of answers {name!r}: give the path of a .toml file, or one of {known}",
        f"pas de profil de réponses {name!r} : donner le chemin d'un fichier .toml, ou l'un de {known}",
    )


def _every_hour(stated: dict[int, float]) -> tuple[float, ...]:
    """24 values; hours before the first one stated are as the last of the day."""
    latest = stated[max(stated)]
    return tuple(latest := stated.get(hour, latest) for hour in range(24))
