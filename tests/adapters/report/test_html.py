"""What a manager finds in the report, read back as a tree."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.report import write_report
from adapters.report.html import SHOWN_ATTEMPTS, SHOWN_PROBLEMS, render
from adapters.report.typesetting import Typesetter
from dialer.dispositions import Disposition
from dialer.faults import Verification
from dialer.forecast import DayCount
from dialer.story import Story
from tests.adapters.report.page import Element, read, section
from tests.adapters.report.stories import LAUNCH, OUTCOMES, attempt, decision, forecast, report, summary, tell

HOSTILE = (
    "<script>alert(1)</script>",
    '"onload=alert(1) x="',
    "' onmouseover='alert(1)",
    "</title></svg><img src=x onerror=alert(1)>",
    "{{ 7 * 7 }}{% raw %}",
    "&lt;b&gt;",
    "\u202egnihtyna",
)
ALL_LANGUAGES = pytest.mark.parametrize("language", ["fr", "en"])


def page_of(story: Story, language: str = "fr") -> Element:
    return read(render(story, Typesetter(language)))


def spoken(story: Story, language: str = "fr") -> str:
    return section(page_of(story, language), "brief").text.replace("\u202f", " ")


@ALL_LANGUAGES
def test_the_sections_come_in_the_order_in_which_a_manager_asks(language: str) -> None:
    page = page_of(tell(), language)
    assert page.one("html").attributes["lang"] == language
    assert page.one("h1").text == "Fibre novembre"
    assert [heading.attributes["id"] for heading in page.all("h2")] == [
        "brief", "funnel", "calendar", "dispositions", "quality", "obstacles", "next", "import", "attempts", "audit",
    ]  # fmt: skip


@pytest.mark.parametrize("simulated", [True, False])
def test_the_banner_is_there_only_when_the_clock_was_simulated(simulated: bool) -> None:
    banners = page_of(tell(simulated=simulated)).all("p", class_="banner")
    assert [banner.one("strong").text for banner in banners] == ["Horloge simulée — démonstration"] * simulated


def test_the_first_paragraphs_say_the_whole_in_plain_words() -> None:
    text = spoken(tell())
    assert "67 lignes lues, 61 contacts retenus." in text
    assert "d’en appeler 38 dès le lancement et 9 plus tard" in text
    assert "30 appels passés vers 30 personnes, dont 16 décrochés (53 %)." in text
    assert "3 oppositions exprimées pendant un appel" in text
    assert "14 contacts à rappeler, à partir du jeudi 17 décembre 2026 à 10 h 30." in text
    assert "Chaque appel repose sur une autorisation enregistrée avant lui. Le journal est intact." in text


def test_one_of_a_kind_is_told_in_the_singular() -> None:
    text = spoken(tell(attempts=1))
    assert "1 appel passé vers 1 personne, dont 1 décroché (100 %)." in text


@pytest.mark.parametrize(
    "decisions",
    [(), (decision(0, "deny"),), (replace(decision(0), at=LAUNCH + timedelta(hours=1)),)],
    ids=["none recorded", "a denial", "recorded after the call"],
)
def test_a_call_without_an_earlier_permission_is_denounced(decisions: tuple[object, ...]) -> None:
    assert "1 appel sans autorisation enregistrée avant lui" in spoken(tell(attempts=1, decisions=decisions))


def test_the_funnel_counts_people_and_ends_with_those_who_heard_who_was_calling() -> None:
    stages = section(page_of(tell()), "funnel").all("li")
    counts = [stage.one("span", class_="count").text for stage in stages]
    assert counts == ["67", "61", "38", "30", "16", "12"]


def test_a_person_called_at_two_numbers_is_one_person_of_the_funnel() -> None:
    first = attempt(0, OUTCOMES[0])
    second = replace(attempt(1, OUTCOMES[0]), contact_id=first.contact_id)
    story = replace(tell(), attempts=(first, second))
    assert section(page_of(story), "funnel").all("span", class_="count")[3].text == "1"


def test_the_slabs_of_the_funnel_are_as_wide_as_their_counts() -> None:
    slabs = section(page_of(tell()), "funnel").all("rect", class_="slab")
    widths = [float(slab.attributes["width"]) for slab in slabs]
    assert widths == pytest.approx([1000 * count / 67 for count in (67, 61, 38, 30, 16, 12)], abs=0.02)


def test_the_calendar_has_one_cell_per_day_and_hour_with_its_count() -> None:
    picture = section(page_of(tell()), "calendar").one("svg", class_="calendar")
    first_hour, last_hour = 7, 21
    cells = picture.all("g", class_="cell")
    assert len(cells) == 14 * (last_hour - first_hour + 1)
    written = [cell.all("text")[0].text for cell in cells if cell.all("text")]
    assert written == [str(count) for day in forecast().days for _, count in day.by_hour]


def test_the_calendar_names_weekends_and_national_holidays() -> None:
    picture = section(page_of(tell()), "calendar").one("svg", class_="calendar")
    notes = [text.text for text in picture.all("text", class_="off")]
    for named in (("ven. 25 déc.", "Noël"), ("sam. 19 déc.", "week-end"), ("dim. 27 déc.", "week-end")):
        assert named in [(day.replace("\u00a0", " "), note) for day, note in pairwise(notes)]


def test_hours_gone_by_and_closed_hours_look_different() -> None:
    first_day = section(page_of(tell()), "calendar").one("svg", class_="calendar").all("g", class_="cell")[:15]
    kinds = [cell.one("rect").classes[0] for cell in first_day]
    assert kinds == ["past", "past", *["open"] * 4, "closed", *["open"] * 8]


def test_the_hour_under_way_is_not_past_yet() -> None:
    at_lunch = replace(forecast(), at=LAUNCH.replace(hour=12, minute=20))
    picture = section(page_of(tell(forecast=at_lunch)), "calendar").one("svg", class_="calendar")
    hour_13 = picture.all("g", class_="cell")[13 - 7]
    assert hour_13.one("title").text == "jeudi 17 décembre 2026, 13 h : aucun appel possible"


@settings(max_examples=25)
@given(
    hours=st.lists(st.dictionaries(st.integers(0, 23), st.integers(1, 2_000_000), max_size=24), min_size=1, max_size=4)
)
def test_every_open_hour_is_a_shaded_cell_whatever_the_hours(hours: list[dict[int, int]]) -> None:
    days = tuple(
        DayCount(date(2026, 12, 18) + timedelta(days=index), 0, tuple(sorted(open_hours.items())))
        for index, open_hours in enumerate(hours)
    )
    story = tell(attempts=0, forecast=replace(forecast(), days=days))
    picture = section(page_of(story), "calendar").one("svg", class_="calendar")
    opened = picture.all("rect", class_="open")
    assert len(opened) == sum(len(open_hours) for open_hours in hours)
    assert all(re.fullmatch(r"shade-[1-5]", rect.classes[1]) for rect in opened)


@settings(max_examples=25)
@given(counts=st.dictionaries(st.sampled_from(Disposition), st.integers(1, 5_000)), live=st.integers(0, 3))
def test_every_disposition_is_one_bar_and_their_counts_add_up(counts: dict[Disposition, int], live: int) -> None:
    figures = replace(summary(()), dispositions=counts, live=live)
    part = section(page_of(tell(attempts=0, summary=figures), "en"), "dispositions")
    bars = [float(rect.attributes["width"]) for rect in part.all("rect")]
    assert len(bars) == len(counts) + bool(live)
    assert not bars or max(bars) == 100
    shown = [int(row[2].replace(",", "")) for row in part.one("table").rows()] if bars else []
    assert sorted(shown) == sorted([*counts.values(), *([live] if live else [])])


def test_the_rules_that_hold_contacts_back_are_told_with_articles_and_effect() -> None:
    rows = section(page_of(tell()), "obstacles").one("table").rows()
    assert rows[0] == [
        "Consentement préalable FR-CONSENT",
        "C. conso. L.223-1 al. 1-3 (loi 2025-594 art. 13) C. conso. R.223-1 (décret 2026-662)",
        "8", "8", "refusé", "loi",
    ]  # fmt: skip
    assert [row[-1] for row in rows if "FR-REFUSAL-60D" in row[0]] == ["prudence"]


def test_a_rule_that_only_blocked_during_the_campaign_is_told_too() -> None:
    rows = section(page_of(tell()), "obstacles").one("table").rows()
    (row,) = [row for row in rows if "FR-CLI-NPV" in row[0]]
    assert row[2:] == ["—", "1", "—", "loi"]


def test_what_comes_next_says_when_how_many_and_why() -> None:
    rows = section(page_of(tell()), "next").one("table").rows()
    assert rows[1] == ["jeudi 17 décembre 2026 à 10 h 40", "4", "Nouvel essai après : Occupé"]
    assert rows[-1][-1] == "Attente : Quatre tentatives par trente jours · Soixante jours après un refus"


def test_the_first_fifty_problems_are_shown_worst_first_and_the_others_counted() -> None:
    part = section(page_of(tell(problems=300)), "import")
    rows = part.one("table", class_="problems").rows()
    assert len(rows) == SHOWN_PROBLEMS
    assert {row[1] for row in rows} == {"rejetée"}
    assert "… et 250 autres remarques." in [note.text for note in part.all("p", class_="note")]


def test_a_problem_tells_line_column_value_message_and_remedy() -> None:
    row = section(page_of(tell()), "import").one("table", class_="problems").rows()[0]
    assert row[:4] == ["2", "rejetée", "Téléphone", "06 39 98"]
    assert row[4].startswith("Numéro illisible ou non attribuable. Écrivez-le à dix chiffres")


def test_an_attempt_tells_time_person_number_outcome_answer_and_talk() -> None:
    rows = section(page_of(tell()), "attempts").one("table").rows()
    assert len(rows) == 30
    assert rows[0] == ["jeu. 17 déc. 10:05:02", "Anaïs Lefèvre", "06 39 98 02 00", "Décroché", "200 OK", "41 s"]
    assert rows[-1][3:] == ["Sort inconnu", "—", "—"]


def test_of_very_many_attempts_the_latest_are_shown_and_the_others_counted() -> None:
    part = section(page_of(tell(attempts=SHOWN_ATTEMPTS + 7)), "attempts")
    assert len(part.one("table").rows()) == SHOWN_ATTEMPTS
    assert part.all("p", class_="note")[0].text == "… et 7 appels plus anciens."


def test_a_broken_chain_is_said_in_the_summary_and_in_the_audit_box() -> None:
    story = tell(verification=Verification(4, "a" * 64, 5, "its content does not match its hash"))
    assert "le journal est rompu" in spoken(story)
    box = section(page_of(story), "audit").one("div", class_="broken")
    assert box.one("strong").text == "Chaîne rompue à l’écriture 5"
    assert "its content does not match its hash" in box.text


@ALL_LANGUAGES
@pytest.mark.parametrize(("attempts", "problems"), [(0, 0), (0, 300), (1, 1), (60, 15)])
def test_every_size_of_story_gives_a_well_formed_page(language: str, attempts: int, problems: int) -> None:
    page = page_of(tell(attempts=attempts, problems=problems), language)
    assert len(page.all("h2")) == 10


def test_a_campaign_without_a_list_or_a_contact_still_has_a_report() -> None:
    empty = replace(forecast(), contacts=0, now=0, later=0, never=0, rules=(), days=())
    page = page_of(tell(attempts=0, reports=(), forecast=empty))
    assert "Aucune règle ne retient de contact." in section(page, "obstacles").text
    assert "Aucun fichier n’est rattaché à cette campagne." in section(page, "import").text


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text_wherever_it_comes_in(text: str) -> None:
    line = replace(attempt(0, OUTCOMES[0]), person=text, sip_reason=text, number=text)
    remark = replace(report().problems[0], column=text, value=text, message_fr=text, remedy_fr=text)
    story = replace(
        tell(attempts=1),
        offer=text,
        attempts=(line,),
        reports=(replace(report(), file=text, encoding=text, delimiter=text, problems=(remark,)),),
        summary=replace(summary((line,)), campaign=text, advertiser=text, rules={text: 1}),
        verification=Verification(1, "a", 2, text),
        recordings=(text,),
    )
    harmless, hostile = page_of(tell(attempts=1)), page_of(story)
    assert hostile.one("h1").text == " ".join(text.split())
    assert {each.tag for each in hostile.walk()} <= {each.tag for each in harmless.walk()} - {"script", "img"}
    assert not [name for each in hostile.walk() for name in each.attributes if name.startswith("on")]


@pytest.mark.parametrize(
    "name", ["javascript:alert(1)", "//elsewhere/a.wav", "https://elsewhere/a.wav", "dossier/appel 1.wav"]
)
def test_a_recording_is_only_ever_a_file_beside_the_report(name: str) -> None:
    (link,) = section(page_of(tell(recordings=(name,))), "attempts").all("a")
    assert link.attributes["href"].startswith("./")
    assert ":" not in link.attributes["href"]
    assert link.text == name


@ALL_LANGUAGES
def test_the_page_fetches_nothing_and_runs_nothing(language: str) -> None:
    html = render(tell(), Typesetter(language))
    page = read(html)
    assert not {each.tag for each in page.walk()} & {"script", "link", "img", "iframe", "object", "embed", "base"}
    loading = [each for each in page.walk() if {"src", "srcset", "xlink:href", "data"} & set(each.attributes)]
    assert loading == []
    assert "://" not in html
    assert re.findall(r"url\((?!#)|@import", html) == []


@ALL_LANGUAGES
def test_pictures_have_titles_tables_have_headers_and_ids_are_unique(language: str) -> None:
    page = page_of(tell(), language)
    ids = [each.attributes["id"] for each in page.walk() if "id" in each.attributes]
    assert len(ids) == len(set(ids))
    for picture in page.all("svg"):
        if picture.attributes.get("aria-hidden") != "true":
            titled = [title.text for title in picture.all("title", id=picture.attributes["aria-labelledby"])]
            assert all(titled)
            assert len(titled) == 1
    for table in page.all("table"):
        assert table.one("thead").all("th", scope="col")
        assert all(row.all("th", scope="row") for row in table.one("tbody").all("tr"))
    assert {part.attributes["aria-labelledby"] for part in page.all("section")} <= set(ids)


def test_the_file_replaces_an_older_one_and_leaves_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "report.html"
    target.write_text("older")
    write_report(tell(), target)
    assert read(target.read_text(encoding="utf-8")).one("h1").text == "Fibre novembre"
    assert list(tmp_path.iterdir()) == [target]


def test_another_language_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="choose 'fr' or 'en'"):
        write_report(tell(), tmp_path / "report.html", "de")
    assert list(tmp_path.iterdir()) == []
