"""`dialer audit explain`: the whole story of a call, and of a call that was not made, in both languages."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from dialer.wishes import contact_of
from tests.commands.calling import ANAIS, STRANGER, asked, called, office
from tests.dialer.recordings_made import noted

if TYPE_CHECKING:
    from tests.commands.conftest import Folder


def test_a_call_is_told_from_its_permit_to_its_effects(loaded_folder: Folder) -> None:
    attempt = called(office(loaded_folder), ANAIS, digit="9")
    french = loaded_folder("audit", "explain", attempt).words
    for said in (
        "+33639980100 · Fibre novembre · 2026-11-24 10:02 (heure de Paris) · autorisé",
        "Consentement n° 1 : recueilli le 2026-03-12",
        "systèmes agent humain, numérotation automatique, voix automatique",
        "valable 2026-11-24 10:02:00.000 – 2026-11-24 10:02:10.000 (heure de Paris)",
        "issue opposition (SIP 200 OK)",
        "2026-11-24 10:02:02.000 décroché",
        "état « clos »",
        "paroles jouées : opening",
        "Annonce (texte actuel) : « Bonjour",
        "Touche 9 (opposition)",
        "Effet : opposition P1 consignée",
        "pour toutes les campagnes de Fibre Horizon",
        "(approuvé)",
        "(clos)",
    ):
        assert said in french, said
    english = loaded_folder("audit", "explain", attempt, "--lang", "en").words
    for said in ("words played: opening", "Key 9 (never again)", "Effect: objection P1 recorded", "valid 2026-11-24"):
        assert said in english, said


def test_the_document_holds_what_is_told(loaded_folder: Folder) -> None:
    attempt = called(office(loaded_folder), ANAIS, digit="9")
    document = loaded_folder.json("audit", "explain", attempt[:12])
    assert document["permit"]["attempt"] == document["attempt"]["id"] == attempt
    assert document["decision"]["verdict"] == "allow"
    assert [entry["body"].get("state", entry["kind"]) for entry in document["chain"]] == [
        "decision", "approved", "dialing", "closed",
    ]  # fmt: skip
    assert [wish["kind"] for wish in document["wishes"]] == ["objection"]


def test_of_a_recording_its_digest_is_told_and_what_became_of_it(loaded_folder: Folder) -> None:
    agency = office(loaded_folder)
    attempt = called(agency, ANAIS)
    digest = hashlib.sha256(noted(agency, attempt).read_bytes()).hexdigest()
    row = agency.audit()[-1].seq
    french = loaded_folder("audit", "explain", attempt).words
    assert f"Enregistrement de 2,0 s, SHA-256 {digest} (ligne {row})" in french
    told = loaded_folder.json("audit", "explain", attempt)
    assert (told["recording"]["sha256"], told["recording"]["ms"]) == (digest, 2000)
    assert told["chain"][-1]["kind"] == "recorded"
    loaded_folder.json("subject", "erase", ANAIS, "--yes", "--reason", "a letter")
    deleted = office(loaded_folder).audit()
    (erased,) = [each.seq for each in deleted if each.kind == "erased"]
    assert f"deleted (row {erased})" in loaded_folder("audit", "explain", attempt, "--lang", "en").words


def test_a_complaint_and_a_number_that_is_nobodys_are_effects_too(loaded_folder: Folder) -> None:
    attempt = called(office(loaded_folder), ANAIS)
    loaded_folder.json("trunk", "complaint", attempt, "--reference", "SIGNAL-7")
    loaded_folder.tamper("update phone set state = 'unassigned'")
    said = loaded_folder("audit", "explain", attempt).words
    assert "Plainte SIGNAL-7" in said
    assert "numéro tenu pour non attribué" in said


def test_what_was_erased_is_told_to_be_so(loaded_folder: Folder) -> None:
    agency = office(loaded_folder)
    attempt = called(agency, ANAIS)
    with agency.transaction() as session:
        agency.workspace.vault.destroy(session, contact_of(session, ANAIS))
    assert "effacés avec la clé de la personne" in loaded_folder("audit", "explain", attempt).words
    document = loaded_folder.json("audit", "explain", attempt)
    assert (document["decision"]["erased"], "facts" in document["decision"]) == (True, False)


def test_why_there_was_no_call_is_found_by_number_and_day(loaded_folder: Folder) -> None:
    asked(office(loaded_folder), STRANGER)
    document = loaded_folder.json("audit", "explain", "--number", STRANGER, "--on", "2026-11-24")
    (decision,) = document["decisions"]
    assert (decision["verdict"], decision["attempt"], decision["of_this_number"]) == ("deny", None, True)
    said = loaded_folder("audit", "explain", "--number", STRANGER, "--on", "2026-11-24").words
    assert ", ".join(decision["rules"]) in said.replace(";", ", ")
    assert "Aucun appel" in loaded_folder("audit", "explain", str(decision["id"])).words


def test_a_day_on_which_nobody_asked_is_told(loaded_folder: Folder) -> None:
    asked(office(loaded_folder), STRANGER)
    said = loaded_folder("audit", "explain", "--number", STRANGER, "--on", "2026-11-23")
    assert (said.exit_code, "Aucune décision" in said.words) == (0, True)
    assert loaded_folder.json("audit", "explain", "--number", STRANGER, "--on", "2026-11-23")["decisions"] == []


def test_a_number_that_nobody_has_is_refused(loaded_folder: Folder) -> None:
    loaded_folder.json("audit", "explain", "--number", "+33639989999", exit_code=3)


@pytest.mark.parametrize("words", [(), ("1", "--number", ANAIS)])
def test_one_of_the_two_is_asked_for(loaded_folder: Folder, words: tuple[str, ...]) -> None:
    assert loaded_folder("audit", "explain", *words).exit_code == 2
