"""A permit authorises one call in one interval on one trunk, and whatever is not it is refused."""

from __future__ import annotations

import hmac
import stat
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dialer.errors import DialerError
from dialer.permit import Permit, PermitKey, PermitRefused
from dialer.store import canonical

KEY = PermitKey(bytes(range(32)))
NOW = datetime(2026, 11, 24, 9, 2, tzinfo=UTC)
PERMIT = KEY.sign(
    Permit(
        attempt_id="0f" * 16,
        callee="+33639980001",
        caller_id="+33162000001",
        trunk="boucle",
        decision_hash="ab" * 32,
        not_before=NOW,
        not_after=NOW + timedelta(seconds=10),
        simulated=True,
    )
)
FIELDS = tuple(field.name for field in fields(Permit))
TEXTS = tuple(name for name in FIELDS if isinstance(getattr(PERMIT, name), str))
INSTANTS = st.datetimes(timezones=st.just(UTC))
ANYTHING = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(), INSTANTS, st.binary(), st.lists(st.text())
)


def verify(permit: Permit | None, now: datetime = NOW, trunk: str = "boucle") -> Permit:
    return KEY.verify(permit, now=now, trunk=trunk)


def test_a_permit_holds_in_its_interval_on_its_trunk() -> None:
    assert verify(PERMIT) is PERMIT
    assert verify(PERMIT, PERMIT.not_after - timedelta(microseconds=1)) is PERMIT


@given(st.sampled_from(TEXTS), st.text(st.characters(exclude_categories=["Cs"])), INSTANTS, st.booleans())
def test_what_is_signed_is_canonical(name: str, text: str, instant: datetime, simulated: bool) -> None:
    signed = KEY.sign(replace(PERMIT, **{"not_after": instant, "simulated": simulated, name: text}))
    unsigned = {field: value for field, value in signed.to_dict().items() if field != "signature"}
    message = canonical(unsigned).encode()
    assert signed.signature == hmac.new(KEY.secret, message, "sha256").hexdigest()
    assert signed.on_record()["permit"] == sha256(message + signed.signature.encode()).hexdigest()


def test_no_permit_is_refused() -> None:
    with pytest.raises(PermitRefused, match="no permit"):
        verify(None)


@pytest.mark.parametrize(
    ("now", "trunk", "why"),
    [
        (NOW - timedelta(microseconds=1), "boucle", "not valid before"),
        (PERMIT.not_after, "boucle", "expired at"),
        (PERMIT.not_after + timedelta(days=1), "boucle", "expired at"),
        (NOW, "operateur", "for trunk 'boucle', not 'operateur'"),
    ],
    ids=["early", "at its very end", "expired", "another trunk"],
)
def test_it_is_refused_outside_its_interval_and_trunk(now: datetime, trunk: str, why: str) -> None:
    with pytest.raises(PermitRefused, match=why):
        verify(PERMIT, now, trunk)


@pytest.mark.parametrize("name", FIELDS)
@given(value=ANYTHING)
def test_whatever_stands_in_a_field_instead_is_refused(name: str, value: object) -> None:
    assume(value != getattr(PERMIT, name))
    with pytest.raises(PermitRefused):
        verify(replace(PERMIT, **{name: value}))  # type: ignore[arg-type]


@given(st.text(alphabet="0123456789abcdef", min_size=64, max_size=64))
def test_a_signature_is_not_guessed(signature: str) -> None:
    assume(signature != PERMIT.signature)
    with pytest.raises(PermitRefused, match="signature"):
        verify(replace(PERMIT, signature=signature))


def test_an_unsigned_permit_and_one_of_another_gate_are_refused() -> None:
    for stranger in (replace(PERMIT, signature=""), PermitKey(b"x" * 32).sign(PERMIT)):
        with pytest.raises(PermitRefused, match="signature"):
            verify(stranger)


@given(
    st.builds(
        Permit,
        **{
            name: st.text(st.characters(exclude_categories=["Cs"])) for name in FIELDS if name[:3] not in ("not", "sim")
        },
        not_before=INSTANTS,
        not_after=INSTANTS,
        simulated=st.booleans(),
    )
)
def test_a_permit_survives_its_journey_as_plain_values(permit: Permit) -> None:
    signed = KEY.sign(permit)
    back = Permit.from_dict(dict(signed.to_dict()))
    assert back == signed
    assert back.to_dict() == signed.to_dict()


@pytest.mark.parametrize("name", FIELDS)
@given(value=ANYTHING)
def test_plain_values_that_are_no_permit_are_refused(name: str, value: object) -> None:
    plain: dict[str, object] = dict(PERMIT.to_dict())
    assume(value != plain[name])
    with pytest.raises(PermitRefused):
        verify(Permit.from_dict(plain | {name: value}))


@pytest.mark.parametrize("name", [name for name in FIELDS if name != "signature"])
def test_a_missing_field_is_told(name: str) -> None:
    plain: dict[str, object] = dict(PERMIT.to_dict())
    del plain[name]
    with pytest.raises(PermitRefused, match="not a permit"):
        Permit.from_dict(plain)


def test_a_field_too_many_and_an_instant_without_zone_are_told() -> None:
    plain: dict[str, object] = dict(PERMIT.to_dict())
    with pytest.raises(PermitRefused, match="not a permit"):
        Permit.from_dict(plain | {"extra": "x"})
    with pytest.raises(PermitRefused, match="no time zone"):
        Permit.from_dict(plain | {"not_after": "2026-11-24T10:02:00"})


def test_the_key_file_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "permit.key"
    made = PermitKey.load_or_create(path)
    assert PermitKey.load_or_create(path) == made
    assert len(made.secret) == 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_two_folders_do_not_share_a_key(tmp_path: Path) -> None:
    assert PermitKey.load_or_create(tmp_path / "a") != PermitKey.load_or_create(tmp_path / "b")


def test_a_key_does_not_show_in_its_text() -> None:
    assert KEY.secret.hex() not in repr(KEY)
    assert repr(KEY.secret) not in repr(KEY)


@pytest.mark.parametrize("content", [b"", b"short", b"x" * 33])
def test_a_key_file_that_holds_no_key_is_refused_with_a_remedy(tmp_path: Path, content: bytes) -> None:
    """A full disk may leave an empty file behind: with it anybody could sign permits."""
    path = tmp_path / "permit.key"
    path.write_bytes(content)
    with pytest.raises(DialerError, match=r"permit\.key: holds no key of 32 bytes.*restore"):
        PermitKey.load_or_create(path)
    assert path.read_bytes() == content
