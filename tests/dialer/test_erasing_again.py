"""Whoever was erased after a backup does not come back with it: no name, no number, no recording, no call."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, col, select

from dialer import ledger
from dialer.audit import AuditKind, append, chain_id
from dialer.backups import restoring
from dialer.backups.errors import BackupRefused
from dialer.backups.making import make_backup
from dialer.backups.restoring import Restored, restore
from dialer.chain_rows import rows_of_kind
from dialer.erased_register import ErasedPerson, erased_register
from dialer.erasing_again import erase_again
from dialer.erasure import erase
from dialer.lost_keys import KeyLost
from dialer.oppositions import oppositions_on
from dialer.schema import Attempt, AttemptState, Contact, PersonKey, Phone, WishKind
from dialer.verification import verify_folder
from tests.dialer.agency import Agency
from tests.dialer.recordings_made import record
from tests.dialer.restored import bring_keys, opened

NUMBER = "+33639980101"
"""Of the one person of `worked`, who waits for an approved call."""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "agency.backup"


def person_of(agency: Agency) -> int:
    with agency.transaction() as session:
        return session.exec(select(Contact.id)).one()


def register(agency: Agency, at: datetime) -> None:
    """As if somebody of that id had been erased then."""
    with agency.transaction() as session:
        chain = chain_id(session)
    person = person_of(agency)
    erased = ErasedPerson(person, agency.workspace.pseudonyms.of(person), chain, at.isoformat())
    erased_register(agency.workspace.settings.keys_folder).add(erased)


def put_back(agency: Agency, file: Path, folder: Path) -> Restored:
    bring_keys(agency, folder)
    return restore(file, folder, agency.clock, erase_again)


@contextmanager
def looked_at(agency: Agency, folder: Path) -> Iterator[Session]:
    """What was restored, which verifies."""
    workspace = opened(agency, folder)
    found = verify_folder(workspace)
    assert found.whole, found.why
    with workspace.store.reading() as session:
        yield session
    workspace.store.close()


def test_they_stay_opposed_since_the_day_of_their_erasure(worked: Agency, file: Path, elsewhere: Path) -> None:
    make_backup(worked.workspace, file)
    erase(worked.workspace, person_of(worked), "", worked.clock.now())
    worked.clock.advance(days=2)
    put_back(worked, file, elsewhere)
    with looked_at(worked, elsewhere) as session:
        (kept,) = [row for row, _ in oppositions_on(session, NUMBER)]
        assert (kept.kind, kept.advertiser_id, kept.said_on) == (WishKind.OBJECTION, 0, date(2026, 11, 24))


@pytest.mark.parametrize(
    ("dialed", "settled"), [(False, AttemptState.CANCELLED), (True, AttemptState.UNKNOWN)], ids=["approved", "dialed"]
)
def test_a_call_that_the_backup_caught_half_way_is_over(
    worked: Agency, file: Path, elsewhere: Path, dialed: bool, settled: AttemptState
) -> None:
    (attempt,) = worked.attempts()
    if dialed:
        with worked.transaction() as session:
            ledger.begin_dialing(session, attempt.id, worked.clock.now(), worked.clock.now() + timedelta(minutes=5))
    make_backup(worked.workspace, file)
    register(worked, worked.clock.now())
    assert put_back(worked, file, elsewhere).erased_again == 1
    with looked_at(worked, elsewhere) as session:
        assert session.exec(select(Attempt.state)).one() is settled


def test_who_was_erased_before_the_backup_is_not_erased_twice(worked: Agency, file: Path, elsewhere: Path) -> None:
    erase(worked.workspace, person_of(worked), "", worked.clock.now())
    make_backup(worked.workspace, file)
    assert put_back(worked, file, elsewhere).erased_again == 0
    with looked_at(worked, elsewhere) as session:
        assert len(list(rows_of_kind(session, AuditKind.ERASED))) == 1


def test_whoever_came_later_under_the_same_id_is_somebody_else(worked: Agency, file: Path, elsewhere: Path) -> None:
    make_backup(worked.workspace, file)
    register(worked, worked.clock.now() - timedelta(days=1))
    assert put_back(worked, file, elsewhere).erased_again == 0
    with looked_at(worked, elsewhere) as session:
        assert session.exec(select(Phone.number)).all() == [NUMBER]
        assert session.exec(select(PersonKey)).all()
        assert session.exec(select(Contact).where(col(Contact.erased_at).is_not(None))).all() == []


def test_their_recordings_do_not_come_back_and_those_of_others_do(worked: Agency, file: Path, elsewhere: Path) -> None:
    recordings = worked.workspace.path("recordings")
    recordings.mkdir()
    for name in (f"{NUMBER[1:]}-1.wav", "a7-1.wav"):
        (recordings / name).write_bytes(b"RIFF")
    make_backup(worked.workspace, file)
    erase(worked.workspace, person_of(worked), "", worked.clock.now())
    put_back(worked, file, elsewhere)
    assert [path.name for path in (elsewhere / "recordings").iterdir()] == ["a7-1.wav"]


def test_what_the_law_has_kept_for_a_contract_comes_back(worked: Agency, file: Path, elsewhere: Path) -> None:
    """What `dialer recording keep` wrote of an insurance call before the backup."""
    with worked.transaction() as session:
        attempt = session.exec(select(Attempt.id)).one()
        append(session, AuditKind.RECORDING_KEPT, {"attempt": attempt, "reason": "contract"}, worked.clock.now())
    record(worked, attempt)
    make_backup(worked.workspace, file)
    erase(worked.workspace, person_of(worked), "", worked.clock.now())
    put_back(worked, file, elsewhere)
    assert [path.stem for path in (elsewhere / "recordings").iterdir()] == [attempt]


def test_an_erasure_in_another_database_says_nothing_of_this_one(worked: Agency, file: Path, elsewhere: Path) -> None:
    make_backup(worked.workspace, file)
    pseudonym = worked.workspace.pseudonyms.of(person_of(worked))
    other = ErasedPerson(person_of(worked), pseudonym, "another chain", worked.clock.now().isoformat())
    erased_register(worked.workspace.settings.keys_folder).add(other)
    assert put_back(worked, file, elsewhere).erased_again == 0
    with looked_at(worked, elsewhere) as session:
        assert session.exec(select(Phone.number)).all() == [NUMBER]


def without_names(agency: Agency, folder: Path) -> None:
    """The keys are put back, with the register of the erased, and without the one that names people."""
    bring_keys(agency, folder)
    (folder / "keys" / "pseudonym.key").unlink()


def test_without_the_key_that_names_people_nothing_is_restored_and_the_way_on_is_told(
    worked: Agency, file: Path, elsewhere: Path
) -> None:
    make_backup(worked.workspace, file)
    erase(worked.workspace, person_of(worked), "", worked.clock.now())
    without_names(worked, elsewhere)
    with pytest.raises(KeyLost, match="--pseudonym-key-lost"):
        restore(file, elsewhere, worked.clock, erase_again)
    assert {path.name for path in elsewhere.iterdir()} == {"keys"}
    assert not (elsewhere / "keys" / "pseudonym.key").exists()


def test_where_it_is_lost_for_good_they_are_erased_again_under_a_new_one(
    worked: Agency, file: Path, elsewhere: Path
) -> None:
    make_backup(worked.workspace, file)
    erase(worked.workspace, person_of(worked), "", worked.clock.now())
    worked.clock.advance(days=2)
    without_names(worked, elsewhere)
    restored = restore(file, elsewhere, worked.clock, erase_again, names_lost="the disk broke")
    assert restored.erased_again == 1
    with looked_at(worked, elsewhere) as session:
        assert session.exec(select(Phone)).all() == []
        assert len(list(rows_of_kind(session, AuditKind.KEY_REPLACED))) == 1
        assert [row.kind for row, _ in oppositions_on(session, NUMBER)] == [WishKind.OBJECTION]


def test_a_key_that_is_there_is_not_lost(worked: Agency, file: Path, elsewhere: Path) -> None:
    make_backup(worked.workspace, file)
    bring_keys(worked, elsewhere)
    with pytest.raises(BackupRefused, match="not lost"):
        restore(file, elsewhere, worked.clock, erase_again, names_lost="so they say")


def test_a_restore_that_fails_after_all_leaves_no_new_key(
    worked: Agency, file: Path, elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would be taken for the right one by the next restore."""

    def full(*_: object) -> None:
        assert (elsewhere / "keys" / "pseudonym.key").exists()
        raise OSError(28, "No space left on device")

    make_backup(worked.workspace, file)
    without_names(worked, elsewhere)
    monkeypatch.setattr(restoring, "_anchor", full)
    with pytest.raises(OSError, match="No space"):
        restore(file, elsewhere, worked.clock, erase_again, names_lost="the disk broke")
    assert not (elsewhere / "keys" / "pseudonym.key").exists()
    assert (elsewhere / "keys" / "backup.key").exists()
