"""The last calls that the rules held back, with the reasons in words, read as they come in."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col, func

from dialer.audit import Pseudonyms
from dialer.schema import DecisionRow
from dialer.vault import Erased, Vault, read_decision
from rules.rule import ENGINE_REASONS, Text, Verdict
from rules.rulebook import french_rulebook

SHOWN = 5
_LOOKED_BACK = 500
"""Decisions at the first look: what is older is no news."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """One answer other than yes; `person` is a pseudonym."""

    at: datetime
    person: str
    verdict: str
    next_at: str
    reasons_en: tuple[str, ...]
    reasons_fr: tuple[str, ...]

    def reasons(self, language: str) -> tuple[str, ...]:
        return self.reasons_en if language == "en" else self.reasons_fr


class LastRefusals:
    """The newest few; each look reads only what was decided since the last one."""

    def __init__(self, pseudonyms: Pseudonyms, vault: Vault) -> None:
        self._pseudonyms, self._vault = pseudonyms, vault
        self._kept: deque[Refusal] = deque(maxlen=SHOWN)
        self._read: int | None = None
        self._reasons = {rule.id: rule.reasons for rule in french_rulebook().rules}

    def look(self, session: Session) -> tuple[Refusal, ...]:
        """Newest first."""
        newest: int = session.execute(select(func.max(DecisionRow.id))).scalar_one() or 0
        since = max(0, newest - _LOOKED_BACK) if self._read is None else self._read
        if newest > since:
            rows = session.execute(
                select(DecisionRow)
                .where(col(DecisionRow.id) > since, col(DecisionRow.verdict) != Verdict.ALLOW.word)
                .order_by(col(DecisionRow.id).desc())
                .limit(SHOWN)
            ).scalars()
            self._kept.extendleft(self._refusal(session, row) for row in reversed(rows.all()))
        self._read = newest
        return tuple(self._kept)

    def _refusal(self, session: Session, row: DecisionRow) -> Refusal:
        try:
            findings = read_decision(session, self._vault, row)["decision"]["findings"]
        except Erased:
            findings = []
        blocking = [each for each in findings if _blocks(each)]
        english, french = (tuple(self._said(each, language) for each in blocking) for language in ("en", "fr"))
        return Refusal(row.at, self._pseudonyms.of(row.contact_id), row.verdict, row.next_at, english, french)

    def _said(self, finding: Mapping[str, Any], language: str) -> str:
        reasons: Mapping[str, Text] = self._reasons.get(finding["rule"], {})
        text = reasons.get(finding["reason"]) or ENGINE_REASONS.get(finding["reason"])
        said = text.fill(language, finding["values"]) if text else finding["reason"]
        return f"{finding['rule']}: {said}"


def _blocks(finding: Mapping[str, Any]) -> bool:
    return finding["verdict"] != Verdict.ALLOW.word and not finding["discharged_by"]
