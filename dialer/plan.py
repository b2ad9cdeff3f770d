"""What a campaign file says: for whom, what, how, with which words, numbers and retries."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import Field, field_validator

from dialer.dispositions import Disposition
from dialer.errors import SettingsRefused
from dialer.ports import Script
from dialer.settings import Strict, checked, read_toml
from rules.caller_ids import require_caller_id
from rules.duty import Recording
from rules.facts import Sector, SystemKind

RETRYABLE = frozenset(
    {
        Disposition.BUSY,
        Disposition.CONGESTION,
        Disposition.DECLINED,
        Disposition.FAILED,
        Disposition.MACHINE,
        Disposition.NO_ANSWER,
        Disposition.UNREACHABLE,
    }
)
"""Outcomes in which nobody was spoken to, and of which the end is known."""
_PROMPTS = ("opening", "pitch", "closing", "opted_out")


class ScriptPlan(Strict):
    """The spoken parts: a WAV file each (relative to the campaign file) and its words."""

    opening: str
    pitch: str
    closing: str
    opted_out: str
    opt_out_digit: Annotated[str, Field(pattern=r"^[0-9*#]$")] = "9"


class FollowUp(StrEnum):
    SMS = "sms"
    E_MAIL = "e-mail"
    SOCIAL = "social"


class RetryPlan(Strict):
    """After which outcome to try again, after how long, and how often at most."""

    after_minutes: dict[Disposition, Annotated[int, Field(ge=1)]] = Field(default_factory=dict)
    max_tries: Annotated[int, Field(ge=1, le=4)] = 3

    @field_validator("after_minutes")
    @classmethod
    def _only_unreached(cls, values: dict[Disposition, int]) -> dict[Disposition, int]:
        """Nobody is called again who was reached, and an attempt whose end is unknown is never redialed."""
        if final := sorted(set(values) - RETRYABLE):
            raise ValueError(f"{', '.join(final)} cannot be retried; only {', '.join(sorted(RETRYABLE))} can")
        return values


class CampaignPlan(Strict):
    name: str
    advertiser: str
    offer: str
    sector: Sector
    system: SystemKind
    trunk: str
    caller_ids: Annotated[tuple[str, ...], Field(min_length=1)]
    concerns_business: bool = False
    """Whether the offer concerns a business; only then is a contact with a SIRET a professional."""
    contract_objects: tuple[str, ...] = ()
    """Objects of a running contract that this offer concerns (L.223-1: « un rapport avec l'objet »)."""
    request_objects: tuple[str, ...] = ()
    """Objects of a request for information that a call of this campaign answers, and no other (R.223-4)."""
    ring_seconds: Annotated[int, Field(ge=5, le=60)] = 25
    max_talk_seconds: Annotated[int, Field(ge=10, le=1800)] = 120
    collection_notice: str = ""
    """Version of the notice given when the numbers were collected (L.223-2)."""
    recording: Recording = Recording.OFF
    follow_ups: frozenset[FollowUp] = frozenset()
    """Channels used after the call."""
    abandoned_percent_max: Annotated[int, Field(ge=0, le=100)] = 3
    script: ScriptPlan
    retry: RetryPlan = RetryPlan()

    @field_validator("caller_ids")
    @classmethod
    def _numbers(cls, values: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(require_caller_id(value) for value in values)

    @property
    def ring_timeout(self) -> timedelta:
        return timedelta(seconds=self.ring_seconds)

    @property
    def max_talk(self) -> timedelta:
        return timedelta(seconds=self.max_talk_seconds)

    def opening_words(self) -> str | None:
        """What the opening says: the .txt beside its WAV; None when there is none."""
        words = Path(self.script.opening).with_suffix(".txt")
        return words.read_text("utf-8") if words.is_file() else None

    def spoken(self) -> Script:
        """The script with its files; raises `SettingsRefused` naming those that are missing."""
        paths = {part: Path(getattr(self.script, part)) for part in _PROMPTS}
        if missing := [f"{part} ({path})" for part, path in paths.items() if not path.is_file()]:
            files = ", ".join(missing)
            raise SettingsRefused(
                f"campaign {self.name!r}: audio files missing: {files}; record them as 8 kHz mono WAV, "
                "or write the words in a .txt beside each and run `dialer campaign speak`",
                f"campagne {self.name!r} : fichiers audio absents : {files} ; les enregistrer en WAV 8 kHz mono, "
                "ou écrire les mots dans un .txt à côté de chacun et lancer `dialer campaign speak`",
            )
        return Script(**paths, opt_out_digit=self.script.opt_out_digit)


def load_plan(path: Path) -> CampaignPlan:
    """Read a campaign file; WAV paths become absolute. Raises `SettingsRefused`."""
    raw = read_toml(path)
    script = raw.get("script")
    if isinstance(script, dict):
        here = path.resolve().parent
        raw["script"] = script | {
            part: str(here / script[part]) for part in _PROMPTS if isinstance(script.get(part), str)
        }
    return checked(CampaignPlan, raw, path)
