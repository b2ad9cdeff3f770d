"""Whatever a name, a reference or a reason says, the page shows it whole, and every row is there."""

from __future__ import annotations

from pathlib import Path

import pytest
from pypdf import PdfReader
from reportlab.platypus import Flowable

from adapters.submission.typesetting import below, pairs, printable, section, table, text, typeset


def pages(tmp_path: Path, *parts: Flowable) -> list[str]:
    path = tmp_path / "pages.pdf"
    typeset(path, "Titre", "pied", list(parts))
    return [page.extract_text() for page in PdfReader(path).pages]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Łukasz Nguyễn Παπαδόπουλος Иванов", "Łukasz Nguyễn Παπαδόπουλος Иванов"),
        ("<b>A & B</b>", "&lt;b&gt;A &amp; B&lt;/b&gt;"),
        ("王", "⟨U+738B⟩"),
        ("a\x00b\u0007", "a⟨U+0000⟩b⟨U+0007⟩"),
        (17, "17"),
        ("C. conso. L.223-1 al. 1 ; « oui »", "C.\u00a0conso.\u00a0L.223-1 al.\u00a01\u00a0; «\u00a0oui\u00a0»"),
    ],
)
def test_every_character_is_printed_or_told_by_its_number(written: object, shown: str) -> None:
    assert printable(written) == shown


@pytest.mark.parametrize("filled", range(40, 56))
def test_a_heading_of_the_second_rank_never_stands_at_the_foot_of_a_page(tmp_path: Path, filled: int) -> None:
    """Wherever it falls on the first page, the first row of what it announces stands on the same page."""
    filling = [text(f"phrase {number}") for number in range(filled)]
    told = pages(tmp_path, *filling, below("Rang"), *table(("Quoi",), [("une ligne",)], (1,)))
    assert [("Rang" in page, "une ligne" in page) for page in told if "Rang" in page] == [(True, True)]


def test_headings_follow_their_rows_to_every_page_and_no_row_is_lost(tmp_path: Path) -> None:
    rows = [(f"ligne-{number}", "x") for number in range(900)]
    told = pages(tmp_path, *table(("Quoi", "Combien"), rows, (1, 1)))
    assert len(told) > 10
    assert all("Quoi" in page for page in told)
    assert [each for each in " ".join(told).split() if each.startswith("ligne-")] == [name for name, _ in rows]


def test_a_row_taller_than_a_page_goes_on_overleaf(tmp_path: Path) -> None:
    words = [f"mot{number}" for number in range(3000)]
    told = " ".join(pages(tmp_path, *table(("A", "B"), [(" ".join(words), "x" * 5000)], (1, 1))))
    assert [each for each in told.split() if each.startswith("mot")] == words
    assert told.count("x") == 5000


def test_a_row_that_fits_on_a_page_is_never_cut_in_two(tmp_path: Path) -> None:
    rows = [(f"début-{number}\nmilieu\nfin-{number}", "x") for number in range(120)]
    told = pages(tmp_path, text("au-dessus"), *table(("Quoi", "Combien"), rows, (1, 1)))
    assert all(page.count("Quoi") == 1 for page in told)
    assert all((f"début-{n}\n" in page) is (f"fin-{n}\n" in page) for page in told for n in range(120))


def test_what_has_no_rows_says_so(tmp_path: Path) -> None:
    (page,) = pages(tmp_path, *table(("A", "B"), [], (1, 1), none="Rien."))
    assert "Rien." in page
    assert "A B" not in page


def test_a_heading_never_stands_alone_at_the_foot_of_a_page(tmp_path: Path) -> None:
    for height in range(36, 54):
        filling = [text(f"phrase {number}") for number in range(height)]
        told = pages(tmp_path, *filling, *section("Chapitre", *table(("Quoi",), [("dessous",)], (1,))))
        assert any("Chapitre" in page and "dessous" in page for page in told), height


def test_long_pairs_break_between_pages(tmp_path: Path) -> None:
    told = pages(tmp_path, pairs([("nom", "valeur " * 3000)]))
    assert " ".join(told).count("valeur") == 3000
