"""Seals vouch for every row once, show every touch of rows or seals, and outlive a crash at any step."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from dialer import sealing, whole_file
from dialer.anchor import FILE as ANCHOR
from dialer.anchor import ChainCutShort
from dialer.audit import AuditKind, ClockWentBack
from dialer.chain_rows import chain_rows
from dialer.errors import SettingsRefused
from dialer.faults import Fault
from dialer.key_replacement import replace_key
from dialer.lost_keys import Key
from dialer.merkle import leaf_hash, root_of
from dialer.seal_check import check_seals
from dialer.seal_key import SealKey, pem_of, signed_by
from dialer.sealing import seal_chain
from dialer.seals import NO_SEAL, Seal, SealsRefused, TimestampRefused, path_of, read_seal, seal_paths
from tests.dialer.agency import Agency
from tests.dialer.tampering import tamper
from tests.dialer.test_audit import write


class Killed(BaseException):
    """Stands for kill -9: nothing may catch it."""


class Stamps:
    """A time-stamping authority that answers with words of its own."""

    authority = "http://tsa.example/"

    def stamp(self, data: bytes) -> bytes:
        return b"stamped " + data


class NoStamps(Stamps):
    def stamp(self, data: bytes) -> bytes:
        raise TimestampRefused("no answer", "pas de réponse")


def sealed(agency: Agency, *stamps: Stamps) -> Seal:
    seal = seal_chain(agency.workspace, *stamps).seal
    assert seal is not None
    return seal


def fault(agency: Agency) -> Fault | None:
    with agency.workspace.store.reading() as session:
        return check_seals(session, agency.workspace.settings.folder)


def rewrite(agency: Agency, number: int, **changes: Any) -> None:
    path = path_of(agency.workspace.settings.folder, number)
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


def test_a_seal_vouches_for_the_rows_it_names(agency: Agency) -> None:
    write(agency, 5)
    seal = sealed(agency)
    with agency.transaction() as session:
        rows = list(chain_rows(session, 1, seal.statement.last))
    statement = seal.statement
    assert (statement.number, statement.first, statement.previous) == (1, 1, NO_SEAL)
    assert statement.last == len(rows) >= 5
    assert statement.root == root_of([leaf_hash(row.canonical) for row in rows]).hex()
    assert (statement.chain, statement.head) == (rows[0].sha256, rows[-1].sha256)
    assert signed_by(statement.key, seal.signature, statement.signed)
    assert fault(agency) is None


def test_the_next_seal_begins_where_the_last_one_ended_and_names_it(agency: Agency) -> None:
    write(agency, 3)
    first = sealed(agency)
    write(agency, 2)
    second = sealed(agency)
    assert (second.statement.number, second.statement.first) == (2, first.statement.last + 1)
    assert second.statement.previous == first.statement.digest
    assert [row.kind for row in agency.audit()].count(AuditKind.SEALED) == 2
    assert fault(agency) is None


def test_nothing_new_is_not_sealed_again(agency: Agency) -> None:
    write(agency, 3)
    sealed(agency)
    assert seal_chain(agency.workspace).seal is None
    assert len(seal_paths(agency.workspace.settings.folder)) == 1


def test_an_empty_chain_has_nothing_to_seal(agency: Agency) -> None:
    assert seal_chain(agency.workspace).seal is None
    assert fault(agency) is None


def test_a_seal_reads_back_as_it_was_written(agency: Agency) -> None:
    write(agency, 3)
    seal = sealed(agency, Stamps())
    assert read_seal(path_of(agency.workspace.settings.folder, 1)) == seal
    assert seal.timestamp == b"stamped " + seal.signature


def test_no_answer_of_the_authority_leaves_no_seal(agency: Agency) -> None:
    write(agency, 3)
    before = len(agency.audit())
    with pytest.raises(TimestampRefused):
        seal_chain(agency.workspace, NoStamps())
    assert seal_paths(agency.workspace.settings.folder) == []
    assert len(agency.audit()) == before


def test_with_a_clock_behind_the_log_no_seal_is_left_without_its_row(agency: Agency) -> None:
    write(agency, 3)
    agency.clock.advance(minutes=-10)
    with pytest.raises(ClockWentBack):
        seal_chain(agency.workspace)
    assert seal_paths(agency.workspace.settings.folder) == []


def test_a_chain_of_which_nothing_tells_how_far_it_went_is_not_sealed(agency: Agency) -> None:
    write(agency, 3)
    (agency.workspace.settings.keys_folder / ANCHOR).unlink()
    with pytest.raises(ChainCutShort):
        seal_chain(agency.workspace)
    assert seal_paths(agency.workspace.settings.folder) == []


def test_a_chain_that_does_not_hold_is_not_sealed(agency: Agency) -> None:
    write(agency, 5)
    tamper(agency, "UPDATE audit SET body = '{}' WHERE seq = 3")
    with pytest.raises(SealsRefused, match="row 3"):
        seal_chain(agency.workspace)
    assert seal_paths(agency.workspace.settings.folder) == []


def test_a_chain_that_was_rolled_back_is_not_sealed_on(agency: Agency) -> None:
    write(agency, 5)
    sealed(agency)
    tamper(agency, "DELETE FROM audit WHERE seq > 3")
    with pytest.raises(SealsRefused, match="rolled back"):
        seal_chain(agency.workspace)


ROWS: list[tuple[str, str, int]] = [
    ("a body edited", "UPDATE audit SET body = '{}' WHERE seq = 3", 1),
    ("the last sealed row edited", "UPDATE audit SET sha256 = previous WHERE seq = 6", 1),
    ("a row deleted", "DELETE FROM audit WHERE seq = 3", 3),
    ("the tail cut off", "DELETE FROM audit WHERE seq > 4", 5),
    ("everything cut off", "DELETE FROM audit", 1),
]


@pytest.mark.parametrize(("statement", "row"), [case[1:] for case in ROWS], ids=[case[0] for case in ROWS])
def test_touched_rows_show_in_their_seal(agency: Agency, statement: str, row: int) -> None:
    write(agency, 5)
    sealed(agency)
    tamper(agency, statement)
    found = fault(agency)
    assert found is not None
    assert found.seq == row
    assert found.why.startswith("seal 1: ")


def unlinked(agency: Agency) -> None:
    path_of(agency.workspace.settings.folder, 1).unlink()


def newest_unlinked(agency: Agency) -> None:
    path_of(agency.workspace.settings.folder, 2).unlink()


def another_signature(agency: Agency) -> None:
    rewrite(agency, 2, signature="00" * 64)


def another_root(agency: Agency) -> None:
    rewrite(agency, 1, root="00" * 32)


def signed_by_a_stranger(agency: Agency) -> None:
    """Everything in it is right, but the key."""
    stranger = SealKey(Ed25519PrivateKey.generate())
    folder = agency.workspace.settings.folder
    statement = replace(read_seal(path_of(folder, 2)).statement, key=stranger.public)
    path_of(folder, 2).write_text(json.dumps(Seal(statement, stranger.sign(statement.signed)).to_dict()))


def without_timestamp(agency: Agency) -> None:
    path = path_of(agency.workspace.settings.folder, 2)
    plain = json.loads(path.read_text())
    del plain["timestamp"], plain["authority"]
    path.write_text(json.dumps(plain))


def no_json(agency: Agency) -> None:
    path_of(agency.workspace.settings.folder, 1).write_text("{")


def one_over_the_other(agency: Agency) -> None:
    folder = agency.workspace.settings.folder
    path_of(folder, 2).write_bytes(path_of(folder, 1).read_bytes())


def signed_anew(agency: Agency) -> None:
    """By somebody who holds the key: the chain remembers the digest of the seal that was."""
    folder = agency.workspace.settings.folder
    key = SealKey.load_or_create(agency.workspace.settings.keys_folder)
    statement = replace(read_seal(path_of(folder, 2)).statement, at="2020-01-01T00:00:00+00:00")
    path_of(folder, 2).write_text(json.dumps(Seal(statement, key.sign(statement.signed)).to_dict()))


@pytest.mark.parametrize(
    "touch",
    [
        unlinked,
        newest_unlinked,
        another_signature,
        another_root,
        signed_by_a_stranger,
        without_timestamp,
        no_json,
        one_over_the_other,
        signed_anew,
    ],
)
def test_touched_seals_show(agency: Agency, touch: Callable[[Agency], None]) -> None:
    write(agency, 3)
    sealed(agency)
    write(agency, 2)
    sealed(agency, Stamps())
    assert fault(agency) is None
    touch(agency)
    found = fault(agency)
    assert found is not None
    assert found.why.startswith("seal ")
    assert found.why_fr.startswith("scellé ")


def test_the_seals_of_another_database_show(agency: Agency) -> None:
    write(agency, 3)
    sealed(agency)
    tamper(agency, "DELETE FROM audit")
    write(agency, 4)
    found = fault(agency)
    assert found is not None
    assert "another chain" in found.why


STEPS = ["write_seal", "_record", "move_anchor"]


@pytest.mark.parametrize("step", STEPS)
def test_killed_at_any_step_it_leaves_no_seal_or_a_whole_one(
    agency: Agency, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    write(agency, 3)
    sealed(agency)
    write(agency, 2)

    def killed(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patch, pytest.raises(Killed):  # noqa: PT012
        patch.setattr(sealing, step, killed)
        seal_chain(agency.workspace)
    assert fault(agency) is None
    seal_chain(agency.workspace)
    assert fault(agency) is None
    kinds = [row.kind for row in agency.audit()]
    assert kinds.count(AuditKind.SEALED) == len(seal_paths(agency.workspace.settings.folder)) == 2


@pytest.mark.parametrize("step", ["os.fsync", "pathlib.Path.replace", "dialer.whole_file.sync_folder"])
def test_killed_while_its_file_is_written_it_leaves_none_or_a_whole_one(
    agency: Agency, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    write(agency, 3)
    sealed(agency)
    write(agency, 2)

    def killed(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patch, pytest.raises(Killed):  # noqa: PT012
        patch.setattr(step, killed)
        seal_chain(agency.workspace)
    assert fault(agency) is None
    again = seal_chain(agency.workspace)
    assert (again.taken_up == (2,)) is (step == "dialer.whole_file.sync_folder")
    assert fault(agency) is None


def test_a_full_disk_leaves_no_part_of_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        whole_file.write_whole(tmp_path / "seal", b"x")
    assert list(tmp_path.iterdir()) == []


def test_only_the_owner_may_read_the_private_key(tmp_path: Path) -> None:
    SealKey.load_or_create(tmp_path)
    assert (tmp_path / "seal.key").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "seal.pub").read_bytes().startswith(b"-----BEGIN PUBLIC KEY-----")


def test_a_lost_private_key_is_not_replaced_in_silence(tmp_path: Path) -> None:
    SealKey.load_or_create(tmp_path)
    (tmp_path / "seal.key").unlink()
    with pytest.raises(SettingsRefused, match="missing"):
        SealKey.load_or_create(tmp_path)


def test_keys_of_two_pairs_are_refused(tmp_path: Path) -> None:
    SealKey.load_or_create(tmp_path)
    (tmp_path / "seal.pub").write_bytes(pem_of(SealKey(Ed25519PrivateKey.generate()).public))
    with pytest.raises(SettingsRefused, match="two different keys"):
        SealKey.load_or_create(tmp_path)


@pytest.mark.parametrize("name", ["seal.key", "seal.pub"])
def test_what_is_no_key_is_refused_by_name(tmp_path: Path, name: str) -> None:
    SealKey.load_or_create(tmp_path)
    (tmp_path / name).write_text("nothing")
    with pytest.raises(SettingsRefused, match=name):
        SealKey.load_or_create(tmp_path)


def test_seals_of_an_older_key_still_count(agency: Agency) -> None:
    write(agency, 3)
    sealed(agency)
    (agency.workspace.settings.keys_folder / "seal.key").unlink()
    replace_key(agency.workspace, Key.SEAL, "disk broken")
    write(agency, 2)
    sealed(agency)
    assert fault(agency) is None
