"""A policy says what will be dialed: a line that could never apply, or would never end, is refused with its reason."""

from __future__ import annotations

import tomllib
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.day_parts import USUAL, DayPart, part_of
from dialer.dispositions import Disposition
from dialer.errors import SettingsRefused
from dialer.plan import load_plan
from dialer.retry_policy import MOST_TRIES, RETRYABLE, RetryPolicy
from dialer.settings import checked
from rules.windows import read_windows

SHIPPED = sorted((Path(__file__).parents[2] / "config" / "policies").glob("*.toml"))
D = Disposition


def policy(text: str) -> RetryPolicy:
    return checked(RetryPolicy, tomllib.loads(text), Path("policy.toml"))


@pytest.mark.parametrize(
    ("delays", "waits"),
    [
        ("30", [30, 30, 30, None]),
        ("[30]", [30, None, None, None]),
        ("[30, 120]", [30, 120, None, None]),
        ("[30, 120, 1440]", [30, 120, 1440, None]),
    ],
)
def test_a_delay_serves_every_retry_and_a_list_as_many_as_it_holds(delays: str, waits: list[int | None]) -> None:
    told = policy(f"max_tries = 4\n[after_minutes]\nbusy = {delays}")
    spans = [timedelta(minutes=wait) if wait else None for wait in waits]
    assert [told.delay(D.BUSY, tries) for tries in (1, 2, 3, 4)] == spans
    assert told.delay(D.NO_ANSWER, 1) is None


CONTRADICTIONS = [
    ("max_tries = 0", "max_tries: .*without an end a?.*", "sans fin"),
    ("max_tries = 5", "5 tries: give 1 to 4", "en donner de 1 à 4"),
    ("give_up_after_days = 0", "give_up_after_days", "give_up_after_days"),
    ("[after_minutes]\nbusy = 0", "redialed in a loop", "en boucle"),
    ("[after_minutes]\nbusy = [30, 0]", "redialed in a loop", "en boucle"),
    ("[after_minutes]\nbusy = []", "redialed in a loop", "en boucle"),
    ("[after_minutes]\nanswered = 30", "answered cannot be retried", "answered ne se relance pas"),
    ("[after_minutes]\nunknown = 30", "unknown cannot be retried", "unknown ne se relance pas"),
    ("[after_minutes]\nbussy = 30", "after_minutes.bussy", "after_minutes.bussy"),
    ("max_tries = 2\n[after_minutes]\nbusy = [30, 60]", "2 delays, but max_tries = 2 leaves 1", "laisse 1 relance"),
    ("give_up_after_days = 1\n[after_minutes]\nbusy = 1441", "its last retry never comes", "ne vient jamais"),
    (
        "give_up_after_days = 1\n[after_minutes]\nbusy = [720, 721]",
        "waits longer than give_up_after_days = 1",
        "attend plus que",
    ),
    ("[after_minutes]\nbusy = 99999999999999999999", "its last retry never comes", "ne vient jamais"),
    ('[day_part]\nbusy = "another"', "day_part.busy is never used", "ne sert jamais"),
    ("[next_number_after]\nbusy = 2", "next_number_after.busy is never used", "ne sert jamais"),
    (
        "max_tries = 3\n[after_minutes]\nbusy = 30\n[next_number_after]\nbusy = 3",
        "never has its turn",
        "n'a jamais son tour",
    ),
    ('[after_minutes]\nbusy = 30\n[day_part]\nbusy = "night"', "names night; it may name morning", "nomme night"),
    ('[after_minutes]\nbusy = 30\n[day_part]\nbusy = ["another"]', "names another; it may name", "nomme another"),
    ("[after_minutes]\nbusy = 30\n[day_part]\nbusy = []", "names —; it may name", "nomme —"),
    (
        '[after_minutes]\nbusy = 30\n[day_part]\nbusy = "another"\n[day_parts]\nday = "10:00-18:00"',
        "no other part of the day than day",
        "pas d'autre partie",
    ),
    ('[day_parts]\nanother = "10:00-12:00"', "cannot name a part", "ne peut pas nommer"),
    ('[day_parts]\na = "10:00-12:00"\nb = "11:59-13:00"', r"a \(10:00-12:00\) and b .*overlap", "se chevauchent"),
    ('[day_parts]\na = "12:00-10:00"', "day_parts", "day_parts"),
    ("tries = 3", "tries", "tries"),
]


@pytest.mark.parametrize(("text", "english", "french"), CONTRADICTIONS)
def test_a_line_that_cannot_hold_is_refused_with_its_reason(text: str, english: str, french: str) -> None:
    with pytest.raises(SettingsRefused, match=english) as told:
        policy(text)
    assert french in told.value.message_fr
    assert "policy.toml" in str(told.value)
    assert "\n" not in str(told.value) + told.value.message_fr


@given(st.builds(dict, max_tries=st.integers(-3, 9), delay=st.integers(-3, 3), days=st.integers(-1, 400)))
def test_no_policy_calls_for_ever(drawn: dict[str, int]) -> None:
    """Whatever numbers stand in it: it is refused, or each try leads to fewer that are left."""
    text = f"max_tries = {drawn['max_tries']}\ngive_up_after_days = {drawn['days']}\n[after_minutes]\n"
    try:
        told = policy(text + f"no-answer = {drawn['delay']}")
    except SettingsRefused:
        return
    retries = [told.delay(D.NO_ANSWER, tries) for tries in range(1, 20)]
    assert None not in retries[: told.max_tries - 1]
    assert set(retries[told.max_tries - 1 :]) == {None}
    assert all(wait is None or wait >= timedelta(minutes=1) for wait in retries)
    assert told.max_tries <= MOST_TRIES


def test_another_part_is_one_tried_least_and_never_the_last() -> None:
    told = policy('[after_minutes]\nno-answer = 30\n[day_part]\nno-answer = "another"')
    morning, afternoon, evening = (USUAL[part] for part in DayPart)
    both = (*afternoon, *evening)
    assert told.wished_parts(D.NO_ANSWER, []) == [(*morning, *both)]
    assert told.wished_parts(D.NO_ANSWER, ["morning"]) == [both]
    assert told.wished_parts(D.NO_ANSWER, ["afternoon", "morning"]) == [evening, afternoon]
    assert told.wished_parts(D.NO_ANSWER, ["evening", "afternoon", "morning"]) == [both]
    assert told.wished_parts(D.NO_ANSWER, [None]) == [(*morning, *both)]
    assert told.wished_parts(D.BUSY, ["morning"]) == []


@pytest.mark.parametrize("wish", ['"late"', '["late"]'])
def test_a_part_may_have_hours_of_its_own(wish: str) -> None:
    told = policy(f'[after_minutes]\nmachine = 30\n[day_part]\nmachine = {wish}\n[day_parts]\nlate = "18:00-20:00"')
    assert told.wished_parts(D.MACHINE, ["late"]) == [read_windows("18:00-20:00")]


@pytest.mark.parametrize("hour", range(8, 22))
def test_the_usual_parts_are_those_by_which_likelihood_is_judged(hour: int) -> None:
    local = datetime(2026, 11, 24, hour, 59)  # noqa: DTZ001 - on the person's own clock
    assert part_of(local, USUAL) == DayPart.of(local)


def test_a_number_keeps_its_turn_for_as_many_calls_as_the_policy_gives_it() -> None:
    told = policy("[after_minutes]\nbusy = 30\n[next_number_after]\nbusy = 2")
    assert [told.turn_taken(each) for each in (D.BUSY, D.NO_ANSWER, None)] == [Fraction(1, 2), 1, 1]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_the_shipped_policies_hold_and_retry_what_can_be_retried(path: Path) -> None:
    told = policy(path.read_text("utf-8"))
    assert told.after_minutes
    assert set(told.after_minutes) <= RETRYABLE


def test_a_campaign_may_name_a_policy_of_its_own_folder(folder: Path) -> None:
    campaign = folder / "campaign.toml"
    inline = campaign.read_text("utf-8")
    (folder / "policies").mkdir()
    (folder / "policies" / "own.toml").write_text("max_tries = 2\n[after_minutes]\nbusy = 45\n", "utf-8")
    head = inline[: inline.index("[retry]")]
    campaign.write_text(head.replace("\n[script]", '\nretry = "policies/own.toml"\n\n[script]'), "utf-8")
    assert load_plan(campaign).retry == RetryPolicy(max_tries=2, after_minutes={D.BUSY: 45})


@pytest.mark.parametrize(
    ("text", "told"), [(None, "own.toml: not found"), ("max_tries = 9", "own.toml: correct max_tries: .*9 tries")]
)
def test_what_is_wrong_with_a_policy_is_told_with_its_own_file(folder: Path, text: str | None, told: str) -> None:
    if text:
        (folder / "own.toml").write_text(text, "utf-8")
    campaign = folder / "campaign.toml"
    inline = campaign.read_text("utf-8")
    head = inline[: inline.index("[retry]")]
    campaign.write_text(head.replace("\n[script]", '\nretry = "own.toml"\n\n[script]'), "utf-8")
    with pytest.raises(SettingsRefused, match=told):
        load_plan(campaign)
