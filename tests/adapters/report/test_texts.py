"""Both languages say everything, and each in its own typography."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from importlib.resources import files
from string import Formatter

import pytest

from adapters.report.outcomes import WORDINGS
from adapters.report.texts import NOUNS, TEXTS
from adapters.report.typesetting import Typesetter
from dialer.dispositions import Disposition
from rules.rule import Text

FR, EN = Typesetter("fr"), Typesetter("en")
ALL_TEXTS = TEXTS | {f"label {key}": wording.label for key, wording in WORDINGS.items()}
ALL_TEXTS |= {f"meaning {key}": wording.meaning for key, wording in WORDINGS.items()}


def values_of(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("text", [pytest.param(text, id=key) for key, text in ALL_TEXTS.items()])
def test_a_text_is_there_in_both_languages_and_uses_the_same_values(text: Text) -> None:
    assert text.fr.strip()
    assert text.en.strip()
    assert values_of(text.fr) == values_of(text.en)


def test_every_disposition_has_words() -> None:
    assert set(WORDINGS) == set(Disposition)


def test_no_text_is_left_that_nothing_asks_for() -> None:
    package = files("adapters.report")
    sources = [entry for entry in package.iterdir() if entry.name.endswith((".py", ".j2")) and entry.name != "texts.py"]
    asked = set(re.findall(r'"([a-z][a-z-]*)"', " ".join(entry.read_text(encoding="utf-8") for entry in sources)))
    # These are put together from a prefix and a value.
    asked |= {key for key in TEXTS if key.startswith(("verdict-", "layer-", "severity-"))}
    asked |= {"allow", "defer", "deny"}
    assert set(TEXTS) - asked == set()
    assert set(NOUNS) - asked == set()


FIRST = date(2026, 12, 1)


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (FR.number(1_234_567), "1\u202f234\u202f567"),
        (EN.number(1_234_567), "1,234,567"),
        (FR.percent(53), "53\u202f%"),
        (EN.percent(53), "53%"),
        (FR.share(1, 1000), "<\u00a01\u202f%"),
        (FR.share(0, 0), "—"),
        (FR.counted(0, "contact"), "0\u00a0contact"),
        (EN.counted(0, "contact"), "0\u00a0contacts"),
        (FR.counted(2, "person"), "2\u00a0personnes"),
        (EN.counted(1, "person"), "1\u00a0person"),
        (FR.day(FIRST), "mardi 1er\u00a0décembre 2026"),
        (EN.day(FIRST), "Tuesday 1\u00a0December 2026"),
        (FR.short_day(FIRST), "mar.\u00a01er\u00a0déc."),
        (EN.short_day(FIRST), "Tue\u00a01\u00a0Dec"),
        (FR.clock(datetime(2026, 12, 1, 8, 5, tzinfo=UTC)), "9\u00a0h\u00a005"),
        (EN.clock(datetime(2026, 7, 1, 8, 5, tzinfo=UTC)), "10:05"),
        (FR.fine("« Non » ; l'appel : fini ?"), "«\u00a0Non\u00a0»\u202f; l’appel\u00a0: fini\u202f?"),
        (EN.fine("“No”; it's over?"), "“No”; it's over?"),
    ],
)
def test_each_language_has_its_own_typography(shown: str, expected: str) -> None:
    assert shown == expected


@pytest.mark.parametrize(
    ("milliseconds", "shown"),
    [(0, "—"), (400, "0 s"), (41_200, "41 s"), (59_600, "1 min 00 s"), (125_000, "2 min 05 s")],
)
def test_talk_is_told_to_the_second(milliseconds: int, shown: str) -> None:
    assert FR.talk(milliseconds).replace("\u00a0", " ") == shown
