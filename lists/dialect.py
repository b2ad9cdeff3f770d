"""How a file is laid out: encoding, separator, sheet or member; the separator told from the header line.

Kept apart so that a smarter guess can replace it without touching the reading of rows.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass

from lists.errors import UnreadableDialect
from lists.fields import Field, Vocabulary

DELIMITERS = (";", ",", "\t", "|")
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Dialect:
    """As a report shows it; `encoding` and `delimiter` are empty for a workbook, `sheet` for a text."""

    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    member: str = ""


def separator_stated(line: str) -> str | None:
    """The character that Excel's own first line `sep=;` states, if `line` is one."""
    found = _SEPARATOR_LINE.fullmatch(line.strip(" \n\ufeff"))
    return found.group(1) if found else None


def find_delimiter(line: str, vocabulary: Vocabulary, file: str) -> str:
    """The delimiter under which the header line makes most sense.

    Most sense: it has a number column, then the most known headers, then the most columns. A header
    line without any delimiter is a list of one column. Raises `UnreadableDialect` on a draw.
    """
    scores = {delimiter: _sense(line, delimiter, vocabulary) for delimiter in DELIMITERS}
    best = max(scores.values())
    if best[2] <= 1:
        return DELIMITERS[0]
    winners = [delimiter for delimiter, score in scores.items() if score == best]
    if len(winners) > 1:
        shown = " ".join("TAB" if winner == "\t" else winner for winner in winners)
        raise UnreadableDialect(
            f"{file}: the header line can be split by several characters alike ({shown}). State the delimiter.",
            f"{file} : plusieurs caractères peuvent séparer la ligne d'en-têtes ({shown}). Précisez le séparateur.",
        )
    return winners[0]


def check_delimiter(delimiter: str, file: str) -> str:
    """A stated delimiter, if a file can be split by it; raises `UnreadableDialect` otherwise."""
    if len(delimiter) == 1 and delimiter not in '"\r\n \0':
        return delimiter
    raise UnreadableDialect(
        f"{file}: {delimiter!r} cannot be a delimiter. Use one character such as ; , | or a tab.",
        f"{file} : {delimiter!r} ne peut pas être un séparateur. Utilisez un caractère : ; , | ou tabulation.",
    )


def _sense(line: str, delimiter: str, vocabulary: Vocabulary) -> tuple[bool, int, int]:
    try:
        headers = next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:  # a field longer than csv allows: this cannot be the delimiter
        return False, 0, 0
    fields = [vocabulary.field_of(header) for header in headers]
    known = sum(field is not Field.ATTRIBUTE for field in fields)
    return Field.NUMBER in fields, known, len(headers)
