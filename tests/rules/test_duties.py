"""Duties of a campaign: each one met and unmet, on the days and for the offers that it concerns."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from rules.duty import CampaignFacts, Duty, Recording, lacks
from rules.facts import Sector, SystemKind
from rules.rule import Layer
from rules.rulebook import LawNotCovered, french_rulebook

BOOK = french_rulebook()
OLD, NEW = date(2024, 10, 15), date(2026, 9, 15)
OPENING = (
    "Bonjour, ici Contact Ouest, agent automatique de Fibre Horizon. C'est un appel commercial. "
    "Votre numéro vient de votre demande du 3 septembre. Pour ne plus être appelé, tapez 9."
)
BLOCTEL = " Vous pouvez vous inscrire sur Bloctel."
RECORDED = " Cet appel peut être enregistré ; vous pouvez vous y opposer."

READY = CampaignFacts(
    sector=Sector.TELECOM,
    system=SystemKind.HUMAN_AGENT,
    caller_name="Contact Ouest",
    advertiser_name="Fibre Horizon",
    opening=OPENING,
    opt_out_offered=True,
    collection_notice="FH-collecte-2026-01",
    recording=Recording.OFF,
    recording_days=0,
    consent_proof_days=1096,
    caller_ids_without_route=(),
    follow_ups=frozenset(),
    abandoned_percent_max=3,
)


def lacking(day: date, **changes: Any) -> list[str]:
    """Ids of the duties that a campaign which is ready, but for these changes, does not meet on `day`."""
    return [lack.duty_id for lack in BOOK.lacking(replace(READY, **changes), day)]


def test_a_campaign_that_is_ready_lacks_nothing() -> None:
    assert lacking(NEW) == []
    assert lacking(OLD, opening=OPENING + BLOCTEL) == []


UNMET: list[tuple[str, str, dict[str, Any]]] = [
    # the one change, the duty that it leaves unmet, on 15 September 2026
    ("no words on record", "FR-OPENING-INFO", {"opening": None}),
    ("the caller is not named", "FR-OPENING-INFO", {"caller_name": "Voix Sud"}),
    ("the advertiser is not named", "FR-OPENING-INFO", {"advertiser_name": "Cuivre Horizon"}),
    ("no commercial purpose", "FR-OPENING-INFO", {"opening": OPENING.replace("commercial", "aimable")}),
    ("no origin of the number", "FR-OPENING-INFO", {"opening": OPENING.replace("Votre numéro", "Tout")}),
    ("no notice at collection", "FR-COLLECT-NOTICE", {"collection_notice": ""}),
    ("a number without a route", "FR-CLI-CALLBACK", {"caller_ids_without_route": ("+33162000000",)}),
    ("proofs thrown away a day early", "FR-RETENTION", {"consent_proof_days": 1095}),
    ("everything recorded", "FR-RECORDING", {"recording": Recording.ALL, "opening": OPENING + RECORDED}),
    (
        *("recordings kept too long", "FR-RECORDING"),
        {"recording": Recording.SAMPLE, "opening": OPENING + RECORDED, "recording_days": 184},
    ),
    ("recording not announced", "FR-RECORDING", {"recording": Recording.SAMPLE}),
    (
        *("no right to object to the recording", "FR-RECORDING"),
        {"recording": Recording.SAMPLE, "opening": OPENING + " Cet appel peut être enregistré."},
    ),
    (
        *("a right to object, but to what?", "FR-RECORDING"),
        {"recording": Recording.SAMPLE, "opening": OPENING + " Vous pouvez vous y opposer."},
    ),
    (
        *("a text message after the call", "FR-SECTOR-EPROSPECT"),
        {"sector": Sector.ENERGY_RENOVATION, "follow_ups": frozenset({"sms"})},
    ),
    (
        *("an e-mail after the call", "FR-SECTOR-EPROSPECT"),
        {"sector": Sector.HOME_ADAPTATION, "follow_ups": frozenset({"e-mail"})},
    ),
    ("insurance, recording not mentioned", "FR-FIN-OPENING", {"sector": Sector.INSURANCE}),
    ("four percent abandoned", "FR-HARASS", {"system": SystemKind.AUTOMATED, "abandoned_percent_max": 4}),
    (
        *("a machine that hides", "FR-AI-DISCLOSURE"),
        {"system": SystemKind.AI_AGENT, "opening": OPENING.replace("agent automatique", "conseillère")},
    ),
    (
        *("a machine that says so too late", "FR-AI-DISCLOSURE"),
        {
            "system": SystemKind.AI_AGENT,
            "opening": OPENING.replace("agent automatique", "conseillère") + " Je suis un robot.",
        },
    ),
    (
        *("a machine that does not name its principal at once", "FR-AI-DISCLOSURE"),
        {
            "system": SystemKind.AI_AGENT,
            "opening": OPENING.replace(" de Fibre Horizon", "") + " Fibre Horizon vous remercie.",
        },
    ),
    ("a machine without a key to stop", "FR-ROBOCALL-L34-5", {"system": SystemKind.AI_AGENT, "opt_out_offered": False}),
    (
        *("a machine that does not tell its key", "FR-ROBOCALL-L34-5"),
        {"system": SystemKind.AI_AGENT, "opening": OPENING.replace(", tapez 9", ", écrivez-nous")},
    ),
]


@pytest.mark.parametrize(("duty", "changes"), [row[1:] for row in UNMET], ids=[row[0] for row in UNMET])
def test_one_thing_missing_is_one_lack_and_no_other(duty: str, changes: dict[str, Any]) -> None:
    assert lacking(NEW, **changes) == [duty]


def test_every_duty_of_the_new_law_is_driven() -> None:
    in_force = {duty.id for duty in BOOK.duties if NEW in duty.in_force}
    assert {duty for _, duty, _ in UNMET} == in_force


@pytest.mark.parametrize(
    "changes",
    [
        {"system": SystemKind.AI_AGENT},
        {"system": SystemKind.AUTOMATED},
        {"abandoned_percent_max": 50},
        {"system": SystemKind.AI_AGENT, "abandoned_percent_max": 50},
        {"opt_out_offered": False},
        {"sector": Sector.TELECOM, "follow_ups": frozenset({"sms", "e-mail", "social"})},
        {"sector": Sector.ENERGY_RENOVATION},
        {"sector": Sector.INSURANCE, "opening": OPENING + RECORDED},
        {"sector": Sector.INSURANCE, "opening": OPENING + " Cet appel n'est pas enregistré."},
        {"recording": Recording.SAMPLE, "recording_days": 181, "opening": OPENING + RECORDED},
        {"recording": Recording.OFF, "recording_days": 10_000},
        {"consent_proof_days": 5_000},
        {"caller_name": "Fibre Horizon"},
        {"opening": OPENING.replace("agent automatique", "conseillère")},
    ],
    ids=[
        *("a machine that says so and how to stop it", "a dialer at three percent"),
        *("a person abandons no call", "nor does a machine", "a person needs no key"),
        *("follow-ups in a free sector", "a banned sector without follow-ups"),
        *("insurance, recording announced", "insurance, no recording announced"),
        *("six months of announced samples", "what is never recorded is not kept", "proofs kept longer"),
        *("the advertiser calls itself", "a person is no machine"),
    ],
)
def test_what_is_met_or_does_not_concern_the_campaign_is_not_asked(changes: dict[str, Any]) -> None:
    assert lacking(NEW, **changes) == []


DATED: list[tuple[str, dict[str, Any], str, str | None]] = [
    # duty, a campaign that does not meet it, first day on which it is asked, last day
    ("FR-OPENING-INFO", {}, "2023-01-01", "2026-08-10"),
    ("FR-AI-DISCLOSURE", {"system": SystemKind.AI_AGENT, "opening": "Tapez 9."}, "2026-08-02", None),
    ("FR-FIN-OPENING", {"sector": Sector.INSURANCE}, "2026-06-19", None),
    ("FR-SECTOR-INSURANCE", {"sector": Sector.INSURANCE}, "2023-01-01", "2026-08-10"),
    (
        *("FR-SECTOR-EPROSPECT", {"sector": Sector.HOME_ADAPTATION, "follow_ups": frozenset({"social"})}),
        *("2025-07-02", None),
    ),
    ("FR-RETENTION", {"consent_proof_days": 365}, "2026-08-11", None),
    ("FR-CLI-CALLBACK", {"caller_ids_without_route": ("+33162000000",)}, "2023-01-01", None),
    ("FR-COLLECT-NOTICE", {"collection_notice": ""}, "2023-01-01", None),
    ("FR-RECORDING", {"recording": Recording.ALL}, "2023-01-01", None),
    ("FR-ROBOCALL-L34-5", {"system": SystemKind.AI_AGENT, "opt_out_offered": False}, "2023-01-01", None),
    ("FR-HARASS", {"system": SystemKind.AUTOMATED, "abandoned_percent_max": 100}, "2023-01-01", None),
]


@pytest.mark.parametrize(("duty", "changes", "first", "last"), DATED, ids=[row[0] for row in DATED])
def test_a_duty_is_asked_from_its_first_day_to_its_last(
    duty: str, changes: dict[str, Any], first: str, last: str | None
) -> None:
    begins = date.fromisoformat(first)
    assert duty in lacking(begins, **changes)
    if begins > date(2023, 1, 1):
        assert duty not in lacking(date.fromordinal(begins.toordinal() - 1), **changes)
    if last is None:
        assert duty in lacking(date(2099, 12, 31), **changes)
    else:
        ends = date.fromisoformat(last)
        assert duty in lacking(ends, **changes)
        assert duty not in lacking(date.fromordinal(ends.toordinal() + 1), **changes)


def test_until_the_reform_the_opening_tells_of_bloctel() -> None:
    (lack,) = BOOK.lacking(READY, date(2026, 8, 10))
    assert "Bloctel" in lack.text.fr
    assert lacking(date(2026, 8, 10), opening=OPENING + " Le site BLOCTEL existe.") == []


def test_without_words_on_record_bloctel_is_not_asked_for_as_well() -> None:
    (lack,) = BOOK.lacking(replace(READY, opening=None), OLD)
    assert ".txt" in lack.text.fr


def test_of_days_before_the_book_nothing_is_said() -> None:
    with pytest.raises(LawNotCovered, match="2022-12-31"):
        BOOK.lacking(READY, date(2022, 12, 31))


def test_duties_are_named_in_order_whatever_their_order_in_the_book() -> None:
    nothing = replace(READY, opening="", collection_notice="", consent_proof_days=0, follow_ups=frozenset())
    numbers = BOOK.on(NEW).numbers
    assert lacks(nothing, reversed(BOOK.duties), numbers, NEW) == lacks(nothing, BOOK.duties, numbers, NEW)
    ids = [lack.duty_id for lack in BOOK.lacking(nothing, NEW)]
    assert ids == sorted(ids)


@pytest.mark.parametrize(("changes", "day"), [(row[2], NEW) for row in UNMET] + [(row[1], OLD) for row in DATED])
def test_each_lack_says_what_to_mend_in_both_languages_with_its_article(changes: dict[str, Any], day: date) -> None:
    for lack in BOOK.lacking(replace(READY, **changes), day):
        assert lack.text.fr
        assert lack.text.en
        assert lack.text.fr != lack.text.en
        assert "{" not in lack.text.fr + lack.text.en
        assert lack.citation.article


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"caller_name": "Voix Sud"}, "Voix Sud"),
        ({"caller_ids_without_route": ("+33162000000", "+33163000000")}, "+33163000000"),
        ({"sector": Sector.HOME_ADAPTATION, "follow_ups": frozenset({"sms", "e-mail"})}, "e-mail, sms"),
        ({"recording": Recording.SAMPLE, "recording_days": 200, "opening": OPENING + RECORDED}, "181"),
        ({"consent_proof_days": 0}, "1096"),
        ({"system": SystemKind.AUTOMATED, "abandoned_percent_max": 9}, "3 %"),
    ],
)
def test_what_is_missing_is_named(changes: dict[str, Any], named: str) -> None:
    last = BOOK.lacking(replace(READY, **changes), NEW)[-1]
    assert named in last.text.fr
    assert named in last.text.en


def test_each_number_without_a_route_is_a_lack_of_its_own() -> None:
    assert lacking(NEW, caller_ids_without_route=("+33162000000", "+33163000000")) == ["FR-CLI-CALLBACK"] * 2


def test_a_machine_whose_words_are_unknown_lacks_the_words_and_its_way_out() -> None:
    assert lacking(NEW, system=SystemKind.AI_AGENT, opening=None) == ["FR-OPENING-INFO", "FR-ROBOCALL-L34-5"]


def test_sampled_recording_without_words_on_record_is_not_blamed_twice() -> None:
    assert lacking(NEW, recording=Recording.SAMPLE, opening=None) == ["FR-OPENING-INFO"]


@pytest.mark.parametrize("duty", BOOK.duties, ids=lambda duty: f"{duty.id} from {duty.in_force.first}")
def test_every_duty_cites_its_article_quotes_it_and_speaks_both_languages(duty: Duty) -> None:
    assert duty.citations
    assert duty.citations[0].article
    assert duty.title.fr != duty.title.en
    assert duty.find.__doc__


def test_only_the_share_of_abandoned_calls_rests_on_our_own_choice() -> None:
    assert {duty.id for duty in BOOK.duties if duty.layer is Layer.POLICY} == {"FR-HARASS"}
