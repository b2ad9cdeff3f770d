"""The frame that a list hands out: its columns, their order and their types, in one place.

Kept apart because this is the contract with whoever stores contacts.

=================  =======  ==================================================================
column             type     meaning
=================  =======  ==================================================================
line               int64    line of the file where the person's first row starts
external_id        str      the customer's own reference
last_name          str
first_name         str
siret              str      fourteen digits that pass their check: then a professional
postcode           str      as written, never completed
city               str
numbers            str      E.164 joined with `;`, the preferred one first; never missing
consent_stated     bool
consent_on         object   date, or None when missing, unreadable or in the future
consent_notice     str      which version of the notice was shown
consent_proof      str      reference of the proof
consent_systems    str      of human-agent, automated, ai-agent, joined with `;`
contract_object    str
contract_until     object   date, or None when the contract has no known end
contract_stated    bool     a contract that counts
refused            bool
refused_on         object   date, or None when it cannot be known
objected           bool
objected_on        object   date, or None when it cannot be known
past_calls         str      ISO dates joined with `;`, sorted, a day as often as it was called
attributes         str      JSON object of the columns that we do not know; `{}` when none
=================  =======  ==================================================================

`str` is the nullable text type of pandas: missing is NaN, never an empty text.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

import pandas as pd

from lists.merging import Columns

TEXTS = (
    "external_id", "last_name", "first_name", "siret", "postcode", "city", "numbers", "consent_notice",
    "consent_proof", "consent_systems", "contract_object", "past_calls", "attributes",
)  # fmt: skip
DAYS = ("consent_on", "contract_until", "refused_on", "objected_on")
FLAGS = ("consent_stated", "contract_stated", "refused", "objected")
COLUMNS = (
    "line", "external_id", "last_name", "first_name", "siret", "postcode", "city", "numbers",
    "consent_stated", "consent_on", "consent_notice", "consent_proof", "consent_systems",
    "contract_object", "contract_until", "contract_stated", "refused", "refused_on", "objected",
    "objected_on", "past_calls", "attributes",
)  # fmt: skip


def contact_frame(columns: Columns, lines: Sequence[int], rows: Sequence[int]) -> pd.DataFrame:
    """The frame of the given row positions, in their order."""
    texts = {name: [columns[name][row] for row in rows] for name in TEXTS}
    texts["numbers"] = [";".join(several) for several in texts["numbers"]]
    texts["past_calls"] = [";".join(day.isoformat() for day in days) for days in texts["past_calls"]]
    texts["attributes"] = [json.dumps(each, ensure_ascii=False) for each in texts["attributes"]]
    frame = pd.DataFrame({"line": pd.Series([lines[row] for row in rows], dtype="int64")})
    for name, values in texts.items():
        frame[name] = pd.Series([value or None for value in values], dtype="str")
    for name in FLAGS:
        frame[name] = pd.Series([columns[name][row] for row in rows], dtype="bool")
    for name in DAYS:
        frame[name] = pd.Series([columns[name][row] for row in rows], dtype="object")
    return frame[list(COLUMNS)]
