"""`dialer opposition` and `dialer evidence`: files that limit or permit, their sources, and what is on record."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.commands.conftest import Folder

NUMBER = "06 39 98 01 00"
OTHER = "06 39 98 99 99"
SOURCE = '\n[[opposition_sources]]\nid = "groupe"\nname = "Liste du groupe"\nmax_age_days = 10\n'


@pytest.fixture
def folder(loaded_folder: Folder) -> Folder:
    """With a source that calls must be held against."""
    with (loaded_folder.path / "dialer.toml").open("a", encoding="utf-8") as settings:
        settings.write(SOURCE)
    return loaded_folder


def written(folder: Folder, *lines: str) -> Path:
    path = folder.path / "fichier.csv"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def test_a_source_is_required_until_a_fresh_edition_is_loaded(folder: Folder) -> None:
    assert folder.json("why", NUMBER, exit_code=1)["decision"]["rule_ids"] == ["PO-SOURCE-STALE"]
    assert "jamais chargée" in folder("opposition", "show").words
    assert "jamais chargée" in folder("doctor").words
    told = folder.json(
        "opposition", "import", written(folder, "Tél", OTHER), "--source", "groupe", "--as-of", "2026-11-20"
    )
    assert (told["list"], told["as_of"]) == ("groupe-2026-11-20", "2026-11-20")
    assert folder.json("why", NUMBER)["facts"]["sources_until"] == "2026-11-30"
    assert "4 jours, compte jusqu'au 2026-11-30" in folder("opposition", "show").words
    shown = folder.json("opposition", "show")
    assert shown["sources"] == [{"source": "groupe", "as_of": "2026-11-20", "until": "2026-11-30"}]
    assert [edition["list"] for edition in shown["editions"]] == ["groupe-2026-11-20"]


def test_an_old_edition_is_told_to_be_out_of_date(folder: Folder) -> None:
    folder.json("opposition", "import", written(folder, "Tél", OTHER), "--source", "groupe", "--as-of", "2026-11-01")
    assert "périmée depuis le 2026-11-11" in folder("opposition", "show").words
    assert "out of date since 2026-11-11" in folder("doctor", "--lang", "en").words
    assert folder.json("why", NUMBER, exit_code=1)["decision"]["rule_ids"] == ["PO-SOURCE-STALE"]


def test_a_number_is_on_a_list_or_not_and_an_edition_can_be_taken_back(folder: Folder) -> None:
    assert folder.json("opposition", "show", NUMBER, exit_code=1) == {
        "ok": False,
        "number": "+33639980100",
        "lists": [],
    }
    folder.json("opposition", "import", written(folder, "Tél", NUMBER), "--source", "groupe", "--as-of", "2026-11-20")
    (listed,) = folder.json("opposition", "show", NUMBER)["lists"]
    assert (listed["list"], listed["source"]) == ("groupe-2026-11-20", "groupe")
    assert "FR-OBJECTION" in folder.json("why", NUMBER, exit_code=1)["decision"]["rule_ids"]
    refused = folder.json("opposition", "withdraw", "groupe-2026-11-20", exit_code=3)
    assert "--yes" in refused["message"]
    assert folder.json("opposition", "withdraw", "contacts", "--yes", exit_code=3)["error"] == "NotFound"
    unreasoned = folder.json("opposition", "withdraw", "groupe-2026-11-20", "--yes", exit_code=3)
    assert "--drop-limits --reason" in unreasoned["message"], "its numbers would be free again"
    given = ("--yes", "--drop-limits", "--reason", "wrong file")
    withdrawn = folder.json("opposition", "withdraw", "groupe-2026-11-20", *given)
    assert (withdrawn["removed"], withdrawn["limits_dropped"]["numbers"]) == ({"oppositions": 1}, 1)
    assert folder.json("opposition", "show", NUMBER, exit_code=1)["lists"] == []


def edition(folder: Folder, day: str, numbers: list[str], *options: str, exit_code: int = 0) -> dict[str, Any]:
    file = written(folder, "Tél", *numbers)
    told: dict[str, Any] = folder.json(
        "opposition", "import", file, "--source", "groupe", "--as-of", day, *options, exit_code=exit_code
    )
    return told


def test_a_file_that_may_be_cut_off_says_no_and_how_to_accept_it(folder: Folder) -> None:
    edition(folder, "2026-11-01", [f"06 39 98 02 {last}" for last in range(10, 40)])
    file = written(folder, "Tél", OTHER)
    said = folder("opposition", "import", file, "--source", "groupe", "--as-of", "2026-11-20")
    told = " ".join(said.words.split())
    assert said.exit_code == 1
    assert "ne renouvelle pas la source « groupe »" in told
    assert "--accept-shorter" in told
    assert folder.json("opposition", "show")["sources"][0]["as_of"] == "2026-11-01"
    assert [each["renews"] for each in folder.json("opposition", "show")["editions"]] == [True, False]
    assert "douteuse" in folder("opposition", "show").words
    assert folder.json("why", NUMBER, exit_code=1)["decision"]["rule_ids"] == ["PO-SOURCE-STALE"]
    accepted = edition(folder, "2026-11-20", [OTHER], "--accept-shorter")
    assert accepted["list"] == "groupe-2026-11-20-accepted"
    assert folder.json("opposition", "show")["sources"][0]["as_of"] == "2026-11-20"


def test_unreadable_rows_leave_the_source_stale(folder: Folder) -> None:
    told = edition(folder, "2026-11-20", [OTHER, "rappeler le soir"], exit_code=1)
    assert told["report"]["counts"]["edition-unreadable"] == 1
    assert folder.json("why", NUMBER, exit_code=1)["decision"]["rule_ids"] == ["PO-SOURCE-STALE"]


def test_a_source_with_a_typing_error_is_not_made_silently(folder: Folder) -> None:
    file = written(folder, "Tél", OTHER)
    options = ("--source", "group", "--as-of", "2026-11-20")
    refused = folder.json("opposition", "import", file, *options, exit_code=3)
    assert "--new-source" in refused["message"]
    assert "groupe" in refused["message"]
    folder.json("opposition", "import", file, *options, "--new-source")


def test_a_whole_history_counts_once_what_was_told_before(loaded_folder: Folder) -> None:
    for name, count, options in (("a", 1, ()), ("b", 2, ("--whole-history",)), ("c", 1, ())):
        file = written(loaded_folder, "Tél;Date;Note", *[f"{NUMBER};20/11/2026;{name}"] * count)
        loaded_folder.json("evidence", "import", "past-calls", file, "--name", name, "--source", "crm", *options)
    assert len(loaded_folder.json("why", NUMBER)["facts"]["attempts"]) == 3


def test_evidence_is_loaded_and_shown(loaded_folder: Folder) -> None:
    for kind, lines in {
        "contracts": ("Tél;Objet;Fin;Preuve", f"{NUMBER};ADSL;31/12/2026;c.pdf"),
        "callbacks": ("Tél;Objet;Demandé le;Preuve", f"{NUMBER};Fibre;23/11/2026;d.pdf"),
        "slots": ("Tél;RDV;Preuve", f"{NUMBER};25/11/2026 18:30;s.pdf"),
        "past-calls": ("Tél;Date", f"{NUMBER};20/11/2026"),
    }.items():
        told = loaded_folder.json(
            "evidence", "import", kind, written(loaded_folder, *lines), "--name", kind, "--advertiser", "fibre-horizon"
        )
        assert (told["kind"], told["problems"]) == (kind, None)
    shown = loaded_folder.json("evidence", "show", NUMBER)["evidence"]
    assert {row["kind"]: row["when"] for row in shown if row["proof"] or row["kind"] == "past-calls"} == {
        "contracts": "… – 2026-12-31",
        "callbacks": "2026-11-23",
        "slots": "2026-11-25T17:30:00+00:00",
        "past-calls": "2026-11-20",
    }
    assert "fibre-horizon" in loaded_folder("evidence", "show", NUMBER).words
    facts = loaded_folder.json("why", NUMBER)["facts"]
    assert (facts["slots"], facts["contract"]) == (["2026-11-25T17:30:00+00:00"], "yes-related")


def test_a_scrub_names_its_list(loaded_folder: Folder) -> None:
    headers = "Empreinte;Déposé le;Retourné le;Lignes envoyées;Lignes retirées"
    file = written(loaded_folder, headers, f"{'ab' * 32};01/08/2026;02/08/2026;100;3")
    refused = loaded_folder.json("evidence", "import", "scrubs", file, exit_code=3)
    assert "--list" in refused["message"] or "empreinte" in refused["message"]
    loaded_folder.json("evidence", "import", "scrubs", file, "--list", "contacts")
    scrubs = [row for row in loaded_folder.json("evidence", "show", NUMBER)["evidence"] if row["kind"] == "scrubs"]
    assert [row["when"] for row in scrubs] == ["2026-08-02"]
