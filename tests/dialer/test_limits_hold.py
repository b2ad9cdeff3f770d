"""Whatever the order in which files arrive: a limit always holds, and a permission never reaches a stranger."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlmodel import Session, col, select

from dialer.contacts import import_list
from dialer.errors import NotPossible
from dialer.schema import Campaign, ConsentRow
from dialer.wishes import holder_of
from rules.rule import Verdict
from tests.dialer.agency import Agency
from tests.dialer.evidence import load
from tests.dialer.reading import contacts_of

pytestmark = pytest.mark.slow_on_postgresql

NUMBERS = tuple(f"+3363998010{digit}" for digit in range(5))
BY_NUMBER = "preuve "
"""How the proof begins of a consent that came by number; the number itself follows."""

numbers = st.lists(st.sampled_from(NUMBERS), min_size=1, max_size=2, unique=True)
contacts = st.tuples(st.just("contacts"), st.lists(numbers, min_size=1, max_size=3))
limits = st.tuples(st.sampled_from(("objections", "refusals", "withdrawals", "opposition")), numbers)
consents = st.tuples(st.just("consents"), numbers)
files = st.lists(st.one_of(contacts, limits, consents), min_size=2, max_size=5)
Files = Sequence[tuple[str, Sequence[str]]]


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(files)
def test_a_limit_holds_and_a_permission_stays_with_whom_it_named(agency: Agency, coming: Files) -> None:
    empty(agency)
    for place, (kind, rows) in enumerate(coming):
        arrive(agency, f"file {place}", kind, rows)
    opposed = {number for kind, rows in coming if kind not in ("contacts", "consents") for number in rows}
    with agency.transaction() as session:
        holders = {number: holder_of(session, number) for number in NUMBERS}
        given = session.exec(select(ConsentRow).where(col(ConsentRow.proof).startswith(BY_NUMBER))).all()
    assert all(holders[row.proof.removeprefix(BY_NUMBER)] == row.contact_id for row in given)
    if any(holders.values()):
        campaign = campaign_for_all(agency)
        answers = [answer(agency, campaign, person) for number in opposed if (person := holders[number])]
        assert set(answers) <= {Verdict.DENY}


ROWS = st.lists(
    st.tuples(
        st.sampled_from("12"),
        st.sampled_from(("Roux", "Vert", "")),
        st.lists(st.sampled_from(NUMBERS[:3]), min_size=1, max_size=2, unique=True),
    ),
    min_size=1,
    max_size=2,
)
Rows = Sequence[tuple[str, str, Sequence[str]]]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    ROWS, ROWS, st.sampled_from(("crm", "shop")), st.sampled_from("12"), st.permutations(("crm", "shop", "objection"))
)
def test_an_objection_by_customer_id_holds_in_whatever_order_lists_of_two_crms_come(
    agency: Agency, of_crm: Rows, of_shop: Rows, source: str, reference: str, order: Sequence[str]
) -> None:
    """One that comes before anybody is known by its id is refused, and so comes again."""
    empty(agency)
    rows = {"crm": of_crm, "shop": of_shop}
    for place, name in enumerate([*order, "objection"]):
        if name in rows:
            _load_list(agency, name, rows[name])
        else:
            _object_by_id(agency, f"objection {place}", source, reference)
    meant = {number for external_id, _, numbers in rows[source] if external_id == reference for number in numbers}
    with agency.transaction() as session:
        holders = {person for number in meant if (person := holder_of(session, number))}
    campaign = campaign_for_all(agency)
    assert {answer(agency, campaign, person) for person in holders} <= {Verdict.DENY}


def _load_list(agency: Agency, source: str, rows: Rows) -> None:
    path = agency.workspace.path(f"{source}.csv")
    lines = [
        f"{external_id};{name};{numbers[0]};{numbers[-1]};35000;01/11/2026;FH-2026-01;{source};oui"
        for external_id, name, numbers in rows
    ]
    path.write_text("\n".join(["Réf;Nom;Tél;Tél 2;CP;Consentement;Notice;Preuve;Accepte robot", *lines]), "utf-8")
    read = contacts_of(path, agency.clock.now().date())
    with agency.transaction() as session:
        import_list(session, read, source, agency.clock.now(), source=source)


def _object_by_id(agency: Agency, name: str, source: str, reference: str) -> None:
    try:
        load(agency, "objections", "Réf", reference, name=name, source=source)
    except NotPossible as refused:
        if "Person unknown" not in str(refused) and "already imported" not in str(refused):
            raise


def arrive(agency: Agency, name: str, kind: str, rows: Sequence[str]) -> None:
    """Load a file. One of which nothing can be used, or that was there before, changes nothing: that is as good."""
    try:
        if kind == "contacts":
            _load_contacts(agency, name, rows)
        elif kind == "consents":
            lines = (f"{number};01/11/2026;FH-2026-01;{BY_NUMBER}{number};humain, robot" for number in rows)
            load(agency, kind, "Tél;Date;Notice;Preuve;Systèmes", *lines, name=name)
        elif kind == "withdrawals":
            lines = (f"{number};01/11/2026;FH-2026-01;p;20/11/2026" for number in rows)
            load(agency, "consents", "Tél;Date;Notice;Preuve;Retiré le", *lines, name=name)
        elif kind == "refusals":
            load(agency, "objections", "Tél;Type;Date", *(f"{number};refus;jadis" for number in rows), name=name)
        elif kind == "opposition":
            load(agency, kind, "Tél", *rows, name=name, source=name, as_of=date(2026, 11, 20), new_source=True)
        else:
            load(agency, kind, "Tél", *rows, name=name)
    except NotPossible as refused:
        if "none of its" not in str(refused) and "already imported" not in str(refused):
            raise


def _load_contacts(agency: Agency, name: str, people: Sequence[Sequence[str]]) -> None:
    path = agency.workspace.path(f"{name}.csv")
    lines = [f"{person[0]};{person[-1]};35000;01/11/2026;FH-2026-01;p;oui" for person in people]
    path.write_text("\n".join(["Tél;Tél 2;CP;Consentement;Notice;Preuve;Accepte robot", *lines]), "utf-8")
    read = contacts_of(path, agency.clock.now().date())
    with agency.transaction() as session:
        import_list(session, read, name, agency.clock.now())


def campaign_for_all(agency: Agency) -> Campaign:
    with agency.transaction() as session:
        names = session.execute(text("SELECT name FROM imported_list WHERE kind = 'contacts'")).scalars().all()
    return agency.campaign(lists=names)


def answer(agency: Agency, campaign: Campaign, contact_id: int) -> Verdict:
    """The gate's, taken back: decisions on record could not be cleared away for the next example."""
    with Session(agency.workspace.store.engine) as session:
        return agency.workspace.gate.ask(session, campaign, contact_id).decision.verdict


def empty(agency: Agency) -> None:
    """Away with what the examples before have left: all but the chain."""
    tables = (
        "candidate", "campaign_list", "campaign", "opposition", "past_call", "consent", "contract", "list_member",
        "customer_reference", "phone", "contact", "imported_list", "advertiser",
    )  # fmt: skip
    with agency.transaction() as session:
        for table in tables:
            session.execute(text(f"DELETE FROM {table}"))
