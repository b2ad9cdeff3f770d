"""A second reading of the law, written from the dossier alone and as plainly as it can be said.

It exists to be compared with `rules/`: it shares no code, no table and no library with it, only the
columns of a case. Section numbers are those of the dossier.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tests.rules.reference_tables import (
    ABOLITION_DAYS,
    BY_COUNTRY_CODE,
    MOBILE,
    NPV,
    ORDINARY,
    PACIFIC,
    SURCHARGED,
    UNATTESTED,
    ZONES,
)

REFORM = date(2026, 8, 11)
HOURS_DECREE = date(2023, 3, 1)
ADAPTATION_BAN = date(2025, 7, 2)


def open_question(case: Mapping[str, str]) -> str:
    """Why the dossier does not settle this case, or nothing: such cases are not compared."""
    poll = case["advertiser_sector"] == "survey"
    if poll and case["consent"] == "withdrawn":
        return "is a poll barred by an objection to direct marketing?"
    if case["last_refusal_days_ago"]:
        instant = datetime.fromisoformat(case["instant_utc"])
        places = territories_of(case["contact_postcode"], case["number_e164"])
        if len({instant.astimezone(ZoneInfo(zone)).date() for place in places for zone in ZONES[place]}) > 1:
            return "days since a refusal, where two candidate zones stand on different dates?"
    return ""


def judge(case: Mapping[str, str]) -> tuple[str, list[str]]:
    """Verdict and rule ids of one case (section 2 columns), under the strict profile."""
    instant = datetime.fromisoformat(case["instant_utc"]).astimezone(UTC)
    territories = territories_of(case["contact_postcode"], case["number_e164"])
    clocks = [instant.astimezone(ZoneInfo(zone)) for territory in territories for zone in ZONES[territory]]
    today = max(clock.date() for clock in clocks) if clocks else instant.date()

    blocked = blocks(case, territories, clocks, today)
    relied_on = set()
    if case["contact_kind"] == "professional":
        relied_on.add("FR-B2B")
    if case["advertiser_sector"] == "survey":
        relied_on.add("FR-SURVEY")
    for rule in list(blocked):
        lifted_by = lifting(rule, case, today, clocks)
        if lifted_by:
            relied_on.update(lifted_by)
            del blocked[rule]

    if "deny" in blocked.values():
        return "deny", sorted(blocked)
    if blocked:
        return "defer", sorted(blocked)
    return "allow", sorted(relied_on) or ["NONE"]


def blocks(case: Mapping[str, str], territories: list[str], clocks: list[datetime], today: date) -> dict[str, str]:
    """Every rule that stands against the call, before any exemption for a single rule."""
    blocked = {}
    blocked.update(against_everyone(case, today))
    blocked.update(no_zone(clocks))
    commercial = case["advertiser_sector"] != "survey"
    if commercial:
        blocked.update(against_prospecting(case, clocks))
    if commercial and case["contact_kind"] != "professional":
        blocked.update(no_national_law(territories))
        if today >= HOURS_DECREE:
            blocked.update(days_and_hours(territories, clocks))
            blocked.update(repetition(case, today, clocks))
        blocked.update(permission(case, today, clocks))
        blocked.update(sector(case, today))
    return blocked


def against_everyone(case: Mapping[str, str], today: date) -> dict[str, str]:
    """Caller-number rules and sources kept up to date: no exception for professionals or polls."""
    caller = case["cli"]
    blocked = {}
    if case.get("sources_until") and today > date.fromisoformat(case["sources_until"]):
        blocked["PO-SOURCE-STALE"] = "defer"
    if caller == "anonymous":
        blocked["FR-CLI-MASKED"] = "deny"
    elif any(caller.startswith(prefix) for prefix in MOBILE):
        blocked["FR-CLI-MOBILE"] = "deny"
    elif any(caller.startswith(prefix) for prefix in SURCHARGED):
        blocked["FR-CLI-PREMIUM"] = "deny"
    elif caller.startswith(UNATTESTED) or not caller.startswith(NPV + ORDINARY):
        blocked["FR-CLI-NPV"] = "deny"
    if case["system_kind"] in ("automated", "ai-agent") and not any(caller.startswith(npv) for npv in NPV):
        blocked["FR-CLI-NPV"] = "deny"
    return blocked


def against_prospecting(case: Mapping[str, str], clocks: list[datetime]) -> dict[str, str]:
    """What professionals are owed too: objection, machine calls, the training-account ban."""
    blocked = {}
    if case["consent"] == "withdrawn":
        blocked["FR-OBJECTION"] = "deny"
    if case["system_kind"] == "ai-agent" and case["consent"] != "valid":
        blocked["FR-ROBOCALL-L34-5"] = "deny"
    elif case["system_kind"] == "ai-agent" and not accepted_hour(case, clocks):
        blocked["FR-ROBOCALL-L34-5"] = "defer"
    if case["advertiser_sector"] == "cpf-training":
        blocked["FR-SECTOR-CPF"] = "deny"
    return blocked


def accepted_hour(case: Mapping[str, str], clocks: list[datetime]) -> bool:
    """R.223-1 II: no consent outside the hours accepted; an hour such as 09:30 sorts as it passes."""
    spans = [span.strip().split("-") for span in case.get("consent_hours", "").split(";") if span]
    return not spans or all(any(begin <= f"{clock:%H:%M}" < end for begin, end in spans) for clock in clocks)


def no_zone(clocks: list[datetime]) -> dict[str, str]:
    """Section 3, step 1: no zone found, defer; professionals and polls too."""
    return {} if clocks else {"FR-TZ": "defer"}


def no_national_law(territories: list[str]) -> dict[str, str]:
    """5.1: no consumers in the Terres australes; the Pacific is denied (U-9)."""
    if any(territory in PACIFIC or territory == "terres-australes" for territory in territories):
        return {"FR-TERRITORY-PACIFIC": "deny"}
    return {}


def days_and_hours(territories: list[str], clocks: list[datetime]) -> dict[str, str]:
    """D.223-9: open in every zone where the consumer may be."""
    blocked = {}
    if not all(open_at(clock) for clock in clocks):
        blocked["FR-HOURS"] = "defer"
    days = {clock.date() for clock in clocks}
    if any(day in national_holidays(day.year) for day in days):
        blocked["FR-HOLIDAY"] = "defer"
    if any(day in regional_holidays(territory, day.year) for territory in territories for day in days):
        blocked["FR-HOLIDAY-REGIONAL"] = "defer"
    return blocked


def open_at(clock: datetime) -> bool:
    if clock.weekday() in (5, 6):
        return False
    morning = time(10) <= clock.time() < time(13)
    afternoon = time(14) <= clock.time() < time(20)
    return morning or afternoon


def repetition(case: Mapping[str, str], today: date, clocks: list[datetime]) -> dict[str, str]:
    """Four attempts per 30 days; 60 days after a refusal, for ever after the reform."""
    blocked = {}
    if int(case["attempts_last_30d"]) > 3:
        blocked["FR-FREQ"] = "defer"
    if case["last_refusal_days_ago"]:
        inside_60_days = int(case["last_refusal_days_ago"]) <= 60
        if today >= REFORM and case["consent"] != "valid":
            blocked["FR-REFUSAL-PERM"] = "deny"
        elif inside_60_days:
            blocked["FR-REFUSAL-60D"] = "defer"
        if today >= REFORM and case["consent"] == "valid" and not accepted_hour(case, clocks):
            blocked["FR-REFUSAL-PERM"] = "defer"
    return blocked


def permission(case: Mapping[str, str], today: date, clocks: list[datetime]) -> dict[str, str]:
    """Bloctel until 2026-08-10, consent since."""
    if today >= REFORM and case["consent"] == "valid":
        return {} if accepted_hour(case, clocks) else {"FR-CONSENT": "defer"}
    if today >= REFORM:
        return {"FR-CONSENT": "deny"}
    if case["bloctel_listed"] == "yes":
        return {"FR-BLOCTEL": "deny"}
    if case["bloctel_listed"] in ("not-checked-30d", "n/a", ""):
        return {"FR-BLOCTEL": "defer"}
    return {}


def sector(case: Mapping[str, str], today: date) -> dict[str, str]:
    blocked = {}
    if case["advertiser_sector"] == "energy-renovation":
        blocked["FR-SECTOR-ENERGY"] = "deny"
    if case["advertiser_sector"] == "home-adaptation" and today >= ADAPTATION_BAN:
        blocked["FR-SECTOR-ADAPT"] = "deny"
    if case["advertiser_sector"] == "insurance" and case["last_refusal_days_ago"] and today < REFORM:
        blocked["FR-SECTOR-INSURANCE"] = "deny"
    return blocked


def lifting(rule: str, case: Mapping[str, str], today: date, clocks: list[datetime]) -> list[str]:
    """The exemptions that remove this one rule (section 3, point 3)."""
    lifted_by = []
    bans = ("FR-CONSENT", "FR-BLOCTEL", "FR-SECTOR-CPF", "FR-SECTOR-ENERGY", "FR-SECTOR-ADAPT")
    if case["existing_contract"] == "yes-related" and rule in bans:
        lifted_by.append("FR-CONTRACT-EXC")
    if case["advertiser_sector"] == "press" and rule in ("FR-CONSENT", "FR-BLOCTEL"):
        lifted_by.append("FR-PRESS-EXC")
    if case["appointment_consent"] == "callback-5wd" and rule == "FR-CONSENT":
        asked = case.get("callback_from") or "0001-01-01"
        if min([clock.date() for clock in clocks] or [today]) >= date.fromisoformat(asked):
            lifted_by.append("FR-CALLBACK-5WD")
    agreed = ("slot",) if today >= REFORM else ("slot", "general")
    if case["appointment_consent"] in agreed and rule in ("FR-HOURS", "FR-HOLIDAY", "FR-HOLIDAY-REGIONAL"):
        lifted_by.append("FR-HOURS-APPT")
    return lifted_by


def territories_of(postcode: str, number: str) -> list[str]:
    """Where the consumer may live: by postcode, and only without one by the number's country code."""
    if not postcode:
        for code, territories in BY_COUNTRY_CODE.items():
            if number.startswith(code):
                return territories
        return []
    if len(postcode) == 5 and postcode[:2] in ("2A", "2B") and postcode[2:].isdigit():
        return ["metropole"]
    if len(postcode) != 5 or not all(character in "0123456789" for character in postcode):
        return []
    if postcode == "97133":
        return ["saint-barthelemy"]
    if postcode == "97150":
        return ["saint-martin"]
    overseas = {
        "971": "guadeloupe",
        "972": "martinique",
        "973": "guyane",
        "974": "reunion",
        "975": "miquelon",
        "976": "mayotte",
        "984": "terres-australes",
        "986": "wallis",
        "987": "polynesie",
        "988": "caledonie",
    }
    if postcode[:3] in overseas:
        return [overseas[postcode[:3]]]
    if postcode[:2] in ("57", "67", "68"):
        return ["alsace-moselle"]
    if 1 <= int(postcode[:2]) <= 95:
        return ["metropole"]
    return []


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (Meeus, Jones, Butcher)."""
    golden = year % 19
    century, year_of_century = divmod(year, 100)
    leap_centuries, rest = divmod(century, 4)
    moon = (century + 8) // 25
    moon_shift = (century - moon + 1) // 3
    epact = (19 * golden + century - leap_centuries - moon_shift + 15) % 30
    leaps, years = divmod(year_of_century, 4)
    weekday = (32 + 2 * rest + 2 * leaps - epact - years) % 7
    late = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def national_holidays(year: int) -> set[date]:
    """The eleven days of C. trav. L.3133-1."""
    fixed = [(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)]
    movable = [easter(year) + timedelta(days=after) for after in (1, 39, 50)]
    return {date(year, month, day) for month, day in fixed} | set(movable)


def regional_holidays(territory: str, year: int) -> set[date]:
    if territory == "alsace-moselle":
        return {easter(year) - timedelta(days=2), date(year, 12, 26)}
    return {date(year, month, day) for month, day in ABOLITION_DAYS.get(territory, [])}
