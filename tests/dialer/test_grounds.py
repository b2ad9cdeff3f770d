"""A stored decision names the records behind it, so that the proof of a call can be told years later."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from dialer.schema import AgreedSlot, CallbackRequest, Campaign, ContractRow, ListKind, WishKind
from dialer.verification import verify
from tests.dialer.agency import Agency, consent_of
from tests.dialer.evidence import load as load_evidence
from tests.dialer.fakes import MORNING
from tests.dialer.lists import CONSENT, load, row
from tests.dialer.records import list_id, oppose

NUMBER = "+33639980101"


def grounds(agency: Agency, campaign: Campaign, person: int) -> dict[str, list[dict[str, Any]]]:
    """Those of the decision that the gate takes now."""
    agency.ask(campaign, person)
    told = json.loads(agency.stored(agency.decisions()[-1]))["grounds"]
    assert isinstance(told, dict)
    return told


def test_a_call_names_its_consent_with_proof_list_and_line(agency: Agency) -> None:
    load(agency, row(Portable="0639980199"), row(Portable="0639980101", **CONSENT))
    told = grounds(agency, agency.campaign(lists=("liste",)), 2)
    assert told == {
        "for": [
            {
                "kind": "consent",
                "counts": True,
                "id": 1,
                "collected_on": "2026-03-12",
                "notice": "FH-2026-01",
                "proof": "p.pdf",
                "systems": "automated;ai-agent",
                "channels": "",
                "hours": "",
                "until": None,
                "advertiser": "",
                "sectors": "",
                "last_day": "2027-03-11",
                "list": "liste",
                "line": 3,
            }
        ],
        "against": [],
    }
    with agency.transaction() as session:
        assert verify(session).whole


def test_of_several_consents_the_one_that_rules_is_named_though_it_does_not_cover_the_call(agency: Agency) -> None:
    person = agency.person()
    agency.add(consent_of(person, collected_on=date(2026, 10, 1), systems="human-agent", proof="later.pdf"))
    (consent,) = grounds(agency, agency.campaign(), person)["for"]
    assert (consent["proof"], consent["counts"], consent["last_day"]) == ("later.pdf", False, None)


def test_what_was_said_without_proof_is_told_beside_the_consent_that_it_narrows(agency: Agency) -> None:
    person = agency.person()
    agency.add(consent_of(person, collected_on=date(2026, 10, 1), hours="09:00-20:00", proof=""))
    told = grounds(agency, agency.campaign(), person)["for"]
    assert [(each["counts"], each["proof"], each["hours"]) for each in told] == [
        (True, "preuves/formulaire.pdf", ""),
        (False, "", "09:00-20:00"),
    ]


def test_contract_request_and_slot_are_named_with_their_proofs(agency: Agency) -> None:
    person = agency.person(consent=False)
    campaign = agency.campaign(request_objects=("fibre",))
    ours = {"contact_id": person, "advertiser_id": campaign.advertiser_id}
    contracts = list_id(agency, "contrats", kind=ListKind.CONTRACTS)
    now, today = agency.clock.now(), agency.clock.now().date()
    agency.add(
        ContractRow(object="ADSL", proof="c.pdf", list_id=contracts, **ours),
        ContractRow(object="Mutuelle", proof="m.pdf", **ours),
        CallbackRequest(object="fibre", requested_on=today - timedelta(days=30), proof="old.pdf", **ours),
        CallbackRequest(object="fibre", requested_on=today, proof="d.pdf", **ours),
        AgreedSlot(at=now - timedelta(minutes=1), proof="s.pdf", **ours),
        AgreedSlot(at=now + timedelta(days=1), proof="tomorrow.pdf", **ours),
    )
    told = grounds(agency, campaign, person)["for"]
    assert [(each["kind"], each["proof"], each["counts"], each.get("list")) for each in told] == [
        ("contract", "c.pdf", True, "contrats"),
        ("callback", "d.pdf", True, None),
        ("slot", "s.pdf", True, None),
    ]


@pytest.mark.parametrize("kind", [WishKind.OBJECTION, WishKind.REFUSAL])
def test_a_refused_call_names_the_entries_that_stood_against_it(agency: Agency, kind: WishKind) -> None:
    person = agency.person(NUMBER)
    campaign = agency.campaign()
    agency.object(person, kind=kind)
    oppose(agency, NUMBER, kind, None)
    oppose(agency, NUMBER, kind, date(2026, 10, 1), advertiser_id=99)
    said = agency.clock.now().astimezone(UTC).isoformat()
    told = grounds(agency, campaign, person)["against"]
    listed = list_id(agency, "oppositions")
    assert told == [
        {"kind": str(kind), "entry": "P1", "said": said, "source": "operator"},
        {
            "kind": str(kind),
            "entry": f"N{listed}-{kind}-0",
            "said": None,
            "source": "oppositions",
            "file": "oppositions.csv",
            "imported_at": MORNING.astimezone(UTC).isoformat(),
        },
    ]
    assert datetime.fromisoformat(said) < agency.clock.now() + timedelta(seconds=1)


def test_an_entry_of_a_file_is_told_with_the_file_and_the_day_it_was_loaded(agency: Agency) -> None:
    person = agency.person(NUMBER)
    campaign = agency.campaign()
    load_evidence(agency, "objections", "Tél;Date", f"{NUMBER};01/10/2026")
    (told,) = grounds(agency, campaign, person)["against"]
    assert (told["source"], told["file"]) == ("objections", "objections.csv")
    assert datetime.fromisoformat(told["imported_at"]) == agency.clock.now()
