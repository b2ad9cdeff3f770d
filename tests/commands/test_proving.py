"""`dialer audit seal` and `prove`, and the verifier that needs nothing of ours, as a stranger runs it."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from dialer.chain_rows import chain_rows
from dialer.seal_key import SealKey
from tests.commands.test_audit import approve

if TYPE_CHECKING:
    from tests.commands.conftest import Folder

VERIFIER = Path(__file__).parents[2] / "scripts" / "verify-proof.py"


def verifier(*words: str | Path) -> subprocess.CompletedProcess[str]:
    """In a process of its own, without our code or any package (`-I -S`)."""
    command = [sys.executable, "-I", "-S", str(VERIFIER), *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def proof_of(folder: Folder, *words: str) -> Path:
    path = folder.path / "proof.json"
    folder.json("audit", "prove", *words, "--out", str(path))
    return path


@pytest.fixture
def called(loaded_folder: Folder) -> tuple[Folder, str]:
    """A folder in which a call was approved, and the call's id."""
    (attempt,) = approve(loaded_folder, "+33639980100")
    return loaded_folder, attempt.id


@pytest.fixture
def proof(called: tuple[Folder, str]) -> Path:
    folder, attempt = called
    folder.json("audit", "seal")
    return proof_of(folder, attempt[:8])


def test_a_seal_is_told_and_vouches_for_everything_so_far(called: tuple[Folder, str]) -> None:
    folder, _ = called
    rows = len(folder.tables()["audit"])
    document = folder.json("audit", "seal")
    assert (document["seal"]["first"], document["seal"]["last"]) == (1, rows)
    assert Path(document["file"]).is_file()
    assert "Rien de nouveau" in folder("audit", "seal").words
    assert folder.json("audit", "verify")["ok"]


def test_a_touched_seal_breaks_the_chain(called: tuple[Folder, str]) -> None:
    folder, _ = called
    Path(folder.json("audit", "seal")["file"]).unlink()
    assert "seal 1" in folder.json("audit", "verify", exit_code=1)["why"]
    assert "scellé 1" in folder("audit", "verify").words


def test_what_is_not_sealed_yet_is_not_proved(called: tuple[Folder, str]) -> None:
    folder, attempt = called
    assert "audit seal" in folder.json("audit", "prove", attempt, exit_code=3)["message"]


def test_a_call_is_proved_with_its_decision_and_every_step(called: tuple[Folder, str], proof: Path) -> None:
    plain = json.loads(proof.read_text("utf-8"))
    kinds = [json.loads(each["row"])["kind"] for each in plain["rows"]]
    assert kinds == ["decision", "attempt"]
    assert plain["about"]["attempt"] == called[1]


def test_a_stranger_verifies_it_offline(called: tuple[Folder, str], proof: Path) -> None:
    done = verifier("--key", called[0].path / "keys" / "seal.pub", proof)
    assert (done.returncode, done.stderr) == (0, "")
    assert "PROUVÉ" in done.stdout
    assert "PROVED" in done.stdout
    assert "décision 1 : telle qu'inscrite" in done.stdout


def test_without_a_key_of_his_own_he_is_told_to_compare_it(proof: Path) -> None:
    done = verifier(proof)
    assert done.returncode == 0
    assert json.loads(proof.read_text("utf-8"))["seals"][0]["key"] in done.stdout


def test_any_row_is_proved_by_its_number(called: tuple[Folder, str]) -> None:
    folder, _ = called
    last = folder.json("audit", "seal")["seal"]["last"]
    for row in range(1, last + 1):
        assert verifier(proof_of(folder, "--row", str(row))).returncode == 0


@pytest.mark.parametrize("words", [("--row", "999"), ("zzz",)])
def test_what_is_not_there_is_not_proved(called: tuple[Folder, str], words: tuple[str, ...]) -> None:
    called[0].json("audit", "seal")
    called[0].json("audit", "prove", *words, exit_code=3)


def test_a_call_and_a_row_at_once_are_misuse(called: tuple[Folder, str]) -> None:
    assert called[0]("audit", "prove", "1", "--row", "1").exit_code == 2
    assert called[0]("audit", "prove").exit_code == 2


def _row(plain: dict[str, Any]) -> None:
    plain["rows"][0]["row"] = plain["rows"][0]["row"].replace("allow", "denyy").replace("decision", "Decision")


def _spaced(plain: dict[str, Any]) -> None:
    plain["rows"][0]["row"] += " "


def _path(plain: dict[str, Any]) -> None:
    plain["rows"][1]["path"] = plain["rows"][1]["path"][1:]


def _root(plain: dict[str, Any]) -> None:
    plain["seals"][0]["root"] = "00" * 32


def _at(plain: dict[str, Any]) -> None:
    plain["seals"][0]["at"] = "2020-01-01T00:00:00+00:00"


def _signature(plain: dict[str, Any]) -> None:
    signature = plain["seals"][0]["signature"]
    plain["seals"][0]["signature"] = ("00" if signature.startswith("ff") else "ff") + signature[2:]


def _decision(plain: dict[str, Any]) -> None:
    plain["decision"]["stored"] += " "


def _another_decision(plain: dict[str, Any]) -> None:
    plain["decision"]["id"] = 2


def _nothing(plain: dict[str, Any]) -> None:
    plain["rows"] = []


def _no_format(plain: dict[str, Any]) -> None:
    del plain["format"]


@pytest.mark.parametrize(
    "alter",
    [_row, _spaced, _path, _root, _at, _signature, _decision, _another_decision, _nothing, _no_format],
)
def test_an_altered_proof_is_found(proof: Path, alter: Callable[[dict[str, Any]], None]) -> None:
    plain = json.loads(proof.read_text("utf-8"))
    alter(plain)
    proof.write_text(json.dumps(plain), "utf-8")
    done = verifier(proof)
    assert done.returncode == 1
    assert "NON PROUVÉ" in done.stdout
    assert "NOT PROVED" in done.stdout


def test_a_proof_signed_with_another_key_is_found(proof: Path, tmp_path: Path) -> None:
    SealKey.load_or_create(tmp_path / "stranger")
    assert verifier("--key", tmp_path / "stranger" / "seal.pub", proof).returncode == 1


# --- an exported folder


@pytest.fixture
def exported(called: tuple[Folder, str], tmp_path: Path) -> Path:
    """Two seals, all their rows and the public key, as an export lays them out."""
    folder, _ = called
    folder.json("audit", "seal")
    approve(folder, "+33465718306")
    folder.json("audit", "seal")
    target = tmp_path / "export"
    shutil.copytree(folder.path / "seals", target / "seals")
    shutil.copy(folder.path / "keys" / "seal.pub", target)
    with folder.workspace().store.reading() as session:
        lines = [json.dumps(row.to_dict(), ensure_ascii=False) for row in chain_rows(session)]
    (target / "chain.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    return target


def test_a_whole_folder_is_proved_but_for_what_came_after_the_last_seal(exported: Path) -> None:
    done = verifier(exported)
    assert (done.returncode, done.stderr) == (0, "")
    assert "1 lignes qu'aucun scellé ne couvre" in done.stdout  # the row about the last seal


CUTS: dict[str, Callable[[list[str]], list[str]]] = {
    "a row edited": lambda lines: [lines[0], lines[1].replace('"at": "2', '"at": "3'), *lines[2:]],
    "a row taken out": lambda lines: [*lines[:2], *lines[3:]],
    "the first row taken out": lambda lines: lines[1:],
    "the tail cut off": lambda lines: lines[:-3],
    "a row twice": lambda lines: [*lines[:2], *lines[1:]],
    "no rows": lambda _: [],
}


@pytest.mark.parametrize("cut", CUTS)
def test_a_touched_folder_is_found(exported: Path, cut: str) -> None:
    path = exported / "chain.jsonl"
    lines = path.read_text("utf-8").splitlines()
    path.write_text("\n".join(CUTS[cut](lines)), "utf-8")
    done = verifier(exported)
    assert done.returncode == 1
    assert "NON PROUVÉ" in done.stdout


def test_an_edit_hashed_and_linked_anew_is_found_by_the_seal(exported: Path) -> None:
    """Whoever can write the database can make the chain hold again; not the signature."""
    path, previous, out = exported / "chain.jsonl", "0" * 64, []
    for line in path.read_text("utf-8").splitlines():
        row = json.loads(line)
        row["previous"] = previous
        if row["seq"] == 2:
            row["at"] = row["at"].replace("2026", "2025")
        plain = {name: row[name] for name in ("seq", "at", "kind", "body", "previous")}
        text = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        previous = row["sha256"] = hashlib.sha256(text.encode()).hexdigest()
        out.append(json.dumps(row, ensure_ascii=False))
    path.write_text("\n".join(out), "utf-8")
    done = verifier(exported)
    assert (done.returncode, "les lignes sont autres" in done.stdout) == (1, True)


@pytest.mark.parametrize("words", [(), ("a", "b")])
def test_the_verifier_tells_how_it_is_called(words: tuple[str, ...]) -> None:
    done = verifier(*words)
    assert done.returncode == 2
    assert "--key" in done.stdout


def test_a_missing_file_is_not_proved(tmp_path: Path) -> None:
    assert verifier(tmp_path / "absent.json").returncode == 1
