"""A run does not go on for days with settings that stand nowhere any more."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from dialer.settings import load_settings
from dialer.settings_watch import SettingsChanged, SettingsWatch
from tests.dialer.agency import Agency
from tests.dialer.fakes import ScriptedRunner

NUMBER = "+33162000001"


@pytest.fixture
def config(agency: Agency) -> Path:
    return agency.workspace.path("dialer.toml")


def without_a_number(text: str) -> str:
    before, _, after = text.partition("[[trunks.caller_ids]]")
    rest = after.partition("[[")
    return before + rest[1] + rest[2]


@pytest.mark.parametrize(
    ("change", "keys"),
    [
        (without_a_number, "trunks"),
        (lambda text: text.replace("channels = 24", "channels = 3"), "trunks"),
        (lambda text: text.replace("period_days", "# period_days", 1) + "\n", None),
        (lambda text: f"# by the way\n{text}", None),
        (lambda text: f"clock_tolerance_seconds = 7\n{text}", None),
    ],
    ids=["caller id taken off", "channels", "the same said otherwise", "comment", "what no decision rests on"],
)
def test_only_what_decisions_rest_on_ends_a_run(config: Path, change: Callable[[str], str], keys: str | None) -> None:
    watch = SettingsWatch(config, load_settings(config))
    watch.check()
    config.write_text(change(config.read_text("utf-8")), "utf-8")
    if keys is None:
        watch.check()
        return
    with pytest.raises(SettingsChanged, match=f"dialer.toml: {keys} changed since this run began"):
        watch.check()


@pytest.mark.parametrize("broken", [lambda file: file.write_text("[[trunks", "utf-8"), Path.unlink])
def test_a_file_that_is_being_written_is_looked_at_again(config: Path, broken: Callable[[Path], object]) -> None:
    text, watch = config.read_text("utf-8"), SettingsWatch(config, load_settings(config))
    broken(config)
    watch.check()
    config.write_text(without_a_number(text), "utf-8")
    with pytest.raises(SettingsChanged):
        watch.check()


def test_a_run_ends_with_the_reason_and_lets_its_calls_end(agency: Agency, config: Path) -> None:
    for _ in range(30):
        agency.person()
    agency.campaign()
    phone = ScriptedRunner(agency.clock)
    engine = agency.engine(phone)
    engine.daily = SettingsWatch(config, agency.workspace.settings).check
    look = phone.on_wait

    def taken_off() -> None:
        look()
        if len(phone.placed) == 3:
            config.write_text(without_a_number(config.read_text("utf-8")), "utf-8")

    phone.on_wait = taken_off
    with pytest.raises(SettingsChanged):
        engine.run()
    assert len(phone.placed) < 30
    assert {str(attempt.state) for attempt in agency.attempts()} <= {"closed", "cancelled", "expired"}
