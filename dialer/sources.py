"""Opposition lists that must be renewed: which editions are loaded, and until when they count.

Kept apart from `oppositions`: this is read for every call, that changes what is planned.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlmodel import Session, col, func, select

from dialer.schema import Advertiser, Edition, ImportedList, ListKind
from dialer.settings import OppositionSourceSettings, Settings


@dataclass(frozen=True, slots=True)
class SourceState:
    """A required source on a day: the day whose state its newest whole edition shows (None: never loaded)."""

    source: OppositionSourceSettings
    as_of: date | None

    @property
    def until(self) -> date:
        """The last day on which it counts."""
        return self.as_of + timedelta(days=self.source.max_age_days) if self.as_of else date.min


def sources_until(session: Session, settings: Settings, advertiser: str, day: date) -> date | None:
    """The last day on which all sources are fresh that this advertiser's calls need; None when none is needed.

    Editions that show a day after `day` were not there yet.
    """
    states = source_states(session, settings.sources_for(advertiser), advertiser, day)
    return min((state.until for state in states), default=None)


def source_states(
    session: Session, sources: Sequence[OppositionSourceSettings], advertiser: str, day: date
) -> list[SourceState]:
    """How each source stands toward one advertiser.

    An edition that was loaded for another's calls does not count, nor one that may be cut off (`Edition.renews`).
    """
    if not sources:
        return []
    ours = select(Advertiser.id).where(Advertiser.key == advertiser)
    newest = (
        select(ImportedList.source, func.max(ImportedList.as_of))
        .join(Edition)
        .where(
            col(Edition.renews),
            ImportedList.kind == ListKind.OPPOSITION,
            col(ImportedList.source).in_([source.id for source in sources]),
            col(ImportedList.as_of) <= day,
            col(ImportedList.advertiser_id).is_(None) | col(ImportedList.advertiser_id).in_(ours),
        )
        .group_by(ImportedList.source)
    )
    as_of = dict(session.exec(newest).all())
    return [SourceState(source, as_of.get(source.id)) for source in sources]
