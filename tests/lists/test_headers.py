"""Headers of many CRMs lead to the same fields; what is in doubt is asked for, never guessed."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from lists.errors import AmbiguousColumn, BadMapping, DuplicateColumn, MissingColumn
from lists.headers import CONTACTS, ColumnMapping, Field, Vocabulary, map_columns, plain
from lists.mapping import from_options

KNOWN = [(synonym, field) for field, synonyms in CONTACTS.synonyms.items() for synonym in synonyms]


def mapped(headers: list[str], *options: str, line: int = 1) -> tuple[Field, ...]:
    return map_columns(headers, CONTACTS, from_options(options), file="a.csv", line=line)


@pytest.mark.parametrize(("header", "field"), KNOWN)
def test_every_synonym_is_understood_whatever_its_accents_case_and_punctuation(header: str, field: Field) -> None:
    bare = plain(header)
    assert {CONTACTS.field_of(each) for each in (header, header.upper(), bare, f" {header} : ", f'"{header}"')} == {
        field
    }


def test_no_synonym_means_two_fields() -> None:
    names = [name for name, _ in {(plain(header), field) for header, field in KNOWN}]
    assert [name for name, times in Counter(names).items() if times > 1] == []


@pytest.mark.parametrize(
    "header",
    [
        "Téléphone", "TELEPHONE", "Tél", "Tél.", "Tel", "Tel.", "Mobile", "Portable", "GSM", "Fixe", "Phone",
        "phone_number", "Phone number", "Mobile phone", "Cell phone", "Home phone", "Work phone", "Tél 2",
        "Tél. 2", "Téléphone 1", "Téléphone n° 2", "Tél portable", "Tél. fixe", "Téléphone domicile",
        "Téléphone principal", "N° de téléphone", "Numéro de téléphone", "Numéro téléphone", "N° tel", "No tél",
        "Portable 2", "Tél. pro", "Téléphone (mobile)", "Ligne fixe", "Téléphone du client",
        "Mobile Phone Number", "Numéro de téléphone mobile", "MobilePhone", "OtherPhone", "Phone 1 - Value",
        "Phone 2 - Value", "Person - Phone - Work", "Personne - Téléphone - Travail", "Person - Phone - Mobile",
        "Business Phone", "Business Phone 2", "Téléphone (bureau)", "Téléphone 2 (bureau)", "Tél. mobile",
        "Téléphone fixe (facturation)", "Téléphone portable (facturation)", "Tél perso", "Primary Phone",
        "Autre téléphone", "Numéro de portable", "N° mobile",
    ],
)  # fmt: skip
def test_number_columns_are_recognised(header: str) -> None:
    assert CONTACTS.field_of(header) is Field.NUMBER


@pytest.mark.parametrize(
    "header",
    [
        "Civilité", "Commentaire", "Fax", "Type téléphone", "Opérateur mobile", "Date", "Téléconseiller",
        "Ancien téléphone", "Hôtel", "Numéro", "Nom de rue", "", "123", "Date de naissance", "Mobilité",
        "Phone 1 - Type", "Phone 1 - Label", "Assistant's Phone", "Téléphone de l'assistant", "Business Fax",
        "Téléphone vérifié le", "Mobile OS", "E-mail 1 - Value", "Account Name", "Adresse", "Pays",
    ],
)  # fmt: skip
def test_other_columns_stay_attributes(header: str) -> None:
    assert CONTACTS.field_of(header) is Field.ATTRIBUTE


EXPORTS = {
    "HubSpot": ("Record ID - Contact", "First Name", "Last Name", "Phone Number", "Postal Code", "City"),
    "HubSpot, French": ("ID de fiche d'informations", "Prénom", "Nom", "Numéro de téléphone", "Code postal", "Ville"),
    "Salesforce": ("Contact ID", "First Name", "Last Name", "Phone", "Mailing Zip/Postal Code", "Mailing City"),
    "Zoho": ("Record Id", "First Name", "Last Name", "Mobile", "Mailing Zip", "Mailing City"),
    "Dolibarr": ("Code client", "Prénom", "Nom", "Tél mobile", "Code postal", "Ville"),
    "Odoo": ("External ID", "Prénom", "Name", "Phone", "Zip", "City"),
    "EBP": ("Code (tiers)", "Prénom (contact)", "Nom", "Téléphone fixe (facturation)", "Code postal (facturation)",
            "Ville (facturation)"),
    "Google": ("ID", "First Name", "Last Name", "Phone 1 - Value", "Address 1 - Postal Code", "Address 1 - City"),
    "Outlook": ("ID", "First Name", "Last Name", "Home Phone", "Home Postal Code", "Home City"),
}  # fmt: skip


@pytest.mark.parametrize("headers", EXPORTS.values(), ids=EXPORTS.keys())
def test_the_usual_exports_are_read_without_a_mapping(headers: tuple[str, ...]) -> None:
    assert mapped(list(headers)) == (
        Field.EXTERNAL_ID, Field.FIRST_NAME, Field.LAST_NAME, Field.NUMBER, Field.POSTCODE, Field.CITY,
    )  # fmt: skip


def test_siren_and_siret_are_two_fields() -> None:
    assert mapped(["Tél", "SIREN", "N° SIRET"]) == (Field.NUMBER, Field.SIREN, Field.SIRET)


@pytest.mark.timeout(20)
@pytest.mark.parametrize("header", ["Tél" + "0" * 400 + "?", "Tél" + "01 " * 200, "Tél " + "mobile phone " * 60 + "x"])
def test_a_header_as_long_as_a_page_is_an_attribute_at_once(header: str) -> None:
    assert CONTACTS.field_of(header) is Field.ATTRIBUTE


def test_two_columns_for_one_field_are_refused_with_the_candidates_and_the_way_out() -> None:
    with pytest.raises(AmbiguousColumn, match=r"Code postal.*CP") as raised:
        mapped(["Tél", "Code postal", "CP"])
    assert (raised.value.candidates, raised.value.field) == (("Code postal", "CP"), "postcode")
    assert "Code postal" in raised.value.message_fr
    for message in (str(raised.value), raised.value.message_fr):
        (option,) = re.findall(r'--map "([^"]*)"', message)
        assert mapped(["Tél", "Code postal", "CP"], option) == (Field.NUMBER, Field.POSTCODE, Field.ATTRIBUTE)


def test_the_same_header_twice_is_refused_with_its_columns() -> None:
    with pytest.raises(DuplicateColumn, match=r"“NOTE” stands over columns 2, 4"):
        mapped(["Tél", "NOTE", "Nom", "Note"])


def test_a_list_without_number_column_names_the_headers_seen() -> None:
    with pytest.raises(MissingColumn, match="“Nom”, “Ville”") as raised:
        mapped(["Nom", "Ville"], line=3)
    assert "a.csv, ligne 3" in raised.value.message_fr


def test_a_message_about_thousands_of_headers_stays_short() -> None:
    with pytest.raises(MissingColumn) as raised:
        mapped([f"{'x' * 500}{place}" for place in range(5_000)])
    assert "(5000)" in str(raised.value)
    assert len(str(raised.value)) < 1_500


def test_several_number_columns_are_not_ambiguous() -> None:
    assert mapped(["Tél", "Portable", "Tél 3"]) == (Field.NUMBER,) * 3


def test_what_the_user_says_wins_over_the_words() -> None:
    fields = mapped(["Tél", "Fixe", "CP", "Zone"], "zone=postcode", "FIXE=ignored")
    assert fields == (Field.NUMBER, Field.IGNORED, Field.ATTRIBUTE, Field.POSTCODE)


def test_a_number_column_that_the_user_names_joins_those_we_know() -> None:
    assert mapped(["Tél", "Joignable au"], "Joignable au=number") == (Field.NUMBER, Field.NUMBER)


def test_two_columns_that_the_user_makes_one_field_are_refused() -> None:
    with pytest.raises(AmbiguousColumn):
        mapped(["Tél", "A", "B"], "A=city", "B=city")


def test_several_columns_may_be_ignored() -> None:
    assert mapped(["Tél", "A", "B"], "A=ignored", "B=ignored")[1:] == (Field.IGNORED,) * 2


def test_a_mapping_that_names_a_header_the_file_lacks_is_refused() -> None:
    with pytest.raises(BadMapping, match=r"“Absent”, which the file does not have\. Headers seen: “Tél”"):
        mapped(["Tél"], "Absent=city")


def test_a_mapping_to_a_field_of_another_kind_of_file_is_refused_with_those_of_this_one() -> None:
    with pytest.raises(BadMapping, match=r"a file of contacts does not have\. Its fields: external_id, .*attribute"):
        mapped(["Tél", "A"], "A=file_hash")


EITHER = Vocabulary(
    "evidence",
    {Field.EXTERNAL_ID: ("Ref",)},
    frozenset(),
    (frozenset({Field.NUMBER, Field.EXTERNAL_ID}),),
    numbers=True,
)


@pytest.mark.parametrize("header", ["Ref", "Tél"])
def test_one_of_the_required_fields_is_enough(header: str) -> None:
    assert map_columns([header, "x"], EITHER, file="a.csv", line=1)[1] is Field.ATTRIBUTE


def test_a_vocabulary_names_what_is_missing() -> None:
    with pytest.raises(MissingColumn, match="external_id or number"):
        map_columns(["x"], EITHER, ColumnMapping({}), file="a.csv", line=1)


def test_phone_words_mean_nothing_where_a_file_has_no_numbers() -> None:
    assert Vocabulary("scrubs", {}, frozenset(), (), numbers=False).field_of("Tél") is Field.ATTRIBUTE
