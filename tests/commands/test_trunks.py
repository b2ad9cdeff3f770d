"""Complaints are written where none can vanish, and count in what the carrier could charge."""

from __future__ import annotations

import pytest
from sqlmodel import select

from dialer.campaigns import campaign_named
from dialer.dispositions import Disposition
from dialer.schema import AttemptState, Contact
from tests.commands.conftest import Folder
from tests.dialer.agency import written_attempt


def call_made(folder: Folder) -> str:
    """Somebody was called a minute ago by a trunk under Callr's terms; the attempt's id."""
    folder.change("dialer.toml", 'operator = "plain"', 'operator = "callr"')
    folder.change("dialer.toml", "channels = 24", "channels = 10")
    folder.change("dialer.toml", "starts_per_second = 3", "starts_per_second = 1")
    workspace = folder.workspace()
    now = workspace.clock.now()
    with workspace.store.transaction() as session:
        contact = session.exec(select(Contact.id)).first()
        assert contact is not None
        attempt = written_attempt(
            session,
            campaign_named(session, "Fibre novembre"),
            contact,
            now,
            state=AttemptState.CLOSED,
            disposition=Disposition.ANSWERED,
            dialed_at=now,
            ended_at=now,
        )
    workspace.store.close()
    return attempt.id


def test_a_complaint_costs_what_the_operators_terms_say(loaded_folder: Folder) -> None:
    attempt = call_made(loaded_folder)
    (before,) = loaded_folder.json("trunk", "charges", "boucle")["trunks"]
    assert (before["calls"], before["thousandths"]) == (1, 0)
    told = loaded_folder.json("trunk", "complaint", attempt, "--reference", "SIGNAL-2026-114")
    assert (told["attempt"], told["reference"]) == (attempt, "SIGNAL-2026-114")
    (after,) = loaded_folder.json("trunk", "charges", "boucle")["trunks"]
    assert after["thousandths"] == 200_000
    assert [charge["about"] for charge in after["charges"]] == ["SIGNAL-2026-114"]
    assert loaded_folder.tables()["audit"][-1][2] == "complaint"


def test_charges_are_told_in_words(loaded_folder: Folder) -> None:
    attempt = call_made(loaded_folder)
    loaded_folder("trunk", "complaint", attempt, "--reference", "SIGNAL-2026-114")
    assert "200.00 €" in loaded_folder("trunk", "charges", "--lang", "en").words
    assert "plaintes" in loaded_folder("trunk", "charges").words


@pytest.mark.parametrize(
    ("asked", "french", "english"),
    [
        (
            ("--since", "2026-11-01", "--until", "2026-11-20"),
            "du 2026-11-01 au 2026-11-20",
            "from 2026-11-01 to 2026-11-20",
        ),
        (("--until", "2025-03-31"), "du 2025-03-01 au 2025-03-31", "from 2025-03-01 to 2025-03-31"),
    ],
)
def test_the_days_that_were_looked_at_are_named(
    loaded_folder: Folder, asked: tuple[str, ...], french: str, english: str
) -> None:
    assert f"Appels {french} :" in loaded_folder("trunk", "charges", *asked).words
    assert f"Calls {english}:" in loaded_folder("trunk", "charges", *asked, "--lang", "en").words


def test_a_last_day_before_the_first_is_a_mistake_of_usage(loaded_folder: Folder) -> None:
    said = loaded_folder("trunk", "charges", "--since", "2026-11-02", "--until", "2026-11-01")
    assert said.exit_code == 2


def test_only_the_days_asked_about_count(loaded_folder: Folder) -> None:
    call_made(loaded_folder)
    (found,) = loaded_folder.json("trunk", "charges", "--until", "2026-11-23")["trunks"]
    assert found["calls"] == 0


def test_a_complaint_about_no_call_changes_nothing(loaded_folder: Folder) -> None:
    before = loaded_folder.tables()
    told = loaded_folder.json("trunk", "complaint", "absent", "--reference", "X", exit_code=3)
    assert "absent" in told["message"]
    assert loaded_folder.tables() == before
