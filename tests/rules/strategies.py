"""Hypothesis strategies: whole facts with dates, and instants that fall on the edges of the law."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from hypothesis import strategies as st

from rules.facts import Bloctel, Consent, ContactKind, Contract, Facts, Sector, SystemKind
from tests.rules.lines import lines
from tests.rules.random_cases import CALLER_IDS, NUMBERS, WRITTEN_POSTCODES, random_instant, zone_of

_HOURS = st.sampled_from(
    [
        *[()] * 4,
        ((time(10), time(13)),),
        ((time(9, 30), time(11, 45)), (time(18), time(20))),
        ((time(19), time(22)), (time(0), time(2, 30))),
        ((time(2, 15), time(2, 45)), (time(12), time(15))),
    ]
)
"""Legal hours and others, some of which a change of the clock passes over or repeats."""
_PLACES = st.sampled_from(
    [(postcode, NUMBERS[0]) for postcode in ("75001", *WRITTEN_POSTCODES)] + [(None, number) for number in NUMBERS]
)


@st.composite
def calls(draw: st.DrawFn) -> tuple[Facts, datetime]:
    """Facts and the instant at which to judge them; dates lie around that instant."""
    postcode, number = draw(_PLACES)
    random = draw(st.randoms(use_true_random=False))
    at = random_instant(random, zone_of(postcode or "", number))
    return draw(facts_around(at, postcode, number)), at


@st.composite
def facts_around(draw: st.DrawFn, at: datetime, postcode: str | None, number: str) -> Facts:
    hours = st.integers(min_value=0, max_value=24 * 70).map(lambda ago: at - timedelta(hours=ago))
    soon = st.integers(min_value=-30, max_value=60 * 24 * 4).map(lambda ahead: at + timedelta(minutes=ahead))
    return Facts(
        number=number,
        postcode=postcode,
        kind=draw(_mostly(ContactKind.CONSUMER, ContactKind)),
        sector=draw(_mostly(Sector.GENERIC, Sector)),
        system=draw(_mostly(SystemKind.HUMAN_AGENT, SystemKind)),
        caller_id=draw(st.sampled_from(["+33162000000"] * 40 + list(CALLER_IDS))),
        caller_id_authorised=draw(st.sampled_from([True, True, True, False])),
        consent=draw(_mostly(Consent.VALID, Consent)),
        consent_until=draw(_day_near(at)),
        consent_after_refusal=draw(st.booleans()),
        consent_hours=draw(_HOURS),
        contract=draw(_mostly(Contract.NONE, Contract)),
        contract_until=draw(_day_near(at)),
        bloctel=draw(_mostly(Bloctel.CLEAR, Bloctel)),
        bloctel_until=draw(_day_near(at)),
        attempts=tuple(draw(st.lists(hours, max_size=6))),
        last_refusal=draw(st.none() | hours),
        any_hour_agreed=draw(st.sampled_from([False, False, False, True])),
        slots=tuple(draw(st.lists(soon, max_size=2))),
        callback_from=draw(st.none() | _day_near(at)),
        callback_until=draw(_day_near(at)),
        number_unassigned=draw(st.sampled_from([False] * 9 + [True])),
        line=draw(st.none() | lines(at)),
        sources_until=draw(st.none() | _day_near(at)),
    )


@st.composite
def calls_that_wait(draw: st.DrawFn) -> tuple[Facts, datetime]:
    """Calls against which nothing lasting stands: hours, holidays, the cap, a refusal, slots and dates."""
    facts, at = draw(calls())
    return replace(
        facts,
        postcode=facts.postcode if facts.postcode in _CALLABLE else None,
        number=facts.number if facts.number in _CALLABLE_NUMBERS else NUMBERS[0],
        sector=Sector.GENERIC,
        system=SystemKind.HUMAN_AGENT,
        caller_id="+33162000000",
        caller_id_authorised=True,
        consent=Consent.VALID,
        consent_after_refusal=True,
        bloctel=Bloctel.CLEAR,
        bloctel_until=None,
        number_unassigned=False,
        sources_until=None,
    ), at


_CALLABLE = frozenset(
    code for code in WRITTEN_POSTCODES if code[:2] not in ("98", "00", "96", "99") and len(code) == 5
) - {
    "97700",
    "ABCDE",
}
_CALLABLE_NUMBERS = frozenset(number for number in NUMBERS if number[:4] not in ("+681", "+687", "+689", "+324"))


def _mostly(usual: object, choices: type) -> st.SearchStrategy:  # type: ignore[type-arg]
    return st.sampled_from([usual] * len(list(choices)) + list(choices))


def _day_near(at: datetime) -> st.SearchStrategy[date | None]:
    return st.none() | st.integers(min_value=-3, max_value=90).map(
        lambda days: at.astimezone(UTC).date() + timedelta(days)
    )
