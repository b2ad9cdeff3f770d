"""What a folder's `dialer.toml` says: advertisers, trunks with their numbers, consent notices.

Each value can be overridden by an environment variable (`DIALER_DATABASE=postgresql+psycopg://…`).
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Self, TypeVar

import rfc8785
from pydantic import BaseModel, Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, SettingsError

from dialer.agent_settings import AgentSettings, require_own_phones
from dialer.errors import Contradiction, SettingsRefused
from dialer.retention_table import RetentionSettings
from dialer.roles import UserSettings
from dialer.settings_faults import told
from dialer.trunk_settings import CallerIdSettings, Strict, TrunkKind, TrunkSettings
from rules.evidence import Notice, NoticeItem
from rules.facts import Sector

__all__ = [
    "AdvertiserSettings",
    "CallerIdSettings",
    "NoticeSettings",
    "OppositionSourceSettings",
    "Settings",
    "Strict",
    "TrunkKind",
    "TrunkSettings",
    "checked",
    "load_settings",
    "read_toml",
]


class AdvertiserSettings(Strict):
    id: str
    name: str


class NoticeSettings(Strict):
    """A version of the notice under which consents were collected (R.223-1 I)."""

    id: str
    advertiser: str
    callers: tuple[str, ...] = ()
    """Third parties named in the notice; empty when the advertiser calls itself."""
    sectors: tuple[Sector, ...]
    items: tuple[NoticeItem, ...]
    period_days: Annotated[int, Field(ge=1, le=366)] = 365

    @cached_property
    def as_notice(self) -> Notice:
        return Notice(
            self.id,
            self.advertiser,
            frozenset(self.callers),
            frozenset(self.sectors),
            frozenset(self.items),
            self.period_days,
        )


class OppositionSourceSettings(Strict):
    """A list of numbers that calls must be held against: without a fresh edition of it nobody is called."""

    id: str
    name: str
    advertiser: str = ""
    """For whose calls it is required; empty: for every advertiser's."""
    max_age_days: Annotated[int, Field(ge=1, le=366)] = 30
    """How long an edition counts, from the day whose state it shows."""


class Settings(BaseSettings):
    """A folder's settings. `folder` is where `dialer.toml` lies; relative paths start there."""

    model_config = SettingsConfigDict(env_prefix="DIALER_", extra="forbid", frozen=True)

    folder: Path
    database: str = "sqlite:///dialer.db"
    caller: str
    """The company that places the calls, as consent notices name it."""
    caller_name: str
    """Its name as it is spoken to the consumer."""
    recording_days: Annotated[int, Field(ge=0)] = 181
    """How long recordings are kept."""
    consent_proof_days: Annotated[int, Field(ge=0)] = 1096
    """How long the proof of a consent is kept, from its collection."""
    ring_guard_seconds: Annotated[int, Field(ge=0, le=120)] = 30
    clock_tolerance_seconds: Annotated[int, Field(ge=1, le=60)] = 5
    """By how much the machine's clock may jump before dialing stops."""
    advertisers: tuple[AdvertiserSettings, ...]
    trunks: tuple[TrunkSettings, ...]
    notices: tuple[NoticeSettings, ...] = ()
    opposition_sources: tuple[OppositionSourceSettings, ...] = ()
    agents: tuple[AgentSettings, ...] = ()
    """Who takes calls at which phone."""
    users: tuple[UserSettings, ...] = ()
    """Who may do what (`dialer.roles`); nobody named: everyone may do everything."""
    retention: tuple[RetentionSettings, ...] = ()
    """Periods of this folder's own, where the law leaves room (`dialer.retention_table`)."""

    @field_validator("trunks", "advertisers", "notices", "opposition_sources", "agents", "users")
    @classmethod
    def _each_named_once(cls, values: tuple[Any, ...]) -> tuple[Any, ...]:
        names = [str(getattr(value, "id", None) or value.name) for value in values]
        names += [user.login for user in values if isinstance(user, UserSettings) and user.login not in ("", user.name)]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise Contradiction(
                f"{', '.join(twice)} stands twice; give each its own name",
                f"{', '.join(twice)} figure deux fois ; donner à chacun son nom",
            )
        return values

    @field_validator("trunks")
    @classmethod
    def _one_limit_per_carrier(cls, trunks: tuple[TrunkSettings, ...]) -> tuple[TrunkSettings, ...]:
        """A carrier counts an account's calls together, whatever we call the trunk."""
        seen: dict[tuple[str, int, str], TrunkSettings] = {}
        for trunk in trunks:
            other = seen.setdefault((trunk.host, trunk.port, trunk.username), trunk) if trunk.port else trunk
            if (other.channels, other.starts_per_second) != (trunk.channels, trunk.starts_per_second):
                account = f"({trunk.host}:{trunk.port})"
                raise Contradiction(
                    f"{other.name} and {trunk.name} are one account {account} "
                    "with different channels or starts_per_second; keep one trunk",
                    f"{other.name} et {trunk.name} sont un seul compte {account} "
                    "avec d'autres channels ou starts_per_second ; garder un trunk",
                )
        return trunks

    @model_validator(mode="after")
    def _sources_of_known_advertisers(self) -> Self:
        """A typing mistake here would let calls leave that no list was held against."""
        known = {"", *(advertiser.id for advertiser in self.advertisers)}
        for source in self.opposition_sources:
            if source.advertiser not in known:
                named = ", ".join(sorted(known - {""}))
                raise Contradiction(
                    f"opposition source {source.id!r} names the advertiser {source.advertiser!r}, "
                    f"who is none of {named}",
                    f"la source d'opposition {source.id!r} nomme l'annonceur {source.advertiser!r}, "
                    f"qui n'est pas parmi {named}",
                )
        return self

    @model_validator(mode="after")
    def _agents_have_their_own_phones(self) -> Self:
        require_own_phones(self.agents, self.trunks)
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment wins over the file, which arrives as init values."""
        return env_settings, init_settings

    @property
    def database_url(self) -> str:
        """The database's address, with a relative SQLite path anchored in the folder."""
        prefix = "sqlite:///"
        if self.database.startswith(prefix):
            return f"{prefix}{(self.folder / self.database.removeprefix(prefix)).resolve()}"
        return self.database

    @cached_property
    def sha256(self) -> str:
        """Digest of what decisions rest on: caller ids, notices, guard; not of who works here, nor where."""
        beside = {"folder", "database", "clock_tolerance_seconds", "agents", "users", "retention"}
        register = self.model_dump(mode="json", exclude=beside)
        return hashlib.sha256(rfc8785.dumps(register)).hexdigest()

    @property
    def keys_folder(self) -> Path:
        return self.folder / "keys"

    def trunk(self, name: str) -> TrunkSettings:
        for trunk in self.trunks:
            if trunk.name == name:
                return trunk
        raise _unnamed([trunk.name for trunk in self.trunks], "trunk", name)

    def advertiser(self, key: str) -> AdvertiserSettings:
        for advertiser in self.advertisers:
            if advertiser.id == key:
                return advertiser
        raise _unnamed([advertiser.id for advertiser in self.advertisers], "advertiser", key)

    def agents_of(self, campaign: str) -> tuple[AgentSettings, ...]:
        """Who takes the calls of the campaign of this name."""
        return tuple(agent for agent in self.agents if campaign in agent.campaigns)

    def sources_for(self, advertiser: str) -> tuple[OppositionSourceSettings, ...]:
        """The opposition lists that this advertiser's calls must be held against."""
        return tuple(source for source in self.opposition_sources if source.advertiser in ("", advertiser))

    def notices_by_id(self) -> dict[str, Notice]:
        return {notice.id: notice.as_notice for notice in self.notices}


_FRENCH = {"trunk": "trunk", "advertiser": "annonceur"}


def _unnamed(names: Sequence[str], what: str, name: str) -> SettingsRefused:
    known = ", ".join(map(repr, names)) or "—"
    return SettingsRefused(
        f"no {what} {name!r} in dialer.toml; it names: {known}",
        f"{_FRENCH[what]} {name!r} absent de dialer.toml ; on y trouve : {known}",
    )


def load_settings(path: Path) -> Settings:
    """Read `dialer.toml`. Raises `SettingsRefused` with the file, the key and what is wanted."""
    raw = read_toml(path)
    return checked(Settings, {**raw, "folder": path.resolve().parent}, path)


def read_toml(path: Path) -> dict[str, Any]:
    """Parse a TOML file; every failure names the file and the remedy."""
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise SettingsRefused(
            f"{path}: not found; `dialer init FOLDER` makes one",
            f"{path} : introuvable ; `dialer init DOSSIER` en crée un",
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsRefused(
            f"{path}: cannot be read as UTF-8 text ({error}); correct its rights or its encoding",
            f"{path} : illisible comme texte UTF-8 ({error}) ; corriger ses droits ou son encodage",
        ) from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsRefused(
            f"{path}: not valid TOML: {error}", f"{path} : ce n'est pas du TOML valide : {error}"
        ) from None


M = TypeVar("M", bound=BaseModel)


def checked(model: type[M], raw: dict[str, Any], path: Path) -> M:
    """Build a model; the first faults are told in one line each."""
    try:
        return model(**raw)
    except ValidationError as error:
        english, french = (told(error.errors(), language) for language in ("en", "fr"))
        raise SettingsRefused(f"{path}: correct {english}", f"{path} : corriger {french}") from None
    except SettingsError as error:
        raise SettingsRefused(
            f"{path}: a DIALER_ variable cannot be read as JSON: {error}",
            f"{path} : une variable DIALER_ n'est pas du JSON lisible : {error}",
        ) from None
