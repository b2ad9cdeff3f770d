"""Asks a time-stamping authority over HTTP, as RFC 3161 (section 3.4) says, and checks what it answers."""

from __future__ import annotations

import http.client
import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.x509 import Certificate, load_der_x509_certificate, load_pem_x509_certificates
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
_WHY = re.compile(r"Verify error: ?([^\"]+)")
"""What OpenSSL found, among what the library tells around it."""


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
        self._trusted, self._roots = trusted, _certificates(trusted) if trusted else []

    def stamp(self, data: bytes) -> bytes:
        """The TimeStampResp in DER. Raises `TimestampRefused`."""
        request = TimestampRequestBuilder(data, HashAlgorithm.SHA256).build()
        answer = self._answer(request.as_bytes())
        try:
            response = decode_timestamp_response(answer)
            status = PKIStatus(response.status)
        except ValueError:
            raise self._unusable("its answer is no timestamp", "sa réponse n'est pas un horodatage") from None
        if status not in (PKIStatus.GRANTED, PKIStatus.GRANTED_WITH_MODS):
            said = f"{status.name}: {'; '.join(response.status_string)}"
            raise self._unusable(f"it declines ({said})", f"elle refuse ({said})")
        self._check(request, response, data)
        return answer

    def _answer(self, request: bytes) -> bytes:
        post = urllib.request.Request(
            self.authority, data=request, headers={"Content-Type": "application/timestamp-query"}, method="POST"
        )
        try:
            with urllib.request.urlopen(post, timeout=self._patience.total_seconds()) as reply:
                return bytes(reply.read(_LARGEST_ANSWER))
        except urllib.error.HTTPError as error:
            said = f"{error.code} {error.reason}"
            error.close()
            raise self._unusable(f"it answers {said}", f"elle répond {said}") from None
        except (OSError, http.client.HTTPException) as error:
            why = getattr(error, "reason", error)
            said = getattr(why, "strerror", None) or str(why)
            raise self._unusable(f"it cannot be reached ({said})", f"elle ne peut être jointe ({said})") from None

    def _check(self, request: TimeStampRequest, response: TimeStampResponse, data: bytes) -> None:
        """Raises `TimestampRefused` for the stamp of something else, of another time, or of somebody else."""
        told = response.tst_info
        stamped = told.message_imprint
        if stamped.hash_algorithm.dotted_string != _SHA256 or stamped.message != sha256(data).digest():
            raise self._unusable("it stamped something else", "elle a horodaté autre chose")
        if told.nonce != request.nonce:
            raise self._unusable(
                "its nonce is not ours: an old answer", "son nonce n'est pas le nôtre : vieille réponse"
            )
        for certificate in _signers(response):
            end = certificate.not_valid_after_utc
            if not certificate.not_valid_before_utc <= told.gen_time <= end:
                raise self._unusable(
                    f"its certificate was not valid then (until {end:%Y-%m-%d})",
                    f"son certificat n'était pas valable alors (jusqu'au {end:%Y-%m-%d})",
                )
        if self._roots:
            self._check_who(request, response, data)

    def _check_who(self, request: TimeStampRequest, response: TimeStampResponse, data: bytes) -> None:
        builder = VerifierBuilder.from_request(request)
        for root in self._roots:
            builder = builder.add_root_certificate(root)
        try:
            builder.build().verify_message(response, data)
        except VerificationError as error:
            found = _WHY.search(str(error))
            said = found[1] if found else str(error)
            raise self._unusable(
                f"its stamp does not lead to {self._trusted} ({said})",
                f"son jeton ne mène pas à {self._trusted} ({said})",
            ) from None

    def _unusable(self, why: str, why_fr: str) -> TimestampRefused:
        return _refused(self.authority, why, why_fr)


def _signers(response: TimeStampResponse) -> Iterator[Certificate]:
    """The enclosed certificates of those who signed."""
    signed = {(each.issuer, each.serial_number) for each in response.signed_data.signer_infos}
    for der in response.signed_data.certificates:
        certificate = load_der_x509_certificate(der)
        if (certificate.issuer, certificate.serial_number) in signed:
            yield certificate


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
