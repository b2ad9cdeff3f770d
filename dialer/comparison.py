"""One list under two sets of rules: who would fare differently, and which rules make the difference."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from dialer.grouping import grouped
from dialer.past_calls import alike_under
from dialer.schema import Campaign
from dialer.settings import Settings
from rules.decide import decide
from rules.explain import Change, changes
from rules.rule import Profile, Verdict


@dataclass(frozen=True, slots=True)
class Comparison:
    """Contacts by their two verdicts, and by each rule that answers differently. `before` is `under`."""

    at: datetime
    under: date
    verdicts: dict[tuple[Verdict, Verdict], int]
    rules: dict[Change, int]

    def to_dict(self) -> dict[str, object]:
        """JSON-able form."""
        return {
            "at": self.at.isoformat(),
            "under": self.under.isoformat(),
            "verdicts": [
                {"before": before.word, "after": after.word, "contacts": count}
                for (before, after), count in self.verdicts.items()
            ],
            "rules": [{**change.to_dict(), "contacts": count} for change, count in self.rules.items()],
        }


def compare(
    session: Session, settings: Settings, campaign: Campaign, list_ids: Iterable[int], at: datetime, under: date
) -> Comparison:
    """Judge every member of the lists at `at` under the rules of `under` and under those of the day itself."""
    profile = Profile("strict", ring_guard_seconds=settings.ring_guard_seconds)
    everybody = grouped(session, settings, campaign, list_ids, at).by_place()
    groups, _ = alike_under(everybody, at, (None, under), profile).joined()
    verdicts: Counter[tuple[Verdict, Verdict]] = Counter()
    rules: Counter[Change] = Counter()
    for facts, contacts in zip(groups.facts(), groups.contacts, strict=True):
        before = decide(facts, at, profile=profile, law_of=under)
        after = decide(facts, at, profile=profile)
        verdicts[before.verdict, after.verdict] += contacts
        for change in changes(before, after):
            rules[change] += contacts
    return Comparison(at, under, dict(verdicts.most_common()), dict(rules.most_common()))
