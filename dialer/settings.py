"""What a folder's `dialer.toml` says: advertisers, trunks with their numbers, consent notices.

Each value can be overridden by an environment variable (`DIALER_DATABASE=postgresql+psycopg://…`).
"""

from __future__ import annotations

import hashlib
import tomllib
from datetime import date
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, TypeVar

import rfc8785
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, SettingsError

from dialer.errors import SettingsRefused
from rules.caller_ids import require_caller_id
from rules.evidence import Notice, NoticeItem
from rules.facts import Sector


class Strict(BaseModel):
    """A table of a settings file: an unknown key is an error, not a silent typing mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class AdvertiserSettings(Strict):
    id: str
    name: str


class CallerIdSettings(Strict):
    """A number that may be shown, with proof that it is assigned (CPCE L.44 IV)."""

    number: Annotated[str, Field(description="E.164")]
    assignee: str
    proof: str
    reviewed_on: date
    inbound_route: str = ""
    """Where a call back to this number arrives, and when that was last tried (Arcep: it must arrive)."""

    @field_validator("number")
    @classmethod
    def _e164(cls, value: str) -> str:
        return require_caller_id(value)


class TrunkKind(StrEnum):
    LOOPBACK = "loopback"
    """Our own carrier on this machine; the only one on which time may be simulated."""
    SIP = "sip"


class TrunkSettings(Strict):
    """A SIP carrier account with its limits."""

    name: str
    kind: TrunkKind
    host: str
    port: Annotated[int, Field(ge=0, le=65535)] = 5060
    operator: str = "plain"
    """Whose published terms hold: a name under `config/operators` or the folder's own `operators/`."""
    channels: Annotated[int, Field(ge=1, le=400)] = 10
    starts_per_second: Annotated[int, Field(ge=1, le=50)] = 1
    answers_options: bool = True
    """False for a carrier that ignores OPTIONS, so that its silence is not taken for absence."""
    caller_ids: tuple[CallerIdSettings, ...] = ()

    @property
    def loopback(self) -> bool:
        return self.kind is TrunkKind.LOOPBACK

    def proven_numbers(self) -> frozenset[str]:
        return frozenset(caller_id.number for caller_id in self.caller_ids)


class NoticeSettings(Strict):
    """A version of the notice under which consents were collected (R.223-1 I)."""

    id: str
    advertiser: str
    callers: tuple[str, ...] = ()
    """Third parties named in the notice; empty when the advertiser calls itself."""
    sectors: tuple[Sector, ...]
    items: tuple[NoticeItem, ...]
    period_days: Annotated[int, Field(ge=1, le=366)] = 365

    def as_notice(self) -> Notice:
        return Notice(
            self.id,
            self.advertiser,
            frozenset(self.callers),
            frozenset(self.sectors),
            frozenset(self.items),
            self.period_days,
        )


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
    advertisers: tuple[AdvertiserSettings, ...]
    trunks: tuple[TrunkSettings, ...]
    notices: tuple[NoticeSettings, ...] = ()

    @field_validator("trunks", "advertisers", "notices")
    @classmethod
    def _each_named_once(cls, values: tuple[Any, ...]) -> tuple[Any, ...]:
        names = [getattr(value, "name" if isinstance(value, TrunkSettings) else "id") for value in values]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"{', '.join(twice)} stands twice; give each its own name")
        return values

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
        """Digest of what decisions rest on: caller ids, notices, guard; not of where the folder or database is."""
        register = self.model_dump(mode="json", exclude={"folder", "database"})
        return hashlib.sha256(rfc8785.dumps(register)).hexdigest()

    @property
    def keys_folder(self) -> Path:
        return self.folder / "keys"

    def trunk(self, name: str) -> TrunkSettings:
        return _named({trunk.name: trunk for trunk in self.trunks}, "trunk", name)

    def advertiser(self, key: str) -> AdvertiserSettings:
        return _named({advertiser.id: advertiser for advertiser in self.advertisers}, "advertiser", key)

    def notices_by_id(self) -> dict[str, Notice]:
        return {notice.id: notice.as_notice() for notice in self.notices}


T = TypeVar("T")
_FRENCH = {"trunk": "trunk", "advertiser": "annonceur"}


def _named(items: dict[str, T], what: str, name: str) -> T:
    if name not in items:
        known = ", ".join(map(repr, items)) or "—"
        raise SettingsRefused(
            f"no {what} {name!r} in dialer.toml; it names: {known}",
            f"{_FRENCH[what]} {name!r} absent de dialer.toml ; on y trouve : {known}",
        )
    return items[name]


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
        faults = "; ".join(
            f"{'.'.join(str(part) for part in fault['loc']) or 'file'}: {fault['msg']}" for fault in error.errors()
        )
        raise SettingsRefused(f"{path}: correct {faults}", f"{path} : corriger {faults}") from None
    except SettingsError as error:
        raise SettingsRefused(
            f"{path}: a DIALER_ variable cannot be read as JSON: {error}",
            f"{path} : une variable DIALER_ n'est pas du JSON lisible : {error}",
        ) from None
