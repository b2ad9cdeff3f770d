"""The client against a time-stamping authority run here: `openssl ts` behind a small server on loopback."""

from __future__ import annotations

import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509 import BasicConstraints, CertificateBuilder, ExtendedKeyUsage, Name, NameAttribute
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from rfc3161_client import decode_timestamp_response

from adapters.timestamp import HttpTimestamper
from dialer.seals import TimestampRefused

SETTINGS = """
[tsa]
default_tsa = one
[one]
serial = ./serial
crypto_device = builtin
signer_cert = ./tsa.pem
signer_key = ./tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
accuracy = secs:1
ess_cert_id_chain = no
ess_cert_id_alg = sha256
[stamps]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
[root]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign
subjectKeyIdentifier = hash
[req]
distinguished_name = name
[name]
"""
Answer = Callable[[bytes], tuple[int, bytes]]


def openssl(folder: Path, *words: str) -> None:
    subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a root certificate (`ca.pem`) and an authority's certificate and key under it."""
    assert shutil.which("openssl"), "the program openssl is not on this machine; `make test` installs it"
    folder = tmp_path_factory.mktemp("authority")
    (folder / "openssl.cnf").write_text(SETTINGS)
    (folder / "serial").write_text("01\n")
    new = ("req", "-config", "openssl.cnf", "-newkey", "rsa:2048", "-nodes")
    root = ("-x509", "-extensions", "root", "-days", "9", "-subj", "/CN=Root")
    openssl(folder, *new, "-keyout", "ca.key", "-out", "ca.pem", *root)
    openssl(folder, *new, "-keyout", "tsa.key", "-out", "tsa.csr", "-subj", "/CN=TSA")
    by_root = ("-CA", "ca.pem", "-CAkey", "ca.key", "-set_serial", "2", "-days", "9")
    openssl(folder, "x509", "-req", "-in", "tsa.csr", "-out", "tsa.pem", *by_root, "-extfile", "openssl.cnf",
            "-extensions", "stamps")  # fmt: skip
    return folder


def stamped(folder: Path, query: bytes) -> bytes:
    (folder / "query").write_bytes(query)
    openssl(folder, "ts", "-reply", "-config", "openssl.cnf", "-queryfile", "query", "-out", "answer")
    return (folder / "answer").read_bytes()


@pytest.fixture
def serve() -> Iterator[Callable[[Answer], str]]:
    """Starts a server that answers each question so; the address to ask."""
    servers = []

    def started(answer: Answer) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                assert self.headers["Content-Type"] == "application/timestamp-query"
                status, body = answer(self.rfile.read(int(self.headers["Content-Length"])))
                self.send_response(status)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Nothing on the screen."""

        server = HTTPServer(("127.0.0.1", 0), Handler)
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}/tsr"

    yield started
    for server in servers:
        server.shutdown()
        server.server_close()


def test_what_was_stamped_can_be_verified_by_openssl(
    authority: Path, serve: Callable[[Answer], str], tmp_path: Path
) -> None:
    url = serve(lambda query: (200, stamped(authority, query)))
    (tmp_path / "answer").write_bytes(HttpTimestamper(url, authority / "ca.pem").stamp(b"a signature"))
    (tmp_path / "data").write_bytes(b"a signature")
    openssl(tmp_path, "ts", "-verify", "-data", "data", "-in", "answer", "-CAfile", str(authority / "ca.pem"))
    assert decode_timestamp_response((tmp_path / "answer").read_bytes()).tst_info.gen_time.tzinfo is not None


def test_without_a_root_certificate_the_stamp_is_taken_as_it_is(
    authority: Path, serve: Callable[[Answer], str]
) -> None:
    url = serve(lambda query: (200, stamped(authority, query)))
    assert HttpTimestamper(url).stamp(b"x")
    assert HttpTimestamper(url).authority == url


def test_an_old_answer_is_refused(authority: Path, serve: Callable[[Answer], str]) -> None:
    kept: list[bytes] = []

    def replay(query: bytes) -> tuple[int, bytes]:
        kept.append(stamped(authority, query))
        return 200, kept[0]

    timestamper = HttpTimestamper(serve(replay))
    timestamper.stamp(b"x")
    with pytest.raises(TimestampRefused, match="nonce"):
        timestamper.stamp(b"x")
    with pytest.raises(TimestampRefused, match="something else"):
        timestamper.stamp(b"y")


def test_the_stamp_of_a_stranger_is_refused(authority: Path, serve: Callable[[Answer], str], tmp_path: Path) -> None:
    url = serve(lambda query: (200, stamped(authority, query)))
    shutil.copy(authority / "openssl.cnf", tmp_path)
    new = ("req", "-config", "openssl.cnf", "-newkey", "rsa:2048", "-nodes", "-x509", "-extensions", "root")
    openssl(tmp_path, *new, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=Stranger")
    with pytest.raises(TimestampRefused):
        HttpTimestamper(url, tmp_path / "ca.pem").stamp(b"x")


@pytest.mark.parametrize("whose", ["the authority's", "the root's"])
def test_a_certificate_that_has_expired_is_told(
    authority: Path, serve: Callable[[Answer], str], tmp_path: Path, whose: str
) -> None:
    shutil.copytree(authority, tmp_path, dirs_exist_ok=True)
    expired_authority(tmp_path, root=whose == "the root's")
    timestamper = HttpTimestamper(serve(lambda query: (200, stamped(tmp_path, query))), tmp_path / "ca.pem")
    told = "its certificate was not valid then" if whose == "the authority's" else "certificate has expired"
    with pytest.raises(TimestampRefused, match=told) as refused:
        timestamper.stamp(b"x")
    assert "ErrorStack" not in str(refused.value)
    assert "rien n'est scellé" in refused.value.message_fr


def test_an_expired_certificate_is_told_without_a_root_as_well(
    authority: Path, serve: Callable[[Answer], str], tmp_path: Path
) -> None:
    shutil.copytree(authority, tmp_path, dirs_exist_ok=True)
    expired_authority(tmp_path, root=False)
    with pytest.raises(TimestampRefused, match="not valid then"):
        HttpTimestamper(serve(lambda query: (200, stamped(tmp_path, query)))).stamp(b"x")


def expired_authority(folder: Path, *, root: bool) -> None:
    """Both certificates anew, of which one ended yesterday: `openssl x509` makes none that has expired."""
    now, day = datetime.now(UTC), timedelta(days=1)
    keys = [rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2)]
    names = [Name([NameAttribute(NameOID.COMMON_NAME, each)]) for each in ("Root", "TSA")]
    ends = (now - day, now + day) if root else (now + day, now - day)
    for number, file in enumerate(("ca", "tsa")):
        made = CertificateBuilder().subject_name(names[number]).issuer_name(names[0]).serial_number(2 + number)
        made = made.public_key(keys[number].public_key()).not_valid_before(now - 9 * day).not_valid_after(ends[number])
        made = made.add_extension(BasicConstraints(ca=not number, path_length=None), critical=True)
        if number:
            made = made.add_extension(ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        (folder / f"{file}.pem").write_bytes(made.sign(keys[0], SHA256()).public_bytes(Encoding.PEM))
        plain = keys[number].private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (folder / f"{file}.key").write_bytes(plain)


def test_who_declines_is_told_with_its_words(authority: Path, serve: Callable[[Answer], str], tmp_path: Path) -> None:
    """Asked for a digest that it does not take, `openssl ts` answers with a rejection."""
    shutil.copytree(authority, tmp_path, dirs_exist_ok=True)
    settings = (tmp_path / "openssl.cnf").read_text().replace("digests = sha256, sha512", "digests = sha512")
    (tmp_path / "openssl.cnf").write_text(settings)
    with pytest.raises(TimestampRefused, match=r"it declines \(REJECTION"):
        HttpTimestamper(serve(lambda query: (200, stamped(tmp_path, query)))).stamp(b"x")


@pytest.mark.parametrize(
    "answer", [(500, b""), (404, b"no"), (200, b""), (200, b"<html>"), (200, b"\x30\x03\x02\x01\x02")]
)
def test_no_usable_answer_is_told(serve: Callable[[Answer], str], answer: tuple[int, bytes]) -> None:
    with pytest.raises(TimestampRefused, match="nothing was sealed"):
        HttpTimestamper(serve(lambda _: answer)).stamp(b"x")


def test_nobody_there_is_told() -> None:
    with pytest.raises(TimestampRefused, match=r"127\.0\.0\.1:9/: .*cannot be reached \(Connection refused\)"):
        HttpTimestamper("http://127.0.0.1:9/").stamp(b"x")


def test_who_does_not_answer_in_time_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(TimestampRefused, match="timed out"):
        HttpTimestamper(f"http://127.0.0.1:{silent.getsockname()[1]}/", patience=timedelta(milliseconds=50)).stamp(b"x")


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://tsa.example", "tsa.example"])
def test_only_http_is_asked(url: str) -> None:
    with pytest.raises(TimestampRefused, match="http"):
        HttpTimestamper(url)


def test_a_file_without_a_certificate_is_told(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("nothing")
    with pytest.raises(TimestampRefused, match=r"ca\.pem"):
        HttpTimestamper("http://127.0.0.1:9/", tmp_path / "ca.pem")
