"""`dialer audit export`: one folder that an inspector can read, sort, judge again and verify, and nothing else."""

from __future__ import annotations

import csv
import hashlib
import json
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pypdf import PdfReader
from sqlmodel import select

from dialer.audit import AuditKind
from dialer.schema import AccessLog, ConsentRow
from dialer.wishes import contact_of
from rules.decide import decide
from rules.facts import Facts
from tests.commands.calling import ANAIS, CAMPAIGN, STRANGER, asked, called, office

if TYPE_CHECKING:
    from tests.commands.conftest import Folder

VERIFIER = Path(__file__).parents[2] / "scripts" / "verify-proof.py"
FILES = {
    "LISEZMOI.txt", "MANIFEST.sha256", "attempts.csv", "chain.jsonl", "consents.csv", "data.json", "decisions.csv",
    "dossier.pdf", "proofs", "seal.pub", "seals",
}  # fmt: skip
PROOF = "preuves/FH-104217.pdf"
"""Of the consent of the first person of the sample."""


def with_proof(folder: Folder, content: bytes = b"a form") -> None:
    path = folder.path / PROOF
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)


def exported(folder: Folder, *words: str, exit_code: int = 0) -> tuple[Path, dict[str, Any]]:
    document = folder.json("audit", "export", *words, "--out", str(folder.path / "dossier"), exit_code=exit_code)
    return folder.path / "dossier", document


def text_of(folder: Path) -> str:
    """What the pages say, line breaks aside."""
    return " ".join(" ".join(page.extract_text().split()) for page in PdfReader(folder / "dossier.pdf").pages)


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def test_a_person_s_file_holds_everything_about_them_and_their_proof(loaded_folder: Folder) -> None:
    with_proof(loaded_folder)
    agency = office(loaded_folder)
    attempt = called(agency, ANAIS, digit="9")
    asked(agency, STRANGER)
    folder, document = exported(loaded_folder, "--person", ANAIS)
    assert {path.name for path in folder.iterdir()} == FILES
    assert (document["decisions"], document["attempts"]) == (1, 1)
    (row,) = rows_of(folder / "attempts.csv")
    assert (row["N° de tentative"], row["Personne"], row["Issue"]) == (attempt, "Anaïs Lefèvre", "décroché, opposition")
    assert [each["Pièce"] for each in rows_of(folder / "consents.csv")] == ["Consentement", "Volonté exprimée"]
    joined = folder / document["proofs"][PROOF]
    assert joined.read_bytes() == b"a form"
    said = text_of(folder)
    for each in ("Anaïs Lefèvre", "06 39 98 01 00", attempt[:12], "opposition P1", "Journal inaltérable vérifié"):
        assert each in said, each
    assert STRANGER not in (folder / "data.json").read_text("utf-8")


def test_the_manifest_names_every_file_and_the_chain_names_the_manifest(loaded_folder: Folder) -> None:
    called(office(loaded_folder), ANAIS)
    folder, document = exported(loaded_folder, "--person", ANAIS)
    lines = dict(reversed(line.split("  ", 1)) for line in (folder / "MANIFEST.sha256").read_text("utf-8").splitlines())
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    assert lines.keys() == files.keys() - {"MANIFEST.sha256"}
    assert all(hashlib.sha256(files[name].read_bytes()).hexdigest() == digest for name, digest in lines.items())
    told = json.loads(office(loaded_folder).audit()[-1].body)
    assert told["manifest"] == document["manifest"] == hashlib.sha256(files["MANIFEST.sha256"].read_bytes()).hexdigest()
    assert office(loaded_folder).audit()[-1].kind == AuditKind.EXPORTED
    loaded_folder.json("audit", "verify")


def test_who_looked_is_noted_and_the_chain_names_nobody(loaded_folder: Folder) -> None:
    called(office(loaded_folder), ANAIS)
    exported(loaded_folder, "--person", ANAIS)
    agency = office(loaded_folder)
    with agency.transaction() as session:
        pseudonym = agency.workspace.pseudonyms.of(contact_of(session, ANAIS))
        (look,) = session.exec(select(AccessLog)).all()
    assert (look.verb, look.person, bool(look.actor)) == ("audit export", pseudonym, True)
    assert not any(ANAIS in row.body or "Lefèvre" in row.body for row in agency.audit())


def test_the_log_and_its_seals_are_verified_without_our_code(loaded_folder: Folder) -> None:
    called(office(loaded_folder), ANAIS)
    folder, _ = exported(loaded_folder, "--campaign", CAMPAIGN)
    verify = [sys.executable, "-I", str(VERIFIER), str(folder)]
    assert subprocess.run(verify, capture_output=True, check=False).returncode == 0
    chain = folder / "chain.jsonl"
    chain.write_text(chain.read_text("utf-8").replace("allow", "Allow", 1), "utf-8")
    assert subprocess.run(verify, capture_output=True, check=False).returncode == 1


@pytest.mark.parametrize("change", ["altered", "added", "taken away"])
def test_a_file_that_is_not_as_the_list_says_is_found_without_our_code(loaded_folder: Folder, change: str) -> None:
    called(office(loaded_folder), ANAIS)
    folder, _ = exported(loaded_folder, "--campaign", CAMPAIGN)
    table = folder / "decisions.csv"
    if change == "altered":
        table.write_bytes(table.read_bytes() + b"x")
    elif change == "added":
        (folder / "note.txt").write_text("not ours", "utf-8")
    else:
        table.unlink()
    done = subprocess.run([sys.executable, "-I", str(VERIFIER), str(folder)], capture_output=True, check=False)
    assert done.returncode == 1
    assert ("note.txt" if change == "added" else "decisions.csv") in done.stdout.decode()


def test_the_data_are_enough_to_judge_every_case_again(loaded_folder: Folder) -> None:
    asked(office(loaded_folder), ANAIS, STRANGER)
    folder, _ = exported(loaded_folder, "--campaign", CAMPAIGN)
    data = json.loads((folder / "data.json").read_text("utf-8"))
    told = data["decisions"]
    again = [decide(Facts.from_dict(each["facts"]), datetime.fromisoformat(each["at"])) for each in told]
    assert [each.verdict.word for each in again] == [each["verdict"] for each in told] == ["allow", "deny"]


def test_a_period_holds_the_decisions_of_its_days(loaded_folder: Folder) -> None:
    asked(office(loaded_folder), ANAIS, STRANGER)
    folder, document = exported(loaded_folder, "--from", "2026-11-24", "--to", "2026-11-24")
    assert document["decisions"] == 2
    assert [row["Décision"] for row in rows_of(folder / "decisions.csv")] == ["autorisé", "refusé"]
    said = text_of(folder)
    assert "Examens sans appel : 1" in said
    assert "FR-CONSENT" in said


def test_a_file_about_nothing_is_whole_and_says_so(loaded_folder: Folder) -> None:
    folder, document = exported(loaded_folder, "--from", "2026-11-20", "--to", "2026-11-20")
    assert (document["decisions"], rows_of(folder / "decisions.csv")) == (0, [])
    assert "Aucune tentative." in text_of(folder)
    assert json.loads((folder / "data.json").read_text("utf-8"))["decisions"] == []


def test_what_a_spreadsheet_would_run_and_what_markup_would_take_is_shown_as_it_is(loaded_folder: Folder) -> None:
    loaded_folder.tamper("update contact set first_name = '=cmd()', last_name = '<b>王 & Ωmega</b>' where id = 1")
    called(office(loaded_folder), ANAIS)
    folder, _ = exported(loaded_folder, "--person", ANAIS)
    assert rows_of(folder / "attempts.csv")[0]["Personne"] == "'=cmd() <b>王 & Ωmega</b>"
    assert "=cmd() <b>⟨U+738B⟩ & Ωmega</b>" in text_of(folder)


@pytest.mark.parametrize(
    "reference",
    ["../secret.pdf", "/etc/hostname", "keys/permit.key", "./keys/../keys/master.key", "dialer.toml", "dialer.db", "."],
)
def test_a_reference_that_leads_elsewhere_takes_nothing_along(loaded_folder: Folder, reference: str) -> None:
    (loaded_folder.path.parent / "secret.pdf").write_bytes(b"not yours")
    agency = office(loaded_folder)
    called(agency, ANAIS)
    with agency.transaction() as session:
        consent = session.exec(select(ConsentRow).where(ConsentRow.contact_id == contact_of(session, ANAIS))).one()
        consent.proof = reference
        session.add(consent)
    folder, document = exported(loaded_folder, "--person", ANAIS)
    assert document["proofs"][reference] is None
    assert not (folder / "proofs").exists()
    assert reference in (folder / "LISEZMOI.txt").read_text("utf-8")


def test_erased_facts_leave_verdict_and_place(loaded_folder: Folder) -> None:
    agency = office(loaded_folder)
    called(agency, ANAIS)
    with agency.transaction() as session:
        agency.workspace.vault.destroy(session, contact_of(session, ANAIS))
    folder, document = exported(loaded_folder, "--campaign", CAMPAIGN)
    (row,) = rows_of(folder / "decisions.csv")
    assert (row["Décision"], row["Faits effacés"], document["decisions"]) == ("autorisé", "oui", 1)
    assert "Examens dont les faits sont effacés 1" in text_of(folder)


def test_a_call_that_left_at_another_hour_than_decided_is_judged_by_that_hour(loaded_folder: Folder) -> None:
    called(office(loaded_folder), ANAIS)
    loaded_folder.tamper("update attempt set dialed_at = '2026-11-24 20:30:00.000000'")
    folder, _ = exported(loaded_folder, "--campaign", CAMPAIGN, exit_code=_chain_holds(loaded_folder))
    said = text_of(folder)
    assert "Appels réexaminés sous la loi de leur jour : 1" in said
    assert "FR-HOURS Jours et heures d'appel : il est 21:30:00" in said


def _chain_holds(folder: Folder) -> int:
    """Whether the log itself shows that the instant in the ledger was altered."""
    return folder("audit", "verify").exit_code


def test_a_broken_log_is_told_on_the_first_page(loaded_folder: Folder) -> None:
    called(office(loaded_folder), ANAIS)
    loaded_folder.tamper("update audit set body = '{}' where seq = 3")
    folder, document = exported(loaded_folder, "--person", ANAIS, exit_code=1)
    assert (document["ok"], document["chain"]["whole"]) == (False, False)
    assert "Journal rompu à la ligne 3" in PdfReader(folder / "dossier.pdf").pages[0].extract_text()


def test_where_something_lies_nothing_is_written(loaded_folder: Folder) -> None:
    target = loaded_folder.path / "dossier"
    target.mkdir()
    (target / "notes.txt").write_text("mine", "utf-8")
    before = loaded_folder.tables()
    exported(loaded_folder, "--person", ANAIS, exit_code=3)
    assert loaded_folder.tables() == before
    assert [path.name for path in target.iterdir()] == ["notes.txt"]
    assert not list(loaded_folder.path.glob(".dossier*"))


@pytest.mark.parametrize(
    ("words", "exit_code"),
    [
        ((), 2),
        (("--from", "2026-11-24"), 2),
        (("--person", ANAIS, "--to", "2026-11-24"), 2),
        (("--person", "bonjour"), 2),
        (("--person", "+33639989999"), 3),
        (("--campaign", "nulle part"), 3),
    ],
)
def test_what_names_nothing_is_refused(loaded_folder: Folder, words: tuple[str, ...], exit_code: int) -> None:
    before = loaded_folder.tables()
    assert loaded_folder("audit", "export", *words).exit_code == exit_code
    assert loaded_folder.tables() == before
    assert not (loaded_folder.path / "exports").exists()


def test_the_default_place_is_in_the_folder(loaded_folder: Folder) -> None:
    document = loaded_folder.json("audit", "export", "--person", ANAIS)
    assert Path(document["folder"]).parent == (loaded_folder.path / "exports").resolve()


def test_every_page_is_counted(loaded_folder: Folder) -> None:
    called(office(loaded_folder), ANAIS)
    folder, _ = exported(loaded_folder, "--person", ANAIS)
    pages = PdfReader(folder / "dossier.pdf").pages
    for number, page in enumerate(pages, 1):
        assert f"page {number} sur {len(pages)}" in page.extract_text()
