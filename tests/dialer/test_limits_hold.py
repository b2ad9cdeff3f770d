"""Whatever the order in which files arrive: a limit always holds, and a permission never reaches a stranger."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlmodel import Session, col, select

from dialer.contacts import import_list
from dialer.errors import NotPossible
from dialer.schema import Campaign, ConsentRow
from dialer.wishes import holder_of
from lists import read_contacts
from rules.rule import Verdict
from tests.dialer.agency import Agency
from tests.dialer.evidence import load

NUMBERS = tuple(f"+3363998010{digit}" for digit in range(5))
BY_NUMBER = "preuve "
"""How the proof begins of a consent that came by number; the number itself follows."""

numbers = st.lists(st.sampled_from(NUMBERS), min_size=1, max_size=2, unique=True)
contacts = st.tuples(st.just("contacts"), st.lists(numbers, min_size=1, max_size=3))
limits = st.tuples(st.sampled_from(("objections", "refusals", "withdrawals", "opposition")), numbers)
consents = st.tuples(st.just("consents"), numbers)
files = st.lists(st.one_of(contacts, limits, consents), min_size=2, max_size=5)
Files = Sequence[tuple[str, Sequence[str]]]


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
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
            load(agency, kind, "Tél", *rows, name=name, source=name, as_of=date(2026, 11, 20))
        else:
            load(agency, kind, "Tél", *rows, name=name)
    except NotPossible as refused:
        if "none of its" not in str(refused) and "already imported" not in str(refused):
            raise


def _load_contacts(agency: Agency, name: str, people: Sequence[Sequence[str]]) -> None:
    path = agency.workspace.path(f"{name}.csv")
    lines = [f"{person[0]};{person[-1]};35000;01/11/2026;FH-2026-01;p;oui" for person in people]
    path.write_text("\n".join(["Tél;Tél 2;CP;Consentement;Notice;Preuve;Accepte robot", *lines]), "utf-8")
    read = read_contacts(path, today=agency.clock.now().date())
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
        "phone", "contact", "imported_list", "advertiser",
    )  # fmt: skip
    with agency.transaction() as session:
        for table in tables:
            session.execute(text(f"DELETE FROM {table}"))
