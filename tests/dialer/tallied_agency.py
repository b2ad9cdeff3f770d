"""An agency whose changes are tallied, as those of an opened workspace are, and what it has of each kind."""

from __future__ import annotations

from datetime import date, timedelta

from dialer.access import note_look
from dialer.evidence import import_evidence
from dialer.faults import Verification
from dialer.oppositions import note_opposition
from dialer.schema import AgreedSlot, CallbackRequest, ContractRow, WishKind
from dialer.tallying import Tallier
from dialer.verification import verify
from lists.evidence_files import read_evidence
from lists.evidence_vocabularies import EvidenceKind
from tests.dialer.agency import Agency
from tests.dialer.lists import CONSENT, TODAY, load, row

ANNE, PAUL, NOBODY, BY_HAND = "+33639980101", "+33639980102", "+33639980199", "+33639980150"


def begin_tallying(agency: Agency) -> None:
    workspace = agency.workspace
    workspace.store.known[Tallier] = Tallier(lambda: workspace.pseudonyms.key, agency.clock)


def fill(agency: Agency) -> None:
    """Two people of a list with all kinds of evidence, an opposition list, a campaign, a number noted by hand, and a
    look at one of them a minute later."""
    load(
        agency,
        row(
            Réf_client="1",
            Nom="Roux",
            Portable="06 39 98 01 01",
            Code_postal="35000",
            Appels_passés="20/11/2026",
            **CONSENT,
        ),
        row(Nom="Petit", Portable="06 39 98 01 02", Code_postal="97400", Opposition_le="02/11/2026"),
        source="crm",
    )
    opposed(agency, NOBODY)
    agency.campaign(lists=["liste"], running=False)
    with agency.transaction() as session:
        here = {"contact_id": 1, "advertiser_id": 1, "proof": "p.pdf"}
        session.add_all(
            [
                ContractRow(object="fibre", **here),
                CallbackRequest(object="fibre", requested_on=date(2026, 11, 20), **here),
                AgreedSlot(at=agency.clock.now() + timedelta(days=2), **here),
            ]
        )
        note_opposition(
            session, agency.workspace.pseudonyms, number=BY_HAND, advertiser_id=None,
            kind=WishKind.OBJECTION, said_on=date(2026, 11, 1), source="letter", now=agency.clock.now(),
        )  # fmt: skip
    agency.clock.advance(minutes=1)
    note_look(agency.workspace.store, "subject export", agency.workspace.pseudonyms.of(1), agency.clock.now())


def opposed(agency: Agency, *numbers: str, name: str = "groupe") -> None:
    path = agency.workspace.settings.folder / f"{name}.csv"
    path.write_text("\n".join(["numero", *numbers]) + "\n", "utf-8")
    read = read_evidence(path, EvidenceKind.OPPOSITION, today=TODAY)
    with agency.transaction() as session:
        now = agency.clock.now()
        import_evidence(session, agency.workspace.settings, read, name, now, source="groupe", as_of=TODAY)


def verified(agency: Agency) -> Verification:
    with agency.workspace.store.reading() as session:
        return verify(session, pseudonyms=agency.workspace.pseudonyms)
