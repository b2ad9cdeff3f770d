"""Phone numbers as French readers write them; reports and tables share one spelling."""

from __future__ import annotations

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat

_NATIONAL = frozenset({33, 262, 590, 594, 596})
"""Country codes whose subscribers are written with a 0 and ten digits in France."""


def phone(e164: str) -> str:
    """`06 39 98 01 00` for France and its departments, `+44 7700 900123` elsewhere, anything else as it is."""
    try:
        number = phonenumbers.parse(e164)
    except NumberParseException:
        return e164
    national = number.country_code in _NATIONAL
    return phonenumbers.format_number(
        number, PhoneNumberFormat.NATIONAL if national else PhoneNumberFormat.INTERNATIONAL
    )
