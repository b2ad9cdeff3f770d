"""Asks a time-stamping authority over HTTP, as RFC 3161 (section 3.4) says, and checks what it answers."""

from __future__ import annotations

import http.client
import urllib.error
import urllib.request
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.x509 import Certificate, load_pem_x509_certificates
from rfc3161_client import (
    HashAlgorithm,
    PKIStatus,
    TimeStampRequest,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from dialer.seals import TimestampRefused

_LARGEST_ANSWER = 1 << 20
"""Bytes; a real one has a few thousand."""
_SHA256 = "2.16.840.1.101.3.4.2.1"


class HttpTimestamper:
    """`trusted`: PEM file of the authority's root certificate; without it, it is not checked who stamped.

    An answer is waited for no longer than `patience`.
    """

    def __init__(self, url: str, trusted: Path | None = None, patience: timedelta = timedelta(seconds=30)) -> None:
        """Raises `TimestampRefused` for an address that is not HTTP, or a file without a certificate."""
        if urlsplit(url).scheme not in ("http", "https"):
            raise _refused(
                url, "its address must begin with http:// or https://", "son adresse doit être en http(s)://"
            )
        self.authority = url
        self._patience = patience
        self._roots = _certificates(trusted) if trusted else []

    def stamp(self, data: bytes) -> bytes:
        """The TimeStampResp in DER. Raises `TimestampRefused`."""
        request = TimestampRequestBuilder(data, HashAlgorithm.SHA256).build()
        answer = self._answer(request.as_bytes())
        try:
            response = decode_timestamp_response(answer)
            self._check(request, response, data)
        except (ValueError, VerificationError) as error:
            raise self._unusable(str(error)) from None
        return answer

    def _answer(self, request: bytes) -> bytes:
        post = urllib.request.Request(
            self.authority, data=request, headers={"Content-Type": "application/timestamp-query"}, method="POST"
        )
        try:
            with urllib.request.urlopen(post, timeout=self._patience.total_seconds()) as reply:
                return bytes(reply.read(_LARGEST_ANSWER))
        except (OSError, urllib.error.URLError, http.client.HTTPException) as error:
            raise self._unusable(str(error)) from None

    def _check(self, request: TimeStampRequest, response: TimeStampResponse, data: bytes) -> None:
        """Raises `ValueError` or `VerificationError`."""
        if PKIStatus(response.status) not in (PKIStatus.GRANTED, PKIStatus.GRANTED_WITH_MODS):
            raise ValueError(f"{PKIStatus(response.status).name}: {'; '.join(response.status_string)}")
        stamped = response.tst_info.message_imprint
        if stamped.hash_algorithm.dotted_string != _SHA256 or stamped.message != sha256(data).digest():
            raise ValueError("it stamped something else")
        if response.tst_info.nonce != request.nonce:
            raise ValueError("its nonce is not ours: an old answer")
        if self._roots:
            builder = VerifierBuilder.from_request(request)
            for root in self._roots:
                builder = builder.add_root_certificate(root)
            builder.build().verify_message(response, data)

    def _unusable(self, why: str) -> TimestampRefused:
        return _refused(self.authority, f"no usable answer ({why})", f"pas de réponse utilisable ({why})")


def _refused(url: str, english: str, french: str) -> TimestampRefused:
    return TimestampRefused(
        f"{url}: {english}; nothing was sealed. Try again later, name another authority, or seal without --timestamp",
        f"{url} : {french} ; rien n'est scellé. Réessayer plus tard, nommer une autre autorité, ou sceller sans "
        "--timestamp",
    )


def _certificates(path: Path) -> list[Certificate]:
    try:
        return load_pem_x509_certificates(path.read_bytes())
    except ValueError:
        raise TimestampRefused(
            f"{path}: holds no certificate in PEM; fetch the authority's root certificate from its site",
            f"{path} : pas de certificat PEM ; prendre le certificat racine de l'autorité sur son site",
        ) from None
