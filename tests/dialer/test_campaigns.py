"""A campaign exists when nothing is missing, runs when it is started, and rests when it is paused."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest

from dialer.agent_settings import AgentSettings
from dialer.audit import AuditKind
from dialer.campaigns import campaign_named, create_campaign, set_state
from dialer.errors import DialerError, NotFound, NotPossible, SettingsRefused
from dialer.facts import plan_of
from dialer.readiness import require_ready
from dialer.schema import CampaignState, CandidateState
from rules.facts import SystemKind
from tests.dialer.agency import LIST, Agency

C = CampaignState


def set_to(agency: Agency, name: str, to: CampaignState) -> None:
    with agency.transaction() as session:
        set_state(session, agency.workspace.settings, name, to, agency.clock.now())


def test_everybody_on_its_lists_becomes_a_candidate_once(agency: Agency) -> None:
    people = [agency.person(), agency.person(list_name="autres")]
    agency.person(list_name="ailleurs")
    campaign = agency.campaign(running=False, lists=(LIST, "autres"))
    found = [agency.candidate(campaign, person) for person in people]
    assert [(one.state, one.due_at, one.tries) for one in found] == [
        (CandidateState.WAITING, agency.clock.now(), 0)
    ] * 2
    assert agency.numbers_of_rows()["candidate"] == 2


def test_who_is_on_two_lists_is_one_candidate(agency: Agency) -> None:
    person = agency.person()
    agency.person(list_name="autres")
    with agency.transaction() as session:
        session.connection().exec_driver_sql(
            f"INSERT INTO list_member (list_id, contact_id, line, named) "
            f"SELECT id, {person}, 2, false FROM imported_list WHERE name = 'autres'"
        )
    agency.campaign(lists=(LIST, "autres"))
    assert agency.numbers_of_rows()["candidate"] == 2


def test_its_making_is_recorded_with_its_plan(agency: Agency) -> None:
    agency.person()
    campaign = agency.campaign(running=False)
    (last,) = agency.audit()
    body = json.loads(last.body)
    assert (campaign.state, last.kind) == (C.DRAFT, AuditKind.CAMPAIGN_CREATED)
    assert (body["campaign"], body["lists"]) == (campaign.name, [LIST])
    assert body["plan"] | {"script": None} == campaign.plan | {"script": None}


def test_what_is_spoken_is_recorded_by_its_digests_and_no_path_of_the_machine(agency: Agency) -> None:
    agency.person()
    opening = agency.workspace.path("prompts", "opening.wav")
    agency.workspace.path("prompts", "pitch.txt").unlink()
    agency.campaign(running=False)
    (last,) = agency.audit()
    script = json.loads(last.body)["plan"]["script"]
    audio, words = (hashlib.sha256(opening.with_suffix(end).read_bytes()).hexdigest() for end in (".wav", ".txt"))
    assert script["opening"] == {"file": "opening.wav", "sha256": audio, "words_sha256": words}
    assert (script["pitch"]["words_sha256"], script["opt_out_digit"]) == (None, "9")
    assert str(agency.workspace.settings.folder) not in last.body


def forget_audio(agency: Agency) -> dict[str, Any]:
    agency.workspace.path("prompts", "pitch.wav").unlink()
    return {}


def show(number: str) -> Callable[[Agency], dict[str, Any]]:
    return lambda _: {"caller_ids": (number,)}


def on_a_real_trunk(system: SystemKind) -> Callable[[Agency], dict[str, Any]]:
    return lambda _: {"trunk": "operateur", "caller_ids": ("+33162000003",), "system": system}


REFUSALS = [
    (on_a_real_trunk(SystemKind.HUMAN_AGENT), SettingsRefused, "human-agent would play a recording, .* L.34-5"),
    (on_a_real_trunk(SystemKind.AUTOMATED), SettingsRefused, "automated would play a recording, .* L.34-5"),
    (forget_audio, SettingsRefused, r"audio files missing: pitch \(.*pitch\.wav\)"),
    (show("+33162999999"), SettingsRefused, r"caller ids \+33162999999 have no proof on trunk 'boucle'"),
    (show("anonymous"), SettingsRefused, "caller ids anonymous have no proof"),
    (lambda _: {"trunk": "bouc"}, SettingsRefused, "no trunk 'bouc' in dialer.toml; it names: 'boucle', 'operateur'"),
    (lambda _: {"advertiser": "x"}, SettingsRefused, "no advertiser 'x' in dialer.toml; it names: 'fibre-horizon'"),
    (lambda _: {"lists": ("absente",)}, NotFound, "no list 'absente'; imported lists: people"),
    (lambda _: {"lists": (LIST, "absente")}, NotFound, "no list 'absente'"),
]


@pytest.mark.parametrize(("missing", "error", "message"), REFUSALS)
def test_what_is_missing_is_told_and_nothing_is_written(
    agency: Agency, missing: Callable[[Agency], dict[str, Any]], error: type[DialerError], message: str
) -> None:
    agency.person()
    changes = missing(agency)
    before = agency.numbers_of_rows()
    with pytest.raises(error, match=message) as told:
        agency.campaign(**changes)
    assert agency.numbers_of_rows() == before
    assert "\n" not in str(told.value) + told.value.message_fr


@pytest.mark.parametrize("system", [SystemKind.HUMAN_AGENT, SystemKind.AUTOMATED])
def test_with_an_agent_people_may_speak_on_a_real_trunk(agency: Agency, system: SystemKind) -> None:
    """Of that very campaign: somebody else's agents do not take its calls."""
    agency.person()
    changes = on_a_real_trunk(system)(agency)
    alice = AgentSettings(name="Alice", phone="sip:poste-1@127.0.0.1:5099", campaigns=("Conseil",))
    settings = agency.workspace.settings
    agency.workspace.settings = settings.model_copy(update={"agents": (alice,)})
    with pytest.raises(SettingsRefused, match=r"name the people under \[\[agents\]\] in dialer.toml"):
        agency.campaign(**changes)
    assert plan_of(agency.campaign(name="Conseil", **changes)).system is system


def test_a_name_is_taken_once(agency: Agency) -> None:
    agency.person()
    agency.campaign()
    before = agency.numbers_of_rows()
    with pytest.raises(NotPossible, match="a campaign named 'Fibre novembre' exists"):
        agency.campaign()
    assert agency.numbers_of_rows() == before


def test_two_campaigns_share_one_advertiser(agency: Agency) -> None:
    agency.person()
    assert agency.campaign().advertiser_id == agency.campaign(name="Fibre décembre").advertiser_id
    assert agency.campaign(name="Autre", advertiser="autre").advertiser_id == 2


@pytest.mark.parametrize(
    ("steps", "permitted"),
    [
        ([C.RUNNING], True),
        ([C.RUNNING, C.PAUSED], True),
        ([C.RUNNING, C.PAUSED, C.RUNNING], True),
        ([C.PAUSED], False),
        ([C.RUNNING, C.RUNNING], False),
        ([C.RUNNING, C.PAUSED, C.PAUSED], False),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, list) else None,
)
def test_starting_and_pausing_take_turns(agency: Agency, steps: list[CampaignState], permitted: bool) -> None:
    agency.person()
    campaign = agency.campaign(running=False)
    *first, last = steps
    for step in first:
        set_to(agency, campaign.name, step)
    before = agency.numbers_of_rows()
    if permitted:
        set_to(agency, campaign.name, last)
        assert json.loads(agency.audit()[-1].body) == {"campaign": campaign.name, "state": last.value}
    else:
        with pytest.raises(NotPossible, match=f"cannot become {last}") as refused:
            set_to(agency, campaign.name, last)
        assert last.value not in refused.value.message_fr
        assert agency.numbers_of_rows() == before


def test_starting_checks_the_plan_again(agency: Agency) -> None:
    agency.person()
    campaign = agency.campaign(running=False)
    forget_audio(agency)
    with pytest.raises(SettingsRefused, match="pitch"):
        set_to(agency, campaign.name, C.RUNNING)
    with agency.transaction() as session:
        assert campaign_named(session, campaign.name).state is C.DRAFT


def test_an_unknown_campaign_is_told_with_those_there_are(agency: Agency) -> None:
    with pytest.raises(NotFound, match="no campaign 'x'; campaigns: —"):
        set_to(agency, "x", C.RUNNING)
    agency.person()
    agency.campaign()
    with pytest.raises(NotFound, match="no campaign 'x'; campaigns: Fibre novembre"):
        set_to(agency, "x", C.RUNNING)


def test_an_empty_list_makes_an_empty_campaign(agency: Agency) -> None:
    agency.person(list_name="vide")
    with agency.transaction() as session:
        session.connection().exec_driver_sql("DELETE FROM list_member")
        campaign = create_campaign(session, agency.workspace.settings, agency.plan(), ["vide"], agency.clock.now())
    assert (campaign.id, agency.numbers_of_rows()["candidate"]) == (1, 0)


def test_a_run_is_refused_when_the_settings_no_longer_bear_out_its_campaigns(agency: Agency) -> None:
    """A number that was taken off the trunk must not put people aside one by one."""
    agency.person()
    agency.campaign()
    settings = agency.workspace.settings
    trunk = settings.trunk("boucle").model_copy(update={"caller_ids": ()})
    bare = settings.model_copy(update={"trunks": (trunk,)})
    with agency.transaction() as session:
        require_ready(session, settings, "boucle", agency.clock.now())
        with pytest.raises(SettingsRefused, match="have no proof on trunk 'boucle'"):
            require_ready(session, bare, "boucle", agency.clock.now())


def test_whom_an_unproven_number_had_put_aside_waits_again(agency: Agency) -> None:
    aside, objected = agency.person(), agency.person()
    campaign = agency.campaign()
    for person, note in ((aside, "FR-CLI-AUTH"), (objected, "FR-CLI-AUTH;FR-OBJECTION")):
        candidate = agency.candidate(campaign, person)
        candidate.state, candidate.due_at, candidate.note = CandidateState.NEVER, None, note
        agency.add(candidate)
    with agency.transaction() as session:
        require_ready(session, agency.workspace.settings, "boucle", agency.clock.now())
    assert agency.candidate(campaign, aside).state is CandidateState.WAITING
    assert agency.candidate(campaign, objected).state is CandidateState.NEVER
