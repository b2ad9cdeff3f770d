"""Facts of the French numbering plan that the numbering library does not give, as data with sources.

Kept apart from `numbers` so that a change of the plan is a change of a table.
"""

from __future__ import annotations

FICTION_PREFIXES = {
    "+3319900": "fixed",
    "+3326191": "fixed",
    "+3335301": "fixed",
    "+3346571": "fixed",
    "+3353649": "fixed",
    "+3363998": "mobile",
}
"""Reserved for works of fiction: dossier 5.4. The library calls +33 6 39 98 invalid."""

OVERSEAS_PREFIXES = {
    "0262": "RE", "0263": "RE", "0692": "RE", "0693": "RE", "07092": "RE", "02688": "RE",
    "0269": "YT", "0639": "YT", "070935": "YT", "070936": "YT", "070937": "YT", "02689": "YT",
    "0590": "GP", "0690": "GP", "0691": "GP", "07090": "GP", "05987": "GP",
    "0594": "GF", "0694": "GF", "05988": "GF",
    "070930": "GF", "070931": "GF", "070932": "GF", "070933": "GF",
    "0596": "MQ", "0696": "MQ", "0697": "MQ", "07091": "MQ", "05989": "MQ",
    "0508": "PM", "07084": "PM", "07085": "PM",
}  # fmt: skip
"""National prefix → territory whose own country code the number belongs to: dossier 5.4 and 5.3.
The library would read some of them (0263, 0269, 0508, 0596 …) as metropolitan."""

CODE_WITHIN = "508"
"""Saint-Pierre-et-Miquelon: its ten digits are 0, its country code, and six digits (dossier 5.4)."""

METROPOLITAN_WITHIN_OVERSEAS = "063998"
"""The mobile range for fiction lies inside Mayotte's 0639: dossier 5.4."""

POSTCODE_TERRITORIES = {"975": "PM", "986": "WF", "987": "PF", "988": "NC"}
"""Postcode prefix → territory whose subscribers write their numbers without any prefix."""

CODES_OF_THE_PLAN = frozenset({33, 262, 508, 590, 594, 596})
"""Country codes that share the French plan."""

NO_SUBSCRIBER = "(?:8[0-9]{8}|93[7-9][0-9]{6})"
"""National number that is no person's under any code of the plan, whatever the library calls it: special rates, and
0937 to 0939, kept for exchanges between platforms and mobile networks (dossier 5.4)."""

MACHINES = "700"
"""Under 33: fourteen-digit numbers of connected objects, never a person (dossier 5.4)."""

SHORTEST = 6
"""Fewer digits without a country code are a short number; subscribers overseas write six."""

DIRECTORY_ENQUIRIES = "118[0-9]{3}"

LENGTHS_OVERSEAS = frozenset({6, 8})
"""Digits of a number without any prefix in the territories of POSTCODE_TERRITORIES."""

MAIN_TERRITORY = {590: "GP"}
"""Country code → territory to name where the number alone does not tell (590: also Saint-Martin)."""

LENGTHS_WITH_CODE = {"33": 11, "262": 12, "590": 12, "594": 12, "596": 12}
"""Country code → digits of a whole number under it, by which one that lost its plus is known.
Others are left out: eleven digits of a mistyped 06 would read as Australian."""

EMERGENCY = frozenset({"15", "17", "18", "112", "114", "115", "119", "191", "196", "197", "116000", "116006", "116117"})
"""Emergency and rescue numbers: never reachable by a campaign (dossier 5.4)."""


def overseas_territory(national: str) -> str | None:
    """The territory of a national number of ten digits (`0692…` → `RE`); None in the metropolis."""
    if national.startswith(METROPOLITAN_WITHIN_OVERSEAS):
        return None
    for length in (4, 5, 6):
        territory = OVERSEAS_PREFIXES.get(national[:length])
        if territory is not None:
            return territory
    return None
