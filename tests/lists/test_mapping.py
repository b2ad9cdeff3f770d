"""A mapping of columns is typed, saved, edited and applied again."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lists.errors import BadMapping, FileNotReadable
from lists.headers import CONTACTS, Field, map_columns
from lists.mapping import ColumnMapping, from_options, load_mapping, save_mapping

HEADERS = st.lists(st.text(st.characters(codec="utf-8"), min_size=1, max_size=8), unique_by=str.casefold, max_size=5)
FIELDS = st.sampled_from([Field.NUMBER, Field.ATTRIBUTE, Field.IGNORED, Field.PAST_CALLS])


@given(HEADERS.flatmap(lambda headers: st.tuples(st.just(headers), st.tuples(*[FIELDS for _ in headers]))))
def test_a_saved_mapping_gives_the_same_fields_to_the_same_headers(case: tuple[list[str], tuple[Field, ...]]) -> None:
    headers, fields = case
    with TemporaryDirectory() as folder:
        save_mapping(Path(folder, "a.toml"), headers, fields)
        assert [each.name for each in Path(folder).iterdir()] == ["a.toml"]
        mapping = load_mapping(Path(folder, "a.toml"))
    assert mapping.fields == dict(zip(headers, fields, strict=True))
    if Field.NUMBER in fields:
        assert map_columns(headers, CONTACTS, mapping, file="a.csv", line=1) == fields


def test_a_saved_mapping_can_be_read_by_people(tmp_path: Path) -> None:
    save_mapping(tmp_path / "a.toml", ["Tél. pro", 'Dit "Zoé"'], [Field.NUMBER, Field.IGNORED])
    lines = (tmp_path / "a.toml").read_text("utf-8").splitlines()
    assert lines[-3:] == ["[columns]", '"Tél. pro" = "number"', '"Dit \\"Zoé\\"" = "ignored"']
    assert all(line.startswith("#") for line in lines[:-3])


def test_options_are_read_from_their_last_equals_sign() -> None:
    assert from_options(["Tel pro=number", " a=b = City "]) == ColumnMapping(
        {"Tel pro": Field.NUMBER, "a=b": Field.CITY}
    )


@pytest.mark.parametrize("option", ["", "Tel", "=number", " = number"])
def test_an_option_that_is_no_pair_is_refused_with_an_example(option: str) -> None:
    with pytest.raises(BadMapping, match=r'--map "Tel pro=number"'):
        from_options([option])


@pytest.mark.parametrize("name", ["phone", "", "Number!"])
def test_an_unknown_field_is_refused_with_the_fields(name: str) -> None:
    with pytest.raises(BadMapping, match="external_id, last_name") as raised:
        from_options([f"Tel={name}"])
    assert "Champs : external_id" in raised.value.message_fr


@pytest.mark.parametrize(
    "content", [b"", b"[columns", b"columns = 1", b'[columns]\n"A" = 3', b"\xff", b'[columns]\n"A" = "phone"']
)
def test_a_file_that_is_no_mapping_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.toml").write_bytes(content)
    with pytest.raises(BadMapping, match=r"a\.toml") as raised:
        load_mapping(tmp_path / "a.toml")
    assert "a.toml" in raised.value.message_fr


def test_a_mapping_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(FileNotReadable, match="No such file"):
        load_mapping(tmp_path / "a.toml")
