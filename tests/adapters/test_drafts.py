"""A file for an authority takes its place whole; what killed ones left goes, what others are making stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.drafts import draft_of
from dialer.errors import NotPossible


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_it_appears_with_all_that_was_written(tmp_path: Path) -> None:
    with draft_of(tmp_path / "dossier") as draft:
        (draft / "data.json").write_text("{}")
        assert not (tmp_path / "dossier").exists()
    assert names(tmp_path) == ["dossier"]
    assert names(tmp_path / "dossier") == ["data.json"]


def test_of_one_that_fails_nothing_stays(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError), draft_of(tmp_path / "dossier") as draft:
        draft.write_text("a disk that takes no more fails so as well")
    assert names(tmp_path) == []


def test_what_a_killed_one_left_goes_and_what_another_one_makes_stays(tmp_path: Path) -> None:
    left = tmp_path / ".first.4711.dialer-draft"
    left.mkdir()
    (left / "data.json").write_text("{}")
    with draft_of(tmp_path / "second") as second:
        with draft_of(tmp_path / "third"):
            assert second.is_dir()
        assert not left.exists()
    assert names(tmp_path) == ["second", "third"]


def test_where_something_lies_already_nothing_is_begun(tmp_path: Path) -> None:
    (tmp_path / "dossier").write_text("mine")
    with pytest.raises(NotPossible, match="something lies there"), draft_of(tmp_path / "dossier"):
        pytest.fail("it began")
    assert names(tmp_path) == ["dossier"]
