"""Merkle trees as RFC 6962 (section 2.1) hashes them: roots, and proofs that a leaf or an older tree is inside.

Kept apart from what is sealed with them: nothing here knows a chain, a file or a key.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256


def leaf_hash(data: bytes) -> bytes:
    """The hash of one entry: 0x00 before it, so that no entry passes for an inner node."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


class Tree:
    """Takes leaf hashes one by one and knows the root at any time; keeps only the full subtrees on its right edge."""

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        self.size = 0
        self._edge: list[bytes] = []
        """Roots of full subtrees, the largest first: one for each bit that is set in `size`."""
        for leaf in leaves:
            self.add(leaf)

    def add(self, leaf: bytes) -> None:
        """`leaf` is a leaf hash, 32 bytes."""
        full, edge = self.size, self._edge
        while full & 1:
            leaf = sha256(b"\x01" + edge.pop() + leaf).digest()
            full >>= 1
        edge.append(leaf)
        self.size += 1

    @property
    def root(self) -> bytes:
        """MTH of RFC 6962; of no leaves, the hash of nothing."""
        if not self._edge:
            return sha256().digest()
        root = self._edge[-1]
        for left in reversed(self._edge[:-1]):
            root = node_hash(left, root)
        return root


def root_of(leaves: Sequence[bytes]) -> bytes:
    return Tree(leaves).root


def inclusion_path(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """PATH of RFC 6962 (2.1.1): the siblings from the leaf up to the root. Raises `IndexError`."""
    if not 0 <= index < len(leaves):
        raise IndexError(f"leaf {index} of {len(leaves)}")
    if len(leaves) == 1:
        return []
    half = _left_size(len(leaves))
    left, right = leaves[:half], leaves[half:]
    if index < half:
        return [*inclusion_path(left, index), root_of(right)]
    return [*inclusion_path(right, index - half), root_of(left)]


def consistency_path(leaves: Sequence[bytes], older: int) -> list[bytes]:
    """PROOF of RFC 6962 (2.1.2): that the tree of the first `older` leaves is a beginning of this one."""
    if not 0 < older <= len(leaves):
        raise IndexError(f"a tree of {older} in one of {len(leaves)}")
    return _subproof(leaves, older, whole=True)


def includes(root: bytes, size: int, index: int, leaf: bytes, path: Sequence[bytes]) -> bool:
    """Whether `path` proves that the leaf hash `leaf` is number `index` of `size` under `root` (RFC 9162 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last, found = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = node_hash(sibling, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and found == root


def extends(root: bytes, size: int, older_root: bytes, older: int, path: Sequence[bytes]) -> bool:
    """Whether `path` proves that the tree of `older` leaves is a beginning of the one of `size` (RFC 9162 2.1.4.2)."""
    if older == size:
        return not path and older_root == root
    if not 0 < older < size or not path:
        return False
    siblings = list(path) if older & (older - 1) else [older_root, *path]
    place, last = older - 1, size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old = new = siblings[0]
    for sibling in siblings[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and old == older_root and new == root


def _subproof(leaves: Sequence[bytes], older: int, *, whole: bool) -> list[bytes]:
    """SUBPROOF of RFC 6962; `whole`: the reader knows the root of these very leaves already."""
    if older == len(leaves):
        return [] if whole else [root_of(leaves)]
    half = _left_size(len(leaves))
    left, right = leaves[:half], leaves[half:]
    if older <= half:
        return [*_subproof(left, older, whole=whole), root_of(right)]
    return [*_subproof(right, older - half, whole=False), root_of(left)]


def _left_size(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << (size - 1).bit_length() - 1
