"""What becomes of a call, drawn: the same for whoever calls that number in that half hour under that seed.

So two runs of one seed agree, and two settings can be compared on the same luck.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from adapters.simulation.answers import Answers
from dialer.day_parts import DayPart
from dialer.dispositions import Disposition
from dialer.ports import EndedBy

_SHORTEST, _SHORT_UNTIL = 1.0, 7.9
"""Seconds: a call that ends under eight is short for every carrier."""
_AFTER_THE_DIGIT = timedelta(seconds=3)
"""The confirmation that is played before the call is ended."""
_ZONES = {
    "+590": ZoneInfo("America/Guadeloupe"),
    "+594": ZoneInfo("America/Cayenne"),
    "+596": ZoneInfo("America/Martinique"),
    "+262": ZoneInfo("Indian/Reunion"),
    "+508": ZoneInfo("America/Miquelon"),
}
_PARIS = ZoneInfo("Europe/Paris")
_MOBILE = ("+336", "+337", "+59069", "+59469", "+59669", "+26269", "+262639")
_PARTS = tuple(DayPart)


@dataclass(frozen=True, slots=True)
class Fate:
    """Spans count from the INVITE, but for `talk`. What did not happen is None."""

    disposition: Disposition
    ends: timedelta
    ended_by: EndedBy = EndedBy.FAR_END
    sip_code: int = 200
    q850_cause: int | None = None
    answers: timedelta | None = None
    presses: timedelta | None = None
    """The key that says « never again »."""

    @property
    def talk(self) -> timedelta:
        return timedelta(0) if self.answers is None else self.ends - self.answers


@dataclass(frozen=True, slots=True)
class Limits:
    """What the campaign allows a call."""

    ring: timedelta
    talk: timedelta


class Fates:
    """Draws fates from a profile of answers and a seed."""

    def __init__(self, answers: Answers, seed: int) -> None:
        self._answers, self._seed = answers, seed

    def of(self, number: str, at: datetime, limits: Limits) -> Fate:
        """The fate of a call to an E.164 number that leaves at `at` (aware)."""
        answers, local = self._answers, at.astimezone(_ZONES.get(number[:4], _PARIS))
        habit = Random(f"{self._seed} {number}")
        luck = Random(f"{self._seed} {number} {local:%Y%m%d%H}{local.minute // 30}")
        connected = timedelta(seconds=luck.expovariate(1 / answers.seconds.until_ringing))
        if habit.uniform(0, 100) < answers.unassigned_percent:
            return Fate(Disposition.UNASSIGNED, connected, sip_code=404, q850_cause=1)
        failure = self._failure(luck, connected)
        if failure:
            return failure
        if luck.uniform(0, 100) < self._chance(habit, number, local):
            picked_up = timedelta(seconds=luck.expovariate(1 / answers.seconds.ringing))
            if picked_up < limits.ring:
                return self._conversation(luck, connected + picked_up, limits)
        elif luck.uniform(0, 100) < answers.machine_percent:
            picked_up = timedelta(seconds=answers.seconds.machine_after)
            if picked_up < limits.ring:
                heard = timedelta(
                    seconds=min(luck.expovariate(1 / answers.seconds.machine), limits.talk.total_seconds())
                )
                answered = connected + picked_up
                return Fate(Disposition.MACHINE, answered + heard, EndedBy.MACHINE, answers=answered)
        return Fate(Disposition.NO_ANSWER, connected + limits.ring, EndedBy.RING_TIMEOUT, sip_code=487)

    def _chance(self, habit: Random, number: str, local: datetime) -> float:
        answers = self._answers
        by_hour = answers.mobile_by_hour if number.startswith(_MOBILE) else answers.fixed_by_hour
        own = habit.gauss(0, answers.personal_spread_percent)
        in_then = habit.choice(_PARTS) is DayPart.of(local)
        return by_hour[local.hour] + own + answers.part_of_day_percent * (1 if in_then else -0.5)

    def _failure(self, luck: Random, connected: timedelta) -> Fate | None:
        answers, drawn = self._answers, luck.uniform(0, 100)
        for share, disposition, code, cause in (
            (answers.congestion_percent, Disposition.CONGESTION, 503, 34),
            (answers.busy_percent, Disposition.BUSY, 486, 17),
            (answers.unreachable_percent, Disposition.UNREACHABLE, 480, 20),
            (answers.declined_percent, Disposition.DECLINED, 603, 21),
        ):
            if drawn < share:
                return Fate(disposition, connected, sip_code=code, q850_cause=cause)
            drawn -= share
        return None

    def _conversation(self, luck: Random, answered: timedelta, limits: Limits) -> Fate:
        answers, drawn = self._answers, luck.uniform(0, 100)
        if drawn < answers.opt_out_percent:
            pressed = answered + timedelta(seconds=luck.uniform(2, 12))
            ended = pressed + _AFTER_THE_DIGIT
            return Fate(Disposition.OPTED_OUT, ended, EndedBy.OPT_OUT, 200, 16, answered, pressed)
        drawn -= answers.opt_out_percent
        if drawn < answers.refused_percent:
            said, disposition = luck.expovariate(1 / answers.seconds.refusal), Disposition.REFUSED
        elif drawn < answers.refused_percent + answers.short_percent:
            said, disposition = luck.uniform(_SHORTEST, _SHORT_UNTIL), Disposition.ANSWERED
        else:
            said, disposition = 8 + luck.expovariate(1 / answers.seconds.talk), Disposition.ANSWERED
        talk = min(timedelta(seconds=said), limits.talk)
        ended_by = EndedBy.MAX_TALK if talk == limits.talk else EndedBy.FAR_END
        return Fate(disposition, answered + talk, ended_by, 200, 16, answered)
