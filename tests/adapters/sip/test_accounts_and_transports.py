"""A trunk as carriers sell it: accounts, transports, certificates. The far end judges, over real sockets."""

from __future__ import annotations

import ssl
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from adapters.sip import RunnerNotStarted, SipRunner
from adapters.sip.trunk import Account, Tls
from dialer.clock import SystemClock
from dialer.dispositions import Disposition
from dialer.permit import PermitKey
from dialer.trunk_settings import Use
from tests.adapters.sip.far_end import FarEnd, Reply, trunk_to

MOST_PROOFS = 4
"""PJSIP proves itself anew to three fresh nonces, then takes the refusal for one."""
ALICE = Account("alice", "wonder land", registers=True)


# --- accounts


def test_it_registers_before_anything_else_and_leaves_when_it_stops(permit_key: PermitKey) -> None:
    with FarEnd(password="wonder land") as carrier:
        runner = SipRunner(trunk_to(carrier, account=ALICE), permit_key, SystemClock(), rtp_first_port=26000)
        runner.start()
        assert runner.trunk_state().registered is True
        assert runner.free_channels() == 1
        runner.stop(timedelta(seconds=3))
        expiries = [request.first("expires") for request in carrier.got("REGISTER")]
        assert expiries[0] == "300"
        assert expiries[-1] == "0"


def test_many_processes_register_once(running: Any) -> None:
    with FarEnd(password="wonder land") as carrier:
        running(trunk_to(carrier, account=ALICE, channels=12))
        assert len({request.call_id for request in carrier.got("REGISTER")}) == 1


def test_a_wrong_password_is_told_at_once_and_not_tried_again(permit_key: PermitKey) -> None:
    with FarEnd(password="another") as carrier:
        runner = SipRunner(trunk_to(carrier, account=ALICE), permit_key, SystemClock(), rtp_first_port=26000)
        with pytest.raises(RunnerNotStarted, match="registration failed: 401"):
            runner.start()
        assert len(carrier.got("REGISTER")) <= MOST_PROOFS
        assert runner.free_channels() == 0


def test_a_registrar_that_is_silent_ends_the_wait(permit_key: PermitKey, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.sip.runner.TRUNK_PATIENCE", timedelta(seconds=1))
    with FarEnd(silent={"REGISTER"}) as carrier:
        runner = SipRunner(trunk_to(carrier, account=ALICE), permit_key, SystemClock(), rtp_first_port=26000)
        with pytest.raises(RunnerNotStarted, match="not registered yet"):
            runner.start()


def test_a_lost_registration_holds_calls_until_it_is_back(running: Any, eventually: Any) -> None:
    """The carrier grants seven seconds, so the renewal comes after two."""
    with FarEnd(replies={"REGISTER": lambda _: Reply(200, (("Expires", "7"),))}) as carrier:
        runner = running(trunk_to(carrier, account=ALICE))
        assert runner.free_channels() == 1
        carrier.replies["REGISTER"] = lambda _: Reply(500)
        eventually(lambda: runner.events(timedelta(seconds=0.1)) == [] and runner.free_channels() == 0)
        assert "registration failed: 500" in runner.trunk_state().error
        carrier.replies["REGISTER"] = lambda _: Reply(200, (("Expires", "300"),))
        eventually(lambda: runner.events(timedelta(seconds=0.1)) == [] and runner.free_channels() == 1)


def test_when_the_process_that_registers_dies_another_does_it(running: Any, eventually: Any) -> None:
    with FarEnd(password="wonder land") as carrier:
        runner = running(trunk_to(carrier, account=ALICE, channels=8))
        (keeper,) = [worker for worker in runner._workers if worker.watches]
        keeper.kill("the test wants it")
        eventually(
            lambda: (
                runner.events(timedelta(seconds=0.1)) == []
                and len({request.call_id for request in carrier.got("REGISTER")}) == 2
            )
        )


@pytest.mark.parametrize("nonce_uses", [1000, 1], ids=["lasting nonce", "stale nonce"])
def test_a_challenged_invite_is_one_attempt_with_one_call_id(running: Any, call: Any, nonce_uses: int) -> None:
    with FarEnd(password="wonder land", nonce_uses=nonce_uses) as carrier:
        runner = running(trunk_to(carrier, account=replace(ALICE, registers=False)))
        ends = [call(runner) for _ in range(3)]
        assert [end.disposition for end in ends] == [Disposition.BUSY] * 3
        assert carrier.calls().keys() == {end.call_id for end in ends}
        assert max(carrier.calls().values()) <= MOST_PROOFS


def test_a_challenge_that_cannot_be_met_is_our_failure_and_sent_once(running: Any, call: Any) -> None:
    with FarEnd(password="another") as carrier:
        end = call(running(trunk_to(carrier, account=replace(ALICE, registers=False))))
        assert (end.disposition, end.sip_code, end.remote) == (Disposition.FAILED, 407, True)
        assert carrier.calls().keys() == {end.call_id}
        assert carrier.calls()[end.call_id] <= MOST_PROOFS


# --- transports


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tls")
    for name, address in (("good", "127.0.0.1"), ("other", "127.0.0.9")):
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, address)])
        now = datetime.now(UTC)
        certificate = (
            x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address(address))]), critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(key, hashes.SHA256())
        )
        plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        (folder / f"{name}.key").write_bytes(key.private_bytes(serialization.Encoding.PEM, *plain))
        (folder / f"{name}.crt").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return folder


def server(folder: Path, name: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / f"{name}.crt", folder / f"{name}.key")
    return context


def test_a_call_over_tcp(running: Any, call: Any) -> None:
    with FarEnd("tcp", password="wonder land") as carrier:
        end = call(running(trunk_to(carrier, account=ALICE, probes=True)))
        assert end.disposition is Disposition.BUSY
        assert {request.first("via").split()[0] for request in carrier.heard} == {"SIP/2.0/TCP"}
        assert carrier.got("OPTIONS")


def test_a_broken_connection_is_made_again(running: Any, call: Any, eventually: Any) -> None:
    with FarEnd("tcp") as carrier:
        runner = running(trunk_to(carrier))
        assert call(runner).disposition is Disposition.BUSY
    with FarEnd("tcp", port=carrier.port):
        assert call(runner).disposition is Disposition.BUSY


def test_a_call_over_tls_to_a_carrier_that_we_know(running: Any, call: Any, certificates: Path) -> None:
    with FarEnd("tls", tls=server(certificates, "good"), password="wonder land") as carrier:
        known = Tls(ca_file=str(certificates / "good.crt"))
        end = call(running(trunk_to(carrier, account=ALICE, probes=True, tls=known)))
        assert end.disposition is Disposition.BUSY
        assert {request.first("via").split()[0] for request in carrier.heard} == {"SIP/2.0/TLS"}


@pytest.mark.parametrize(
    ("shown", "trusted"), [("good", "other"), ("other", "other"), ("good", "")], ids=["stranger", "name", "system"]
)
def test_nothing_is_said_to_a_carrier_whose_certificate_does_not_hold(
    running: Any, call: Any, certificates: Path, shown: str, trusted: str
) -> None:
    with FarEnd("tls", tls=server(certificates, shown)) as carrier:
        authorities = Tls(ca_file=str(certificates / f"{trusted}.crt") if trusted else "")
        end = call(running(trunk_to(carrier, tls=authorities)))
        assert (end.disposition, end.remote) == (Disposition.FAILED, False)
        assert carrier.heard == []


def test_the_check_can_be_given_up_by_name(running: Any, call: Any, certificates: Path) -> None:
    with FarEnd("tls", tls=server(certificates, "other")) as carrier:
        assert call(running(trunk_to(carrier, tls=Tls(verify=False)))).disposition is Disposition.BUSY


@pytest.mark.parametrize(
    ("srtp", "media", "keys"),
    [(Use.OFF, "RTP/AVP", False), (Use.OPTIONAL, "RTP/AVP", True), (Use.REQUIRED, "RTP/SAVP", True)],
)
def test_srtp_is_offered_as_the_trunk_says(running: Any, call: Any, srtp: Use, media: str, keys: bool) -> None:
    with FarEnd() as carrier:
        call(running(trunk_to(carrier, srtp=srtp)))
        offer = carrier.got("INVITE")[0].body.decode()
        assert f" {media} " in offer
        assert ("a=crypto:" in offer) is keys
