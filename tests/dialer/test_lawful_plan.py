"""A campaign whose numbers or hours the law forbids is refused when it is created, with the rule's own reason."""

from __future__ import annotations

import pytest

from dialer.dispositions import Disposition
from dialer.errors import SettingsRefused
from dialer.lawful_plan import require_lawful
from dialer.plan import CampaignPlan
from dialer.retry_policy import RetryPolicy
from rules.facts import Sector, SystemKind
from tests.dialer.agency import Agency
from tests.dialer.fakes import MORNING

S = SystemKind
NPV, FIXED, MOBILE, PREMIUM = "+33162000001", "+33199000001", "+33639980001", "+33899000000"


@pytest.mark.parametrize(
    ("system", "number", "rule"),
    [
        (S.AI_AGENT, NPV, None),
        (S.AUTOMATED, NPV, None),
        (S.HUMAN_AGENT, NPV, None),
        (S.HUMAN_AGENT, FIXED, None),
        (S.AUTOMATED, FIXED, "FR-CLI-NPV"),
        (S.AI_AGENT, FIXED, "FR-CLI-NPV"),
        (S.HUMAN_AGENT, MOBILE, "FR-CLI-MOBILE"),
        (S.AUTOMATED, MOBILE, "FR-CLI-MOBILE"),
        (S.HUMAN_AGENT, PREMIUM, "FR-CLI-PREMIUM"),
        (S.HUMAN_AGENT, "anonymous", "FR-CLI-MASKED"),
        (S.HUMAN_AGENT, "3000", "FR-CLI-NPV"),
    ],
)
def test_each_mode_has_the_caller_ids_that_the_law_allows_it(
    agency: Agency, system: SystemKind, number: str, rule: str | None
) -> None:
    plan = agency.plan(system=system, caller_ids=(NPV, number))
    if rule is None:
        require_lawful(plan, MORNING)
        return
    with pytest.raises(SettingsRefused, match=rule) as told:
        require_lawful(plan, MORNING)
    assert rule in told.value.message_fr
    assert "\n" not in str(told.value) + told.value.message_fr


def wishing(agency: Agency, hours: str, wish: str | tuple[str, ...] = "part", **changes: object) -> CampaignPlan:
    policy = RetryPolicy(
        after_minutes={Disposition.NO_ANSWER: 60},
        day_part={Disposition.NO_ANSWER: wish},
        day_parts={"part": hours, "rest": "14:00-17:00"},
    )
    return agency.plan(retry=policy, concerns_business=False, **changes)


@pytest.mark.parametrize(
    ("hours", "open_"),
    [
        ("10:00-12:00", True),
        ("06:00-10:15", True),
        ("06:00-10:00", False),
        ("13:00-14:00", False),
        ("13:00-14:00;19:00-21:00", True),
        ("20:00-22:00", False),
    ],
)
@pytest.mark.parametrize("wish", ["part", "another"])
def test_a_part_of_the_day_in_which_nobody_may_ever_be_called_is_refused(
    agency: Agency, hours: str, open_: bool, wish: str
) -> None:
    plan = wishing(agency, hours, wish)
    if open_:
        require_lawful(plan, MORNING)
        return
    with pytest.raises(SettingsRefused, match=r"retry\.day_parts\.part never is within the hours of the law"):
        require_lawful(plan, MORNING)


def test_what_no_retry_wishes_for_may_lie_outside_the_hours(agency: Agency) -> None:
    require_lawful(wishing(agency, "20:00-22:00", ("rest",)), MORNING)


@pytest.mark.parametrize(
    "changes", [{"sector": Sector.SURVEY}, {"concerns_business": True}], ids=["survey", "business"]
)
def test_whom_the_hours_do_not_protect_may_be_called_in_the_evening(agency: Agency, changes: dict[str, object]) -> None:
    require_lawful(wishing(agency, "20:00-22:00").model_copy(update=changes), MORNING)


def test_such_a_campaign_is_neither_created_nor_started(agency: Agency, person: int) -> None:
    before = agency.numbers_of_rows()
    with pytest.raises(SettingsRefused, match="never is within the hours"):
        agency.campaign(retry=wishing(agency, "20:00-22:00").retry, concerns_business=False)
    assert agency.numbers_of_rows() == before
