"""Operators' published terms, as files: shipped ones, and a folder's own under `operators/`."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import Annotated

from pydantic import Field

from dialer.errors import SettingsRefused
from dialer.settings import Strict, TrunkSettings, checked, read_toml
from rules.line import CarrierTerms


class Penalties(Strict):
    """What the carrier charges, in thousandths of a euro."""

    per_call_out_of_terms: Annotated[int, Field(ge=0)] = 0
    unauthorised_caller_id: Annotated[int, Field(ge=0)] = 0
    complaint: Annotated[int, Field(ge=0)] = 0


class Operator(Strict):
    """One operator's terms. A limit that is left out is not asked for."""

    name: str
    channels: Annotated[int, Field(ge=1)]
    starts_per_second: Annotated[int, Field(ge=1)]
    asr_above_percent: Annotated[int, Field(ge=0, le=100)] | None = None
    acd_above_seconds: Annotated[int, Field(ge=0)] | None = None
    short_call_seconds: Annotated[int, Field(ge=1)] = 8
    short_below_percent: Annotated[int, Field(ge=1, le=100)] | None = None
    least_calls: Annotated[int, Field(ge=2)] = 50
    """How many the rolling hour must hold before a figure speaks; one would forbid the first call."""
    penalties: Penalties = Penalties()

    def terms(self) -> CarrierTerms:
        return CarrierTerms(
            operator=self.name,
            channels=self.channels,
            starts_per_second=self.starts_per_second,
            asr_above_percent=self.asr_above_percent,
            acd_above_seconds=self.acd_above_seconds,
            short_call_seconds=self.short_call_seconds,
            short_below_percent=self.short_below_percent,
            least_calls=self.least_calls,
        )


def terms_of(trunk: TrunkSettings, folder: Path) -> CarrierTerms:
    """The terms that hold on a trunk. Raises `SettingsRefused` when its own limits exceed the operator's."""
    operator = load_operator(trunk.operator, folder)
    for what, own, most in (
        ("channels", trunk.channels, operator.channels),
        ("starts_per_second", trunk.starts_per_second, operator.starts_per_second),
    ):
        if own > most:
            raise SettingsRefused(
                f"trunk {trunk.name!r}: {what} = {own} exceeds the {most} that {operator.name} permits; lower it",
                f"trunk {trunk.name!r} : {what} = {own} dépasse les {most} que {operator.name} permet ; le baisser",
            )
    return operator.terms()


def load_operator(name: str, folder: Path) -> Operator:
    """The folder's own terms of that name, else the shipped ones. Raises `SettingsRefused`."""
    own = folder / "operators" / f"{name}.toml"
    if own.exists():
        return checked(Operator, read_toml(own), own)
    with resources.as_file(resources.files("config").joinpath("operators")) as shipped:
        path = shipped / f"{name}.toml"
        if path.exists():
            return checked(Operator, read_toml(path), path)
        known = ", ".join(sorted(file.stem for file in shipped.glob("*.toml")))
    raise SettingsRefused(
        f"no terms of an operator {name!r}: write {own}, or use one of {known}",
        f"pas de conditions d'un opérateur {name!r} : écrire {own}, ou prendre l'un de {known}",
    )
