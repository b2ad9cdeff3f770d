"""`dialer audit export`: one folder that an inspector can read, sort, judge again and verify, and nothing else."""

from __future__ import annotations

import csv
import hashlib
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest
from pypdf import PdfReader
from sqlmodel import select

from dialer.audit import AuditKind
from dialer.erasure import erase
from dialer.faults import Reservation, Verification
from dialer.schema import AccessLog, ConsentRow, ImportedList, Opposition, Scrub, WishKind
from dialer.wishes import contact_of
from rules.decide import decide
from rules.facts import Facts
from tests.commands.calling import ANAIS, CAMPAIGN, STRANGER, asked, called, office
from tests.dialer.recordings_made import noted

if TYPE_CHECKING:
    from tests.commands.conftest import Folder

VERIFIER = Path(__file__).parents[2] / "scripts" / "verify-proof.py"
FILES = {
    "LISEZMOI.txt", "MANIFEST.sha256", "attempts.csv", "chain.jsonl", "consents.csv", "data.json", "decisions.csv",
    "dossier.pdf", "manifest-proof.json", "proofs", "recordings.csv", "seal.pub", "seals",
}  # fmt: skip
LISTS = {"MANIFEST.sha256", "manifest-proof.json"}
PROOF = "preuves/FH-104217.pdf"
"""Of the consent of the first person of the sample."""
AUGUST = date(2026, 8, 2)


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
    for each in ("Anaïs Lefèvre", "06 39 98 01 00", attempt[:12], "opposition P1", "Journal vérifié de bout en bout"):
        assert each in said, each
    assert STRANGER not in (folder / "data.json").read_text("utf-8")


def test_the_manifest_names_every_file_and_the_chain_names_the_manifest(loaded_folder: Folder) -> None:
    called(office(loaded_folder), ANAIS)
    folder, document = exported(loaded_folder, "--person", ANAIS)
    lines = dict(reversed(line.split("  ", 1)) for line in (folder / "MANIFEST.sha256").read_text("utf-8").splitlines())
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    assert lines.keys() == files.keys() - {"MANIFEST.sha256", "manifest-proof.json"}
    assert all(hashlib.sha256(files[name].read_bytes()).hexdigest() == digest for name, digest in lines.items())
    row, looked, sealed = office(loaded_folder).audit()[-3:]
    told = json.loads(row.body)
    assert told["manifest"] == document["manifest"] == hashlib.sha256(files["MANIFEST.sha256"].read_bytes()).hexdigest()
    assert (row.kind, looked.kind, sealed.kind) == (AuditKind.EXPORTED, AuditKind.TALLIED, AuditKind.SEALED)
    loaded_folder.json("audit", "verify")


def test_the_digest_of_each_recording_is_handed_over(loaded_folder: Folder) -> None:
    agency = office(loaded_folder)
    attempt = called(agency, ANAIS)
    content = noted(agency, attempt).read_bytes()
    row = agency.audit()[-1].seq
    folder, _ = exported(loaded_folder, "--person", ANAIS)
    assert rows_of(folder / "recordings.csv") == [
        {
            "N° de tentative": attempt,
            "Fichier": f"recordings/{attempt}.wav",
            "Durée (ms)": "2000",
            "SHA-256 du fichier": hashlib.sha256(content).hexdigest(),
            "Ligne du journal": str(row),
            "Effacé (ligne du journal)": "",
        }
    ]


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


def relisted(folder: Path) -> None:
    """The list made anew over what is there: whoever changes files can change that too."""
    names = sorted(path for path in folder.rglob("*") if path.is_file() and path.name not in LISTS)
    lines = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder).as_posix()}" for path in names
    ]
    (folder / "MANIFEST.sha256").write_text("\n".join(lines) + "\n", "utf-8")


def with_another_list(folder: Path, other: Path) -> None:
    (folder / "decisions.csv").write_bytes(b"")
    relisted(folder)


def with_the_row_edited(folder: Path, other: Path) -> None:
    with_another_list(folder, other)
    path = folder / "manifest-proof.json"
    proof = json.loads(path.read_text("utf-8"))
    row = json.loads(proof["rows"][0]["row"])
    digest = hashlib.sha256((folder / "MANIFEST.sha256").read_bytes()).hexdigest()
    row["body"] = json.dumps({**json.loads(row["body"]), "manifest": digest}, separators=(",", ":"), sort_keys=True)
    proof["rows"][0]["row"] = json.dumps(row, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    path.write_text(json.dumps(proof), "utf-8")


def with_the_proof_of_another(folder: Path, other: Path) -> None:
    shutil.copy(other / "manifest-proof.json", folder)


def without_its_proof(folder: Path, other: Path) -> None:
    (folder / "manifest-proof.json").unlink()


def without_both(folder: Path, other: Path) -> None:
    for name in LISTS:
        (folder / name).unlink()


@pytest.mark.parametrize(
    "touch",
    [with_another_list, with_the_row_edited, with_the_proof_of_another, without_its_proof, without_both],
)
def test_files_that_the_log_does_not_tell_of_are_not_proved(
    loaded_folder: Folder, touch: Callable[[Path, Path], None]
) -> None:
    called(office(loaded_folder), ANAIS)
    folder, _ = exported(loaded_folder, "--campaign", CAMPAIGN)
    other = loaded_folder.path / "other"
    loaded_folder.json("audit", "export", "--person", ANAIS, "--out", str(other))
    key = loaded_folder.path / "keys" / "seal.pub"
    verify = [sys.executable, "-I", str(VERIFIER), "--key", str(key), str(folder)]
    whole = subprocess.run(verify, capture_output=True, check=False, text=True)
    assert whole.returncode == 0, whole.stdout
    assert "fichiers sont ceux de la remise" in whole.stdout
    touch(folder, other)
    done = subprocess.run(verify, capture_output=True, check=False, text=True)
    assert (done.returncode, "NON PROUVÉ" in done.stdout) == (1, True)


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
    folder, _ = exported(loaded_folder, "--person", ANAIS, exit_code=_chain_holds(loaded_folder))
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
        contact_id = contact_of(session, ANAIS)
    erase(agency.workspace, contact_id, "", agency.clock.now())
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


def test_a_period_over_both_regimes_names_the_law_of_each_of_its_days(loaded_folder: Folder) -> None:
    agency = office(loaded_folder)
    asked(agency, ANAIS)
    folder, _ = exported(loaded_folder, "--from", "2026-08-10", "--to", "2026-11-24")
    said = text_of(folder)
    assert (
        "Période du 10/08/2026 au 24/11/2026 inclus (jours de Paris) ; non close quand le dossier a été établi" in said
    )
    assert "10/08/2026 opposition, liste Bloctel (L.223-1, loi 2020-901) CT-ACD" in said
    assert "du 11/08/2026 au 24/11/2026 consentement préalable (L.223-1, loi 2025-594) CT-ACD" in said
    assert "tous les examens lisibles reposent sur elles" in said


def test_nothing_of_the_law_is_told_in_english_or_by_a_mark_that_nobody_explains(loaded_folder: Folder) -> None:
    asked(office(loaded_folder), ANAIS, STRANGER)
    said = text_of(exported(loaded_folder, "--from", "2026-08-01", "--to", "2026-11-24")[0])
    assert not re.search(r"\b(same in|as amended|policy|dossier FR-|call-windows|telecom)\b|\[P", said)
    assert "[S2] : rapportées par au moins deux sources" in said
    assert "il est 2026" not in said


def test_what_lists_say_about_a_person_stands_in_their_file(loaded_folder: Folder) -> None:
    asked(office(loaded_folder), ANAIS)
    agency = office(loaded_folder)
    with agency.transaction() as session:
        (contacts,) = session.exec(select(ImportedList.id)).all()
        session.add(Opposition(number=int(ANAIS[1:]), list_id=contacts, kind=WishKind.OBJECTION, said_on=AUGUST))
        about = {"contacts_id": contacts, "list_id": contacts, "sha256": "5c" * 32, "rows_in": 120, "rows_removed": 3}
        session.add(Scrub(**about, uploaded_on=AUGUST, returned_on=AUGUST))
    folder, _ = exported(loaded_folder, "--person", ANAIS)
    said = text_of(folder)
    assert "opposition du 02/08/2026 N1-objection-0 Anaïs Lefèvre 06 39 98 01 00 contacts" in said
    assert "02/08/2026 02/08/2026 120 envoyées 3 retirées 1 " + "5c" * 16 in said
    data = json.loads((folder / "data.json").read_text("utf-8"))
    assert [each["kind"] for each in data["oppositions"]] == ["objection"]
    assert [each["rows_removed"] for each in data["scrubs"]] == [3]


def test_what_the_verification_does_not_cover_is_told_on_the_first_page_and_with_the_method(
    loaded_folder: Folder,
) -> None:
    called(office(loaded_folder), ANAIS)
    folder, _ = exported(loaded_folder, "--person", ANAIS)
    assert "Réserve" not in text_of(folder)
    told = Reservation("not compared: something", "non comparé : quelque chose")
    with patch("commands.exporting.compare", lambda *_: Verification(3, "ab", reservations=(told,))):
        folder = Path(loaded_folder.json("audit", "export", "--person", ANAIS)["folder"])
    assert "dites en partie 9 : 1." in text_of(folder)
    assert "Réserve : non comparé : quelque chose." in text_of(folder)
