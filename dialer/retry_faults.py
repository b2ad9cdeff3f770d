"""Lines of a retry policy that contradict each other: each could never apply, whatever is dialed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, TypeVar

from dialer.day_parts import ANOTHER
from dialer.errors import Contradiction

if TYPE_CHECKING:
    from dialer.retry_policy import RetryPolicy

E = TypeVar("E", int, str)
_MINUTES_OF_A_DAY = 24 * 60


def faults(policy: RetryPolicy) -> Iterator[Contradiction]:
    """Every line that cannot hold beside the others."""
    yield from _idle_lines(policy)
    yield from _late_retries(policy)
    yield from _unknown_parts(policy)


def listed(one_or_more: E | tuple[E, ...]) -> tuple[E, ...]:
    return one_or_more if isinstance(one_or_more, tuple) else (one_or_more,)


def _idle_lines(policy: RetryPolicy) -> Iterator[Contradiction]:
    wishes = {"day_part": set(policy.day_part), "next_number_after": set(policy.next_number_after)}
    for key, named in wishes.items():
        for disposition in sorted(named - set(policy.after_minutes)):
            yield Contradiction(
                f"{key}.{disposition} is never used: {disposition} is not tried again; add it to after_minutes",
                f"{key}.{disposition} ne sert jamais : {disposition} n'est pas relancé ; l'ajouter à after_minutes",
            )
    for disposition, calls in policy.next_number_after.items():
        if calls > max(policy.max_tries - 1, 1):
            yield Contradiction(
                f"next_number_after.{disposition} = {calls}: with max_tries = {policy.max_tries} "
                "the next number never has its turn",
                f"next_number_after.{disposition} = {calls} : avec max_tries = {policy.max_tries}, "
                "le numéro suivant n'a jamais son tour",
            )


def _late_retries(policy: RetryPolicy) -> Iterator[Contradiction]:
    for disposition, each in policy.after_minutes.items():
        delays = listed(each)
        if len(delays) > policy.max_tries - 1 and not isinstance(each, int):
            yield Contradiction(
                f"after_minutes.{disposition}: {len(delays)} delays, but max_tries = {policy.max_tries} "
                f"leaves {policy.max_tries - 1} retries",
                f"after_minutes.{disposition} : {len(delays)} délais, mais max_tries = {policy.max_tries} "
                f"laisse {policy.max_tries - 1} relances",
            )
        if sum(delays) > policy.give_up_after_days * _MINUTES_OF_A_DAY:
            yield Contradiction(
                f"after_minutes.{disposition} waits longer than give_up_after_days = {policy.give_up_after_days}: "
                "its last retry never comes",
                f"after_minutes.{disposition} attend plus que give_up_after_days = {policy.give_up_after_days} : "
                "sa dernière relance ne vient jamais",
            )


def _unknown_parts(policy: RetryPolicy) -> Iterator[Contradiction]:
    known = ", ".join(policy.parts)
    for disposition, wish in policy.day_part.items():
        if wish == ANOTHER and len(policy.parts) < 2:
            yield Contradiction(
                f"day_part.{disposition}: there is no other part of the day than {known}; name two or more",
                f"day_part.{disposition} : pas d'autre partie de la journée que {known} ; en nommer au moins deux",
            )
        elif wish != ANOTHER and (not wish or set(listed(wish)) - set(policy.parts)):
            named = ", ".join(listed(wish)) or "—"
            yield Contradiction(
                f"day_part.{disposition} names {named}; it may name {known}, or be {ANOTHER!r}",
                f"day_part.{disposition} nomme {named} ; il peut nommer {known}, ou être {ANOTHER!r}",
            )
