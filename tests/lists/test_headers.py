"""Headers of five different CRMs lead to the same fields."""

from __future__ import annotations

from collections import Counter

import pytest

from lists import AmbiguousColumn, DuplicateColumn, MissingColumn
from lists.headers import SYNONYMS, Field, field_of, map_columns, plain

KNOWN = [(synonym, field) for field, synonyms in SYNONYMS.items() for synonym in synonyms]


@pytest.mark.parametrize(("header", "field"), KNOWN)
def test_every_synonym_is_understood_whatever_its_accents_case_and_punctuation(header: str, field: Field) -> None:
    bare = plain(header)
    assert {field_of(each) for each in (header, header.upper(), bare, f" {header} : ", f'"{header}"')} == {field}


def test_no_synonym_means_two_fields() -> None:
    twice = [
        name
        for name, times in Counter((name) for name, _ in {(plain(header), field) for header, field in KNOWN}).items()
        if times > 1
    ]
    assert twice == []


@pytest.mark.parametrize(
    "header",
    [
        "Téléphone", "TELEPHONE", "Tél", "Tél.", "Tel", "Tel.", "Mobile", "Portable", "GSM", "Fixe", "Phone",
        "phone_number", "Phone number", "Mobile phone", "Cell phone", "Home phone", "Work phone", "Tél 2",
        "Tél. 2", "Téléphone 1", "Téléphone n° 2", "Tél portable", "Tél. fixe", "Téléphone domicile",
        "Téléphone principal", "N° de téléphone", "Numéro de téléphone", "Numéro téléphone", "N° tel", "No tél",
        "Portable 2", "Tél. pro", "Téléphone (mobile)", "Ligne fixe", "Téléphone du client",
    ],
)  # fmt: skip
def test_number_columns_are_recognised(header: str) -> None:
    assert field_of(header) is Field.NUMBER


@pytest.mark.parametrize(
    "header",
    [
        "Civilité", "Commentaire", "Fax", "Type téléphone", "Opérateur mobile", "Date", "Téléconseiller",
        "Ancien téléphone", "Hôtel", "Numéro", "Nom de rue", "", "123", "Date de naissance", "Mobilité",
    ],
)  # fmt: skip
def test_other_columns_stay_attributes(header: str) -> None:
    assert field_of(header) is Field.ATTRIBUTE


def test_two_columns_for_one_field_are_refused_with_the_candidates() -> None:
    with pytest.raises(AmbiguousColumn, match=r"Code postal.*CP") as raised:
        map_columns(["Tél", "Code postal", "CP"], "a.csv", 1)
    assert raised.value.candidates == ("Code postal", "CP")
    assert "Code postal" in raised.value.message_fr


def test_the_same_header_twice_is_refused_with_its_columns() -> None:
    with pytest.raises(DuplicateColumn, match=r"“Note” stands over columns 2, 4"):
        map_columns(["Tél", "Note", "Nom", "Note"], "a.csv", 1)


def test_a_list_without_number_column_names_the_headers_seen() -> None:
    with pytest.raises(MissingColumn, match="“Nom”, “Ville”") as raised:
        map_columns(["Nom", "Ville"], "a.csv", 3)
    assert "a.csv, ligne 3" in raised.value.message_fr


def test_several_number_columns_are_not_ambiguous() -> None:
    assert map_columns(["Tél", "Portable", "Tél 3"], "a.csv", 1) == (Field.NUMBER,) * 3
