"""A campaign is held by the very finding of the rules, and another of its numbers is shown before that."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dialer.governor import THIN, hold_of, is_thin, number_to_show, standing_dict
from dialer.hour import CountedCall, standings_of
from rules.decide import decide
from rules.line import Breach, CarrierTerms, Figure, Line, LineCall
from tests.dialer.fakes import MORNING
from tests.rules.calls import legal_call

FIRST, SECOND = "+33162000001", "+33162000002"
MINUTE = timedelta(minutes=1)
WINDOW = timedelta(hours=1)


def breach(minutes: int, caller_id: str = "", figure: Figure = Figure.ASR) -> Breach:
    return Breach(figure, 40, 60, MORNING + minutes * MINUTE, caller_id)


def line(*breaches: Breach, failures_left: int | None = None) -> Line:
    return Line("Callr", channels=10, in_use=0, failures_left=failures_left, breaches=breaches)


@pytest.mark.parametrize(
    ("breaches", "until"),
    [
        ((), None),
        ((breach(5, FIRST),), None),
        ((breach(5),), 5),
        ((breach(5, FIRST), breach(9, SECOND)), 5),
        ((breach(5, FIRST), breach(7, FIRST, Figure.ACD), breach(9, SECOND)), 7),
        ((breach(8), breach(5, FIRST), breach(9, SECOND)), 8),
    ],
    ids=["nothing", "one number of two", "the trunk", "both numbers", "one number twice", "trunk and numbers"],
)
def test_a_campaign_is_held_until_the_first_of_its_numbers_is_free(
    breaches: tuple[Breach, ...], until: int | None
) -> None:
    hold = hold_of(line(*breaches), (FIRST, SECOND), MORNING)
    assert (hold.breach.until if hold else None) == (None if until is None else MORNING + until * MINUTE)
    if hold:
        assert hold_of(line(*breaches), (FIRST, SECOND), hold.breach.until) is None


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("caller_id", ["", FIRST])
@pytest.mark.parametrize("figure", Figure)
def test_a_hold_is_explained_as_the_rule_explains_it(figure: Figure, caller_id: str, language: str) -> None:
    held = line(breach(5, caller_id, figure))
    hold = hold_of(held, (FIRST,), MORNING)
    assert hold
    finding = next(f for f in decide(legal_call(caller_id=FIRST, line=held), MORNING).blocking if f.outcome.until)
    assert finding.rule.id.startswith("CT-")
    assert (hold.rule_id, hold.reason(language)) == (finding.rule.id, finding.reason(language))
    assert hold.to_dict()["until"] == (MORNING + 5 * MINUTE).isoformat()


@pytest.mark.parametrize(
    ("held", "contact_id", "shown"),
    [
        ((), 0, FIRST),
        ((), 1, SECOND),
        ((breach(5, FIRST),), 0, SECOND),
        ((breach(5, FIRST),), 1, SECOND),
        ((breach(5, FIRST), breach(5, SECOND)), 0, FIRST),
        ((breach(5),), 1, SECOND),
    ],
    ids=["usual", "usual of another", "the usual one is held", "the other's is not", "all are held", "the trunk is"],
)
def test_one_person_sees_one_number_unless_it_is_held(held: tuple[Breach, ...], contact_id: int, shown: str) -> None:
    assert number_to_show(line(*held), (FIRST, SECOND), contact_id, MORNING) == shown
    assert number_to_show(line(*held), (FIRST, SECOND), contact_id, MORNING + WINDOW) == (FIRST, SECOND)[contact_id]


def test_without_a_line_everybody_sees_their_usual_number() -> None:
    assert [number_to_show(None, (FIRST, SECOND), contact, MORNING) for contact in (4, 5)] == [FIRST, SECOND]


@pytest.mark.parametrize(("left", "thin"), [(None, False), (THIN + 1, False), (THIN, True), (0, True)])
def test_a_margin_is_thin_from_a_few_failures_on(left: int | None, thin: bool) -> None:
    assert is_thin(line(failures_left=left)) is thin


def test_what_is_shown_of_the_hour_is_plain() -> None:
    calls = [CountedCall(str(place), FIRST, True, LineCall(MORNING, place > 0, 60_000 * place)) for place in range(3)]
    terms = CarrierTerms("Callr", 10, 1, asr_above_percent=60, least_calls=4)
    (standing,) = standings_of(calls, terms, MORNING)
    assert standing_dict(standing) == {
        "caller_id": "",
        "failures_left": 0,
        "gauges": [
            {
                "figure": "asr",
                "value": 66,
                "limit": 60,
                "failures_left": 0,
                "held_until": (MORNING + WINDOW).isoformat(),
            }
        ],
    }
