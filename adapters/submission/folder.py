"""Makes the folder for an authority, in the draft of which it becomes (`adapters.drafts`)."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

from sqlmodel import Session

from adapters.submission.asked import Asked, Written
from adapters.submission.gathering import gather
from adapters.submission.pdf import write_pdf
from adapters.submission.readme import readme
from dialer.faults import Verification
from dialer.proving import Proof
from dialer.seal_key import pem_of
from dialer.seals import seal_paths, seals_folder
from dialer.workspace import Workspace

MANIFEST, PROOF = "MANIFEST.sha256", "manifest-proof.json"
"""The list of all files but these two, and what proves that the log tells of that list."""


def write_folder(
    draft: Path, target: Path, workspace: Workspace, session: Session, asked: Asked, chain: Verification,
    tick: Callable[[], None],
) -> Written:  # fmt: skip
    """Everything but the proof of its list into `draft`, which is to become `target`. Raises `OSError`."""
    gathered = gather(draft, workspace, session, asked.scope, tick)
    told = gathered.told(workspace, session, asked.subject, asked.made_by, chain)
    write_pdf(draft / "dossier.pdf", told, gathered.proofs)
    _copy_seals(workspace.settings.folder, draft, {seal.statement.key for seal in told.seals})
    (draft / "LISEZMOI.txt").write_text(readme(told, gathered.proofs), "utf-8")
    files = _write_manifest(draft)
    return Written(target, _sha256(draft / MANIFEST), files, chain, gathered)


def enclose_proof(draft: Path, proof: Proof) -> None:
    """Beside the list, which was on record before there was a proof of that."""
    plain = json.dumps(proof.to_dict(), indent=1, ensure_ascii=False)
    (draft / PROOF).write_text(plain + "\n", "utf-8")


def manifest_of(draft: Path) -> str:
    """The digest of a draft's list when all its files are as they stand there; empty for one that is not whole."""
    try:
        listed = [line.split("  ", 1) for line in (draft / MANIFEST).read_text("utf-8").splitlines()]
        return _sha256(draft / MANIFEST) if all(_sha256(draft / name) == digest for digest, name in listed) else ""
    except FileNotFoundError:
        return ""


def _copy_seals(folder: Path, draft: Path, keys: set[str]) -> None:
    """Every seal, and the public keys that signed them."""
    copies = seals_folder(draft)
    for path in seal_paths(folder):
        copies.mkdir(exist_ok=True)
        shutil.copyfile(path, copies / path.name)
    for number, key in enumerate(sorted(keys), 1):
        (draft / (f"seal-{number}.pub" if len(keys) > 1 else "seal.pub")).write_bytes(pem_of(key))


def _write_manifest(draft: Path) -> int:
    """One line for each file, in the form that `sha256sum -c` reads; how many they are."""
    files = sorted(path for path in draft.rglob("*") if path.is_file())
    lines = [f"{_sha256(path)}  {path.relative_to(draft).as_posix()}\n" for path in files]
    (draft / MANIFEST).write_text("".join(lines), "utf-8")
    return len(files)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
