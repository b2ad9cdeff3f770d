"""A backup is made while others write, holds what it says, and is restored whole or not at all, on both engines."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlmodel import select

from dialer.anchor import FILE as ANCHOR
from dialer.audit import AuditKind, ClockWentBack, append, chain_id
from dialer.backups import making, placing, restoring
from dialer.backups.archive import header_of
from dialer.backups.cipher import _CHUNK, Decrypting, Encrypting, Header
from dialer.backups.errors import BackupRefused
from dialer.backups.making import make_backup
from dialer.backups.restoring import Restored, restore
from dialer.chain_rows import chain_rows
from dialer.erased_register import ErasedPerson, erased_register
from dialer.erasing_again import erase_again
from dialer.errors import DialerError, StoreUnavailable
from dialer.lost_keys import KeyLost
from dialer.permit import PermitKey
from dialer.restorations import restorations
from dialer.schema import Contact, PersonKey, Phone
from dialer.sealing import seal_chain
from dialer.verification import verify_folder
from tests.dialer.agency import Agency
from tests.dialer.fakes import MORNING
from tests.dialer.restored import bring_keys, opened
from tests.dialer.tampering import tamper


class Killed(BaseException):
    """Stands for kill -9: what it passes through leaves the disk as it is."""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "agency.backup"


def put_back(agency: Agency, file: Path, folder: Path) -> Restored:
    bring_keys(agency, folder)
    return restore(file, folder, agency.clock, erase_again)


def hashes(agency: Agency) -> list[str]:
    with agency.workspace.store.reading() as session:
        return [row.sha256 for row in chain_rows(session)]


def files_of(folder: Path) -> dict[str, str]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in found}


def test_everything_but_the_keys_comes_back(worked: Agency, file: Path, elsewhere: Path) -> None:
    before = hashes(worked)
    made = make_backup(worked.workspace, file)
    restored = put_back(worked, file, elsewhere)
    workspace = opened(worked, elsewhere)
    with workspace.store.reading() as session:
        numbers = session.exec(select(Phone.number)).all()
    assert numbers == ["+33639980101"]
    assert restored.restoration.head_seq == made.header.head_seq == len(before)
    assert (elsewhere / "prompts" / "opening.txt").is_file()
    assert (elsewhere / "seals" / "0001.json").is_file()
    assert verify_folder(workspace).whole
    assert not (elsewhere / ".restoring").exists()
    workspace.store.close()


def test_the_chain_tells_of_the_backup_and_of_the_restoration(worked: Agency, file: Path, elsewhere: Path) -> None:
    made = make_backup(worked.workspace, file)
    assert worked.audit()[-1].kind == AuditKind.BACKUP
    restored = put_back(worked, file, elsewhere)
    workspace = opened(worked, elsewhere)
    with workspace.store.reading() as session:
        assert restorations(session) == [restored.restoration]
    assert restored.restoration.backup == made.header.digest
    assert restored.restoration.known_seq == made.header.head_seq + 1, "the row about the backup itself came after it"
    workspace.store.close()


def test_rows_and_seals_after_the_backup_are_told_as_lost_and_sealing_goes_on(
    worked: Agency, file: Path, elsewhere: Path
) -> None:
    made = make_backup(worked.workspace, file)
    with worked.transaction() as session:
        append(session, AuditKind.WISH, {"number": 1}, worked.clock.now())
    seal_chain(worked.workspace)
    shutil.copytree(worked.workspace.path("seals"), elsewhere / "seals")
    restored = put_back(worked, file, elsewhere)
    assert restored.restoration.seals == (2,)
    assert restored.restoration.known_seq > made.header.head_seq
    workspace = opened(worked, elsewhere)
    found = verify_folder(workspace)
    assert found.whole, found.why
    again = seal_chain(workspace).seal
    assert again is not None
    assert again.statement.number == 3
    found = verify_folder(workspace)
    assert found.whole, found.why
    workspace.store.close()


def test_who_was_erased_after_the_backup_is_erased_again(worked: Agency, file: Path, elsewhere: Path) -> None:
    make_backup(worked.workspace, file)
    with worked.transaction() as session:
        contact = session.exec(select(Contact)).one()
        chain = chain_id(session)
    register = erased_register(worked.workspace.settings.keys_folder)
    pseudonym = worked.workspace.pseudonyms.of(contact.id)
    register.add(ErasedPerson(contact.id, pseudonym, chain, worked.clock.now().isoformat()))
    register.add(ErasedPerson(contact.id, pseudonym, "another chain", worked.clock.now().isoformat()))
    assert put_back(worked, file, elsewhere).erased_again == 1
    workspace = opened(worked, elsewhere)
    with workspace.store.reading() as session:
        back = session.get_one(Contact, contact.id)
        assert (back.last_name, bool(back.erased_at)) == (None, True)
        assert session.exec(select(Phone)).all() == session.exec(select(PersonKey)).all() == []
    found = verify_folder(workspace)
    assert found.whole, found.why
    workspace.store.close()


def test_erasing_again_takes_the_key_of_pseudonyms_that_the_log_was_written_with(
    worked: Agency, file: Path, elsewhere: Path
) -> None:
    make_backup(worked.workspace, file)
    with worked.transaction() as session:
        contact, chain = session.exec(select(Contact)).one(), chain_id(session)
    person = ErasedPerson(contact.id, "p", chain, worked.clock.now().isoformat())
    erased_register(worked.workspace.settings.keys_folder).add(person)
    bring_keys(worked, elsewhere)
    (elsewhere / "keys" / "pseudonym.key").unlink()
    before = files_of(elsewhere)
    with pytest.raises(KeyLost, match=r"pseudonym\.key"):
        restore(file, elsewhere, worked.clock, erase_again)
    assert files_of(elsewhere) == before


def test_what_is_written_meanwhile_is_in_it_whole_or_not_at_all(worked: Agency, file: Path, elsewhere: Path) -> None:
    done = Event()

    def write() -> None:
        while not done.is_set():
            with worked.transaction() as session:
                append(session, AuditKind.WISH, {"number": 1}, worked.clock.now() + timedelta(seconds=1))

    writer = Thread(target=write)
    writer.start()
    try:
        made = make_backup(worked.workspace, file)
    finally:
        done.set()
        writer.join()
    worked.clock.instant += timedelta(seconds=2)
    assert len(hashes(worked)) > made.header.head_seq
    put_back(worked, file, elsewhere)
    workspace = opened(worked, elsewhere)
    assert verify_folder(workspace).whole
    workspace.store.close()


def test_keys_are_named_and_nothing_of_them_is_inside(worked: Agency, file: Path, elsewhere: Path) -> None:
    made = make_backup(worked.workspace, file)
    names = {path.name for path in made.keys}
    assert {"backup.key", "pseudonym.key", "master.key", "seal.key"} <= names
    bring_keys(worked, elsewhere)
    shutil.copy(elsewhere / "keys" / "backup.key", elsewhere.parent / "only.key")
    shutil.rmtree(elsewhere / "keys")
    restore(file, elsewhere, worked.clock, erase_again, elsewhere.parent / "only.key")
    assert {path.name for path in (elsewhere / "keys").iterdir()} == {ANCHOR}


def test_an_existing_file_is_never_written_over(worked: Agency, file: Path) -> None:
    file.write_text("mine")
    with pytest.raises(BackupRefused, match="is there already"):
        make_backup(worked.workspace, file)
    assert file.read_text() == "mine"


def test_another_key_is_refused(worked: Agency, file: Path, elsewhere: Path) -> None:
    make_backup(worked.workspace, file)
    PermitKey.load_or_create(elsewhere / "keys" / "backup.key")
    with pytest.raises(BackupRefused, match="another key"):
        restore(file, elsewhere, worked.clock, erase_again)
    assert files_of(elsewhere).keys() == {"keys/backup.key"}


def test_a_missing_key_is_told(worked: Agency, file: Path, elsewhere: Path) -> None:
    make_backup(worked.workspace, file)
    with pytest.raises(BackupRefused, match=r"backup\.key: not there"):
        restore(file, elsewhere, worked.clock, erase_again)


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "the last byte cut off": lambda data: data[:-1],
    "half of it": lambda data: data[: len(data) // 2],
    "a bit turned in the middle": lambda data: data[:-500] + bytes([data[-500] ^ 1]) + data[-499:],
    "the head of the chain in the header": lambda data: data.replace(b'"head_seq":', b'"head_seq":1', 1),
    "something after it": lambda data: data + b"x",
    "nothing": lambda _: b"",
    "another file": lambda _: b"PK\x03\x04" * 100,
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_restores_nothing(worked: Agency, file: Path, elsewhere: Path, damage: str) -> None:
    make_backup(worked.workspace, file)
    file.write_bytes(DAMAGES[damage](file.read_bytes()))
    bring_keys(worked, elsewhere)
    before = files_of(elsewhere)
    with pytest.raises(BackupRefused):
        restore(file, elsewhere, worked.clock, erase_again)
    assert files_of(elsewhere) == before


def test_a_folder_with_anything_else_in_it_is_refused(worked: Agency, file: Path, elsewhere: Path) -> None:
    make_backup(worked.workspace, file)
    bring_keys(worked, elsewhere)
    (elsewhere / "dialer.toml").write_text("mine")
    with pytest.raises(BackupRefused, match=r"dialer\.toml"):
        restore(file, elsewhere, worked.clock, erase_again)
    assert (elsewhere / "dialer.toml").read_text() == "mine"


def test_a_database_that_is_there_is_refused(
    worked: Agency, file: Path, elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_backup(worked.workspace, file)
    monkeypatch.setenv("DIALER_DATABASE", worked.workspace.store.url)
    before = hashes(worked)
    with pytest.raises(BackupRefused, match="holds a database already"):
        put_back(worked, file, elsewhere)
    assert hashes(worked) == before
    assert not (elsewhere / "dialer.toml").exists()


def test_seals_of_another_log_are_refused(worked: Agency, file: Path, elsewhere: Path) -> None:
    make_backup(worked.workspace, file)
    (elsewhere / "seals").mkdir(parents=True)
    (elsewhere / "seals" / "0001.json").write_text("{}")
    with pytest.raises(BackupRefused, match="does not belong"):
        put_back(worked, file, elsewhere)


STEPS = [
    (making, "pack"),
    (making, "_try"),
    (making, "sync_folder"),
]


@pytest.mark.parametrize(("module", "step"), STEPS)
def test_killed_while_it_is_made_it_leaves_no_half_backup(
    worked: Agency, file: Path, monkeypatch: pytest.MonkeyPatch, module: object, step: str
) -> None:
    def killed(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patch, pytest.raises(Killed):  # noqa: PT012
        patch.setattr(module, step, killed)
        make_backup(worked.workspace, file)
    assert file.exists() is (step == "sync_folder")
    file.unlink(missing_ok=True)
    make_backup(worked.workspace, file)


def test_a_full_disk_leaves_no_part_of_a_backup(worked: Agency, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tarfile.TarFile.add", full)
    with pytest.raises(OSError, match="No space"):
        make_backup(worked.workspace, file)
    assert not file.exists()
    assert not file.with_name(f"{file.name}.part").exists()
    assert not worked.workspace.path(".backup").exists()


def test_with_a_clock_behind_the_log_nothing_is_written(worked: Agency, file: Path) -> None:
    worked.clock.advance(minutes=-10)
    before = files_of(file.parent)
    with pytest.raises(ClockWentBack):
        make_backup(worked.workspace, file)
    after = files_of(file.parent)
    assert not file.exists()
    assert {name for name in after.keys() ^ before.keys() if not name.endswith(("-shm", "-wal"))} == set()


@pytest.mark.parametrize("trouble", [StoreUnavailable("gone", "parti"), ClockWentBack("back", "recul")])
def test_a_backup_that_cannot_be_told_in_the_log_is_not_left_behind(
    worked: Agency, file: Path, monkeypatch: pytest.MonkeyPatch, trouble: DialerError
) -> None:
    def refused(*_: object) -> None:
        raise trouble

    monkeypatch.setattr(making, "append", refused)
    with pytest.raises(type(trouble)):
        make_backup(worked.workspace, file)
    assert not file.exists()
    assert not file.with_name(f"{file.name}.part").exists()


@pytest.mark.parametrize("step", ["place_files", "place_database", "_anchor", "place_settings", "end"])
def test_killed_half_way_a_restore_leaves_no_usable_folder_and_can_be_run_again(
    worked: Agency, file: Path, elsewhere: Path, engine_name: str, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    if engine_name == "postgresql" and step == "place_database":
        pytest.skip("there is no file to place")
    made = make_backup(worked.workspace, file)

    def killed(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patch, pytest.raises(Killed):  # noqa: PT012
        patch.setattr(*((restoring, step) if step == "_anchor" else (placing.Placing, step)), killed)
        patch.setattr(restoring.Placing, "undo", lambda self: None)  # -9 tidies nothing up
        put_back(worked, file, elsewhere)
    if step == "end":
        assert [path.name for path in (elsewhere / ".restoring").iterdir()] == ["placing.json"], "nothing in clear"
        with pytest.raises(BackupRefused, match="not empty"):
            restore(file, elsewhere, worked.clock, erase_again)
    else:
        assert not (elsewhere / "dialer.toml").exists()
        again = restore(file, elsewhere, worked.clock, erase_again)
        assert again.restoration.known_seq == made.header.head_seq + 1, "as the first was told by the anchor"
        assert not (elsewhere / ".restoring").exists()
    workspace = opened(worked, elsewhere)
    with workspace.store.reading() as session:
        assert len(restorations(session)) == 1
    found = verify_folder(workspace)
    assert found.whole, found.why
    workspace.store.close()


def test_what_became_of_a_restored_folder_is_safe_from_a_second_restore(
    worked: Agency, file: Path, elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A note of what was placed, left by a kill in the last step, must not be taken for leave to clear it away."""
    make_backup(worked.workspace, file)
    with monkeypatch.context() as patch:
        patch.setattr(placing.Placing, "end", lambda self: None)
        put_back(worked, file, elsewhere)
    before = files_of(elsewhere)
    with pytest.raises(BackupRefused, match="not empty"):
        restore(file, elsewhere, worked.clock, erase_again)
    assert files_of(elsewhere) == before


def test_another_backup_does_not_go_on_with_what_a_killed_restore_left_on_a_server(
    worked: Agency, file: Path, elsewhere: Path, engine_name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if engine_name == "sqlite":
        pytest.skip("what was placed in the folder is taken away")
    make_backup(worked.workspace, file)
    other = file.with_name("other.backup")
    make_backup(worked.workspace, other)

    def killed(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patch, pytest.raises(Killed):  # noqa: PT012
        patch.setattr(restoring, "_anchor", killed)
        patch.setattr(restoring.Placing, "undo", lambda self: None)
        put_back(worked, file, elsewhere)
    with pytest.raises(BackupRefused, match=r"holds a database already.*DROP SCHEMA"):
        restore(other, elsewhere, worked.clock, erase_again)
    restore(file, elsewhere, worked.clock, erase_again)
    workspace = opened(worked, elsewhere)
    assert verify_folder(workspace).whole
    workspace.store.close()


def test_a_backup_that_does_not_hold_is_not_called_one(worked: Agency, file: Path) -> None:
    """A chain that is broken already must be looked at, not be put away as if all were well."""
    tamper(worked, "UPDATE audit SET body = '{}' WHERE seq = 2")
    with pytest.raises(BackupRefused, match="row 2"):
        make_backup(worked.workspace, file)
    assert not file.exists()


def test_numbers_that_were_given_away_are_not_given_again(worked: Agency, file: Path, elsewhere: Path) -> None:
    """The pseudonym of a deleted person must not become somebody else's."""
    with worked.transaction() as session:
        gone = Contact(last_name="Parti")
        session.add(gone)
        session.flush()
        number = gone.id
        session.delete(gone)
    make_backup(worked.workspace, file)
    put_back(worked, file, elsewhere)
    workspace = opened(worked, elsewhere)
    with workspace.store.transaction() as session:
        new = Contact(last_name="Venu")
        session.add(new)
        session.flush()
        assert new.id > number or worked.workspace.store.url.startswith("sqlite")
    workspace.store.close()


HEADER = Header("2026-11-24T09:02:00+00:00", "", 0, "", "sqlite", "0010", "", "", "00" * 32)


@pytest.mark.parametrize("size", [0, 1, _CHUNK - 1, _CHUNK, _CHUNK + 1, 3 * _CHUNK])
def test_any_length_reads_back_and_no_chunk_can_be_moved(tmp_path: Path, size: int) -> None:
    path, clear = tmp_path / "stream", bytes(size)
    with path.open("wb") as file:
        stream = Encrypting(file, HEADER, b"k" * 32)
        stream.write(clear)
        stream.finish()
    start, sealed = len(HEADER.encoded), _CHUNK + 16
    with path.open("rb") as file:
        file.seek(start)
        assert Decrypting(file, HEADER, b"k" * 32, path).read() == clear
    data = path.read_bytes()
    touched = [data[:start], data[: start + sealed]] if size > _CHUNK else [data[:start]]
    if size == 3 * _CHUNK:
        first, second = data[start : start + sealed], data[start + sealed : start + 2 * sealed]
        touched.append(data[:start] + second + first + data[start + 2 * sealed :])
    for each in touched:
        path.write_bytes(each)
        with path.open("rb") as file:
            file.seek(start)
            with pytest.raises(BackupRefused):
                Decrypting(file, HEADER, b"k" * 32, path).read()


def test_the_header_can_be_read_without_the_key(worked: Agency, file: Path) -> None:
    make_backup(worked.workspace, file)
    header = header_of(file)
    assert header.head == hashes(worked)[header.head_seq - 1]
    assert header.at == MORNING.isoformat()
