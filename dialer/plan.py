"""What a campaign file says: for whom, what, how, with which words, numbers and retries."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, field_validator, model_validator

from dialer.errors import Contradiction, SettingsRefused
from dialer.ports import Script
from dialer.retry_policy import RetryPolicy
from dialer.settings import Strict, checked, read_toml
from rules.caller_ids import require_caller_id
from rules.duty import Recording
from rules.facts import Sector, SystemKind

_PROMPTS = ("opening", "pitch", "closing", "opted_out", "abandoned")


class ScriptPlan(Strict):
    """The spoken parts: a WAV file each (relative to the campaign file) and its words."""

    opening: str
    pitch: str
    closing: str
    opted_out: str
    abandoned: str = ""
    """Said to a person whose human agent's line was lost; without it the call is ended at once."""
    opt_out_digit: Annotated[str, Field(pattern=r"^[0-9*#]$")] = "9"

    @property
    def files(self) -> dict[str, Path]:
        """The audio of each part that has one."""
        return {part: Path(file) for part in _PROMPTS if (file := getattr(self, part))}


class FollowUp(StrEnum):
    SMS = "sms"
    E_MAIL = "e-mail"
    SOCIAL = "social"


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
    """Of a call in which the script speaks."""
    max_talk_with_agent_seconds: Annotated[int, Field(ge=10, le=28800)] = 14400
    """Of a call in which a person speaks: against a line that nobody closes, not against a talk that lasts."""
    collection_notice: str = ""
    """Version of the notice given when the numbers were collected (L.223-2)."""
    recording: Recording = Recording.OFF
    follow_ups: frozenset[FollowUp] = frozenset()
    """Channels used after the call."""
    agents: Annotated[int, Field(ge=1)] = 1
    """People who take the calls of an `automated` campaign."""
    over_dial_percent: Annotated[int, Field(ge=0, le=0)] = 0
    """Calls beyond one for each free agent. More than none is predictive dialing, which this release does not do."""
    abandoned_percent_max: Annotated[int, Field(ge=0, le=100)] = 3
    script: ScriptPlan
    retry: RetryPolicy = RetryPolicy()

    @field_validator("caller_ids")
    @classmethod
    def _numbers(cls, values: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(require_caller_id(value) for value in values)

    @model_validator(mode="after")
    def _agents_of_a_dialer(self) -> Self:
        """Agents are waiting in progressive dialing only: else one person commands each call, or nobody speaks."""
        if self.agents > 1 and self.system is not SystemKind.AUTOMATED:
            raise Contradiction(
                f"agents = {self.agents}, but a campaign of system {self.system} has none waiting; leave agents out",
                f"agents = {self.agents}, mais une campagne de système {self.system} n'en a pas en attente ; "
                "retirer agents",
            )
        return self

    @property
    def calls_at_once(self) -> int | None:
        """Progressive: one call for each agent; None: as many as the carrier's channels."""
        if self.system is not SystemKind.AUTOMATED:
            return None
        return self.agents + self.agents * self.over_dial_percent // 100

    @property
    def commanded(self) -> bool:
        """Whether a person commands each single call (CPCE L.44 VI), so that nothing is dialed by itself."""
        return self.system is SystemKind.HUMAN_AGENT

    @property
    def ring_timeout(self) -> timedelta:
        return timedelta(seconds=self.ring_seconds)

    @property
    def max_talk(self) -> timedelta:
        return timedelta(seconds=self.max_talk_seconds)

    @property
    def max_talk_with_agent(self) -> timedelta:
        return timedelta(seconds=self.max_talk_with_agent_seconds)

    def opening_words(self) -> str | None:
        """What the opening says: the .txt beside its WAV; None when there is none."""
        words = Path(self.script.opening).with_suffix(".txt")
        return words.read_text("utf-8") if words.is_file() else None

    def on_record(self) -> dict[str, object]:
        """For the chain: each spoken part by its file's name and digests, not by where it lies on this machine."""
        script = {part: _spoken_part(path) for part, path in self.script.files.items()}
        return self.model_dump(mode="json") | {"script": script | {"opt_out_digit": self.script.opt_out_digit}}

    def spoken(self) -> Script:
        """The script with its files; raises `SettingsRefused` naming those that are missing."""
        paths = self.script.files
        if missing := [f"{part} ({path})" for part, path in paths.items() if not path.is_file()]:
            files = ", ".join(missing)
            raise SettingsRefused(
                f"campaign {self.name!r}: audio files missing: {files}; record them as 8 kHz mono WAV, "
                "or write the words in a .txt beside each and run `dialer campaign speak`",
                f"campagne {self.name!r} : fichiers audio absents : {files} ; les enregistrer en WAV 8 kHz mono, "
                "ou écrire les mots dans un .txt à côté de chacun et lancer `dialer campaign speak`",
            )
        return Script(**paths, opt_out_digit=self.script.opt_out_digit)


def _spoken_part(path: Path) -> dict[str, str | None]:
    """`words_sha256`: of the .txt beside the audio; None where there is none."""
    words = path.with_suffix(".txt")
    return {"file": path.name, "sha256": _sha256(path), "words_sha256": _sha256(words) if words.is_file() else None}


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def load_plan(path: Path) -> CampaignPlan:
    """Read a campaign file and the retry policy that it names; WAV paths become absolute. Raises `SettingsRefused`.

    The policy becomes part of the plan: what is changed in its file later changes no campaign that exists.
    """
    raw, here = read_toml(path), path.resolve().parent
    script, retry = raw.get("script"), raw.get("retry")
    if isinstance(script, dict):
        raw["script"] = script | {
            part: str(here / script[part]) for part in _PROMPTS if script.get(part) and isinstance(script[part], str)
        }
    if isinstance(retry, str):
        policy = here / retry
        raw["retry"] = checked(RetryPolicy, read_toml(policy), policy)
    return checked(CampaignPlan, raw, path)
