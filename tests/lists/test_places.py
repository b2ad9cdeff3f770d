"""Where somebody may be, from all that a row says of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lists import ContactList

Read = Callable[..., ContactList]


@pytest.mark.parametrize(
    ("cells", "postcode", "told"),
    [
        (";Saint-Denis (La Réunion);Réunion;", "97400", ["place-overseas"]),
        (";Saint-Denis (La Réunion);;", "97400", ["place-overseas"]),
        (";Fort-de-France;Martinique;", "97200", ["place-overseas"]),
        ("75011;Fort-de-France;MARTINIQUE;", "75011;97200", ["place-overseas"]),
        ("75011;Paris;France;97200", "75011;97200", []),
        ("75011;Paris;;13005", "75011;13005", []),
        ("97410;Saint-Pierre;La Réunion;97410", "97410", []),
        ("75011;Paris;FR;75011", "75011", []),
        ("1000;Bruxelles;Belgique;", "1000;Belgique", ["country-foreign"]),
        (";Bruxelles;Belgique;", "Belgique", ["country-foreign"]),
        ("75011;Oslo;NO;", "75011;NO", ["country-foreign"]),
        ("75011;Paris;+33;", "75011", []),
        (";Saint-Denis La Réunion;France;", "97400", ["place-overseas"]),
        (";Saint-Denis (974);France;", "97400", ["place-overseas"]),
        (";;France - Martinique;", "97200", ["place-overseas"]),
        ("97133;Gustavia;Saint-Barthélemy;", "97133", []),
        ("98713;Papeete;Tahiti;", "98713", []),
        ("93200;Saint-Denis;-;n/a", "93200", []),
        ("35400;Saint-Martin;;", "35400", []),
        (";;;", None, []),
    ],
)
def test_every_place_that_a_row_names_is_one_where_the_person_may_be(
    read: Read, cells: str, postcode: str | None, told: list[str]
) -> None:
    contacts = read(f"Tél;Code postal;Ville;Pays;Other Zip\n0639980001;{cells}\n")
    assert contacts.people["postcode"].to_list() == [postcode]
    places = contacts.problems.filter(contacts.problems["code"].is_in(["place-overseas", "country-foreign"]))
    assert sorted(places["code"]) == told
