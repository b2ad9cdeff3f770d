"""A carrier's terms as files: shipped ones can be obeyed, and a folder's own are refused where they cannot."""

from __future__ import annotations

from pathlib import Path

import pytest

from dialer.errors import SettingsRefused
from dialer.operators import load_operator


@pytest.mark.parametrize("name", ["callr", "kavkom", "plain"])
def test_shipped_terms_permit_a_first_call(name: str, tmp_path: Path) -> None:
    assert load_operator(name, tmp_path).terms().least_calls == 50


@pytest.mark.parametrize("least", [0, 1])
def test_terms_that_would_forbid_the_first_call_are_refused(least: int, tmp_path: Path) -> None:
    own = tmp_path / "operators" / "strict.toml"
    own.parent.mkdir()
    own.write_text(f'name = "Strict"\nchannels = 1\nstarts_per_second = 1\nleast_calls = {least}\n', "utf-8")
    with pytest.raises(SettingsRefused, match="least_calls"):
        load_operator("strict", tmp_path)
