"""The options of every command that imports a file, said once: they mean the same everywhere."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

File = Annotated[Path, typer.Argument(help="File to import: CSV, also .gz or .zip, or an Excel workbook.")]
Name = Annotated[str, typer.Option(help="Name of the import; default: the file's name.")]
Source = Annotated[str, typer.Option(help="The CRM whose customer ids the file holds.")]
Toward = Annotated[str, typer.Option(help="Id or name of the advertiser where a row names none.")]
Encoding = Annotated[str | None, typer.Option(help="Overrides the detected encoding.")]
Delimiter = Annotated[str | None, typer.Option(help="Overrides the detected delimiter.")]
Sheet = Annotated[str | None, typer.Option(help="Sheet of the workbook; default: the one that holds rows.")]
Map = Annotated[
    list[str] | None, typer.Option("--map", metavar='"HEADER=FIELD"', help="What a column means; repeatable.")
]
Mapping = Annotated[Path | None, typer.Option(help="What columns mean, from a file that was saved.")]
SaveMapping = Annotated[Path | None, typer.Option(help="Save what each column was taken for.")]
Strict = Annotated[bool, typer.Option("--strict", help="Import nothing when one row cannot be used.")]
Report = Annotated[Path | None, typer.Option(help="CSV file of all problems; default: reports/NAME.csv in the folder.")]
