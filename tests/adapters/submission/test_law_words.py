"""Whatever of the rulebook comes onto a page for a French officer, there are French words for it."""

from __future__ import annotations

import pytest

from adapters.submission.law_words import MARKS, citation_word, reason_words, sector_word, value_name, value_parts
from rules import places
from rules.facts import Sector
from rules.numbers import NumberTable
from rules.places import Place
from rules.rulebook import french_rulebook


@pytest.mark.parametrize("sector", Sector)
def test_every_sector_has_its_words(sector: Sector) -> None:
    assert sector_word(sector) != sector.value


@pytest.mark.parametrize("entry", NumberTable.shipped().entries, ids=lambda each: each.name)
def test_every_number_of_the_law_has_a_name_and_a_content_in_french(entry: object) -> None:
    assert value_name(entry.name) != entry.name  # type: ignore[attr-defined]
    assert all(value_parts(entry.value))  # type: ignore[attr-defined]


def test_weekdays_hours_and_numbers_are_told_as_people_say_them() -> None:
    numbers = {entry.name: list(value_parts(entry.value)) for entry in NumberTable.shipped().entries}
    assert numbers["call-weekdays"] == ["lundi", "mardi", "mercredi", "jeudi", "vendredi"]
    assert numbers["call-windows"] == ["10:00–13:00", "14:00–20:00"]
    assert numbers["frequency-cap"] == ["4"]


def test_every_mark_of_a_source_is_explained() -> None:
    book = french_rulebook()
    items = [*book.rules, *book.exemptions, *book.duties]
    told = {citation_word(citation) for item in items for citation in item.citations}
    marks = {each[each.rindex("[") :] for each in told if each.endswith("]")}
    assert marks == {"[S2]", "[S]", "[M]"}
    assert all(mark in MARKS for mark in marks)
    assert "[P]" not in "".join(told)


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("il est 20:10:00 le 2026-08-10 chez le consommateur (Indian/Reunion)",
         "il est 20:10:00 le 10/08/2026 chez le consommateur (Indian/Reunion)"),
        ("droit local de nouvelle-caledonie non décrit ici", "droit local de Nouvelle-Calédonie non décrit ici"),
        ("le 2026-05-27 est férié en saint-martin (choix de prudence)",
         "le 27/05/2026 est férié en Saint-Martin (choix de prudence)"),
        ("numéro +33639980100, code postal '7500'", "numéro +33639980100, code postal '7500'"),
    ],
)  # fmt: skip
def test_days_and_places_in_a_reason_are_told_in_french(words: str, shown: str) -> None:
    assert reason_words(words) == shown


@pytest.mark.parametrize(
    "place", [each for each in vars(places).values() if isinstance(each, Place) and each is not places.METROPOLE],
    ids=lambda place: place.name,
)  # fmt: skip
def test_every_place_that_a_reason_may_name_has_its_accents(place: Place) -> None:
    assert reason_words(f"en {place.name} (choix)") != f"en {place.name} (choix)"
