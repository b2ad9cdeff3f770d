"""The key pair that signs seals: Ed25519 (RFC 8032), the private half in `keys/seal.key`, the public in `seal.pub`.

Kept apart from seals: who verifies needs the public half only, and must never have to open the other.
"""

from __future__ import annotations

from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from dialer.errors import SettingsRefused
from dialer.whole_file import write_whole

PRIVATE, PUBLIC = "seal.key", "seal.pub"


class SealKey:
    """Signs seals. `public` is the 32 bytes of the public key in hexadecimal, by which seals name it."""

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private
        self.public = private.public_key().public_bytes_raw().hex()

    @classmethod
    def load_or_create(cls, keys: Path) -> SealKey:
        """The folder's key pair; made when there is none. Raises `SettingsRefused` when it is no such key."""
        path = keys / PRIVATE
        if not path.exists():
            _require_no_widow(keys)
            made = Ed25519PrivateKey.generate()
            write_whole(path, made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        key = cls(_private(path))
        if not (keys / PUBLIC).exists():
            write_whole(keys / PUBLIC, pem_of(key.public), mode=0o644)
        if key.public not in public_keys(keys):
            raise _no_pair(keys)
        return key

    def sign(self, statement: bytes) -> bytes:
        """64 bytes; the same for the same statement."""
        return self._private.sign(statement)


def public_keys(keys: Path) -> dict[str, Path]:
    """The public keys whose seals count, in hexadecimal: `seal.pub`, and older ones kept as `seal-….pub`."""
    return {_public(path): path for path in sorted(keys.glob("seal*.pub"))}


def pem_of(public: str) -> bytes:
    """The PEM file (SubjectPublicKeyInfo, RFC 8410) of a public key."""
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public))
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def signed_by(public: str, signature: bytes, statement: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(signature, statement)
    except (InvalidSignature, ValueError):
        return False
    return True


def _private(path: Path) -> Ed25519PrivateKey:
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise SettingsRefused(
            f"{path}: holds no Ed25519 private key; put it back from where the keys are kept",
            f"{path} : pas une clé privée Ed25519 ; la remettre depuis l'endroit où les clés sont gardées",
        )
    return key


def _public(path: Path) -> str:
    try:
        key = load_pem_public_key(path.read_bytes())
    except (ValueError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PublicKey):
        raise SettingsRefused(
            f"{path}: holds no Ed25519 public key; put it back from where the keys are kept",
            f"{path} : pas une clé publique Ed25519 ; la remettre depuis l'endroit où les clés sont gardées",
        )
    return key.public_bytes_raw().hex()


def _require_no_widow(keys: Path) -> None:
    """A public key without its private half: the key is lost, and a new one must not pass for it."""
    if (keys / PUBLIC).exists():
        raise SettingsRefused(
            f"{keys / PRIVATE} is missing beside {PUBLIC}; put it back from where the keys are kept, or, if it is "
            'lost, run `dialer keys replace seal --reason "…"`: past seals still count, and the log tells of it',
            f"{keys / PRIVATE} manque à côté de {PUBLIC} ; la remettre depuis l'endroit où les clés sont gardées ou, "
            'si elle est perdue, `dialer keys replace seal --reason "…"` : les scellés passés restent valables, et le '
            "journal en parle",
        )


def _no_pair(keys: Path) -> SettingsRefused:
    return SettingsRefused(
        f"{keys}: {PRIVATE} and {PUBLIC} are of two different keys; put back the two that belong together",
        f"{keys} : {PRIVATE} et {PUBLIC} ne vont pas ensemble ; remettre les deux qui forment une paire",
    )
