"""Crowds with every kind of record, drawn from a seed, with few different values: people often have some in common."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta
from random import Random

from sqlmodel import Session, select

from dialer.schema import (
    AgreedSlot,
    Attempt,
    AttemptState,
    CallbackRequest,
    Campaign,
    ConsentRow,
    Contact,
    ContractRow,
    DecisionRow,
    ImportedList,
    ListedNumber,
    ListKind,
    ListMember,
    Opposition,
    Origin,
    PastCall,
    Phone,
    PhoneState,
    Scrub,
    Telling,
    Wish,
    WishKind,
)

_POSTCODES = ("35000", "35000", "75001", "67000", "97400", "97600", "97150", "98713", "97500", "7500", " 2a004", None)
_CODES = ("+336399801", "+336399801", "+331990012", "+26269200", "+59069000", "+6894012")
_TIMES = ("10:00:00", "11:00:00Z", "19:59:59Z", "23:10:00Z", "02:30:00.500Z")
_HOURS = ("", "", "18:00-20:00", "10:00-11:00;14:30-15:30")


class Records:
    """Adds people to the list `crowd` around the instant `at`."""

    def __init__(self, session: Session, campaign: Campaign, seed: int, at: datetime) -> None:
        self._session, self._campaign, self._random, self._at = session, campaign, Random(seed), at
        self._lists = [self._list("crowd"), self._list("other")]

    @property
    def list_id(self) -> int:
        return self._lists[0]

    def people(self, number: int) -> list[int]:
        return [self._person(index) for index in range(number)]

    def twins(self, number: int) -> None:
        """People with the same consents, apart from each other by a place, a wish or a few calls at most.

        Instants late in the evening are of the next day already on the clocks of La Réunion.
        """
        random, hours = self._random, [self._at.replace(hour=hour, minute=30) for hour in (12, 21)]
        for index in range(number):
            contact = Contact(postcode=random.choice(("35000", "97400", "97500")))
            self._session.add(contact)
            self._session.flush()
            self._session.add(Phone(contact_id=contact.id, number=f"+33639980{index:04d}", rank=0))
            self._session.add(ListMember(list_id=self.list_id, contact_id=contact.id))
            for given in (200, 40):
                day = (self._at - timedelta(days=given)).date()
                systems = "human-agent;automated;ai-agent"
                consent = {"collected_on": day, "notice": "FH-2026-01", "proof": "p.pdf", "systems": systems}
                self._session.add(ConsentRow(contact_id=contact.id, **consent))
            if random.random() < 0.5:
                said_at = random.choice(hours) - timedelta(days=random.choice((-2, 1, 39, 40, 41, 60, 61, 62)))
                wish = {"kind": WishKind.REFUSAL, "said_at": said_at, "source": "operator", "noted_at": self._at}
                self._session.add(Wish(contact_id=contact.id, origin=Origin.HAND, **wish))
            if random.random() < 0.5:
                made_at = random.choice(hours) - timedelta(days=random.choice((-2, 0, 1, 29, 30)))
                decision_id = self._decision(contact.id)
                for _ in range(4):
                    made = self._attempt(decision_id, contact.id, "+33639980000")
                    made.state, made.advertiser_id = AttemptState.CLOSED, self._campaign.advertiser_id
                    made.approved_at = made.dialed_at = made_at
                    self._session.add(made)

    def _person(self, index: int) -> int:
        random = self._random
        contact = Contact(postcode=random.choice(_POSTCODES), siret=random.choice((None, None, "", "73282932000074")))
        self._session.add(contact)
        self._session.flush()
        numbers = [f"{random.choice(_CODES)}{index:04d}{rank}"[:16] for rank in range(random.choice((1, 1, 2, 3)))]
        for number in numbers:
            state = random.choice((PhoneState.LIVE, PhoneState.LIVE, PhoneState.LIVE, PhoneState.UNASSIGNED))
            self._session.add(Phone(contact_id=contact.id, number=number, rank=random.randrange(2), state=state))
        for list_id in random.choice((self._lists[:1], self._lists[:1], self._lists)):
            self._session.add(ListMember(list_id=list_id, contact_id=contact.id))
        self._permissions(contact.id)
        self._limits(contact.id, numbers)
        return contact.id

    def _permissions(self, contact_id: int) -> None:
        random = self._random
        for _ in range(random.choice((0, 1, 1, 1, 2))):
            self._session.add(self._consent(contact_id))
        for _ in range(random.choice((0, 0, 0, 1, 2))):
            self._session.add(
                ContractRow(
                    contact_id=contact_id, advertiser_id=self._advertiser(), object=random.choice(("ADSL", "Mutuelle")),
                    since=random.choice((None, self._day())), until=random.choice((None, self._day(ahead=40))),
                    proof=random.choice(("", "p.pdf")),
                )
            )  # fmt: skip
        if random.random() < 0.15:
            asked = {"object": random.choice(("fibre", "autre")), "requested_on": self._day(reach=9)}
            proof = random.choice(("", "p.pdf"))
            self._session.add(
                CallbackRequest(contact_id=contact_id, advertiser_id=self._advertiser(), proof=proof, **asked)
            )
        if random.random() < 0.15:
            at = self._at + timedelta(hours=random.randrange(-48, 200))
            self._session.add(AgreedSlot(contact_id=contact_id, advertiser_id=self._advertiser(), at=at, proof="p.pdf"))

    def _consent(self, contact_id: int) -> ConsentRow:
        random = self._random
        return ConsentRow(
            contact_id=contact_id,
            collected_on=random.choice((None, *[self._day(reach=380)] * 5)),
            notice=random.choice(("FH-2026-01", "FH-2026-01", "FH-2026-01", "FH-2025-09", "AUTRE-2026", "inconnue")),
            proof=random.choice(("", *[f"preuves/{contact_id}.pdf"] * 5)),
            systems=random.choice(("human-agent;automated;ai-agent", "ai-agent", "human-agent", "")),
            channels=random.choice(("", "", "voice;sms", "sms")),
            hours=random.choice(_HOURS),
            until=random.choice((None, None, self._day(ahead=20))),
            advertiser=random.choice(("", "", "fibre-horizon", "autre")),
            sectors=random.choice(("", "", "telecom", "insurance")),
            any_hour=random.random() < 0.2,
            withdrawn=random.random() < 0.08,
            withdrawn_on=random.choice((*[None] * 12, self._day())),
        )

    def _limits(self, contact_id: int, numbers: list[str]) -> None:
        random = self._random
        wishes: list[Wish] = []
        for _ in range(random.choice((0, 0, 0, 0, 1, 2, 3))):
            wish = Wish(
                contact_id=contact_id, advertiser_id=self._advertiser(), kind=random.choice(tuple(WishKind)),
                said_at=random.choice((None, *[self._instant(90)] * 4)), noted_at=self._at, source="operator",
                origin=random.choice(tuple(Origin)),
            )  # fmt: skip
            if wishes and wish.kind is WishKind.CORRECTION:
                wish.corrects = random.choice(wishes).id
            self._session.add(wish)
            self._session.flush()
            wishes.append(wish)
        for number in numbers:
            for kind in random.sample(tuple(WishKind), random.choice((0, 0, 0, 0, 0, 1, 2))):
                self._session.add(
                    Opposition(
                        number=int(number[1:]), list_id=random.choice(self._lists), kind=kind,
                        advertiser_id=random.choice((0, 1, 2)), said_on=random.choice((None, self._day())),
                    )
                )  # fmt: skip
            for _ in range(random.choice((0, 0, 0, 0, 1, 4))):
                made_on, list_id = self._day(reach=3), random.choice((None, *self._lists))
                source = random.choice(("", "", "crm", "call centre"))
                self._session.add(
                    PastCall(
                        number=int(number[1:]), made_on=made_on, list_id=list_id, source=source,
                        advertiser_id=self._advertiser(), telling=random.choice(tuple(Telling)),
                        made_at=random.choice(("", "", *(f"{made_on}T{at}" for at in _TIMES))),
                    )
                )  # fmt: skip
        if attempts := random.choice((0, 0, 0, 1, 3, 4, 5)):
            decision_id = self._decision(contact_id)
            for _ in range(attempts):
                self._session.add(self._attempt(decision_id, contact_id, random.choice((*numbers, "+33639989999"))))

    def _decision(self, contact_id: int) -> int:
        """One behind all attempts of a person: who is asked about them looks at no decision."""
        decision = DecisionRow(
            at=self._at, campaign_id=self._campaign.id, contact_id=contact_id, number="", verdict="allow", rule_ids="",
            next_at="", body="{}", sha256="",
        )  # fmt: skip
        self._session.add(decision)
        self._session.flush()
        return decision.id

    def _attempt(self, decision_id: int, contact_id: int, number: str) -> Attempt:
        random, at = self._random, self._instant(35)
        return Attempt(
            id=uuid.uuid4().hex, decision_id=decision_id, campaign_id=self._campaign.id, contact_id=contact_id,
            advertiser_id=random.choice((1, 1, 1, 2)), number=number, caller_id="+33162000001", trunk="boucle",
            state=random.choice(tuple(AttemptState)), approved_at=at, lease_until=at,
            dialed_at=random.choice((None, at + timedelta(seconds=2))),
        )  # fmt: skip

    def scrub(self) -> None:
        """The list came back from Bloctel a few days before, with most of the numbers of its people."""
        day = (self._at - timedelta(days=self._random.randrange(3, 29))).date()
        of_list = self._random.choice(self._lists)
        self._session.add(
            Scrub(
                contacts_id=of_list, list_id=of_list, sha256="", uploaded_on=day, returned_on=day, rows_in=9,
                rows_removed=1,
            )
        )  # fmt: skip
        for number in self._session.exec(select(Phone.number).order_by(Phone.number)):
            if self._random.random() < 0.7:
                self._session.add(ListedNumber(number=int(number[1:]), list_id=of_list))

    def _list(self, name: str) -> int:
        stored = ImportedList(
            kind=ListKind.CONTACTS, name=name, file_name=name, sha256=name, imported_at=self._at, report={}
        )
        self._session.add(stored)
        self._session.flush()
        return stored.id

    def _advertiser(self) -> int | None:
        return self._random.choice((None, 1, 1, 2))

    def _day(self, reach: int = 70, ahead: int = 0) -> date:
        return (self._at + timedelta(days=self._random.randrange(-reach, ahead + 1))).date()

    def _instant(self, reach: int) -> datetime:
        """Mostly before `at`, now and then after it, as when a forecast looks at a day of the past."""
        at = self._at - timedelta(minutes=self._random.randrange(-600, reach * 24 * 60))
        return at.astimezone(UTC)
