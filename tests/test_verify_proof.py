"""The stranger's verifier reckons as RFC 8032 and RFC 6962 say; `tests/commands/test_proving.py` runs it whole."""

from __future__ import annotations

from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from dialer.merkle import inclusion_path, leaf_hash, root_of

SCRIPT = Path(__file__).parents[1] / "scripts" / "verify-proof.py"


def _loaded() -> ModuleType:
    spec = spec_from_file_location("verify_proof", SCRIPT, loader=SourceFileLoader("verify_proof", str(SCRIPT)))
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


SCRIPT_CODE = _loaded()
VECTORS = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
        "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
        "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
    (
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
        "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
        "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b589"
        "09351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704",
    ),
]
"""RFC 8032, 7.1: TEST 1, 2, 3 and SHA(abc): public key, message, signature."""


@pytest.mark.parametrize(("public", "message", "signature"), VECTORS)
def test_the_signatures_of_rfc_8032_are_right(public: str, message: str, signature: str) -> None:
    assert SCRIPT_CODE.signed(bytes.fromhex(public), bytes.fromhex(signature), bytes.fromhex(message))


@pytest.mark.parametrize(("public", "message", "signature"), VECTORS)
def test_with_one_bit_turned_they_are_wrong(public: str, message: str, signature: str) -> None:
    right = bytes.fromhex(public), bytes.fromhex(signature), bytes.fromhex(message) + b"\x00"
    assert not SCRIPT_CODE.signed(*right)
    for place in (0, 31, 32, 63):
        turned = bytearray(bytes.fromhex(signature))
        turned[place] ^= 1
        assert not SCRIPT_CODE.signed(bytes.fromhex(public), bytes(turned), bytes.fromhex(message))


def test_a_signature_made_larger_by_the_order_of_the_group_is_wrong() -> None:
    """RFC 8032, 5.1.7: else one signature would have several forms."""
    public, message, signature = map(bytes.fromhex, VECTORS[0])
    larger = int.from_bytes(signature[32:], "little") + SCRIPT_CODE.ORDER
    assert not SCRIPT_CODE.signed(public, signature[:32] + larger.to_bytes(32, "little"), message)


@settings(max_examples=15)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=200))
def test_it_agrees_with_the_library(seed: bytes, message: bytes) -> None:
    key = Ed25519PrivateKey.from_private_bytes(seed)
    public, signature = key.public_key().public_bytes_raw(), key.sign(message)
    assert SCRIPT_CODE.signed(public, signature, message)
    assert not SCRIPT_CODE.signed(public, signature, message + b"!")


@given(st.lists(st.binary(max_size=9), min_size=1, max_size=40), st.data())
def test_its_trees_are_ours(entries: list[bytes], data: st.DataObject) -> None:
    leaves = [leaf_hash(entry) for entry in entries]
    index = data.draw(st.integers(0, len(leaves) - 1))
    assert SCRIPT_CODE.root_of([SCRIPT_CODE.leaf(entry) for entry in entries]) == root_of(leaves)
    path = inclusion_path(leaves, index)
    assert SCRIPT_CODE.root_by_path(len(leaves), index, leaves[index], path) == root_of(leaves)
    assert SCRIPT_CODE.root_by_path(len(leaves), index, leaves[index], [*path, path[0] if path else leaves[0]]) is None


def test_it_imports_nothing_but_the_standard_library() -> None:
    imported = {
        line.split()[1] for line in SCRIPT.read_text("utf-8").splitlines() if line.startswith(("import", "from"))
    }
    assert imported == {"__future__", "base64", "hashlib", "json", "re", "sys", "pathlib"}
