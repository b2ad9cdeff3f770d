"""Numbers, instants and texts the way each language writes them; the template asks for nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from adapters.report.phone import phone
from adapters.report.texts import NOUNS, TEXTS
from dialer.forecast import OFFICE_ZONE
from rules.rule import Text

_DAYS = {
    "fr": ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_MONTHS = {
    "fr": [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ],
    "en": [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
}
_SHORT_MONTHS = {
    "fr": ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."],
    "en": ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
}
_THIN = "\u202f"
_FIXED = "\u00a0"
_FRENCH_SPACING = (
    (" ;", f"{_THIN};"), (" ?", f"{_THIN}?"), (" !", f"{_THIN}!"), (" :", f"{_FIXED}:"), (" …", f"{_FIXED}…"),
    ("« ", f"«{_FIXED}"), (" »", f"{_FIXED}»"), (" —", f"{_FIXED}—"), ("'", "’"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Typesetter:
    """Raises `ValueError` for a language that the report is not written in."""

    language: str

    def __post_init__(self) -> None:
        if self.language not in _DAYS:
            raise ValueError(f"no report in {self.language!r}: choose 'fr' or 'en'")

    @property
    def french(self) -> bool:
        return self.language == "fr"

    def text(self, key: str, **values: object) -> str:
        return self.fine(TEXTS[key].fill(self.language, values))

    def words(self, text: Text) -> str:
        """A text without values, in the report's language."""
        return self.fine(text.fill(self.language, {}))

    def fine(self, text: str) -> str:
        """French spacing around double punctuation, so that no line starts with it, and curly apostrophes."""
        if not self.french:
            return text
        for plain, typeset in _FRENCH_SPACING:
            text = text.replace(plain, typeset)
        return text

    def number(self, value: int) -> str:
        return f"{value:,}".replace(",", _THIN if self.french else ",")

    def counted(self, value: int, noun: str) -> str:
        """`3 contacts`: the number and its noun, in the singular below two in French, at one in English."""
        forms = NOUNS[noun]
        one, many = forms.fr if self.french else forms.en
        singular = value < 2 if self.french else value == 1
        return f"{self.number(value)}{_FIXED}{one if singular else many}"

    def percent(self, value: int | None) -> str:
        return "—" if value is None else f"{value}{_THIN}%" if self.french else f"{value}%"

    def share(self, part: int, whole: int) -> str:
        """Whole percent; a dash without a whole, `< 1 %` rather than a zero that is not one."""
        if not whole:
            return "—"
        percent = round(100 * part / whole)
        return f"<{_FIXED}{self.percent(1)}" if part and not percent else self.percent(percent)

    def seconds(self, value: int | None) -> str:
        return "—" if value is None else f"{self.number(value)}{_FIXED}s"

    def talk(self, milliseconds: int) -> str:
        """A duration of speech, to the second; a dash for none."""
        if not milliseconds:
            return "—"
        minutes, seconds = divmod(round(milliseconds / 1000), 60)
        if not minutes:
            return f"{seconds}{_FIXED}s"
        return f"{minutes}{_FIXED}min{_FIXED}{seconds:02d}{_FIXED}s"

    def day(self, day: date) -> str:
        number = "1er" if self.french and day.day == 1 else str(day.day)
        return (
            f"{_DAYS[self.language][day.weekday()]} {number}{_FIXED}{_MONTHS[self.language][day.month - 1]} {day.year}"
        )

    def short_day(self, day: date) -> str:
        """`mar. 24 nov.`, in thirteen characters at most."""
        number = "1er" if self.french and day.day == 1 else str(day.day)
        weekday = _DAYS[self.language][day.weekday()][:3] + ("." if self.french else "")
        return f"{weekday}{_FIXED}{number}{_FIXED}{_SHORT_MONTHS[self.language][day.month - 1]}"

    def hour(self, hour: int) -> str:
        return f"{hour}{_FIXED}h" if self.french else f"{hour:02d}:00"

    def short_hour(self, hour: int) -> str:
        """Four characters at most, for the head of a narrow column."""
        return self.hour(hour) if self.french else f"{hour:02d}"

    def clock(self, at: datetime) -> str:
        """Hours and minutes on the clock of Paris."""
        local = at.astimezone(OFFICE_ZONE)
        return f"{local.hour}{_FIXED}h{_FIXED}{local.minute:02d}" if self.french else f"{local:%H:%M}"

    def moment(self, at: datetime) -> str:
        """Day and time in a sentence, on the clock of Paris."""
        return f"{self.day(at.astimezone(OFFICE_ZONE).date())} {'à' if self.french else 'at'} {self.clock(at)}"

    def stamp(self, at: datetime) -> str:
        """Day and time to the second in a table, on the clock of Paris."""
        local = at.astimezone(OFFICE_ZONE)
        return f"{self.short_day(local.date())} {local:%H:%M:%S}"

    def phone(self, e164: str) -> str:
        return phone(e164).replace(" ", _FIXED)
