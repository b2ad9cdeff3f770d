"""The committed sample reads like a real export and holds what the demo needs.

The demo's instant is Tuesday 2026-11-24 10:02 in Paris; its calls come from an AI agent.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest

from lists import ContactList, Severity, read_contacts

TODAY = date(2026, 11, 24)
SAMPLE = Path(__file__).parents[2] / "config" / "sample" / "contacts.csv"


@pytest.fixture(scope="module")
def sample() -> ContactList:
    return read_contacts(SAMPLE, today=TODAY)


@pytest.fixture(scope="module")
def callable_at_once(sample: ContactList) -> pd.DataFrame:
    """Metropolitan consumers with a fresh consent for robots and nothing against the call."""
    frame = sample.frame
    fresh = frame["consent_on"].map(lambda day: day is not None and TODAY - timedelta(days=364) <= day < TODAY)
    clear = ~frame["refused"] & ~frame["objected"] & frame["past_calls"].isna() & frame["siret"].isna()
    metropolitan = frame["postcode"].str.fullmatch(r"(?!97|98)[0-9]{5}").fillna(False).astype(bool)
    notice = frame["consent_notice"] == "FH-2026-01"
    robot = frame["consent_systems"].str.contains("ai-agent").fillna(False).astype(bool)
    return frame[fresh & clear & metropolitan & notice & robot]


def test_its_encoding_and_delimiter_are_detected(sample: ContactList) -> None:
    assert (sample.report.encoding, sample.report.delimiter) == ("cp1252", ";")


def test_every_row_is_accounted_for(sample: ContactList) -> None:
    report = sample.report
    assert (report.rows_read, report.accepted, report.merged, report.rejected) == (67, 61, 1, 5)


def test_only_the_title_and_the_comment_are_unknown_columns(sample: ContactList) -> None:
    columns = sample.report.columns
    assert [header for header, field in columns.items() if field == "attribute"] == ["Civilité", "Commentaire"]


def test_its_dirty_rows_are_found(sample: ContactList) -> None:
    assert [(each.line, each.code, each.severity.value) for each in sample.report.problems] == [
        (52, "objection-date-unreadable", "warning"),
        (57, "postcode-unknown", "warning"),
        (58, "postcode-short", "warning"),
        (59, "postcode-missing", "warning"),
        (60, "number-unreadable", "rejected"),
        (61, "number-letters", "rejected"),
        (62, "number-premium", "rejected"),
        (63, "postcode-unknown", "warning"),
        (63, "number-emergency", "rejected"),
        (64, "number-missing", "rejected"),
        (65, "merged-same-number", "merged"),
        (66, "siret-checksum", "warning"),
        (67, "consent-date-unreadable", "warning"),
        (68, "formula-like", "warning"),
        (68, "consent-date-future", "warning"),
    ]
    assert {each.severity for each in sample.report.problems} == set(Severity)


def test_its_numbers_ring_nowhere(sample: ContactList) -> None:
    numbers = ";".join(sample.frame["numbers"]).split(";")
    fiction = re.compile(r"\+33(19900|26191|35301|46571|53649|63998)\d{4}")
    assert [number for number in numbers if not fiction.fullmatch(number)] == ["+262262000000", "+590590000000"]
    assert len(set(numbers)) == len(numbers)


def test_the_callable_ones_show_every_behaviour_of_the_far_end(callable_at_once: pd.DataFrame) -> None:
    endings = Counter(numbers.split(";")[0][-2:] for numbers in callable_at_once["numbers"])
    scripted = {
        "10": 2, "11": 2, "12": 1, "13": 1, "14": 1, "16": 1, "20": 1, "21": 2, "22": 1, "23": 2,
    }  # fmt: skip
    assert {ending: endings[ending] for ending in scripted} == scripted
    assert set(endings) - set(scripted) == {"00", "24", "25", *(f"0{digit}" for digit in range(1, 10))}


def test_it_holds_the_cases_that_the_rules_must_tell_apart(sample: ContactList) -> None:
    frame = sample.frame
    overseas = frame["postcode"].str[:3].isin(["971", "973", "974", "976"])
    year_ago = date(2025, 11, 25)
    old = frame["consent_on"].map(lambda day: day is not None and day < year_ago)
    found = {
        "overseas": int(overseas.sum()),
        "New Caledonia": int((frame["postcode"] == "98800").sum()),
        "professionals": int(frame["siret"].notna().sum()),
        "expired": int(old.sum()),
        "old notice": int((frame["consent_notice"] == "FH-2025-09").sum()),
        "human only": int((frame["consent_systems"] == "human-agent").sum()),
        "under contract": int(frame["contract_stated"].sum()),
        "refused": int(frame["refused"].sum()),
        "objected": int(frame["objected"].sum()),
        "called before": sorted(len(days.split(";")) for days in frame["past_calls"].dropna()),
    }
    assert found == {
        "overseas": 5, "New Caledonia": 1, "professionals": 2, "expired": 4, "old notice": 3, "human only": 2,
        "under contract": 2, "refused": 3, "objected": 2, "called before": [3, 4, 4, 4],
    }  # fmt: skip
