"""`dialer consent`: given by hand or from a file, shown, and withdrawn with immediate effect."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.commands.conftest import Folder

NUMBER = "06 39 98 01 00"
NOBODYS = "06 39 98 99 99"
GIVEN = ("--notice", "FH-2026-01", "--on", "2026-11-20", "--proof", "preuves/f12.pdf", "--systems", "humain, robot")


def test_a_consent_given_by_hand_is_on_record(loaded_folder: Folder) -> None:
    before = len(loaded_folder.json("consent", "show", NUMBER)["consents"])
    terms = ("--hours", "18h-20h", "--channels", "voix", "--until", "2027-01-31")
    added = loaded_folder.json("consent", "add", NUMBER, *GIVEN, *terms)
    assert added["consent"]["hours"] == "18:00-20:00"
    *others, last = loaded_folder.json("consent", "show", NUMBER)["consents"]
    assert len(others) == before
    assert (last["systems"], last["channels"], last["until"]) == (
        "human-agent;automated;ai-agent",
        "voice",
        "2027-01-31",
    )
    assert "preuves/f12.pdf" in loaded_folder("consent", "show", NUMBER).words
    assert loaded_folder.json("audit", "verify")["ok"] is True


@pytest.mark.parametrize(
    ("changes", "exit_code", "told"),
    [
        (("--on", "2026-11-25"), 3, "à venir"),
        (("--proof", ""), 3, "sans preuve"),
        (("--notice", "FH-1999"), 3, "FH-1999"),
        (("--systems", "pigeon"), 2, "pigeon"),
        (("--hours", "le soir"), 2, "le soir"),
        (("--channels", "pigeon"), 2, "pigeon"),
    ],
)
def test_a_consent_that_could_not_count_is_refused(
    loaded_folder: Folder, changes: tuple[str, str], exit_code: int, told: str
) -> None:
    rows = loaded_folder.tables()
    said = loaded_folder("consent", "add", NUMBER, *GIVEN, *changes)
    assert (said.exit_code, told in said.words) == (exit_code, True)
    assert loaded_folder.tables() == rows


def test_a_consent_of_nobody_is_refused(loaded_folder: Folder) -> None:
    assert "+33639989999" in loaded_folder.json("consent", "add", NOBODYS, *GIVEN, exit_code=3)["message"]


@pytest.mark.parametrize("advertiser", [(), ("--advertiser", "fibre-horizon")], ids=["toward all", "toward one"])
def test_a_withdrawal_stops_calls_at_once_until_a_new_consent(
    loaded_folder: Folder, advertiser: tuple[str, ...]
) -> None:
    loaded_folder.json("consent", "withdraw", NUMBER, "--at", "2026-11-22T18:00+01:00", *advertiser)
    assert "FR-OBJECTION" in loaded_folder.json("why", NUMBER, exit_code=1)["decision"]["rule_ids"]
    assert "withdrawal: operator" in loaded_folder("consent", "show", NUMBER).words
    loaded_folder.json("consent", "add", NUMBER, *GIVEN, "--on", "2026-11-23")
    assert loaded_folder.json("why", NUMBER)["decision"]["verdict"] == "allow"


def test_a_withdrawal_for_a_number_of_nobody_is_kept(loaded_folder: Folder) -> None:
    loaded_folder.json("consent", "withdraw", NOBODYS)
    assert [row["kind"] for row in loaded_folder.json("objection", "show", NOBODYS)["lists"]] == ["objection"]


def test_a_withdrawal_noted_by_mistake_is_corrected(loaded_folder: Folder) -> None:
    loaded_folder.json("consent", "withdraw", NUMBER, "--source", "mail")
    loaded_folder.json("objection", "withdraw", NUMBER, "--reason", "autre client")
    assert loaded_folder.json("why", NUMBER)["decision"]["verdict"] == "allow"


def test_a_number_of_nobody_has_no_consent_and_is_told_so(loaded_folder: Folder) -> None:
    assert loaded_folder.json("consent", "show", NOBODYS)["consents"] == []
    loaded_folder.json("consent", "withdraw", NOBODYS)
    said = loaded_folder("consent", "show", NOBODYS)
    assert (said.exit_code, "personne n'a le numéro" in said.words, "opposition" in said.words) == (0, True, True)


@pytest.mark.parametrize(
    ("stored", "lacking"),
    [
        ("collected_on = NULL", "la date"),
        ("proof = ''", "la preuve"),
        ("notice = 'FH-1999'", "FH-1999 : pas sous [[notices]]"),
        ("notice = 'FH-2025-09'", "une notice complète (FH-2025-09"),
        ("collected_on = '2025-11-20'", "échu le 2026-11-19"),
    ],
)
def test_what_a_consent_lacks_to_count_is_told(loaded_folder: Folder, stored: str, lacking: str) -> None:
    assert "Manque au consentement" not in loaded_folder("consent", "show", NUMBER).words
    loaded_folder.tamper(f"UPDATE consent SET {stored}")
    said = loaded_folder("consent", "show", NUMBER).words
    assert "Manque au consentement" in said
    assert lacking in said
    assert "Ce qui manque au consentement : dialer consent show" in loaded_folder("why", NUMBER).words


def test_a_file_of_consents_reaches_those_whom_it_names(loaded_folder: Folder) -> None:
    file = loaded_folder.path / "consentements.csv"
    file.write_text(f"Tél;Le;Notice;Preuve\n{NUMBER};20/11/2026;FH-2026-01;p\n{NOBODYS};20/11/2026;FH-2026-01;p\n")
    told = loaded_folder.json("consent", "import", file, "--name", "novembre", "--save-mapping", "m.toml")
    assert told["report"]["counts"] == {"person-unknown": 1}
    assert told["report"]["stored"] == {"consents_added": 1, "oppositions_added": 0}
    assert told["problems"].endswith("novembre.csv")
    strict = loaded_folder.json("consent", "import", file, "--mapping", "m.toml", "--strict", exit_code=3)
    assert "déjà" in strict["message"] or "--strict" in strict["message"]
