"""Where people stand in campaigns, against what was decided and called: nobody is passed over without a reason.

No row of the chain tells each of these places, which change with every question. But lists, calls, decisions, wishes
and oppositions are held, and a place that none of them explains was written by somebody else.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from dialer.driver import Driver
from dialer.faults import Fault
from dialer.ledger import LIVE, NOT_COUNTED
from dialer.recorded.people import Campaigns


def _words(states: frozenset[Any]) -> str:
    return ", ".join(f"'{state}'" for state in sorted(states))


_HOPELESS = "'never', 'beyond-horizon'"
_CALLS = "(SELECT {what} FROM attempt a WHERE a.contact_id = c.contact_id AND a.campaign_id = c.campaign_id{more})"
_NEWEST = (
    "(SELECT {what} FROM decision d WHERE d.contact_id = c.contact_id AND d.campaign_id = c.campaign_id "
    "ORDER BY d.id DESC LIMIT 1)"
)
_ON_THE_LINE = _CALLS.format(what="1", more=f" AND a.state IN ({_words(LIVE)})")
_ENDED = _CALLS.format(what="1", more=f" AND a.state NOT IN ({_words(LIVE | NOT_COUNTED)})")
_OPPOSED = (
    "(SELECT 1 FROM phone p JOIN opposition o ON o.number = CAST(substr(p.number, 2) AS BIGINT) "
    "WHERE p.contact_id = c.contact_id)"
)
_FROM = "SELECT c.campaign_id, c.contact_id FROM candidate c WHERE"
_CONTRADICTIONS = (
    (
        "SELECT l.campaign_id, m.contact_id FROM campaign_list l JOIN list_member m ON m.list_id = l.list_id "
        "LEFT JOIN candidate c ON c.campaign_id = l.campaign_id AND c.contact_id = m.contact_id "
        "WHERE c.contact_id IS NULL",
        "is on a list of the campaign, and has no place in it",
        "est sur une liste de la campagne, et n'y a pas de place",
    ),
    (
        f"{_FROM} c.state = 'calling' AND NOT EXISTS {_ON_THE_LINE}",
        "is said to be on the line, and no call to them is under way",
        "est dit en ligne, et aucun appel n'est en cours",
    ),
    (
        f"{_FROM} c.state = 'done' AND NOT EXISTS {_ENDED}",
        "is said to be done, and no call of the campaign to them has ended",
        "est dit terminé, et aucun appel de la campagne n'est fini",
    ),
    (
        f"{_FROM} c.state = 'waiting' AND c.due_at IS NULL",
        "waits for no instant, and would so wait for ever",
        "n'attend aucun instant, et attendrait donc toujours",
    ),
    (
        f"{_FROM} c.tries > 0 AND c.tries > {_CALLS.format(what='count(*)', more='')}",
        "is said to have been tried more often than there were calls",
        "est dit essayé plus souvent qu'il n'y eut d'appels",
    ),
    (
        f"{_FROM} c.state = 'never' AND coalesce({_NEWEST.format(what='d.next_at')}, '') NOT IN ({_HOPELESS}) "
        f"AND NOT EXISTS (SELECT 1 FROM wish w WHERE w.contact_id = c.contact_id) AND NOT EXISTS {_OPPOSED}",
        "is put aside, though nothing that is on record speaks against a call",
        "est écarté, alors que rien de consigné ne s'oppose à un appel",
    ),
)
"""What cannot be, as a query for whom it concerns, and in words."""
_WAITING = (
    f"SELECT c.campaign_id, c.contact_id, c.due_at, {_NEWEST.format(what='d.next_at')} FROM candidate c "
    "WHERE c.state = 'waiting' AND c.due_at > {after} AND NOT EXISTS "
    "(SELECT 1 FROM agreed_slot s WHERE s.contact_id = c.contact_id) AND NOT EXISTS " + _ENDED
)
"""For an instant to come, which nothing but a decision can have named: without an agreed hour, and without a call that
may be tried again."""
_SOON = timedelta(hours=1)
_TOO_LATE = "waits for an instant that no decision names", "attend un instant qu'aucune décision ne nomme"


class Candidates:
    """Follows what was put off for many by the decision about one."""

    def __init__(self, campaigns: Campaigns) -> None:
        self._campaigns = campaigns
        self._put_off: set[datetime] = set()

    def put_off(self, told: dict[str, Any]) -> None:
        self._put_off.add(datetime.fromisoformat(told["until"]))

    def check(self, driver: Driver, end: int) -> Fault | None:
        """Somebody whose place nothing explains; `end` is the row after the last of the chain."""
        return next(self._faults(driver, end), None)

    def _faults(self, driver: Driver, end: int) -> Iterator[Fault]:
        for query, *words in _CONTRADICTIONS:
            for campaign, contact_id in driver.rows(f"{query} LIMIT 1"):
                yield self._fault(end, campaign, contact_id, *words)
        newest = driver.rows("SELECT at FROM audit ORDER BY seq DESC LIMIT 1")
        latest = driver.instant(newest[0][0]) if newest else None
        if latest is None:
            return
        after = f"'{driver.value(latest + _SOON)}'"
        for campaign, contact_id, due_at, named in driver.stream(_WAITING.format(after=after)):
            if not self._explained(_instant(driver, due_at), named):
                yield self._fault(end, campaign, contact_id, *_TOO_LATE)

    def _explained(self, due_at: datetime | None, named: str | None) -> bool:
        """Whether the newest decision names the instant, or one about somebody else of the same place."""
        return due_at in self._put_off or ((named or "")[:1].isdigit() and due_at == datetime.fromisoformat(str(named)))

    def _fault(self, seq: int, campaign: int, contact_id: int, english: str, french: str) -> Fault:
        name = self._campaigns.named(campaign) or campaign
        return Fault(
            seq,
            f"contact {contact_id} {english} (campaign {name!r})",
            f"le contact {contact_id} {french} (campagne {name!r})",
        )


def _instant(driver: Driver, value: Any) -> datetime | None:
    """None: somebody wrote something else there, which SQLite takes."""
    try:
        return driver.instant(value)
    except ValueError:
        return None
