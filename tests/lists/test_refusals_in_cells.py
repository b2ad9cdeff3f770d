"""A refusal may stand where nobody looks: in the cells of a column that is only kept, or beside the number."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl
import pytest

from lists import ContactList
from lists.errors import DoubtfulColumn
from lists.evidence_vocabularies import EvidenceKind, vocabulary_of
from lists.fields import Field
from lists.headers import map_columns
from lists.mapping import from_options
from lists.problems import worded
from lists.refusal_cells import numbers_alone, refusing, refusing_beside_number

Read = Callable[..., ContactList]
A, B = "0639980001", "0639980002"
REFUSALS = (
    "Ne plus appeler", "Ne souhaite plus être appelé", "n'appelez plus", "n’appelez plus", "Pas d'appel",
    "plus d'appels svp", "STOP", "Stop appels", "NPA", "Refusée", "refuse le démarchage", "Désinscrit",
    "Non démarchable", "Do not call", "don't call", "No more calls please", "Opted out", "Ne rappelez pas",
    "demande à ne plus être contacté", "Client en colère. NE PLUS JAMAIS RAPPELER !", "consentement retiré",
    "pas intéressée", "Not interested", "DNC", "opposé au démarchage", "Liste rouge", "Blacklist", "Aucun appel",
    "pas de démarchage svp", "Stop aux appels", "ne pas contacter par téléphone", "doesn't want to be called",
    "asked not to call", "Remove from list", "vu le 3/11, refuse tout appel",
)  # fmt: skip
HARMLESS = (
    "", "Nouveau", "Rappeler lundi", "À appeler", "pas de réponse", "Plus tard", "Non renseigné", "Très intéressé",
    "Stopover", "1 rue des Appels", "New", "Working - Contacted", "no answer", "Attempted to contact", "Not contacted",
    "Non contacté", "Pas encore appelé", "Ne répond pas au téléphone", "n'a pas rappelé", "N'a jamais été contacté",
    "n'a pas pu être joint", "does not answer the phone", "Non, appeler lundi", "contact@exemple.fr", "Option fibre",
    "pas de téléphone fixe", "Rue de l'Opposition", "non joint, rappeler", "Appelle : demain",
    "Non appelé", "Pas appelé", "Plus contacté depuis 2024", "Fin d'appel 10:02", "Non contactée",
)  # fmt: skip


def told(contacts: ContactList, code: str) -> list[tuple[int, str]]:
    return [(each.line, each.value) for each in worded(contacts.problems) if each.code == code]


def test_cells_that_refuse_calls_are_told_from_those_that_do_not() -> None:
    texts = [*REFUSALS, *HARMLESS]
    assert refusing(pl.Series(texts)).to_list() == [text in REFUSALS for text in texts]


@pytest.mark.parametrize("cell", ["Ne plus appeler", "pas intéressé", "Do not call"])
def test_a_column_of_which_a_cell_refuses_calls_must_be_explained(read: Read, cell: str) -> None:
    with pytest.raises(DoubtfulColumn) as raised:
        read(f"Tél;Lead Status\n{A};Nouveau\n{B};{cell}\n")
    assert raised.value.columns == {"Lead Status": ("objected", "status", "attribute", "ignored")}
    for message in (str(raised.value), raised.value.message_fr):
        assert f"“{cell}”" in message


def test_other_cells_need_no_explanation(read: Read) -> None:
    assert read(f"Tél;Lead Status\n{A};Rappeler lundi\n").report.columns["Lead Status"] == Field.ATTRIBUTE


def test_a_remark_that_repeats_an_objection_needs_none(read: Read) -> None:
    contacts = read(f"Tél;Opposition le;Remarque\n{A};06/10/2026;Ne plus appeler !\n")
    assert (contacts.people["objected"].to_list(), told(contacts, "refusal-only-kept")) == ([True], [])
    with pytest.raises(DoubtfulColumn):
        read(f"Tél;Opposition le;Remarque\n{A};non;Ne plus appeler !\n")


def test_a_remark_that_repeats_a_refusal_needs_none_and_one_that_says_more_does(read: Read) -> None:
    contacts = read(f"Tél;Refus le;Remarque\n{A};06/10/2026;Pas intéressée.\n")
    assert (contacts.people["refused"].to_list(), told(contacts, "refusal-only-kept")) == ([True], [])
    with pytest.raises(DoubtfulColumn):
        read(f"Tél;Refus le;Remarque\n{A};06/10/2026;Ne plus appeler\n")


def test_a_column_about_another_channel_needs_none(read: Read) -> None:
    assert read(f"Tél;Statut e-mail\n{A};opt-out\n").report.accepted == 1


def test_a_refusal_in_a_column_that_the_user_keeps_is_told(read: Read) -> None:
    contacts = read(f"Tél;Statut\n{A};Nouveau\n{B};Ne plus appeler\n", mapping=from_options(["Statut=attribute"]))
    assert told(contacts, "refusal-only-kept") == [(3, "Ne plus appeler")]
    assert contacts.people["objected"].to_list() == [False, False]


def test_a_column_that_the_user_calls_a_status_forbids_where_it_refuses_and_says_nothing_elsewhere(read: Read) -> None:
    contacts = read(f"Tél;Statut\n{A};Nouveau\n{B};Ne plus appeler\n", mapping=from_options(["Statut=status"]))
    assert contacts.people.select("objected", "objected_on").rows() == [(False, None), (True, None)]
    assert told(contacts, "status-refuses") == [(3, "Ne plus appeler")]


def test_a_column_of_refusals_that_the_user_calls_objections_forbids(read: Read) -> None:
    contacts = read(f"Tél;Statut\n{A};\n{B};Ne plus appeler\n", mapping=from_options(["Statut=objected"]))
    assert contacts.people["objected"].to_list() == [False, True]


@pytest.mark.parametrize("kind", [EvidenceKind.CONSENTS, EvidenceKind.PAST_CALLS])
def test_a_file_that_cannot_hold_objections_does_not_pass_over_such_a_cell(kind: EvidenceKind) -> None:
    cells = pl.DataFrame({"0": [A], "1": ["2026-03-04"], "2": ["Ne plus rappeler"]})
    with pytest.raises(DoubtfulColumn, match="dialer objection import"):
        map_columns(["Tél", "Date", "Remarque"], vocabulary_of(kind), file="a.csv", line=1, cells=cells)


NUMBERS = {
    "06 39 98 00 01 STOP": ["+33639980001"],
    "06 39 98 00 01 / STOP": ["+33639980001"],
    "STOP 06 39 98 00 01": ["+33639980001"],
    "NPA 0639980001": ["+33639980001"],
    "06 39 98 00 01, NE PLUS APPELER": ["+33639980001"],
    "06 39 98 00 01 STOP le 12/03/2026": ["+33639980001"],
    "06 39 98 00 01 ou 02 61 91 20 03 (refus)": ["+33639980001", "+33261912003"],
    "06 39 98 00 01 (refus) 02 61 91 20 03": ["+33639980001", "+33261912003"],
}


@pytest.mark.parametrize("cell", NUMBERS)
def test_words_of_refusal_beside_a_number_are_an_objection_of_its_holder(read: Read, cell: str) -> None:
    contacts = read(f"Nom;Tél\nUn;{cell}\nDeux;{B}\n")
    assert contacts.people.select("objected", "objected_on").rows() == [(True, None), (False, None)]
    assert contacts.people["numbers"][0].to_list() == NUMBERS[cell]
    assert [(each.code, each.value) for each in worded(contacts.problems) if each.line == 2 and each.value] == [
        ("refusal-beside-number", cell)
    ]


@pytest.mark.parametrize(
    ("cell", "left"), [("STOP", ""), ("25 00 00 stop", "25 00 00"), ("refus le 12/03/2026", ""), ("NPA 12", "12")]
)
def test_words_of_refusal_are_never_taken_for_a_bad_number(read: Read, cell: str, left: str) -> None:
    texts = pl.Series([cell])
    assert numbers_alone(texts).to_list() == [left]
    assert texts.to_list() == [cell]
    contacts = read(f"Nom;Tél;Tél 2\nUn;{cell};{A}\n")
    assert contacts.people["objected"].to_list() == [True]
    assert not any(each.code == "number-letters" for each in worded(contacts.problems))


@pytest.mark.parametrize("cell", ["06 39 98 00 01", "tél +33639980001", "0639980001 poste 12", "0639980001 M. Stopin"])
def test_other_words_beside_a_number_are_none(cell: str) -> None:
    texts = pl.Series([cell])
    assert (refusing_beside_number(texts).to_list(), numbers_alone(texts).to_list()) == ([False], [cell])
