"""Profiles of answers: shipped by name, anybody's own by path, refused with the reason."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import pytest

from adapters.simulation import load_answers
from dialer.errors import SettingsRefused

SHIPPED = resources.files("config").joinpath("answers", "standard.toml").read_text("utf-8")


def own(tmp_path: Path, old: str, new: str) -> str:
    assert old in SHIPPED
    path = tmp_path / "own.toml"
    path.write_text(SHIPPED.replace(old, new), "utf-8")
    return str(path)


def test_hours_that_are_left_out_are_as_the_one_before(tmp_path: Path) -> None:
    mobile = load_answers("standard").mobile_by_hour
    assert len(mobile) == 24
    assert mobile[10] == mobile[11] == 32
    assert mobile[12] == mobile[13] == 38
    assert mobile[0] == mobile[19] == mobile[23]


def test_anybodys_own_profile_is_read_from_its_file(tmp_path: Path) -> None:
    assert load_answers(own(tmp_path, "busy_percent = 4", "busy_percent = 11.5")).busy_percent == 11.5


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("busy_percent = 4", "busy_percent = 104", "busy_percent"),
        ("busy_percent = 4", "busy_percent = 95", "more than 100"),
        ("refused_percent = 18", "refused_percent = 97", "opt_out_percent + refused_percent + short_percent"),
        ("busy_percent = 4", "bussy_percent = 4", "bussy_percent"),
        ("talk = 45", "talk = 0", "seconds.talk"),
        ("19 = 46", "25 = 46", "answered_percent.mobile"),
    ],
)
def test_a_profile_that_cannot_be_is_refused_with_its_place(tmp_path: Path, old: str, new: str, told: str) -> None:
    path = own(tmp_path, old, new)
    with pytest.raises(SettingsRefused) as refused:
        load_answers(path)
    assert path in str(refused.value)
    assert told in str(refused.value)


def test_an_unknown_name_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(SettingsRefused, match="standard") as refused:
        load_answers("optimiste")
    assert "optimiste" in refused.value.message_fr


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsRefused, match="not found"):
        load_answers(str(tmp_path / "absent.toml"))
