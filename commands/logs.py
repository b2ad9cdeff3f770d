"""Logs of a run, in the folder and nowhere else: the terminal belongs to the board.

One JSON object a line, ours and the libraries' alike. Calls and people stand there by their ids; a telephone
number that slips into a text is made unreadable.
"""

from __future__ import annotations

import logging
import re
from collections.abc import MutableMapping
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

import structlog

LARGEST = 10 * 1024 * 1024
"""Bytes of one file; then a new one is begun."""
KEPT = 9
"""Older files beside the present one."""
_NUMBER = re.compile(r"(?<![\w.])(?:\+\d{6,13}|0[1-9]\d{6})(?=\d{2}(?!\w))")


class _LogFile(RotatingFileHandler):
    """A full disk costs lines of the log, and no more: the database tells the trouble, and stops the run."""

    def handleError(self, record: logging.LogRecord) -> None:
        pass


def log_to(path: Path) -> None:
    """Append this process's log to a file that is renewed when it grows large, each line written at once."""
    before_rendering: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.dict_tracebacks,
        unreadable_numbers,
    ]
    handler = _LogFile(path, maxBytes=LARGEST, backupCount=KEPT, encoding="utf-8")
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=before_rendering,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.getLogger("dialer").setLevel(logging.INFO)
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # a coalesced tick is no news
    structlog.configure(
        processors=[*before_rendering, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
    )


def unreadable_numbers(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """All but the last two digits of what looks like a telephone number, however deep it stands."""
    for key, value in event.items():
        event[key] = _masked(value)
    return event


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        return _NUMBER.sub("…", value)
    if isinstance(value, dict):
        return {key: _masked(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_masked(each) for each in value]
    return value
