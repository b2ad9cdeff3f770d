"""The gate's signed, expiring authorisation for one attempt.

Only the gate signs (it holds a `PermitKey`); a runner verifies and refuses what is absent,
altered, not yet valid, expired or used. Kept free of database and telephony so that the thin
runner processes can import it alone.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from json.encoder import encode_basestring as _quoted
from pathlib import Path

from dialer.errors import SettingsRefused
from dialer.whole_file import write_new

_KEY_BYTES = 32


class PermitRefused(Exception):
    """The permit does not authorise this call now; the message says which check failed."""


@dataclass(frozen=True, slots=True)
class Permit:
    """Authorises one INVITE: this callee, this caller id, this trunk, in this interval, once.

    `decision_hash` binds it to the stored decision (SHA-256, hex). `simulated` says that its
    instants come from a simulated clock: valid on the loopback carrier only.
    """

    attempt_id: str
    callee: str
    caller_id: str
    trunk: str
    decision_hash: str
    not_before: datetime
    not_after: datetime
    simulated: bool
    signature: str = ""

    def to_dict(self) -> dict[str, str | bool]:
        """JSON-able form; instants as ISO 8601 in UTC."""
        plain = {name: getattr(self, name) for name in _FIELDS}
        plain["not_before"] = self.not_before.isoformat()
        plain["not_after"] = self.not_after.isoformat()
        return plain

    @classmethod
    def from_dict(cls, plain: dict[str, object]) -> Permit:
        """The inverse of `to_dict`; raises `PermitRefused` for anything that is not a permit."""
        try:
            values = dict(plain)
            values["not_before"] = datetime.fromisoformat(str(values["not_before"]))
            values["not_after"] = datetime.fromisoformat(str(values["not_after"]))
            permit = cls(**values)  # type: ignore[arg-type]
        except (KeyError, TypeError, ValueError) as error:
            raise PermitRefused(f"not a permit: {error}") from None
        if permit.not_before.tzinfo is None or permit.not_after.tzinfo is None:
            raise PermitRefused("not a permit: its instants have no time zone")
        return permit

    def on_record(self) -> dict[str, object]:
        """What the audit chain says of it. The callee is in its hash, which the signature keeps from being guessed."""
        return {
            "permit": hashlib.sha256(self._message() + self.signature.encode()).hexdigest(),
            "trunk": self.trunk,
            "caller_id": self.caller_id,
            "not_before": self.not_before.isoformat(),
            "not_after": self.not_after.isoformat(),
        }

    def _message(self) -> bytes:
        """Canonical JSON (RFC 8785) of all but the signature.

        Written by hand because each permit is signed, recorded and verified so; Python's own quoting of a text is that
        of RFC 8785. Raises AttributeError or TypeError for a field that holds something else.
        """
        return (
            f'{{"attempt_id":{_quoted(self.attempt_id)},"callee":{_quoted(self.callee)},'
            f'"caller_id":{_quoted(self.caller_id)},"decision_hash":{_quoted(self.decision_hash)},'
            f'"not_after":"{self.not_after.isoformat()}","not_before":"{self.not_before.isoformat()}",'
            f'"simulated":{_said(self.simulated)},"trunk":{_quoted(self.trunk)}}}'
        ).encode()


def _said(yes: bool) -> str:
    """Raises TypeError for what only counts as yes or no: it was not signed."""
    if yes is True or yes is False:
        return "true" if yes else "false"
    raise TypeError(f"true or false is wanted, not {yes!r}")


_FIELDS = tuple(field.name for field in fields(Permit))


@dataclass(frozen=True, slots=True)
class PermitKey:
    """The secret shared by the gate and its runners (HMAC-SHA256, 32 bytes)."""

    secret: bytes = field(repr=False)

    @classmethod
    def load_or_create(cls, path: Path) -> PermitKey:
        """Read the key file, or make one that only its owner may read.

        Raises `SettingsRefused` for a file of another length: with an empty key anybody could sign.
        """
        if not path.exists():
            write_new(path, secrets.token_bytes(_KEY_BYTES))
        secret = path.read_bytes()
        if len(secret) != _KEY_BYTES:
            raise SettingsRefused(
                f"{path}: holds no key of {_KEY_BYTES} bytes ({len(secret)} found); restore it from a backup, "
                "or remove it if it was never used and run again",
                f"{path} : pas une clé de {_KEY_BYTES} octets ({len(secret)} trouvés) ; la restaurer d'une "
                "sauvegarde, ou la supprimer si elle n'a jamais servi puis relancer",
            )
        return cls(secret)

    def sign(self, permit: Permit) -> Permit:
        return replace(permit, signature=self._mac(permit))

    def verify(self, permit: Permit | None, *, now: datetime, trunk: str) -> Permit:
        """Return the permit if it authorises a call on `trunk` at `now`, else raise `PermitRefused`."""
        if permit is None:
            raise PermitRefused("no permit")
        try:
            genuine = hmac.compare_digest(permit.signature.encode(), self._mac(permit).encode())
        except (AttributeError, TypeError, ValueError) as error:
            raise PermitRefused(f"not a permit: {error}") from None
        if not genuine:
            raise PermitRefused("its signature does not match: altered, or not made by this gate")
        if permit.trunk != trunk:
            raise PermitRefused(f"it is for trunk {permit.trunk!r}, not {trunk!r}")
        if now < permit.not_before:
            raise PermitRefused(f"not valid before {permit.not_before.isoformat()}")
        if now >= permit.not_after:
            raise PermitRefused(f"expired at {permit.not_after.isoformat()}")
        return permit

    def _mac(self, permit: Permit) -> str:
        return hmac.digest(self.secret, permit._message(), "sha256").hex()
