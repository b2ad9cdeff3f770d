"""After an erasure nobody has to guess where the person may still stand: each file is searched, or named as not."""

from __future__ import annotations

import gzip
import io
import zipfile
from pathlib import Path

import pytest

from dialer.audit import AuditKind, append
from dialer.deliveries import backups_made, deliveries_of
from dialer.schema import Campaign
from dialer.traces import traces_of
from tests.dialer.agency import Agency
from tests.lists.nasty.books import xlsx

NUMBER = "+33639980102"


def zipped(**members: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("_", "."), content)
    return packed.getvalue()


def found(folder: Path, name: str, content: bytes, number: str = NUMBER) -> str:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    traces = traces_of(folder, [number])
    if path in traces.naming:
        return "named"
    return "not searched" if path in traces.unsearched else "clean"


@pytest.mark.parametrize(
    "spelled",
    ["06.39.98.01.02", "+33 6 39 98 01 02", "0033639980102", "+33 (0)6 39 98 01 02", "33639980102", "639980102",
     "06-39-98-01-02"],
)  # fmt: skip
def test_a_number_is_found_in_any_spelling(tmp_path: Path, spelled: str) -> None:
    assert found(tmp_path, "liste.csv", f"nom;tel\nx;{spelled}\n".encode()) == "named"


@pytest.mark.parametrize("other", ["06 39 98 01 03", "106399801021", "0639980102 5".replace(" ", ""), "63998010"])
def test_another_number_is_not(tmp_path: Path, other: str) -> None:
    assert found(tmp_path, "liste.csv", f"nom;tel\nx;{other}\n".encode()) == "clean"


@pytest.mark.parametrize("spelled", ["0262 00 00 00", "+262 262 00 00 00", "262262000000"])
def test_a_number_overseas_is_found_as_it_is_written_there(tmp_path: Path, spelled: str) -> None:
    assert found(tmp_path, "liste.csv", spelled.encode(), "+262262000000") == "named"


LINE = b"x;06 39 98 01 02\n"
CLEAN = b"x;06 39 98 01 03\n"


FILES = {
    "utf16.csv": (LINE.decode().encode("utf-16"), "named"),
    "a/b/LISTE.CSV": (LINE, "named"),
    "texte.xlsx": (xlsx({"Feuille": [["tel"], ["06 39 98 01 02"]]}), "named"),
    "nombre.xlsx": (xlsx({"Feuille": [["tel"], [639980102]]}), "named"),
    "autre.xlsx": (xlsx({"Feuille": [["tel"], [639980103]]}), "clean"),
    "archive.zip": (zipped(liste_csv=CLEAN, autre_csv=LINE), "named"),
    "dedans.zip": (zipped(liste_xlsx=xlsx({"F": [[639980102]]})), "named"),
    "propre.zip": (zipped(liste_csv=CLEAN), "clean"),
    "liste.csv.gz": (gzip.compress(LINE), "named"),
    "coupee.zip": (zipped(liste_csv=LINE)[:-30], "not searched"),
    "faux.xlsx": (b"not a workbook", "not searched"),
    "dossier.pdf": (b"%PDF-1.7", "not searched"),
    "ancien.xls": (b"\xd0\xcf\x11\xe0", "not searched"),
    "scan.png": (b"", "not searched"),
    "sans-extension": (LINE, "not searched"),
    "prompts/opening.wav": (b"RIFF", "clean"),
    "keys/erased.jsonl": (LINE, "clean"),
    "dialer.db": (LINE, "clean"),
}


@pytest.mark.parametrize("name", FILES)
def test_what_is_packed_is_looked_into_and_what_cannot_be_is_named(tmp_path: Path, name: str) -> None:
    content, said = FILES[name]
    assert found(tmp_path, name, content) == said


def test_a_number_over_the_edge_of_two_pieces_is_found(tmp_path: Path) -> None:
    for before in range((1 << 20) - 16, (1 << 20) + 1):
        assert found(tmp_path, "long.csv", b"x" * before + b";0639980102") == "named", before


def test_without_a_number_nothing_is_looked_for(tmp_path: Path) -> None:
    (tmp_path / "dossier.pdf").write_bytes(b"%PDF")
    assert traces_of(tmp_path, []).unsearched == ()


def test_what_was_handed_over_with_them_in_it_is_told_by_the_chain(agency: Agency, campaign: Campaign) -> None:
    person, other = agency.person(), agency.person()
    pseudonyms = agency.workspace.pseudonyms
    with agency.transaction() as session:
        append(session, AuditKind.EXPORTED, {"campaign": campaign.name, "manifest": "a0"}, agency.clock.now())
    agency.clock.advance(minutes=1)
    agency.ask(campaign, person)
    agency.clock.advance(minutes=1)
    now = agency.clock.now()
    with agency.transaction() as session:
        append(session, AuditKind.EXPORTED, {"person": pseudonyms.of(person), "to": "the person"}, now)
        append(session, AuditKind.EXPORTED, {"person": None, "campaign": campaign.name, "manifest": "b1"}, now)
        append(session, AuditKind.EXPORTED, {"person": pseudonyms.of(other), "manifest": "c2"}, now)
        append(session, AuditKind.BACKUP, {"digest": "d3", "head": "", "head_seq": 1}, now)
        assert [each.manifest for each in deliveries_of(session, person, pseudonyms.of(person))] == ["", "b1"]
        assert [each.manifest for each in deliveries_of(session, other, pseudonyms.of(other))] == ["c2"]
        assert backups_made(session) == (now,)
