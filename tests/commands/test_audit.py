"""`dialer audit`: a whole chain is 0, a tampered one is 1 with the row, and one call's story is told on demand."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from sqlmodel import select

from dialer.campaigns import campaign_named
from dialer.schema import Attempt, DecisionRow
from dialer.vault import read_decision
from dialer.wishes import contact_of
from tests.commands.calling import ANAIS, STRANGER, called, office
from tests.dialer.recordings_made import noted

if TYPE_CHECKING:
    from tests.commands.conftest import Folder

TAMPERING = {
    "changed body": ("update audit set body = '{}' where seq = 2", 2),
    "changed instant": ("update audit set at = '2026-11-24 08:00:00.000000' where seq = 1", 1),
    "removed row": ("delete from audit where seq = 1", 1),
    "exchanged rows": ("update audit set body = (select body from audit where seq = 1) where seq = 2", 2),
}


def approve(folder: Folder, *numbers: str) -> list[Attempt]:
    """Let the gate approve a call to each number; nothing is dialed."""
    workspace = folder.workspace()
    with workspace.store.transaction() as session:
        campaign = campaign_named(session, "Fibre novembre")
        for number in numbers:
            workspace.gate.ask(session, campaign, contact_of(session, number))
        return list(session.exec(select(Attempt)))


def test_a_whole_chain(loaded_folder: Folder) -> None:
    approve(loaded_folder, "+33639980100")
    document = loaded_folder.json("audit", "verify")
    assert (document["ok"], document["broken_at"]) == (True, None)
    assert document["rows"] == len(loaded_folder.tables()["audit"]) - 1 > 2, "the verification itself comes after"
    assert loaded_folder.tables()["audit"][-1][2] == "verified"
    head = loaded_folder.tables()["audit"][-1][5]
    assert head[:16] in loaded_folder("audit", "verify").words


@pytest.mark.parametrize("how", TAMPERING)
def test_a_tampered_chain_names_the_first_row_that_does_not_hold(loaded_folder: Folder, how: str) -> None:
    statement, row = TAMPERING[how]
    loaded_folder.tamper(statement)
    document = loaded_folder.json("audit", "verify", exit_code=1)
    assert (document["ok"], document["broken_at"]) == (False, row)
    assert document["why"]
    assert f"ligne {row}" in loaded_folder("audit", "verify").words


def test_an_altered_decision_breaks_the_chain(loaded_folder: Folder) -> None:
    approve(loaded_folder, "+33639980100")
    loaded_folder.tamper("update decision set body = 'v1.' || substr(body, 4, 40) || 'AAAA' || substr(body, 48)")
    assert "decision" in loaded_folder.json("audit", "verify", exit_code=1)["why"]


def test_recordings_are_read_unless_somebody_says_no(loaded_folder: Folder) -> None:
    agency = office(loaded_folder)
    noted(agency, called(agency, ANAIS)).write_bytes(b"something else")
    assert "recording of attempt" in loaded_folder.json("audit", "verify", exit_code=1)["why"]
    document = loaded_folder.json("audit", "verify", "--no-recordings")
    assert "not compared: 1 recordings" in document["reservations"][0]["why"]


def test_what_a_command_wrote_last_cannot_be_cut_off_unseen(loaded_folder: Folder) -> None:
    loaded_folder.json("objection", "add", STRANGER, "--source", "letter")
    last = len(loaded_folder.tables()["audit"])
    loaded_folder.tamper(f"delete from audit where seq = {last}")
    assert f"row {last} was there" in loaded_folder.json("audit", "verify", exit_code=1)["why"]


def test_a_cut_log_without_its_anchor_is_not_whole_until_somebody_says_why(loaded_folder: Folder) -> None:
    approve(loaded_folder, "+33639980100")
    assert loaded_folder.json("audit", "verify")["reservations"] == []
    rows = len(loaded_folder.tables()["audit"]) - 1
    loaded_folder.tamper("delete from audit where seq = (select max(seq) from audit)")
    (loaded_folder.path / "keys" / "head.json").unlink()
    document = loaded_folder.json("audit", "verify", exit_code=1)
    assert (document["rows"], document["broken_at"]) == (rows, rows + 1)
    assert "--without-anchor" in document["why"]
    assert loaded_folder.json("doctor", exit_code=1)["ok"] is False
    assert loaded_folder.json("audit", "seal", exit_code=3)["error"] == "ChainCutShort"
    accepted = loaded_folder.json("audit", "verify", "--without-anchor", "the disk of the keys broke")
    assert accepted["ok"]
    after = loaded_folder.json("audit", "verify")
    assert "is taken on trust" in after["reservations"][0]["why"]
    assert "admis sans preuve" in loaded_folder("audit", "verify").words
    refused = loaded_folder.json("audit", "verify", "--without-anchor", "once more", exit_code=3)
    assert refused["error"] == "NotPossible"


def test_a_call_is_explained_by_the_start_of_its_id_and_by_its_decision(loaded_folder: Folder) -> None:
    (attempt,) = approve(loaded_folder, "+33639980100")
    by_attempt = loaded_folder.json("audit", "explain", attempt.id)
    assert by_attempt["attempt"]["id"] == attempt.id
    assert by_attempt["decision"]["id"] == attempt.decision_id
    assert loaded_folder.json("audit", "explain", attempt.id[:20]) == by_attempt
    assert loaded_folder.json("audit", "explain", str(attempt.decision_id)) == by_attempt
    said = loaded_folder("audit", "explain", attempt.id).words
    assert attempt.id in said
    assert "D.223-9" in said
    assert "Consentement n° 1 : recueilli le 2026-03-12, notice FH-2026-01, jusqu'au 2027-03-11" in said
    assert "preuve preuves/FH-104217.pdf, liste contacts, ligne 2" in said


def test_a_refusal_is_explained_by_the_entry_that_stood_against_it(loaded_folder: Folder) -> None:
    loaded_folder.json("objection", "add", "+33639980100", "--source", "lettre")
    approve(loaded_folder, "+33639980100")
    assert "Contre l'appel : opposition P1, du 2026-11-24" in loaded_folder("audit", "explain", "1").words
    against = loaded_folder.json("audit", "explain", "1")["decision"]["grounds"]["against"]
    assert [(each["entry"], each["source"]) for each in against] == [("P1", "lettre")]


def test_a_decision_of_before_grounds_were_stored_is_explained_without(loaded_folder: Folder) -> None:
    approve(loaded_folder, "+33639980100")
    workspace = loaded_folder.workspace()
    with workspace.store.reading() as session:
        body = read_decision(session, workspace.vault, session.get_one(DecisionRow, 1))
    del body["grounds"]
    stored = json.dumps(body).replace("'", "''")
    loaded_folder.tamper(f"update decision set body = '{stored}'")
    said = loaded_folder("audit", "explain", "1")
    assert (said.exit_code, "Consentement" in said.words) == (0, False)


def test_a_decision_without_a_call_says_so(loaded_folder: Folder) -> None:
    assert approve(loaded_folder, "+33465718306") == []
    document = loaded_folder.json("audit", "explain", "1")
    assert document["attempt"] is None
    assert "Aucun appel" in loaded_folder("audit", "explain", "1").words


@pytest.mark.parametrize("call", ["zzz", "7777777", "9" * 30, "²"])
def test_what_names_no_single_call_is_refused(loaded_folder: Folder, call: str) -> None:
    approve(loaded_folder, "+33639980100")
    document = loaded_folder.json("audit", "explain", call, exit_code=3)
    assert repr(call) in document["message"]


@pytest.mark.parametrize("wildcard", ["%", "_"])
def test_wildcards_of_the_database_are_mere_characters(loaded_folder: Folder, wildcard: str) -> None:
    approve(loaded_folder, "+33639980100")
    loaded_folder.json("audit", "explain", wildcard, exit_code=3)
