"""What a consent lacks to count at all, in words: the rules say only that it does not, and whoever keeps the file must
know what to bring."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from commands.desk import Desk
from rules.evidence import ConsentRecord


def gaps(d: Desk, record: ConsentRecord, notice: str, today: date) -> Iterator[str]:
    """Nothing for one that is whole; whether it covers a campaign's offer and system is for `dialer why` to say.

    `notice` is the name under which the record gives it, known to the settings or not (C. conso. R.223-1).
    """
    if record.is_denial:
        return
    if record.collected_on is None:
        yield d.text("la date (absente ou illisible)", "the date (absent or unreadable)")
    if not record.proof:
        yield d.text("la preuve", "the proof")
    if record.notice is None:
        yield d.text(
            f"la notice ({notice or 'non dite'} : pas sous [[notices]] de dialer.toml)",
            f"the notice ({notice or 'not told'}: not under [[notices]] of dialer.toml)",
        )
    elif record.collected_on is not None and record.proof and not record.is_proven:
        yield d.text(
            f"une notice complète ({notice} n'a pas les cinq mentions de R.223-1)",
            f"a complete notice ({notice} does not show the five items of R.223-1)",
        )
    if record.last_day is not None and record.last_day < today:
        yield d.text(f"un nouvel accord (échu le {record.last_day})", f"a new consent (it ended on {record.last_day})")
