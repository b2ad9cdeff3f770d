"""What a file says about contracts, read on the strict side: one that may be over is over.

Kept apart from consents because a contract opens calls for as long as it runs (art. L.223-1 C. conso.: « l'exécution
d'un contrat en cours »), so that what tells of its end must never be lost.
"""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from lists.boxes import POSITIVE
from lists.cells import Cells, Column, Reading
from lists.dates import is_negative, read_date, without_time
from lists.evidence import Said
from lists.fields import Field, plain

_RUNNING = frozenset(
    map(
        plain,
        (
            *(POSITIVE - {"✓", "✔"}), "actif", "active", "activé", "activée", "en cours", "en service", "en vigueur",
            "signé", "signée", "signed", "ouvert", "open", "running", "in force", "in progress", "current", "valide",
            "valid", "activated",
        ),
    )
)  # fmt: skip
_ENDED = frozenset(
    map(
        plain,
        (
            "résilié", "résiliée", "résiliation", "terminé", "terminée", "clos", "close", "clôturé",
            "clôturée", "closed", "fini", "finie", "finished", "échu", "échue", "expiré", "expirée", "expired",
            "ended", "cancelled", "canceled", "terminated", "annulé", "annulée", "inactif", "inactive", "suspendu",
            "suspendue", "suspended", "archivé", "archivée", "archived",
        ),
    )
)  # fmt: skip


def contracts(cells: Cells, today: date) -> Said:
    """Columns `contract_*`; a contract whose start is unreadable or to come is not stated, unless it is over.

    One that has ended, or of which it cannot be read whether it has, is stated with an end before today: it permits
    nothing, and tells that an earlier one of its object no longer does. A row that says that there is no contract
    tells it of every object. `contract_advertiser`: as the row names them.
    """
    column, since = cells.single(Field.CONTRACT_OBJECT), cells.single(Field.CONTRACT_SINCE)
    none = _says_none(column)
    told, bad_ends = _ends(cells, today)
    ends = pl.select(pl.when(none).then(_before(today)).otherwise(told)).to_series()
    starts, bad_starts = since.read(lambda text: _read_start(text, today), pl.Date, by=without_time)
    over = (ends < today).fill_null(False)
    named = none | column.stated() | (~column.filled() & ends.is_not_null())
    unnamed = none | column.texts.str.to_lowercase().is_in([*POSITIVE, "en cours", ""])
    return {
        "contract_stated": named & (over | ~(since.stated() & starts.is_null())),
        "contract_object": column.texts.set(unnamed, None),
        "contract_since": starts,
        "contract_until": ends,
        "contract_proof": _proof(cells),
        "contract_advertiser": cells.single(Field.ADVERTISER).or_null(),
    }, pl.concat([bad_ends, bad_starts])


def _says_none(column: Column) -> pl.Series:
    """Where the cell that should name a contract says that there is none, or none any more."""

    def said(text: str) -> Reading[bool]:
        return Reading(bool(text) and (is_negative(text) or plain(text) in _ENDED))

    return column.read(said, pl.Boolean)[0]


def _proof(cells: Cells) -> pl.Series:
    proof = cells.single(Field.CONTRACT_PROOF)
    return proof.texts.set(~proof.stated(), None)


def _ends(cells: Cells, today: date) -> tuple[pl.Series, pl.DataFrame]:
    """The earliest end that a row tells, in any column; the day before today where one cannot be read."""
    over = _before(today)
    status = cells.single(Field.CONTRACT_STATUS)
    read = [
        column.read(lambda text: _read_end(text, over), pl.Date, by=without_time)
        for column in cells.of(Field.CONTRACT_UNTIL)
    ]
    read.append(status.read(lambda text: _read_status(text, over), pl.Date))
    earliest = pl.DataFrame({str(place): days for place, (days, _) in enumerate(read)}).min_horizontal()
    return earliest.rename(""), pl.concat(problems for _, problems in read)


def _before(today: date) -> date:
    return today - timedelta(days=1)


def _read_end(text: str, over: date) -> Reading[date | None]:
    """Under `Résilié` stands a day, or a yes."""
    if is_negative(text):
        return Reading(None)
    if text.casefold() in POSITIVE or plain(text) in _ENDED:
        return Reading(over)
    day = read_date(text)
    return Reading(day) if day else Reading(over, "contract-end-unreadable")


def _read_status(text: str, over: date) -> Reading[date | None]:
    """A contract that is not said to be running is over."""
    if not text or plain(text) in _RUNNING:
        return Reading(None)
    ended = is_negative(text) or plain(text) in _ENDED
    return Reading(over, "" if ended else "contract-status-unreadable")


def _read_start(text: str, today: date) -> Reading[date | None]:
    day = read_date(text)
    if day is None:
        return Reading(None, "" if is_negative(text) else "contract-start-unreadable")
    return Reading(None, "contract-start-future") if day > today else Reading(day)
