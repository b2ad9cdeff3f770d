"""Which recordings are of calls to whom. Their files bear nobody's number: our own are named by the attempt, those of
the loopback carrier by the Call-ID.

Whose a Call-ID is, the attempt says; for one that ended with its process, before it could be told, the far end's log
does. Files of earlier versions bear the called number.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from pathlib import Path

from sqlmodel import Session, col, select

from dialer.schema import Attempt, Phone
from dialer.traces import RECORDINGS, recording_stem

FAR_END = "carrier.jsonl"
"""Events of the loopback carrier, one a line."""
_AT_ONCE = 500
"""Ids in one question; databases bound the number of parameters."""


def recordings_of(session: Session, folder: Path, contact_ids: Collection[int]) -> list[Path]:
    """What was recorded of calls to these people. Raises `OSError`."""
    files = sorted((folder / RECORDINGS).glob("*.wav"))
    if not files or not contact_ids:
        return []
    numbers: set[str] = set()
    stems: set[str] = set()
    ids = sorted(contact_ids)
    for start in range(0, len(ids), _AT_ONCE):
        theirs = ids[start : start + _AT_ONCE]
        numbers.update(session.exec(select(Phone.number).where(col(Phone.contact_id).in_(theirs))))
        calls = session.exec(select(Attempt.id, Attempt.call_id).where(col(Attempt.contact_id).in_(theirs)))
        for attempt, call_id in calls:
            stems.add(attempt)
            if call_id:
                stems.add(recording_stem(call_id))
    stems.update(_heard_of(folder / FAR_END, numbers))
    stems.update(number[1:] for number in numbers)
    return [path for path in files if (path.stem.rpartition("-")[0] or path.stem) in stems]


def _heard_of(log: Path, numbers: Collection[str]) -> Iterator[str]:
    """Of the calls to these numbers that the far end tells of. A line that a crash cut short tells of none."""
    if not log.is_file():
        return
    with log.open(encoding="utf-8") as lines:
        for line in lines:
            if any(number in line for number in numbers) and line.endswith("}\n"):
                told = json.loads(line)
                if told.get("callee") in numbers:
                    yield recording_stem(told["call_id"])
