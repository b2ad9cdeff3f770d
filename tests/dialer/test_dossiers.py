"""What the driver reads of one person is what the ORM reads of many."""

from __future__ import annotations

import pytest

from dialer.dossiers import read_dossier, read_dossiers
from dialer.driver import Driver
from dialer.facts import Weigher, plan_of
from dialer.schema import Advertiser
from tests.dialer.agency import Agency
from tests.dialer.evidence_at_random import Records
from tests.dialer.fakes import MORNING


@pytest.mark.parametrize("seed", range(4))
def test_the_gate_reads_the_same_facts_as_everybody(agency: Agency, seed: int) -> None:
    campaign = agency.campaign(running=False, lists=(), request_objects=("fibre",))
    with agency.transaction() as session:
        session.add(Advertiser(key="autre", name="Autre Société"))
        session.flush()
        records = Records(session, campaign, seed, MORNING)
        records.people(60)
        records.scrub()
    weigh = Weigher(agency.workspace.settings, plan_of(campaign), campaign.advertiser_id, MORNING, None, None)
    with agency.transaction() as session:
        ids = [contact_id for (contact_id,) in Driver(session).rows("SELECT id FROM contact ORDER BY id")]
        slowly = [weigh.facts(dossier) for dossier in read_dossiers(session, ids)]
        quickly = [weigh.facts(read_dossier(Driver(session), contact_id)) for contact_id in ids]
    assert quickly == slowly
    assert len(set(slowly)) > 30
