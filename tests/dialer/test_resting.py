"""What keeps an import from being taken back: calls that rest on it, running campaigns, later editions."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from dialer.campaigns import set_state
from dialer.errors import NotPossible
from dialer.imports import Imported
from dialer.oppositions import NOTED_BY_HAND, note_opposition
from dialer.schema import (
    AgreedSlot,
    AttemptState,
    CallbackRequest,
    Campaign,
    CampaignState,
    ConsentRow,
    ContractRow,
    ListKind,
    Opposition,
    Scrub,
    WishKind,
)
from tests.dialer.agency import Agency
from tests.dialer.lists import CONSENT, evidence_file, load, people, refused, row, undo

A = "0639980101"


def pause(agency: Agency, campaign: Campaign) -> None:
    with agency.transaction() as session:
        set_state(session, agency.workspace.settings, campaign.name, CampaignState.PAUSED, agency.clock.now())


def test_a_running_campaign_is_to_be_paused_first(agency: Agency) -> None:
    load(agency, row(Nom="Roux", Portable=A, **CONSENT))
    campaign = agency.campaign(lists=("liste",))
    refused(agency, rf"in use by running campaigns: '{campaign.name}'; pause them first.* lost to: '{campaign.name}'")
    pause(agency, campaign)
    undo(agency)


def test_of_a_running_campaign_the_calls_are_told_first(agency: Agency) -> None:
    """To pause it would be in vain."""
    load(agency, row(Nom="Roux", Portable=A, **CONSENT))
    campaign = agency.campaign(lists=("liste",))
    (roux,) = people(agency)
    agency.write_attempt(campaign, roux.id, state=AttemptState.CLOSED)
    refused(agency, "1 calls rest on 'liste'")


@pytest.mark.parametrize("state", [AttemptState.DIALING, AttemptState.CLOSED, AttemptState.UNKNOWN])
def test_a_call_that_left_keeps_the_list(agency: Agency, state: AttemptState) -> None:
    load(agency, row(Nom="Roux", Portable=A))
    campaign = agency.campaign(running=False, lists=("liste",))
    (roux,) = people(agency)
    agency.write_attempt(campaign, roux.id, state=state, number="+33639980101")
    refused(agency, rf"1 calls rest on 'liste', so it stays: {campaign.name}, \+336…0101, 2026-11-24 09:02 UTC")


def test_of_many_calls_ten_are_named_and_all_counted(agency: Agency) -> None:
    load(agency, row(Nom="Roux", Portable=A))
    campaign = agency.campaign(running=False, lists=("liste",))
    (roux,) = people(agency)
    for _ in range(12):
        agency.write_attempt(campaign, roux.id, state=AttemptState.CLOSED, number="+33639980101")
    with pytest.raises(NotPossible, match=r"12 calls rest on .* … \(12\)") as told:
        undo(agency)
    assert str(told.value).count("+336…0101") == 10


PERMISSIONS = {
    ListKind.CONSENTS: lambda person: ConsentRow(contact_id=person),
    ListKind.CONTRACTS: lambda person: ContractRow(contact_id=person, object="ADSL"),
    ListKind.CALLBACKS: lambda person: CallbackRequest(
        contact_id=person, object="fibre", requested_on=date(2026, 11, 20), proof="p"
    ),
    ListKind.SLOTS: lambda person: AgreedSlot(contact_id=person, at="", proof="p"),
}


@pytest.mark.parametrize("kind", PERMISSIONS)
def test_a_call_made_on_its_strength_keeps_a_file_of_permissions(agency: Agency, kind: ListKind) -> None:
    person = agency.person("+33639980101")
    campaign = agency.campaign(running=False)
    agency.write_attempt(campaign, person, state=AttemptState.CLOSED)
    agency.clock.instant += timedelta(hours=1)
    permission = PERMISSIONS[kind](person)
    if isinstance(permission, AgreedSlot):
        permission.at = agency.clock.now()
    evidence_file(agency, kind, permission)
    assert undo(agency, "fichier").removed, "calls made before it came do not rest on it"
    evidence_file(agency, kind, type(permission)(**permission.model_dump(exclude={"id", "list_id"})))
    agency.write_attempt(campaign, person, state=AttemptState.CLOSED, number="+33639980101")
    refused(agency, "1 calls rest on 'fichier'", "fichier")
    assert [each.id for each in people(agency)] == [person]


def test_only_the_newest_edition_of_a_source_can_go(agency: Agency) -> None:
    for number, name in enumerate(("octobre", "novembre")):
        opposed = Opposition(number=33639980101 + number, kind=WishKind.OBJECTION)
        evidence_file(agency, ListKind.OPPOSITION, opposed, name=name, source="groupe")
    evidence_file(agency, ListKind.OPPOSITION, name="ailleurs", source="autre")
    refused(agency, "'octobre' is not the newest edition of 'groupe': take 'novembre' back first", "octobre")
    for name in ("novembre", "octobre", "ailleurs"):
        undo(agency, name, drop_limits="wrong register")


def scrubbed(agency: Agency, contacts: Imported) -> None:
    day = date(2026, 7, 1)
    proof = Scrub(contacts_id=contacts.list.id, sha256="a", uploaded_on=day, returned_on=day, rows_in=1, rows_removed=0)
    evidence_file(agency, ListKind.SCRUBS, proof)


def test_a_call_to_somebody_who_was_scrubbed_keeps_the_proof(agency: Agency) -> None:
    contacts = load(agency, row(Nom="Roux", Portable=A))
    scrubbed(agency, contacts)
    campaign = agency.campaign(running=False, lists=("liste",))
    agency.write_attempt(campaign, people(agency)[0].id, state=AttemptState.CLOSED)
    refused(agency, "1 calls rest on 'fichier'", "fichier")


def test_what_was_noted_by_hand_is_no_import(agency: Agency) -> None:
    with agency.transaction() as session:
        note_opposition(
            session,
            agency.workspace.pseudonyms,
            number="+33639980101",
            advertiser_id=None,
            kind=WishKind.OBJECTION,
            said_on=date(2026, 11, 1),
            source="letter",
            now=agency.clock.now(),
        )
    refused(agency, "correct one entry with `dialer objection withdraw`", NOTED_BY_HAND)
