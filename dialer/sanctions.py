"""What the law may cost for a breach of each rule: dated amounts with their source, in `sanctions.toml` beside it.

Apart from `rules/`, whose numbers decide calls: no decision depends on what it would have cost.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib import resources

from rules.rule import Period, Text


@dataclass(frozen=True, slots=True)
class Sanction:
    """The most that one breach of any of `rules` may cost, in euros; None: it depends, or was not verified."""

    id: str
    rules: frozenset[str]
    natural: int | None
    """For a natural person who calls for their own trade."""
    legal: int | None
    """For a company."""
    nature: Text
    source: str
    in_force: Period

    def to_dict(self) -> dict[str, object]:
        return {"id": self.id, "natural": self.natural, "legal": self.legal, "source": self.source}


def sanction_of(rule_id: str, day: date) -> Sanction | None:
    """What a breach of a rule on a local day may cost; None for our own stricter choices, which no text sanctions."""
    return next((each for each in shipped_sanctions() if rule_id in each.rules and day in each.in_force), None)


@lru_cache(maxsize=1)
def shipped_sanctions() -> tuple[Sanction, ...]:
    text = resources.files("dialer").joinpath("sanctions.toml").read_text("utf-8")
    return tuple(
        Sanction(
            raw["id"],
            frozenset(raw["rules"]),
            raw.get("natural"),
            raw.get("legal"),
            Text(raw["fr"], raw["en"]),
            raw["source"],
            Period(raw["from"], raw.get("until")),
        )
        for raw in tomllib.loads(text)["sanction"]
    )
