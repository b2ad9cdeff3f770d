"""An error crosses from one process to another as it is."""

from __future__ import annotations

import pickle
from collections.abc import Iterator

import pytest

from lists import errors
from lists.errors import AmbiguousColumn, AmbiguousList, DoubtfulColumn, ListError


def kinds(of: type[ListError] = ListError) -> Iterator[type[ListError]]:
    yield of
    for each in of.__subclasses__():
        yield from kinds(each)


KINDS = tuple(kinds())


def example(kind: type[ListError]) -> ListError:
    if issubclass(kind, AmbiguousColumn):
        return kind("in English", "en français", ("A", "B"), "city")
    if issubclass(kind, AmbiguousList):
        return kind("in English", "en français", ("A", "B"))
    if issubclass(kind, DoubtfulColumn):
        return kind("in English", "en français", {"STOP": ("objected", "attribute")})
    return kind("in English", "en français")


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_is_the_same_on_the_other_side_of_a_process_border(kind: type[ListError]) -> None:
    error = example(kind)
    back = pickle.loads(pickle.dumps(error))
    assert type(back) is kind
    assert (str(back), back.message_fr, vars(back)) == ("in English", "en français", vars(error))


@pytest.mark.parametrize("kind", KINDS)
def test_every_error_is_explained_in_the_tree(kind: type[ListError]) -> None:
    assert kind is AmbiguousList or kind.__name__ in (errors.__doc__ or "")


def test_an_ambiguous_column_tells_what_each_candidate_could_be() -> None:
    error = AmbiguousColumn("", "", ("Code postal", "CP"), "postcode")
    assert error.columns == {"Code postal": ("postcode", "attribute"), "CP": ("postcode", "attribute")}
