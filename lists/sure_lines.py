"""Lines of which `csv` would make one row for sure: found and split at the delimiters outside quotes, all at once.

Kept apart from reading row by row: it may leave a line to that, but never read it otherwise.
"""

from __future__ import annotations

import csv

import polars as pl

MARK = "\0"
"""Stands between the cells of a sure line; no text has one, `lists.blocks` sees to it."""
_TEXT = pl.col("text")


def sure_lines(lines: pl.Series, delimiter: str, *, any_quote: bool) -> pl.DataFrame:
    """The sure lines in order: `line` (from 0), `text` with `MARK` between bare cells, `fields` (how many).

    Sure is a line in which each cell is either without any quote or in quotes with none inside, and which
    closes them all.
    """
    short = _TEXT.str.len_bytes() <= csv.field_size_limit()
    block = pl.DataFrame({"line": pl.int_range(len(lines), dtype=pl.Int64, eager=True), "text": lines}).filter(short)
    marked = _marked(block, delimiter) if any_quote else block.with_columns(_split_at(delimiter))
    return marked.with_columns(fields=_TEXT.str.count_matches(MARK, literal=True).cast(pl.Int64) + 1)


def _marked(block: pl.DataFrame, delimiter: str) -> pl.DataFrame:
    """Three kinds, each in the quickest way; the lines of no kind are left out."""
    between, escaped, quoted = f'"{delimiter}"', rf"\x{{{ord(delimiter):x}}}", '"[^"]*"'
    either = rf'(?:{quoted}|[^"{escaped}]*)'
    kinds = block.with_columns(
        none=~_TEXT.str.contains('"', literal=True), all=_TEXT.str.contains(rf"\A{quoted}(?:{escaped}{quoted})*\z")
    )
    some = kinds.filter(~pl.col("none") & ~pl.col("all") & _TEXT.str.contains(rf"\A{either}(?:{escaped}{either})*\z"))
    parts = [
        kinds.filter("none").select("line", _split_at(delimiter)),
        kinds.filter("all").select("line", _split_at(between, _TEXT.str.strip_prefix('"').str.strip_suffix('"'))),
        some.select("line", _outside_quotes(some["text"], delimiter)),
    ]
    filled = [part for part in parts if len(part)]
    return filled[0] if len(filled) == 1 else pl.concat(parts).sort("line")


def _split_at(between: str, text: pl.Expr = _TEXT) -> pl.Expr:
    return text.str.replace_all(between, MARK, literal=True)


def _outside_quotes(lines: pl.Series, delimiter: str) -> pl.Series:
    """Every other piece between quotes is outside of them; there the delimiters count."""
    pieces = "\n".join(lines.to_list()).split('"')
    pieces[::2] = [piece.replace(delimiter, MARK) for piece in pieces[::2]]
    return pl.Series("text", ["".join(pieces)]).str.split("\n").explode().head(len(lines))
