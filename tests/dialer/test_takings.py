"""What the log still knows of lists that were taken back: when, why, and about how many numbers they spoke."""

from __future__ import annotations

from dialer.taking_back import take_back
from dialer.takings import limits_taken_back, takings_back
from tests.dialer.agency import Agency
from tests.dialer.evidence import load

NUMBER, OTHER = "+33639980101", "+33639980102"


def take(agency: Agency, name: str, reason: str = "") -> None:
    with agency.transaction() as session:
        take_back(session, agency.workspace.pseudonyms, name, agency.clock.now(), drop_limits=reason)


def test_a_taking_back_is_told_by_name_with_its_instant_and_reason(agency: Agency) -> None:
    agency.person(NUMBER)
    load(agency, "objections", "Tél;Date", f"{NUMBER};01/10/2026", f"{OTHER};")
    take(agency, "objections", "wrong file")
    with agency.transaction() as session:
        (taking,) = takings_back(session, {"objections", "other"})
        assert takings_back(session, {"other"}) == takings_back(session, set()) == []
        assert limits_taken_back(session) == [taking]
    assert (taking.name, taking.at, taking.reason, taking.numbers) == (
        "objections", agency.clock.now(), "wrong file", 2,
    )  # fmt: skip
    english, french = taking.words
    assert english == f"'objections' was taken back on {taking.at:%Y-%m-%d %H:%M} UTC: wrong file"
    assert french == f"'objections' a été reprise le {taking.at:%Y-%m-%d %H:%M} UTC : wrong file"


def test_a_list_that_limited_nothing_is_told_by_its_name_only(agency: Agency) -> None:
    agency.person(NUMBER, consent=False)
    load(agency, "contracts", "Tél;Objet;Preuve;Annonceur", f"{NUMBER};ADSL;c;fibre-horizon")
    take(agency, "contracts")
    with agency.transaction() as session:
        (taking,) = takings_back(session, {"contracts"})
        assert limits_taken_back(session) == []
    assert (taking.reason, taking.numbers) == ("", 0)
    assert taking.words[0].endswith("UTC")


def test_a_name_that_was_given_again_has_all_its_takings_the_oldest_first(agency: Agency) -> None:
    for reason in ("first", "second"):
        load(agency, "objections", "Tél;Date", f"{NUMBER};01/10/2026")
        take(agency, "objections", reason)
    with agency.transaction() as session:
        assert [each.reason for each in takings_back(session, {"objections"})] == ["first", "second"]
