"""What a decision rests on: any change in the rules or their data changes the fingerprint."""

from __future__ import annotations

from pathlib import Path

from rules import fingerprint
from rules.fingerprint import fingerprints


def test_rules_numbers_and_data_packages_are_all_named() -> None:
    assert set(fingerprints()) == {"rules", "numbers", "tzdata", "holidays", "python-dateutil", "phonenumbers"}
    assert all(fingerprints().values())


def test_a_digest_depends_on_names_contents_and_folders_of_its_kind(tmp_path: Path) -> None:
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "hours.py").write_text("1")
    first = fingerprint._digest(tmp_path, ".py")
    (tmp_path / "notes.txt").write_text("ignored")
    assert fingerprint._digest(tmp_path, ".py") == first
    (tmp_path / "book" / "hours.py").write_text("2")
    second = fingerprint._digest(tmp_path, ".py")
    (tmp_path / "book" / "hours.py").rename(tmp_path / "hours.py")
    third = fingerprint._digest(tmp_path, ".py")
    assert len({first, second, third}) == 3
