"""Files of evidence written and imported in one line, for tests of what they change."""

from __future__ import annotations

from typing import Any

from dialer.evidence import import_evidence
from dialer.imports import Imported
from lists.evidence_files import EvidenceKind
from tests.dialer.agency import Agency
from tests.dialer.reading import evidence_of


def load(agency: Agency, kind: str, *lines: str, name: str = "", **options: Any) -> Imported:
    """Import these lines, the header first, as the file of that name."""
    path = agency.workspace.path(f"{name or kind}.csv")
    path.write_text("\n".join(lines) + "\n", "utf-8")
    now = agency.clock.now()
    file = evidence_of(path, EvidenceKind(kind), now.date())
    with agency.transaction() as session:
        return import_evidence(session, agency.workspace.settings, file, name or kind, now, **options)


def codes(imported: Imported) -> list[tuple[int, str, str]]:
    """Line, severity and code of every problem."""
    found = imported.problems.sort("line", "code").select("line", "severity", "code")
    return [tuple(row) for row in found.iter_rows()]
