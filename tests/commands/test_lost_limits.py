"""An import answers no (exit 1) where what it forbids is not wholly known; all the rest is stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.commands.conftest import Folder

GOOD = "9;Roux;0639987701;;35000"


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("7;Nul;06 39 98 5;oui;35000", "prohibition-without-effect"),
        ("7;Nul;;peut-être;35000", "prohibition-without-effect"),
        ("7;Nul;0639987702;oui;35000;", "row-may-forbid"),
    ],
)
def test_a_row_that_forbids_calls_in_vain_is_an_answer_of_no(new_folder: Folder, row: str, code: str) -> None:
    file = new_folder.path / "b.csv"
    file.write_text(f"Id;Nom;Téléphone;Stop;CP\n{row}\n{GOOD}\n", "utf-8")
    document = new_folder.json("list", "import", file, exit_code=1)
    assert document["report"]["counts"][code] == 1
    assert document["report"]["accepted"] == 1


@pytest.mark.parametrize("row", ["8;Vert;0639987702;oui;35000", "8;Vert;0639987702;peut-être;35000", "8;Vert;;;35000"])
def test_one_that_holds_or_says_nothing_is_none(new_folder: Folder, row: str) -> None:
    file = new_folder.path / "b.csv"
    file.write_text(f"Id;Nom;Téléphone;Stop;CP\n{row}\n{GOOD}\n", "utf-8")
    assert new_folder.json("list", "import", file)["ok"]


def test_a_withdrawal_of_nobody_is_an_answer_of_no(new_folder: Folder) -> None:
    file = new_folder.path / "c.csv"
    file.write_text("Tél;Date;Retiré le\n0639987701;;01/11/2026\n06 39 98 5;;01/11/2026\n", "utf-8")
    document = new_folder.json("consent", "import", file, exit_code=1)
    assert document["report"]["counts"]["prohibition-without-effect"] == 1
