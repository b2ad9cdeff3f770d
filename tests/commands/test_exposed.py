"""`dialer audit exposure`: zero is 0 and says on what it rests; anything that could be charged is 1."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.commands.calling import ANAIS, called, office

if TYPE_CHECKING:
    from tests.commands.conftest import Folder

DAY = ("audit", "exposure", "--from", "2026-11-24", "--to", "2026-11-24")


def test_zero_says_how_many_calls_were_looked_at_and_how(loaded_folder: Folder) -> None:
    called(office(loaded_folder), ANAIS)
    document = loaded_folder.json(*DAY)
    assert (document["law"]["calls"], document["law"]["judged_again"], document["law"]["breaches"]) == (1, 1, [])
    assert document["chain"]["whole"] is True
    assert [(each["trunk"], each["thousandths"]) for each in document["carriers"]] == [("boucle", 0)]
    said = loaded_folder(*DAY).words
    assert "1 appels partis" in said
    assert "1 rejugés" in said
    assert "1 calls left" in loaded_folder(*DAY, "--lang", "en").words


def test_a_complaint_is_charged_by_the_terms_that_are_asked_for(loaded_folder: Folder) -> None:
    attempt = called(office(loaded_folder), ANAIS)
    loaded_folder.json("trunk", "complaint", attempt, "--reference", "SIGNAL-7")
    assert loaded_folder.json(*DAY, "--operator", "callr", exit_code=1)["carriers"][0]["thousandths"] == 200_000
    loaded_folder.json(*DAY, "--operator", "nobody", exit_code=3)


def test_a_call_out_of_hours_is_priced_with_its_article(loaded_folder: Folder) -> None:
    attempt = called(office(loaded_folder), ANAIS)
    loaded_folder.tamper("update attempt set dialed_at = '2026-11-24 20:30:00.000000'")
    document = loaded_folder.json(*DAY, exit_code=1)
    hours = next(breach for breach in document["law"]["breaches"] if breach["rule"] == "FR-HOURS")
    assert (hours["attempt"], hours["sanction"]["legal"]) == (attempt, 375_000)
    said = loaded_folder(*DAY).words
    assert "75000 / 375000" in said
    assert "L.242-16" in said


def test_a_log_that_does_not_hold_proves_no_zero(loaded_folder: Folder) -> None:
    called(office(loaded_folder), ANAIS)
    loaded_folder.tamper("update audit set body = '{}' where seq = 2")
    document = loaded_folder.json(*DAY, exit_code=1)
    assert (document["chain"]["whole"], document["law"]["breaches"]) == (False, [])
