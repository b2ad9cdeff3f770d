"""What the law of the day says of a plan before anybody is called: numbers to show, parts of the day to call in.

The rules themselves are asked, so that no number and no hour is encoded a second time.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from dialer.day_parts import ANOTHER, within
from dialer.errors import SettingsRefused
from dialer.plan import CampaignPlan
from rules.decide import decide
from rules.facts import Consent, ContactKind, Facts
from rules.places import possible_places
from rules.rule import Finding, Verdict
from rules.windows import Windows

_SOMEBODY, _SOMEWHERE = "+33199000000", "75001"
"""A number of fiction at an address on the clock of Paris; neither has to do with what is asked here."""
_CALLER_ID = "FR-CLI-"
_HOURS = "FR-HOURS"
_STEP, _SPAN = timedelta(minutes=15), timedelta(days=7)
"""Windows of the law begin and end on quarters of an hour, and their order comes again every week."""


def require_lawful(plan: CampaignPlan, at: datetime) -> None:
    """Raises `SettingsRefused` for a number that this kind of system may not show, or a part of the day in which
    nobody may ever be called."""
    for caller_id in plan.caller_ids:
        if against := _against(plan, caller_id, at):
            raise SettingsRefused(
                f"campaign {plan.name!r}: {_told(against, 'en')}; choose another caller id for system {plan.system}",
                f"campagne {plan.name!r} : {_told(against, 'fr')} ; "
                f"choisir un autre numéro pour le système {plan.system}",
            )
    for part in _parts_used(plan):
        if not _ever_open(plan, plan.retry.parts[part], at):
            raise SettingsRefused(
                f"campaign {plan.name!r}: retry.day_parts.{part} never is within the hours of the law "
                "(C. conso. D.223-9): no retry would ever come in it; give it other hours",
                f"campagne {plan.name!r} : retry.day_parts.{part} n'est jamais dans les heures légales "
                "(C. conso. D.223-9) : aucune relance n'y viendrait ; lui donner d'autres heures",
            )


def _against(plan: CampaignPlan, caller_id: str, at: datetime) -> list[Finding]:
    found = decide(_facts(plan, ContactKind.CONSUMER, caller_id), at).findings
    return [each for each in found if each.rule.id.startswith(_CALLER_ID) and each.verdict is Verdict.DENY]


def _told(findings: list[Finding], language: str) -> str:
    return "; ".join(f"{each.rule.id}: {each.reason(language)} ({each.rule.citations[0]})" for each in findings)


def _parts_used(plan: CampaignPlan) -> Iterator[str]:
    """Each part of the day that the retry policy can wish for."""
    wishes = [[each] if isinstance(each, str) else each for each in plan.retry.day_part.values()]
    for part in plan.retry.parts:
        if any(part in wish or ANOTHER in wish for wish in wishes):
            yield part


def _ever_open(plan: CampaignPlan, hours: Windows, at: datetime) -> bool:
    """Whether the law opens in these hours within a week, for those who are least protected among the called."""
    kind = ContactKind.PROFESSIONAL if plan.concerns_business else ContactKind.CONSUMER
    facts = _facts(plan, kind, plan.caller_ids[0])
    (place,) = possible_places(_SOMEWHERE, _SOMEBODY)
    start = at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    steps = (start + _STEP * step for step in range(_SPAN // _STEP))
    return any(
        _HOURS not in {each.rule.id for each in decide(facts, moment).blocking}
        for moment in steps
        if within(moment.astimezone(place.zone), hours)
    )


def _facts(plan: CampaignPlan, kind: ContactKind, caller_id: str) -> Facts:
    return Facts(
        number=_SOMEBODY,
        postcode=_SOMEWHERE,
        kind=kind,
        sector=plan.sector,
        system=plan.system,
        caller_id=caller_id,
        caller_id_authorised=True,
        consent=Consent.VALID,
    )
