"""Headers of many CRMs lead to the same fields; what is in doubt is asked for, never guessed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

import polars as pl
import pytest

from lists import ContactList
from lists.errors import AmbiguousColumn, BadMapping, DoubtfulColumn, DuplicateColumn, MissingColumn
from lists.evidence_vocabularies import EvidenceKind, vocabulary_of
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
        "Téléphone vérifié le", "Mobile OS", "E-mail 1 - Value", "Account Name", "Adresse",
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


SUSPECT = (
    "STOP PUB", "Personne à ne pas joindre", "N'appelez plus", "Ne souhaite plus de démarchage", "HasOptedOutOfCalls",
    "has_opted_out", "donotcontactanymore", "Don't ring", "Désabonné", "Désinscription", "Unsubscribed", "Block list",
    "Refusé", "Motif de refus", "Démarchage interdit", "Exclu des appels", "Retrait du consentement", "Pacitel",
    "Date d'inscription Bloctel", "Opposants", "Do not disturb", "Blacklist interne", "SMS et appels : stop",
    "Plus aucun contact", "Date de retrait", "Révoqué le", "Suppressed", "Blocked", "Bloqué", "NPA", "DND", "TPS",
    "Effacement demandé", "Non contactable",
)  # fmt: skip


@pytest.mark.parametrize("header", SUSPECT)
def test_a_column_that_speaks_of_refusal_in_unknown_words_must_be_explained(header: str) -> None:
    with pytest.raises(DoubtfulColumn) as raised:
        mapped(["Tél", header, "Nom"])
    assert raised.value.columns == {header: ("objected", "attribute", "ignored")}
    for message in (str(raised.value), raised.value.message_fr):
        options = re.findall(r'--map "([^"]*)"', message)
        assert [mapped(["Tél", header, "Nom"], option)[1] for option in options] == [
            Field.OBJECTED, Field.ATTRIBUTE, Field.IGNORED,
        ]  # fmt: skip


@pytest.mark.parametrize(
    "header",
    [
        "Consentement téléphone", "Accord : accepte tél", "Permission to call", "Prospection téléphonique",
        "Contactable", "Démarchage téléphonique", "Appels commerciaux", "Phone marketing", "Telemarketing",
        "Marketing calls", "Consent status", "Consentement RGPD", "Mobile opt-in", "VoiceConsent",
    ],
)  # fmt: skip
def test_a_column_that_speaks_of_permission_in_unknown_words_must_be_explained(header: str) -> None:
    with pytest.raises(DoubtfulColumn) as raised:
        mapped(["Tél", header])
    assert raised.value.columns == {header: ("calls_allowed", "consent_on", "attribute", "ignored")}


@pytest.mark.parametrize(
    "header",
    [
        "Do not allow Bulk Emails", "HasOptedOutOfEmail", "Email opt out", "Désabonné newsletter", "STOP SMS",
        "Do not fax", "Refus e-mail", "Christophe", "Stock", "Né le", "Notes", "Plus d'infos", "Exclusivité",
        "Autorisation prélèvement", "Consent source", "Donut", "Bons plans", "Opérateur",
        "Date de prospection", "Marketing campaign", "Contact client", "Plus de détails",
    ],
)  # fmt: skip
def test_other_columns_need_no_explanation(header: str) -> None:
    assert mapped(["Tél", header]) == (Field.NUMBER, Field.ATTRIBUTE)


def test_all_columns_in_doubt_are_told_at_once() -> None:
    with pytest.raises(DoubtfulColumn) as raised:
        mapped(["Tél", "STOP PUB", "Refusé"], "Refusé=attribute")
    assert list(raised.value.columns) == ["STOP PUB"]
    with pytest.raises(DoubtfulColumn) as raised:
        mapped(["Tél", "STOP PUB", "Refusé"])
    assert list(raised.value.columns) == ["STOP PUB", "Refusé"]


@pytest.mark.parametrize(
    ("kind", "header"),
    [
        (kind, header)
        for kind in (EvidenceKind.CONSENTS, EvidenceKind.PAST_CALLS)
        for header in CONTACTS.synonyms[Field.OBJECTED]
        if vocabulary_of(kind).field_of(header) is not Field.WITHDRAWN_ON
    ],
)
def test_a_file_that_cannot_hold_objections_does_not_pass_over_them(kind: EvidenceKind, header: str) -> None:
    with pytest.raises(DoubtfulColumn, match="dialer objection import") as raised:
        map_columns(["Tél", "Date", header], vocabulary_of(kind), file="a.csv", line=1)
    assert raised.value.columns == {header: ("attribute", "ignored")}


@pytest.mark.parametrize("kind", [EvidenceKind.OBJECTIONS, EvidenceKind.OPPOSITION])
def test_where_each_row_forbids_calls_no_column_needs_to_be_explained(kind: EvidenceKind) -> None:
    fields = map_columns(["Tél", "Date", "STOP PUB"], vocabulary_of(kind), file="a.csv", line=1)
    assert fields[2] is Field.ATTRIBUTE


PLACES = ["Tél", "Business Postal Code", "Home Postal Code"]


@pytest.mark.parametrize("rows", [[("75001", ""), ("", "69003")], [("75001", "75001"), ("", "")]])
def test_two_postcode_columns_that_never_contradict_are_read_as_one(rows: list[tuple[str, str]]) -> None:
    cells = pl.DataFrame([("06", *row) for row in rows], schema=["0", "1", "2"], orient="row")
    assert map_columns(PLACES, CONTACTS, file="a.csv", line=1, cells=cells)[1:] == (Field.POSTCODE,) * 2


def test_two_postcode_columns_that_contradict_once_are_asked_about() -> None:
    cells = pl.DataFrame([("06", "75001", ""), ("06", "75001", "69003")], schema=["0", "1", "2"], orient="row")
    with pytest.raises(AmbiguousColumn):
        map_columns(PLACES, CONTACTS, file="a.csv", line=1, cells=cells)


def test_of_two_postcode_columns_each_row_takes_the_filled_one(read: Callable[..., ContactList]) -> None:
    contacts = read(f"{';'.join(PLACES)}\n0639980001;75001;\n0639980002;;69003\n0639980003;;\n")
    assert contacts.people["postcode"].to_list() == ["75001", "69003", None]
    assert [each.column for each in contacts.report.problems] == ["Business Postal Code / Home Postal Code"]


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
