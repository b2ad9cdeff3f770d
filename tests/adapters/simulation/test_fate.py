"""Fates: the same for the same luck, in the shares of the profile, and never beyond what the campaign allows."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

import pytest

from adapters.simulation import Answers, load_answers
from adapters.simulation.fate import Fate, Fates, Limits
from dialer.dispositions import Disposition
from dialer.ports import EndedBy

MORNING = datetime.fromisoformat("2026-11-24T10:02:00+01:00")
LIMITS = Limits(ring=timedelta(seconds=25), talk=timedelta(seconds=60))
NUMBERS = [f"+3363998{n:07d}" for n in range(4000)]
STANDARD = load_answers("standard")


def drawn(answers: Answers = STANDARD, at: datetime = MORNING, limits: Limits = LIMITS) -> list[Fate]:
    fates = Fates(answers, seed=1)
    return [fates.of(number, at, limits) for number in NUMBERS]


def share(fates: list[Fate], *dispositions: Disposition) -> float:
    """Percent."""
    return 100 * sum(fate.disposition in dispositions for fate in fates) / len(fates)


def changed(**values: object) -> Answers:
    return Answers.model_validate(STANDARD.model_dump() | values)


def test_the_same_number_half_hour_and_seed_have_the_same_fate() -> None:
    later = MORNING + timedelta(minutes=20)
    assert drawn() == drawn(at=later)
    assert drawn() != drawn(at=MORNING + timedelta(minutes=40))
    assert drawn() != [Fates(STANDARD, seed=2).of(number, MORNING, LIMITS) for number in NUMBERS]


def test_calls_end_as_the_profile_says() -> None:
    fates = drawn()
    conversations = share(fates, Disposition.ANSWERED, Disposition.REFUSED, Disposition.OPTED_OUT)
    connected = 100 - sum(
        share(fates, each)
        for each in (
            Disposition.UNASSIGNED, Disposition.BUSY, Disposition.DECLINED, Disposition.UNREACHABLE,
            Disposition.CONGESTION,
        )
    )  # fmt: skip
    assert share(fates, Disposition.UNASSIGNED) == pytest.approx(2, abs=1)
    assert share(fates, Disposition.BUSY) == pytest.approx(4, abs=1.2)
    assert connected == pytest.approx(85, abs=3)
    assert 15 < conversations < 35
    assert share(fates, Disposition.OPTED_OUT) / conversations == pytest.approx(0.03, abs=0.02)
    assert share(fates, Disposition.REFUSED) / conversations == pytest.approx(0.18, abs=0.05)


def test_more_people_answer_in_the_evening_and_on_the_clock_of_where_they_are() -> None:
    talks = (Disposition.ANSWERED, Disposition.REFUSED, Disposition.OPTED_OUT)
    evening = MORNING.replace(hour=19)
    assert share(drawn(at=evening), *talks) > share(drawn(), *talks) + 5
    overseas = [f"+262269{n:06d}" for n in range(2000)]
    fates = Fates(changed(answered_percent={"mobile": {0: 0}, "fixed": {0: 0, 20: 100}}, part_of_day_percent=0), 1)
    noon = [fates.of(number, MORNING.replace(hour=17, minute=30), LIMITS) for number in overseas]
    assert share(noon, *talks) > 60, "it is half past eight in the evening there"


@pytest.mark.parametrize("ring", [6, 25, 60])
def test_nobody_rings_talks_or_is_heard_longer_than_the_campaign_allows(ring: int) -> None:
    limits = Limits(ring=timedelta(seconds=ring), talk=timedelta(seconds=20))
    fates = drawn(limits=limits)
    assert max(fate.talk for fate in fates if fate.disposition is not Disposition.OPTED_OUT) <= limits.talk
    assert {fate.ended_by for fate in fates if fate.talk == limits.talk} <= {EndedBy.MAX_TALK, EndedBy.MACHINE}
    assert (share(fates, Disposition.MACHINE) > 0) is (ring > STANDARD.seconds.machine_after)


def test_a_number_that_is_nobodys_stays_so() -> None:
    def nobodys(at: datetime) -> set[str]:
        fates = Fates(STANDARD, seed=1)
        return {one for one in NUMBERS if fates.of(one, at, LIMITS).disposition is Disposition.UNASSIGNED}

    assert nobodys(MORNING) == nobodys(MORNING + timedelta(days=9)) != set()


def test_a_fate_is_in_order() -> None:
    for fate in drawn():
        assert timedelta(0) < fate.ends
        instants = [at for at in (fate.answers, fate.presses, fate.ends) if at is not None]
        assert instants == sorted(instants)
        assert (fate.presses is not None) is (fate.disposition is Disposition.OPTED_OUT)
        assert (fate.answers is not None) is fate.disposition.answered


def test_the_standard_profile_has_short_calls_but_not_only() -> None:
    talks = Counter(fate.talk < timedelta(seconds=8) for fate in drawn() if fate.disposition is Disposition.ANSWERED)
    assert 0 < talks[True] < talks[False]
