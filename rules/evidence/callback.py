"""A proven request for information, and the last day on which it may be answered by telephone."""

from __future__ import annotations

from datetime import date, timedelta

from rules.calendars import national_holidays

_SUNDAY = 7


def last_callback_day(requested_on: date, working_days: int = 5) -> date:
    """« dans les cinq jours ouvrables suivant la demande » (C. conso. R.223-4).

    The day of the request is not counted; Saturdays count, Sundays and national holidays do not.
    """
    day, left = requested_on, working_days
    while left:
        day += timedelta(days=1)
        if day.isoweekday() != _SUNDAY and day not in national_holidays(day.year):
            left -= 1
    return day
