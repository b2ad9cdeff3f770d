"""The sentences of one kind of problem, in both languages."""

from __future__ import annotations

from dataclasses import dataclass

DATE_FR = "Écrivez la date jj/mm/aaaa ou aaaa-mm-jj."
DATE_EN = "Write the date dd/mm/yyyy or yyyy-mm-dd."


@dataclass(frozen=True, slots=True)
class Wording:
    """The sentences of one code. `{detail}` is filled with what the reader knows of the case."""

    message_fr: str
    message_en: str
    remedy_fr: str
    remedy_en: str
