"""Which column is which field: the user's own mapping first, then the words that the file uses.

Kept apart from the vocabularies: here is what happens when a file is in doubt.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from lists.contact_headers import CONTACTS
from lists.errors import AmbiguousColumn, BadMapping, DuplicateColumn, MissingColumn
from lists.fields import Field, Vocabulary, plain
from lists.mapping import ColumnMapping

__all__ = ["CONTACTS", "ColumnMapping", "Field", "Vocabulary", "map_columns", "plain"]

_SHOWN = 20
"""Headers that a message repeats, and characters of each (twice as many)."""
_ANY_TIMES = frozenset({Field.ATTRIBUTE, Field.IGNORED})


def map_columns(
    headers: Sequence[str], vocabulary: Vocabulary, mapping: ColumnMapping | None = None, *, file: str, line: int
) -> tuple[Field, ...]:
    """The field of each column, in file order.

    What `mapping` says of a header holds; another header that only seems to be the same single-valued field
    is then an attribute. Raises `DuplicateColumn`, `AmbiguousColumn` (with the candidates), `MissingColumn`,
    or `BadMapping` when the mapping names what the file or the vocabulary does not have.
    """
    _refuse_duplicates(headers, file, line)
    stated = {} if mapping is None else _stated(headers, vocabulary, mapping, file, line)
    settled = frozenset(stated.values()) - vocabulary.several
    guesses = (vocabulary.field_of(header) for header in headers)
    fields = tuple(
        stated.get(header, Field.ATTRIBUTE if guess in settled else guess)
        for header, guess in zip(headers, guesses, strict=True)
    )
    _refuse_ambiguity(headers, fields, vocabulary, file, line)
    _refuse_gaps(headers, fields, vocabulary, file, line)
    return fields


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
    headers: Sequence[str], fields: Sequence[Field], vocabulary: Vocabulary, file: str, line: int
) -> None:
    claims: dict[Field, list[str]] = defaultdict(list)
    for header, field in zip(headers, fields, strict=True):
        claims[field].append(header)
    for field, candidates in claims.items():
        if len(candidates) > 1 and field not in vocabulary.several | _ANY_TIMES:
            option = f'--map "{candidates[0]}={field.value}"'
            raise AmbiguousColumn(
                f"{file}, line {line}: {len(candidates)} columns could be the field {field.value}: "
                f"{_shown(candidates)}. Say which one, for example {option}; the others are then kept as attributes.",
                f"{file}, ligne {line} : {len(candidates)} colonnes peuvent être le champ {field.value} : "
                f"{_shown(candidates)}. Dites laquelle, par exemple {option} ; les autres restent des attributs.",
                tuple(candidates),
                field.value,
            )


def _refuse_gaps(headers: Sequence[str], fields: Sequence[Field], vocabulary: Vocabulary, file: str, line: int) -> None:
    for needed in vocabulary.required:
        if needed.isdisjoint(fields):
            names = [field for field in Field if field in needed]
            what_en, what_fr = _what(names)
            option = f'--map "{_cut(headers[0])}={names[0].value}"'
            raise MissingColumn(
                f"{file}, line {line}: no column holds {what_en}. Headers seen: {_shown(headers)}. "
                f"Correct the header line, or say which one it is: {option}.",
                f"{file}, ligne {line} : aucune colonne {what_fr}. En-têtes lus : {_shown(headers)}. "
                f"Corrigez la ligne d'en-têtes, ou dites laquelle c'est : {option}.",
            )


def _what(names: Sequence[Field]) -> tuple[str, str]:
    if list(names) == [Field.NUMBER]:
        return "phone numbers", "de numéros de téléphone"
    return " or ".join(names), " ou ".join(names)


def _shown(headers: Iterable[str]) -> str:
    every = [f"“{_cut(header)}”" for header in headers]
    return ", ".join(every[:_SHOWN]) + (f" … ({len(every)})" if len(every) > _SHOWN else "")


def _cut(header: str) -> str:
    return header if len(header) <= 2 * _SHOWN else header[: 2 * _SHOWN - 1] + "…"
