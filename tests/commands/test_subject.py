"""`dialer subject`: a person gets everything about themselves and nothing of others, or is erased; in due time."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlmodel import select

from dialer.schema import AccessLog
from tests.commands.calling import ANAIS, CAMPAIGN, STRANGER, asked, called, office

if TYPE_CHECKING:
    from tests.commands.conftest import Folder

NOW = ("--received", "2026-11-24")


def exported(folder: Folder) -> tuple[Path, dict[str, Any], str]:
    folder.json("subject", "export", ANAIS, "--out", str(folder.path / "reponse"))
    page = (folder.path / "reponse" / "mes-donnees.html").read_text("utf-8")
    return folder.path / "reponse", json.loads((folder.path / "reponse" / "mes-donnees.json").read_text("utf-8")), page


def test_a_person_gets_everything_about_them_and_nothing_of_anybody_else(loaded_folder: Folder) -> None:
    agency = office(loaded_folder)
    attempt = called(agency, ANAIS, digit="9")
    asked(agency, STRANGER)
    recording = loaded_folder.path / "recordings" / f"{ANAIS[1:]}-1.wav"
    recording.parent.mkdir(exist_ok=True)
    recording.write_bytes(b"RIFF")
    other = recording.with_name(f"{STRANGER[1:]}-1.wav")
    other.write_bytes(b"RIFF")
    folder, data, page = exported(loaded_folder)
    assert data["identity"][0]["last_name"] == "Lefèvre"
    assert [each["number"] for each in data["numbers"]] == [ANAIS]
    assert [(each["id"], each["disposition"]) for each in data["calls"]] == [(attempt, "opted-out")]
    assert [each["kind"] for each in data["evidence"]] == ["consent", "objection"]
    assert [(each["verdict"], each["campaign"]) for each in data["decisions"]] == [("allow", CAMPAIGN)]
    assert [each["verb"] for each in data["looks"]] == ["subject export"]
    assert (folder / recording.name).read_bytes() == b"RIFF"
    for said in (page, json.dumps(data)):
        assert STRANGER not in said
    for word in ("Lefèvre", "06 39 98 01 00", "trois ans", "CNIL", "Consentement", "autorisé"):
        assert word in page, word


def test_a_refusal_is_told_to_the_person_in_words_with_its_article(loaded_folder: Folder) -> None:
    asked(office(loaded_folder), STRANGER)
    loaded_folder.json("subject", "export", STRANGER, "--out", str(loaded_folder.path / "r"))
    data = json.loads((loaded_folder.path / "r" / "mes-donnees.json").read_text("utf-8"))
    reasons = data["decisions"][0]["reasons"]
    assert reasons
    assert all("(" in reason for reason in reasons)


def test_cells_are_no_html(loaded_folder: Folder) -> None:
    loaded_folder.tamper("UPDATE contact SET city = '<script>alert(1)</script>'")
    _, _, page = exported(loaded_folder)
    assert "<script>" not in page


def test_export_answers_a_request_for_access_and_a_folder_is_never_written_over(loaded_folder: Folder) -> None:
    loaded_folder.json("subject", "request", "add", ANAIS, "--kind", "access", *NOW)
    exported(loaded_folder)
    (request,) = loaded_folder.json("subject", "requests")["requests"]
    assert (request["outcome"], request["overdue"]) == ("exported", False)
    register = loaded_folder("subject", "requests").words
    assert "accès" in register
    assert "données remises" in register
    said = loaded_folder("subject", "export", ANAIS, "--out", loaded_folder.path / "reponse")
    assert said.exit_code == 3
    assert "--out" in said.words


def test_erasing_asks_first_and_tells_what_goes_and_what_stays(loaded_folder: Folder) -> None:
    called(office(loaded_folder), ANAIS)
    said = loaded_folder("subject", "erase", ANAIS)
    assert said.exit_code == 1
    for word in ("Lefèvre", "06 39 98 01 00", "R.223-2", "RGPD art. 21", "contacts.csv", "Rien n'a été effacé"):
        assert word in said.words, word
    assert loaded_folder("why", ANAIS, "--at", "2026-12-24T10:02+01:00").exit_code != 3


def test_erased_for_good_and_opposed_when_the_same_file_comes_again(loaded_folder: Folder) -> None:
    called(office(loaded_folder), ANAIS)
    loaded_folder.json("subject", "request", "add", ANAIS, "--kind", "erasure", *NOW)
    done = loaded_folder.json("subject", "erase", ANAIS, "--reason", "request 1", "--yes")
    assert (done["erased"], done["closed"]) == (True, [1])
    assert loaded_folder("why", ANAIS).exit_code == 3
    assert loaded_folder("audit", "verify").exit_code == 0
    file = loaded_folder.path / "contacts.csv"
    file.write_bytes(file.read_bytes() + b"\n")
    loaded_folder.json("list", "import", str(file), "--name", "encore", "--source", "crm")
    loaded_folder.change("campaign.toml", CAMPAIGN, "Encore")
    loaded_folder.json("campaign", "create", str(loaded_folder.path / "campaign.toml"), "--list", "encore")
    answer = loaded_folder.json("why", ANAIS, "--campaign", "Encore", "--at", "2026-11-25T10:02+01:00", exit_code=1)
    assert answer["decision"]["verdict"] == "deny"


def test_what_is_left_of_them_can_still_be_told_and_handed_over(loaded_folder: Folder) -> None:
    attempt = called(office(loaded_folder), ANAIS)
    loaded_folder.json("subject", "erase", ANAIS, "--yes")
    told = loaded_folder("audit", "explain", attempt)
    assert told.exit_code == 0
    assert "effacés" in told.words
    document = loaded_folder.json("audit", "export", "--campaign", CAMPAIGN, "--out", str(loaded_folder.path / "d"))
    assert document["attempts"] == 1
    texts = [path.read_text("utf-8") for path in (loaded_folder.path / "d").glob("*.csv")]
    assert all("Lefèvre" not in text and "0639980100" not in text.replace(" ", "") for text in texts)


@pytest.mark.parametrize("over", [("--person", ANAIS), ("--campaign", CAMPAIGN), ("--everything",)])
def test_under_a_hold_the_answer_is_no(loaded_folder: Folder, over: tuple[str, ...]) -> None:
    loaded_folder.json("hold", "place", *over, "--reason", "a suit")
    refused = loaded_folder.json("subject", "erase", ANAIS, "--yes", exit_code=1)
    assert (refused["error"], refused["erased"]) == ("Held", False)
    loaded_folder.json("hold", "lift", "1")
    assert loaded_folder.json("hold", "list")["holds"] == []
    assert loaded_folder.json("hold", "list", "--all")["holds"][0]["reason"] == "a suit"
    loaded_folder.json("subject", "erase", ANAIS, "--yes")


def test_a_held_campaign_does_not_start_and_says_why(loaded_folder: Folder) -> None:
    loaded_folder.json("hold", "place", "--campaign", CAMPAIGN, "--reason", "a letter")
    said = loaded_folder("campaign", "start", CAMPAIGN)
    assert said.exit_code == 3
    assert "dialer hold lift" in said.words


@pytest.mark.parametrize(
    ("received", "due"), [("2026-10-24", "2026-11-24"), ("2026-08-31", "2026-09-30"), ("2024-01-31", "2024-02-29")]
)
def test_a_request_is_due_one_calendar_month_after_receipt(loaded_folder: Folder, received: str, due: str) -> None:
    added = loaded_folder.json("subject", "request", "add", ANAIS, "--kind", "rectification", "--received", received)
    assert added["request"]["due_on"] == due
    late = due < "2026-11-24"
    register = loaded_folder.json("subject", "requests", "--overdue", exit_code=1 if late else 0)
    assert len(register["requests"]) == late


def test_a_request_is_extended_within_the_first_month_only(loaded_folder: Folder) -> None:
    for received in ("2026-10-24", "2026-10-23"):
        loaded_folder.json("subject", "request", "add", ANAIS, "--kind", "access", "--received", received)
    extended = loaded_folder.json("subject", "request", "extend", "1", "--reason", "many recordings")
    assert extended["request"]["due_on"] == "2027-01-24"
    said = loaded_folder("subject", "request", "extend", "2", "--reason", "many recordings")
    assert said.exit_code == 3
    assert "art. 12(3)" in said.words
    loaded_folder.json("subject", "request", "close", "2", "--outcome", "sent by letter")
    assert loaded_folder("subject", "request", "close", "2", "--outcome", "again").exit_code == 3


def test_a_day_to_come_is_no_day_of_receipt(loaded_folder: Folder) -> None:
    said = loaded_folder("subject", "request", "add", ANAIS, "--kind", "access", "--received", "2026-11-25")
    assert said.exit_code == 3


def test_an_objection_takes_effect_when_it_is_entered(loaded_folder: Folder) -> None:
    assert loaded_folder("why", ANAIS).exit_code == 0
    added = loaded_folder.json("subject", "request", "add", ANAIS, "--kind", "objection", *NOW)
    assert added["request"]["answered_at"]
    assert loaded_folder("why", ANAIS).exit_code == 1


def test_a_request_about_a_number_of_nobody_is_kept_by_its_pseudonym(loaded_folder: Folder) -> None:
    added = loaded_folder.json("subject", "request", "add", "+33639989999", "--kind", "access", *NOW)
    assert added["request"]["number"].isalnum()
    assert "39989999" not in (loaded_folder.path / "dialer.db").read_bytes().decode("latin-1")


@pytest.mark.parametrize(
    "words",
    [("why",), ("objection", "show"), ("consent", "show"), ("evidence", "show"), ("audit", "explain", "--number")],
)
def test_whoever_looks_at_a_person_is_noted(loaded_folder: Folder, words: tuple[str, ...]) -> None:
    loaded_folder(*words, ANAIS)
    workspace = loaded_folder.workspace()
    with workspace.store.reading() as session:
        looks = session.exec(select(AccessLog)).all()
    assert [look.verb for look in looks] == [" ".join(word for word in words if not word.startswith("--"))]
    assert looks[0].person == workspace.pseudonyms.of(1)
    assert looks[0].actor


def test_retention_shows_first_and_then_does_it(loaded_folder: Folder) -> None:
    recording = loaded_folder.path / "recordings" / f"{ANAIS[1:]}-1.wav"
    recording.parent.mkdir(exist_ok=True)
    recording.write_bytes(b"RIFF")
    os.utime(recording, (0, 0))
    shown = loaded_folder.json("retention", "show")
    kind = shown["kinds"]["recordings"]
    assert (kind["months"], kind["legal_months"], kind["over"], kind["reason"]) == (6, 6, 1, "")
    assert recording.exists()
    said = loaded_folder("retention", "show").words
    for each in ("R.223-2", "[S2]", "notre lecture", "donnée par la source"):
        assert each in said, each
    loaded_folder.json("retention", "apply")
    assert not recording.exists()
    assert loaded_folder.json("retention", "show")["kinds"]["recordings"]["over"] == 0
