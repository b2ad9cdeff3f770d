"""What the user says about columns, on the command line or in a file that is kept for the next export.

Kept apart from the vocabularies: this is one customer's word about one layout, and it wins.
"""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lists.errors import BadMapping, FileNotReadable
from lists.fields import Field

_TABLE = "columns"
_HEAD = """\
# Which column of the file is which field. "attribute": kept as it is; "ignored": not stored at all.
# Quelle colonne du fichier est quel champ. "attribute" : conservée telle quelle ; "ignored" : non enregistrée.
"""


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """Header (any case) → field; headers that it does not name are guessed as ever."""

    fields: Mapping[str, Field]


def from_options(options: Sequence[str]) -> ColumnMapping:
    """`["Tel pro=number", …]` as typed on the command line; raises `BadMapping`."""
    fields: dict[str, Field] = {}
    for option in options:
        header, equals, name = option.rpartition("=")
        if not equals or not header.strip():
            raise BadMapping(
                f'--map "{option}": write “Header=field”, for example --map "Tel pro=number".',
                f'--map "{option}" : écrivez « En-tête=champ », par exemple --map "Tel pro=number".',
            )
        fields[header.strip()] = _field(name.strip(), f'--map "{option}"')
    return ColumnMapping(fields)


def load_mapping(path: Path) -> ColumnMapping:
    """A mapping saved by `save_mapping`, perhaps edited since; raises `FileNotReadable` or `BadMapping`."""
    try:
        columns = tomllib.loads(path.read_text("utf-8")).get(_TABLE)
    except OSError as error:
        raise FileNotReadable(
            f"{path}: the mapping cannot be read ({error.strerror}). Check the path.",
            f"{path} : correspondance illisible ({error.strerror}). Vérifiez le chemin.",
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise _malformed(path, str(error)) from None
    if not isinstance(columns, dict):
        raise _malformed(path, f"[{_TABLE}] ?")
    return ColumnMapping({header: _field(name, f"{path.name}, “{header}”") for header, name in columns.items()})


def save_mapping(path: Path, headers: Sequence[str], fields: Sequence[Field]) -> None:
    """Write what each column of a file was taken for, so that the same layout is read the same way again."""
    lines = [f'{_quoted(header)} = "{field.value}"' for header, field in zip(headers, fields, strict=True)]
    written = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        written.write_text("\n".join([f"{_HEAD}[{_TABLE}]", *lines, ""]), "utf-8")
        written.replace(path)
    finally:
        written.unlink(missing_ok=True)


def _quoted(header: str) -> str:
    """A TOML basic string: that of JSON, but for DEL, which JSON may leave bare."""
    return json.dumps(header, ensure_ascii=False).replace("\x7f", "\\u007f")


def _field(name: object, where: str) -> Field:
    try:
        return Field(str(name).lower())
    except ValueError:
        known = ", ".join(Field)
        raise BadMapping(
            f"{where}: there is no field “{name}”. Fields: {known}.",
            f"{where} : le champ « {name} » n'existe pas. Champs : {known}.",
        ) from None


def _malformed(path: Path, detail: str) -> BadMapping:
    return BadMapping(
        f'{path}: not a mapping of columns ({detail}). Write [{_TABLE}] and under it lines like "Tel pro" = "number".',
        f"{path} : ce n'est pas une correspondance de colonnes ({detail}). Écrivez [{_TABLE}] puis des lignes "
        'comme "Tel pro" = "number".',
    )
