"""How the carrier proves that it is the loopback carrier: a simulated clock may be used toward nothing else.

Challenge and response over SIP OPTIONS with a key both sides read from a file. The carrier's own
address is part of what is signed, so that nobody can relay a challenge meant for another port.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import socket
import time
from datetime import timedelta

from adapters.loopback.addresses import Address, is_loopback
from adapters.loopback.message import MalformedMessage, Response, parse
from dialer.errors import DialerError

CHALLENGE_HEADER = "X-Loopback-Challenge"
PROOF_HEADER = "X-Loopback-Proof"

_REPEAT = 0.25
_LABEL = b"loopback-carrier-proof"
"""Keeps the answers apart from every other use that a key might have (a permit's signature)."""


class NotTheLoopbackCarrier(DialerError):
    """What answers at this address has not proved to be the loopback carrier; the text says what to do."""


def proof_of(key: bytes, carrier: Address, challenge: str) -> str:
    """HMAC-SHA256 over label, carrier's host and port, and challenge, in hexadecimal."""
    message = b"\0".join([_LABEL, f"{carrier[0]}:{carrier[1]}".encode(), challenge.encode()])
    return hmac.new(key, message, hashlib.sha256).hexdigest()


def prove(host: str, port: int, key: bytes, timeout: timedelta) -> None:
    """Return if the carrier at host:port holds `key`, else raise `NotTheLoopbackCarrier`. Blocks up to `timeout`."""
    if not is_loopback(host):
        raise NotTheLoopbackCarrier(
            f"{host}:{port} is not a loopback address (127.0.0.0/8, as a number): the loopback carrier "
            "cannot be there. Use the system clock for this trunk, or set its host to 127.0.0.1.",
            f"{host}:{port} n'est pas une adresse de bouclage (127.0.0.0/8, en chiffres) : l'opérateur de bouclage "
            "ne peut pas y être. Prendre l'horloge système pour ce trunk, ou mettre son hôte à 127.0.0.1.",
        )
    challenge = secrets.token_hex(32)
    answer = _ask((host, port), challenge, timeout)
    if not hmac.compare_digest(answer.encode(), proof_of(key, (host, port), challenge).encode()):
        raise NotTheLoopbackCarrier(
            f"{host}:{port} answered {'with a wrong proof' if answer else 'without a proof'}: it is another "
            "SIP server, or a loopback carrier started with another key file. Start it with the same key file.",
            f"{host}:{port} a répondu {'avec une preuve fausse' if answer else 'sans preuve'} : c'est un autre serveur "
            "SIP, ou un opérateur de bouclage lancé avec une autre clé. Le lancer avec la même clé.",
        )


def _ask(carrier: Address, challenge: str, timeout: timedelta) -> str:
    """The proof that came back, empty when the answer holds none."""
    deadline = time.monotonic() + timeout.total_seconds()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as channel:
        # Connected: the kernel delivers only what comes from the carrier's own address.
        channel.connect(carrier)
        branch = "z9hG4bK" + secrets.token_hex(8)
        request = _options(carrier, channel.getsockname(), branch, challenge)
        while (left := deadline - time.monotonic()) > 0:
            try:
                channel.send(request)
                channel.settimeout(min(_REPEAT, left))
                answer = parse(channel.recv(65535))
            except (TimeoutError, MalformedMessage):
                continue
            except ConnectionRefusedError:
                time.sleep(min(_REPEAT, left))  # nothing listens there yet; it may be starting
                continue
            if isinstance(answer, Response) and answer.branch == branch and answer.code >= 200:
                return (answer.first(PROOF_HEADER.lower()) or "") if answer.code == 200 else ""
    raise NotTheLoopbackCarrier(
        f"nothing answered as a SIP server at {carrier[0]}:{carrier[1]} within {timeout.total_seconds():g} s. "
        "Start the loopback carrier there, or correct the trunk's host and port.",
        f"rien n'a répondu comme serveur SIP à {carrier[0]}:{carrier[1]} en {timeout.total_seconds():g} s. "
        "Y lancer l'opérateur de bouclage, ou corriger l'hôte et le port du trunk.",
    )


def _options(carrier: Address, local: Address, branch: str, challenge: str) -> bytes:
    here = f"{local[0]}:{local[1]}"
    lines = [
        f"OPTIONS sip:{carrier[0]}:{carrier[1]} SIP/2.0",
        f"Via: SIP/2.0/UDP {here};branch={branch};rport",
        "Max-Forwards: 70",
        f"From: <sip:prover@{here}>;tag={secrets.token_hex(8)}",
        f"To: <sip:{carrier[0]}:{carrier[1]}>",
        f"Call-ID: {secrets.token_hex(16)}",
        "CSeq: 1 OPTIONS",
        f"{CHALLENGE_HEADER}: {challenge}",
        "Content-Length: 0",
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("ascii")
