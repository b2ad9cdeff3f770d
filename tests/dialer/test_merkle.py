"""The tree hashes as RFC 6962 says, and its proofs prove what they say and nothing else."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.merkle import Tree, consistency_path, extends, includes, inclusion_path, leaf_hash, node_hash, root_of

ENTRIES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
"""The entries with which certificate-transparency tests its trees, and the roots of the first 1 to 8 of them."""
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
PATHS = [
    (0, 1, []),
    (
        0,
        8,
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        5,
        8,
        [
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (
        2,
        3,
        ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
    ),
    (
        1,
        5,
        [
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
]
CONSISTENT = [
    (1, 1, []),
    (
        1,
        8,
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        6,
        8,
        [
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (
        2,
        5,
        [
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
]
LEAVES = [leaf_hash(entry) for entry in ENTRIES]
some_leaves = st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=70)


def told(hashes: list[bytes]) -> list[str]:
    return [each.hex() for each in hashes]


def slow_root(leaves: list[bytes]) -> bytes:
    """The definition of RFC 6962 2.1, word by word."""
    if len(leaves) == 1:
        return leaves[0]
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return node_hash(slow_root(leaves[:half]), slow_root(leaves[half:]))


def test_the_tree_of_nothing_is_the_hash_of_nothing() -> None:
    assert Tree().root == sha256(b"").digest()


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_those_of_certificate_transparency(size: int) -> None:
    assert root_of(LEAVES[:size]).hex() == ROOTS[size - 1]


@pytest.mark.parametrize(("index", "size", "path"), PATHS)
def test_inclusion_paths_are_those_of_certificate_transparency(index: int, size: int, path: list[str]) -> None:
    found = inclusion_path(LEAVES[:size], index)
    assert told(found) == path
    assert includes(bytes.fromhex(ROOTS[size - 1]), size, index, LEAVES[index], found)


@pytest.mark.parametrize(("older", "size", "path"), CONSISTENT)
def test_consistency_paths_are_those_of_certificate_transparency(older: int, size: int, path: list[str]) -> None:
    found = consistency_path(LEAVES[:size], older)
    assert told(found) == path
    assert extends(bytes.fromhex(ROOTS[size - 1]), size, bytes.fromhex(ROOTS[older - 1]), older, found)


@given(some_leaves)
def test_the_root_taken_in_passing_is_the_root_by_definition(leaves: list[bytes]) -> None:
    assert root_of(leaves) == slow_root(leaves)


@given(some_leaves, st.data())
def test_every_leaf_is_provable_at_its_place_and_at_no_other(leaves: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    root, path = root_of(leaves), inclusion_path(leaves, index)
    assert includes(root, len(leaves), index, leaves[index], path)
    for other in {*range(-1, len(leaves) + 1)} - {index}:
        same = 0 <= other < len(leaves) and leaves[other] == leaves[index] and inclusion_path(leaves, other) == path
        assert includes(root, len(leaves), other, leaves[index], path) <= same


@given(some_leaves, st.data())
def test_an_altered_proof_proves_nothing(leaves: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    root, path = root_of(leaves), inclusion_path(leaves, index)
    altered = bytes([leaves[index][0] ^ data.draw(st.integers(1, 255)), *leaves[index][1:]])
    assert not includes(root, len(leaves), index, altered, path)
    assert not includes(root, len(leaves), index, leaves[index], [*path, root])
    if path:
        assert not includes(root, len(leaves), index, leaves[index], path[:-1])


@given(some_leaves, st.data())
def test_a_tree_extends_its_beginnings_and_nothing_else(leaves: list[bytes], data: st.DataObject) -> None:
    older = data.draw(st.integers(1, len(leaves)))
    path, root = consistency_path(leaves, older), root_of(leaves)
    assert extends(root, len(leaves), root_of(leaves[:older]), older, path)
    assert not extends(root, len(leaves), sha256(root).digest(), older, path)
    assert not extends(sha256(root).digest(), len(leaves), root_of(leaves[:older]), older, path)


@pytest.mark.parametrize("index", [-1, 8])
def test_there_is_no_path_of_a_leaf_that_is_not_there(index: int) -> None:
    with pytest.raises(IndexError):
        inclusion_path(LEAVES, index)
