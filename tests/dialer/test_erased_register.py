"""The register of erased people survives a crash in the middle of a line, and never passes a spoiled one over."""

from __future__ import annotations

from pathlib import Path

import pytest

from dialer.erased_register import ErasedPerson, erased_register
from dialer.errors import SettingsRefused

ALICE = ErasedPerson(1, "a" * 24, "c" * 64, "2026-11-24T09:02:00+00:00")
PAUL = ErasedPerson(2, "b" * 24, "c" * 64, "2026-11-25T09:02:00+00:00")


def test_nobody_was_erased_where_there_is_no_register(tmp_path: Path) -> None:
    assert erased_register(tmp_path).people() == []


def test_everybody_added_is_in_it_in_order(tmp_path: Path) -> None:
    for person in (ALICE, PAUL):
        erased_register(tmp_path / "keys").add(person)
    assert erased_register(tmp_path / "keys").people() == [ALICE, PAUL]


def test_a_line_cut_short_is_passed_over_and_spoils_no_other(tmp_path: Path) -> None:
    register = erased_register(tmp_path)
    register.add(ALICE)
    with register.path.open("a") as file:
        file.write('{"contact_id":7,"pseu')
    assert register.people() == [ALICE]
    register.add(PAUL)
    assert register.people() == [ALICE, PAUL]


def test_a_spoiled_line_is_told_with_its_number(tmp_path: Path) -> None:
    register = erased_register(tmp_path)
    register.add(ALICE)
    with register.path.open("a") as file:
        file.write('{"nobody":1}\n')
    with pytest.raises(SettingsRefused, match="line 2"):
        register.people()


def test_only_the_owner_may_read_it(tmp_path: Path) -> None:
    erased_register(tmp_path).add(ALICE)
    assert erased_register(tmp_path).path.stat().st_mode & 0o777 == 0o600
