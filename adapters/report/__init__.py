"""What a campaign leaves for people: a report that a manager forwards, and its decisions as a table."""

from __future__ import annotations

from adapters.report.decisions import write_decisions
from adapters.report.html import write_report

__all__ = ["write_decisions", "write_report"]
