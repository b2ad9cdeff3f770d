"""Which column is which field: the user's own mapping first, then the words that the file uses.

Kept apart from the vocabularies: here is what happens when a file is in doubt.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import polars as pl

from lists.contact_headers import CONTACTS
from lists.dates import read_date
from lists.errors import AmbiguousColumn, BadMapping, DoubtfulColumn, DuplicateColumn, MissingColumn
from lists.fields import Field, Vocabulary, plain
from lists.kept_refusals import refusing_columns
from lists.mapping import ColumnMapping
from lists.refusal_words import is_opt_in, may_mean

__all__ = ["CONTACTS", "ColumnMapping", "Field", "Vocabulary", "map_columns", "plain"]

_SHOWN = 20
"""Headers that a message repeats, and characters of each (twice as many)."""
_ANY_TIMES = frozenset({Field.ATTRIBUTE, Field.IGNORED})
_PLACE = frozenset({Field.POSTCODE, Field.CITY})
"""Exports have one of these for home and one for work: several are read as one where they never contradict."""
_A_NUMBER = re.compile(r"\+?[0-9(][0-9 .()/\-]{7,}[0-9]")
"""A phone number, which is no header."""
_NO_CELLS = pl.DataFrame()


def map_columns(
    headers: Sequence[str],
    vocabulary: Vocabulary,
    mapping: ColumnMapping | None = None,
    *,
    file: str,
    line: int,
    cells: pl.DataFrame = _NO_CELLS,
) -> tuple[Field, ...]:
    """The field of each column, in file order; `cells` are those of a `lists.table.Table`.

    What `mapping` says of a header holds; another header that only seems to be the same single-valued field
    is then an attribute, or, under the name of an opt-in, a box. Raises `DuplicateColumn`, `AmbiguousColumn` or
    `DoubtfulColumn` (with the candidates), `MissingColumn`, or `BadMapping` when the mapping names what the file
    or the vocabulary does not have.
    """
    _refuse_duplicates(headers, file, line)
    stated = {} if mapping is None else _stated(headers, vocabulary, mapping, file, line)
    settled = frozenset(stated.values()) - vocabulary.several
    guesses = (vocabulary.field_of(header) for header in headers)
    fields = tuple(
        stated.get(header, _second(header, vocabulary) if guess in settled else guess)
        for header, guess in zip(headers, guesses, strict=True)
    )
    _refuse_ambiguity(headers, fields, vocabulary, cells, file, line)
    _refuse_gaps(headers, fields, vocabulary, cells, file, line)
    if vocabulary.wary:
        guessed = {header: field for header, field in zip(headers, fields, strict=True) if header not in stated}
        _refuse_doubt(guessed, refusing_columns(headers, fields, guessed, cells), vocabulary, file, line)
    return fields


def _second(header: str, vocabulary: Vocabulary) -> Field:
    """What a column is that seemed to be a field which another one is: the no of an opt-in still forbids calls."""
    box = is_opt_in(header) and Field.CALLS_ALLOWED in vocabulary.fields
    return Field.CALLS_ALLOWED if box else Field.ATTRIBUTE


def _stated(
    headers: Sequence[str], vocabulary: Vocabulary, mapping: ColumnMapping, file: str, line: int
) -> dict[str, Field]:
    """The mapping under the headers as this file writes them."""
    written = {header.casefold(): header for header in headers}
    for header, field in mapping.fields.items():
        if header.casefold() not in written:
            raise BadMapping(
                f"{file}, line {line}: the mapping names the column “{header}”, which the file does not have. "
                f"Headers seen: {_shown(headers)}. Correct the mapping, or leave this column out of it.",
                f"{file}, ligne {line} : la correspondance nomme la colonne « {header} », absente du fichier. "
                f"En-têtes lus : {_shown(headers)}. Corrigez la correspondance, ou retirez-en cette colonne.",
            )
        if field not in vocabulary.fields:
            known = ", ".join(vocabulary.fields)
            raise BadMapping(
                f"{file}: the mapping makes “{header}” the field {field.value}, which a file of {vocabulary.name} "
                f"does not have. Its fields: {known}.",
                f"{file} : la correspondance fait de « {header} » le champ {field.value}, qu'un fichier "
                f"{vocabulary.name} n'a pas. Ses champs : {known}.",
            )
    return {written[header.casefold()]: field for header, field in mapping.fields.items()}


def _refuse_duplicates(headers: Sequence[str], file: str, line: int) -> None:
    places: dict[str, list[int]] = defaultdict(list)
    for place, header in enumerate(headers, start=1):
        places[header.casefold()].append(place)
    for first, *others in places.values():
        if others:
            columns = ", ".join(str(place) for place in (first, *others))
            header = _cut(headers[first - 1])
            raise DuplicateColumn(
                f"{file}, line {line}: the header “{header}” stands over columns {columns}. "
                "Rename or remove the extra ones.",
                f"{file}, ligne {line} : l'en-tête « {header} » figure sur les colonnes {columns}. "
                "Renommez ou supprimez les colonnes en trop.",
            )


def _refuse_ambiguity(
    headers: Sequence[str], fields: Sequence[Field], vocabulary: Vocabulary, cells: pl.DataFrame, file: str, line: int
) -> None:
    claims: dict[Field, list[int]] = defaultdict(list)
    for place, field in enumerate(fields):
        claims[field].append(place)
    for field, places in claims.items():
        single = field not in vocabulary.several | _ANY_TIMES
        if len(places) > 1 and single and not (field in _PLACE and _never_contradict(cells, places)):
            candidates = [headers[place] for place in places]
            option = f'--map "{candidates[0]}={field.value}"'
            raise AmbiguousColumn(
                f"{file}, line {line}: {len(candidates)} columns could be the field {field.value}: "
                f"{_shown(candidates)}. Say which one, for example {option}; the others are then not taken for it.",
                f"{file}, ligne {line} : {len(candidates)} colonnes peuvent être le champ {field.value} : "
                f"{_shown(candidates)}. Dites laquelle, par exemple {option} ; les autres ne le sont alors pas.",
                tuple(candidates),
                field.value,
            )


def _never_contradict(cells: pl.DataFrame, places: Sequence[int]) -> bool:
    """Whether each row fills one of these columns at most, or several alike."""
    if cells.is_empty():
        return False
    filled = pl.concat_list(pl.col(str(place)) for place in places).list.drop_nulls()
    return bool(cells.select((filled.list.filter(pl.element() != "").list.n_unique() <= 1).all()).item())


def _refuse_doubt(
    guessed: Mapping[str, Field], refusing: Mapping[str, str], vocabulary: Vocabulary, file: str, line: int
) -> None:
    """A column that seems to say who is not to be called must not become an attribute in silence.

    `refusing` are columns that are only kept, each with a cell that refuses calls.
    """
    doubtful: dict[str, tuple[str, ...]] = {}
    for header, field in guessed.items():
        meanings = may_mean(header) if field is Field.ATTRIBUTE else ()
        if header in refusing:
            meanings = (*(meanings or (Field.OBJECTED,)), Field.STATUS)
        if Field.OBJECTED in meanings or set(meanings) & set(vocabulary.fields):
            known = (each for each in (*meanings, field, Field.IGNORED) if each in vocabulary.fields)
            doubtful[header] = tuple(known)
    if not doubtful:
        return
    first, choices = next(iter(doubtful.items()))
    options = ", ".join(f'--map "{first}={choice}"' for choice in choices)
    cells = ", ".join(f"“{_cut(header)}”: “{_cut(cell)}”" for header, cell in refusing.items())
    cells_en = f" Cells that refuse calls: {cells}." if cells else ""
    cells_fr = f" Cellules qui refusent les appels : {cells}." if cells else ""
    elsewhere = Field.OBJECTED not in vocabulary.fields
    load_en = " If they do, load them with `dialer objection import` first." if elsewhere else ""
    load_fr = " Si oui, chargez-les d'abord avec `dialer objection import`." if elsewhere else ""
    raise DoubtfulColumn(
        f"{file}, line {line}: these columns may say who can or cannot be called, and are not understood: "
        f"{_shown(doubtful)}.{cells_en} Say what each means, for example {options}.{load_en}",
        f"{file}, ligne {line} : ces colonnes disent peut-être qui peut ou ne peut pas être appelé, sans être "
        f"comprises : {_shown(doubtful)}.{cells_fr} Dites le sens de chacune, par exemple {options}.{load_fr}",
        doubtful,
    )


def _refuse_gaps(
    headers: Sequence[str], fields: Sequence[Field], vocabulary: Vocabulary, cells: pl.DataFrame, file: str, line: int
) -> None:
    for needed in vocabulary.required:
        if needed.isdisjoint(fields):
            names = [field for field in Field if field in needed]
            what_en, what_fr = _what(names)
            option = f'--map "{_cut(headers[0])}={names[0].value}"'
            remedy_en, remedy_fr = _header_elsewhere(headers, vocabulary, cells) or (
                f"Correct the header line, or say which one it is: {option}.",
                f"Corrigez la ligne d'en-têtes, ou dites laquelle c'est : {option}.",
            )
            raise MissingColumn(
                f"{file}, line {line}: no column holds {what_en}. Headers seen: {_shown(headers)}. {remedy_en}",
                f"{file}, ligne {line} : aucune colonne {what_fr}. En-têtes lus : {_shown(headers)}. {remedy_fr}",
            )


def _header_elsewhere(headers: Sequence[str], vocabulary: Vocabulary, cells: pl.DataFrame) -> tuple[str, str] | None:
    """What to do where the headers stand under a title, or where the first line is a row already."""
    for below in cells.head(_SHOWN).iter_rows():
        if vocabulary.is_met_by(below):
            return (
                f"The headers seem to stand further down ({_shown(filter(None, below))}): remove the lines above them.",
                f"Les en-têtes semblent plus bas ({_shown(filter(None, below))}) : supprimez les lignes qui les "
                "précèdent.",
            )
    if any(_A_NUMBER.fullmatch(header) for header in headers):
        return (
            "The first line seems to be a row, not headers: add a line above it that names the columns, such as "
            f"“{_names_of(headers, 'Phone', 'Date', 'Column')}”.",
            "La première ligne semble être une donnée, non des en-têtes : ajoutez au-dessus une ligne qui nomme les "
            f"colonnes, par exemple « {_names_of(headers, 'Téléphone', 'Date', 'Colonne')} ».",
        )
    if len(headers) == 1:
        return (
            "If this is a title, remove it, so that the line of headers comes first.",
            "Si c'est un titre, supprimez-le, pour que la ligne d'en-têtes soit la première.",
        )
    return None


def _names_of(row: Sequence[str], number: str, day: str, other: str) -> str:
    """Headers that could stand above a row."""
    kinds = [day if read_date(cell) else number if _A_NUMBER.fullmatch(cell) else other for cell in row[:_SHOWN]]
    places = enumerate(kinds, start=1)
    return ";".join(kind if kind != other and kinds.count(kind) == 1 else f"{kind} {place}" for place, kind in places)


def _what(names: Sequence[Field]) -> tuple[str, str]:
    if list(names) == [Field.NUMBER]:
        return "phone numbers", "de numéros de téléphone"
    return " or ".join(names), " ou ".join(names)


def _shown(headers: Iterable[str]) -> str:
    every = [f"“{_cut(header)}”" for header in headers]
    return ", ".join(every[:_SHOWN]) + (f" … ({len(every)})" if len(every) > _SHOWN else "")


def _cut(header: str) -> str:
    return header if len(header) <= 2 * _SHOWN else header[: 2 * _SHOWN - 1] + "…"
