"""`dialer keys replace`: what is asked before, what is told after, and that nothing goes on in silence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.commands.conftest import Folder


@pytest.fixture
def without_seal_key(loaded_folder: Folder) -> Folder:
    """A folder that was sealed, and whose key is gone."""
    loaded_folder.json("audit", "seal")
    (loaded_folder.path / "keys" / "seal.key").unlink()
    return loaded_folder


def test_without_its_key_nothing_is_sealed_and_the_way_on_is_told(without_seal_key: Folder) -> None:
    document = without_seal_key.json("audit", "seal", exit_code=3)
    assert document["error"] == "KeyLost"
    assert "dialer keys replace seal" in document["message"]
    assert not (without_seal_key.path / "keys" / "seal.key").exists()


def test_replaced_it_seals_again_and_the_log_holds(without_seal_key: Folder) -> None:
    document = without_seal_key.json("keys", "replace", "seal", "--reason", "disque mort", "--yes")
    assert (document["key"], len(document["lost"])) == ("seal", 1)
    assert without_seal_key.json("audit", "seal")["seal"]["key"] != document["lost"][0]
    without_seal_key.json("audit", "verify")


@pytest.mark.parametrize("words", [("seal",), ("seal", "--reason", " ", "--yes"), ("permit", "--reason", "x", "--yes")])
def test_it_takes_a_reason_and_a_key_that_can_be_lost(without_seal_key: Folder, words: tuple[str, ...]) -> None:
    assert without_seal_key("keys", "replace", *words).exit_code == 2


def test_whoever_does_not_agree_changes_nothing(without_seal_key: Folder) -> None:
    before = without_seal_key.tables()
    assert without_seal_key("keys", "replace", "seal", "--reason", "x").exit_code == 3
    assert without_seal_key.tables() == before


def test_a_second_call_of_init_makes_no_key_that_is_missed(loaded_folder: Folder) -> None:
    key = loaded_folder.path / "keys" / "pseudonym.key"
    key.unlink()
    said = loaded_folder.say("init", loaded_folder.path)
    assert said.exit_code == 3
    assert "pseudonym.key" in said.words
    assert not key.exists()
