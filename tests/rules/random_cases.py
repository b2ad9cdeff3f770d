"""Random cases over every place, edge and fact that the columns of a case can say, 2023 to 2028.

Each column leans towards the value that lets a call pass, so that a fair share of cases is decided by
one or two obstacles and not by ten.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from tests.rules.reference import easter, territories_of
from tests.rules.reference_tables import ZONES

FIRST_DAY, LAST_DAY = date(2023, 1, 1), date(2028, 12, 31)

WRITTEN_POSTCODES = (
    *("75001", "01000", "13001", "20000", "2A004", "2B033", "95880", "57000", "67000", "68000"),
    *("97100", "97133", "97150", "97200", "97300", "97400", "97500", "97600", "98400", "98600"),
    *("98713", "98740", "98755", "98800", "98000", "00100", "96000", "97700", "99999", "7500", "750010", "ABCDE"),
)
NUMBERS = (
    *("+33199000001", "+33639980001", "+590590010000", "+594594000000", "+596596000000", "+262262000000"),
    *("+262269000000", "+508410000", "+681720000", "+687200000", "+68940400000", "+32460000000"),
)
CALLER_IDS = (
    *("+33162000000", "+33163000000", "+33270000000", "+33271000000", "+33377000000", "+33378000000"),
    *("+33424000000", "+33425000000", "+33568000000", "+33569000000", "+33948000000", "+33949000000"),
    *("+590947500000", "+594947600000", "+596947700000", "+262947800000", "+262947900000"),
    *("+590598700000", "+594598800000", "+596598900000", "+262268800000", "+262268900000"),
    *("+33199000100", "+33261910100", "+33353010100", "+33465710100", "+33536490100", "+33972000000"),
    *("+33164000000", "+33426000000", "+590590010000", "+262263000000", "+508410000", "+262940000000"),
    *("+33639980100", "+33730000000", "+33790000000", "+590690000100", "+590709000100", "+594694000100"),
    *("+596696000100", "+262692000100", "+262639000100", "+262709200100", "+508708000100"),
    *("+33800000000", "+33806000000", "+33810000000", "+33820000000", "+33899000000", "+442079460000"),
    *("+33700000000", "+33720000000", "+33937000000", "+33939000000", "118008", "1023", "3900"),
    "anonymous",
)

# column -> (value, weight)
WEIGHTED = {
    "contact_kind": {"consumer": 85, "professional": 15},
    "advertiser_sector": {
        **{"generic": 40, "telecom": 5, "energy-supply": 5, "insurance": 10, "press": 10},
        **{"energy-renovation": 8, "home-adaptation": 8, "cpf-training": 8, "survey": 6},
    },
    "consent": {"valid": 60, "none": 20, "withdrawn": 10, "expired-or-unproven": 10},
    "existing_contract": {"no": 60, "yes-related": 30, "yes-unrelated": 10},
    "bloctel_listed": {"no": 60, "yes": 20, "not-checked-30d": 10, "n/a": 10},
    "attempts_last_30d": {"0": 50, "1": 10, "3": 20, "4": 10, "9": 10},
    "last_refusal_days_ago": {"": 70, "0": 5, "1": 3, "30": 4, "59": 3, "60": 5, "61": 5, "200": 5},
    "appointment_consent": {"no": 50, "general": 15, "slot": 20, "callback-5wd": 15},
    "system_kind": {"human-agent": 50, "automated": 25, "ai-agent": 25},
    "consent_hours": {"": 75, "10:00-13:00": 8, "18:00-20:00; 09:30-11:45": 8, "08:00-22:00": 5, "20:00-21:00": 4},
}
DAYS_FROM_THE_CALL = {
    # how far from the day of the call, or no date
    "callback_from": {None: 60, -3: 10, 0: 20, 1: 10},
    "sources_until": {None: 75, -1: 5, 0: 10, 90: 10},
}

EDGES = (time(0), time(10), time(13), time(14), time(20))
_YEARS = range(FIRST_DAY.year, LAST_DAY.year + 1)
TURNING_DAYS = (
    *(date(2023, 3, 1), date(2023, 7, 25), date(2025, 7, 2), date(2026, 8, 11), FIRST_DAY, LAST_DAY),
    *(easter(year) + timedelta(days=after) for year in _YEARS for after in (-2, 0, 1, 39, 50)),
    *(
        date(year, month, day)
        for year in _YEARS
        for month, day in ((1, 1), (4, 27), (5, 1), (5, 8), (5, 22), (5, 27), (5, 28), (6, 10), (7, 14), (8, 15))
    ),
    *(date(year, month, day) for year in _YEARS for month, day in ((10, 9), (11, 1), (11, 11), (12, 20), (12, 25))),
    *(date(year, 12, 26) for year in _YEARS),
    # clocks change: last Sundays of March and October in Paris, second of March and first of November in Miquelon
    *(date(year, month, day) for year in _YEARS for month in (3, 10) for day in range(24, 32)),
    *(date(year, month, day) for year in _YEARS for month in (3, 11) for day in range(1, 17)),
)


def random_case(random: Random) -> dict[str, str]:
    """One case, without the columns that say what is expected."""
    postcode = random.choice((*WRITTEN_POSTCODES, *[""] * 10, *["75001"] * 8))
    number = random.choice(NUMBERS)
    case = {column: random.choices([*words], [*words.values()])[0] for column, words in WEIGHTED.items()}
    zone = zone_of(postcode, number)
    at = random_instant(random, zone)
    for column, days in DAYS_FROM_THE_CALL.items():
        away = random.choices([*days], [*days.values()])[0]
        case[column] = "" if away is None else str(at.astimezone(zone).date() + timedelta(days=away))
    return case | {
        "case_id": "random",
        "instant_utc": at.isoformat(),
        "contact_postcode": postcode,
        "number_e164": number,
        "cli": random.choice((*CALLER_IDS, *["+33162000000"] * 60)),
    }


def zone_of(postcode: str, number: str) -> ZoneInfo:
    """One of the zones in which the consumer may be, so that edges fall where they matter."""
    zones = [zone for territory in territories_of(postcode, number) for zone in ZONES[territory]]
    return ZoneInfo(zones[-1] if zones else "UTC")


def random_instant(random: Random, zone: ZoneInfo) -> datetime:
    """A local day and time, often at an edge, a second before or after it; at 2023-01-01 at the earliest."""
    any_day = FIRST_DAY + timedelta(days=random.randrange((LAST_DAY - FIRST_DAY).days + 1))
    day = random.choice((any_day, any_day, any_day, random.choice(TURNING_DAYS)))
    seconds_after_ten = timedelta(seconds=random.randrange(36_000))
    within_the_day = (datetime.combine(day, time(10)) + seconds_after_ten).time()
    at = datetime.combine(day, random.choice((random.choice(EDGES), within_the_day, within_the_day)), zone)
    at = at.astimezone(UTC) + timedelta(seconds=random.choice((-1, 0, 0, 1)))
    return max(at, datetime.combine(FIRST_DAY, time(0), zone).astimezone(UTC), datetime(2023, 1, 1, tzinfo=UTC))
