"""decisions.csv, attempts.csv, recordings.csv, consents.csv, data.json and chain.jsonl: every row, for who sorts,
counts or verifies.

Tables open in French Excel with a double click: separator `;`, UTF-8 with a byte-order mark, CRLF; what a spreadsheet
would run as a formula gets an apostrophe before it.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from adapters.report.phone import phone
from adapters.submission.proof_files import ProofFile
from adapters.submission.words import disposition_word, kind_word, next_word, said_words, verdict_word
from dialer.chain_rows import ChainRow
from dialer.outlook import OFFICE_ZONE
from dialer.recording_digests import ToldRecording
from dialer.schema import Attempt
from dialer.submission import Case, Evidence, Person
from dialer.traces import RECORDINGS
from lists.report_csv import harmless

DECISIONS = (
    "N° de décision", "Date et heure (Paris)", "Instant exact (UTC)", "Campagne", "Personne", "Numéro", "Décision",
    "Règles", "Appel possible à partir de", "Faits effacés", "Empreinte SHA-256", "Ligne du journal",
)  # fmt: skip
ATTEMPTS = (
    "N° de tentative", "N° de décision", "Approuvée (Paris)", "Partie (Paris)", "Partie (UTC)", "Décrochée (UTC)",
    "Terminée (UTC)", "Personne", "Numéro appelé", "Numéro affiché", "Opérateur", "État", "Issue", "Code SIP",
    "Motif SIP", "Conversation (ms)", "Call-ID", "Ligne du journal",
)  # fmt: skip
CONSENTS = (
    "Pièce", "N°", "Personne", "Ce qui est consigné", "Preuve (référence)", "Fichier joint", "SHA-256 du fichier",
    "Liste",
)  # fmt: skip
RECORDED = (
    "N° de tentative", "Fichier", "Durée (ms)", "SHA-256 du fichier", "Ligne du journal", "Effacé (ligne du journal)",
)  # fmt: skip


class Sheet:
    """One table that is written row by row."""

    def __init__(self, file: TextIO, headings: Iterable[str]) -> None:
        self._writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
        self._writer.writerow(headings)
        self.rows = 0

    def write(self, *cells: object) -> None:
        self._writer.writerow([harmless("" if cell is None else str(cell)) for cell in cells])
        self.rows += 1


@contextmanager
def sheet(path: Path, headings: Iterable[str]) -> Iterator[Sheet]:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        yield Sheet(file, headings)


def decision_cells(case: Case, person: Person | None, seq: int | None) -> tuple[object, ...]:
    row = case.row
    return (
        row.id, paris(row.at), utc(row.at), case.campaign, named(person), phone(case.number),
        verdict_word(row.verdict), ", ".join(case.rules), next_word(row.next_at), "oui" if case.body is None else "",
        row.sha256, seq,
    )  # fmt: skip


def attempt_cells(attempt: Attempt, person: Person | None, seq: int | None) -> tuple[object, ...]:
    return (
        attempt.id, attempt.decision_id, paris(attempt.approved_at), paris(attempt.dialed_at), utc(attempt.dialed_at),
        utc(attempt.answered_at), utc(attempt.ended_at), named(person), phone(attempt.number),
        phone(attempt.caller_id), attempt.trunk, attempt.state, disposition_word(attempt.disposition),
        attempt.sip_code or "", attempt.sip_reason, attempt.talk_ms or "", attempt.call_id, seq,
    )  # fmt: skip


def evidence_cells(each: Evidence, person: Person | None, file: ProofFile | None) -> tuple[object, ...]:
    said = " ; ".join(said_words(each.said))
    return (
        kind_word(each.kind), each.id, named(person), said, each.proof, file.path if file else "",
        file.sha256 if file else "", each.list_name,
    )  # fmt: skip


def recording_cells(attempt_id: str, told: ToldRecording) -> tuple[object, ...]:
    return attempt_id, f"{RECORDINGS}/{attempt_id}.wav", told.ms, told.sha256, told.seq, told.deleted_by


class Document:
    """data.json, written part by part: a long period does not fit into memory twice."""

    def __init__(self, file: TextIO, head: Mapping[str, object]) -> None:
        self._file = file
        file.write("{" + json.dumps(head, ensure_ascii=False, sort_keys=True)[1:-1])

    def rows(self, name: str, rows: Iterable[Mapping[str, object]]) -> None:
        """One list of the document, one row a line."""
        self._file.write(f',\n"{name}": [')
        for number, row in enumerate(rows):
            self._file.write((",\n" if number else "\n") + json.dumps(row, ensure_ascii=False, sort_keys=True))
        self._file.write("\n]")

    def close(self) -> None:
        self._file.write("\n}\n")


def chain_line(row: ChainRow) -> str:
    """One row of the chain, as `docs/verification.md` describes it."""
    plain = {**row._asdict(), "at": row.at.astimezone(UTC).isoformat()}
    return json.dumps(plain, ensure_ascii=False, sort_keys=True) + "\n"


def named(person: Person | None) -> str:
    """The name, or the pseudonym of somebody whose data are erased."""
    if person is None:
        return ""
    return person.name or person.pseudonym


def paris(at: datetime | None) -> str:
    return f"{at.astimezone(OFFICE_ZONE):%d/%m/%Y %H:%M:%S}" if at else ""


def utc(at: datetime | None) -> str:
    return at.astimezone(UTC).isoformat() if at else ""
