"""A text file opened: encoding, separator and header line told, its rows to come in batches.

Kept apart from the splitting of rows: here is what a file says about itself before its first row.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import chain
from typing import NamedTuple

import polars as pl

from lists.batches import Batch, Opened
from lists.blocks import Block, text_blocks
from lists.dialect import Dialect, check_delimiter, find_delimiter, separator_stated
from lists.encoding import encoding_of
from lists.errors import EmptyFile, UnreadableDialect
from lists.fields import Vocabulary
from lists.misshapen import misshapen
from lists.odd_rows import LONGEST_ROW
from lists.rows import RowReader
from lists.source import Source
from lists.tidy import BLANK, names

MOST_COLUMNS = 16_384
"""As many as a spreadsheet can have."""


class _Header(NamedTuple):
    cells: list[str]
    line: int
    delimiter: str
    below: Block
    """What the block holds under the header."""
    first_line: int
    """Of what is under the header, from 1."""


def open_text(source: Source, encoding: str | None, delimiter: str | None, vocabulary: Vocabulary) -> Opened:
    """Encoding and delimiter are told from the file unless stated.

    Raises `UndecodableFile`, `MixedEncodings`, `UnreadableDialect` or `EmptyFile`; its batches raise the first
    and the third as they come to them.
    """
    if delimiter is not None:
        check_delimiter(delimiter, source.place)
    encoding = encoding_of(source, encoding)
    blocks = text_blocks(source, encoding)
    header = _header(source, blocks, delimiter, vocabulary)
    headers = names(header.cells)
    dialect = Dialect(encoding=encoding, delimiter=header.delimiter, member=source.member)
    batches = _batches(source, header, headers, blocks)
    return Opened(dialect, headers, header.line, len(source.content), batches)


def _header(source: Source, blocks: Iterator[Block], delimiter: str | None, vocabulary: Vocabulary) -> _Header:
    """The first row in which anything stands, after Excel's `sep=` line if there is one."""
    passed = 0
    for block in blocks:
        physical = io.StringIO(block.text, newline="\n")
        for line in physical:
            passed += 1
            if not line.strip(BLANK):
                continue
            if len(line) > LONGEST_ROW:
                raise _unreadable(source, passed)
            if (separator := separator_stated(line)) is not None:
                delimiter = delimiter or check_delimiter(separator, source.place)
                continue
            delimiter = delimiter or find_delimiter(line, vocabulary, source.place)
            reader = csv.reader(chain([line], physical), delimiter=delimiter, strict=True)
            try:
                cells = next(reader)
            except csv.Error:
                raise _unreadable(source, passed) from None
            end = passed + reader.line_num - 1
            if any(cell.strip(BLANK) for cell in cells):
                _refuse_too_many(source, cells)
                below = block._replace(text=block.text[physical.tell() :])
                return _Header(cells, passed, delimiter, below, end + 1)
            passed = end
    raise EmptyFile(
        f"{source.place}: holds nothing. Export the list again, with its header line.",
        f"{source.place} : fichier vide. Refaites l'export, avec sa ligne d'en-têtes.",
    )


def _batches(source: Source, header: _Header, headers: tuple[str, ...], blocks: Iterator[Block]) -> Iterator[Batch]:
    reader = RowReader(header.delimiter, len(headers), source.place)
    line, rest = header.first_line, ""
    for block in chain([header.below], blocks):
        text = rest + block.text
        rows = reader.read(text, last=block.last)
        frame = rows.good.with_columns(pl.col("line") + line)
        yield Batch(frame, misshapen(rows, line, headers), len(rows.misfits) + len(rows.broken), block.done)
        rest = rows.rest
        line += text.count("\n") - rest.count("\n")


def _refuse_too_many(source: Source, cells: list[str]) -> None:
    if len(cells) > MOST_COLUMNS:
        raise UnreadableDialect(
            f"{source.place}: the header line has {len(cells)} columns, a list has at most {MOST_COLUMNS}. "
            "State another delimiter, or export fewer columns.",
            f"{source.place} : {len(cells)} colonnes dans la ligne d'en-têtes, une liste en a au plus {MOST_COLUMNS}. "
            "Précisez un autre séparateur, ou exportez moins de colonnes.",
        )


def _unreadable(source: Source, line: int) -> UnreadableDialect:
    return UnreadableDialect(
        f"{source.place}, line {line}: the header line has badly closed quotes or an oversized field. "
        "Correct it, or state another delimiter.",
        f"{source.place}, ligne {line} : guillemets mal fermés ou champ démesuré dans l'en-tête. "
        "Corrigez cette ligne, ou précisez un autre séparateur.",
    )
