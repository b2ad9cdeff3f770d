"""What counts as said: names, disclosure and first sentences, whatever the accents, case and spacing."""

from __future__ import annotations

import pytest

from rules.duty import first_sentences, plain, says
from rules.facts import SystemKind
from tests.rules.test_duties import NEW, lacking


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Énergie d'Été", "ici energie d’été"),
        ("ÉNERGIE D'ÉTÉ", "ici Énergie d'été."),
        ("Énergie", "E\u0301NERGIE"),
        ("A+ Assurances (Ouest)", "ici a+ assurances (ouest)"),
        ("C.A.P. 35", "ici C.A.P. 35"),
        ("[Neuf] $tore", "chez [neuf] $TORE !"),
        ("Fibre  Horizon", "fibre\u00a0horizon"),
        ("Fibre Horizon", "fibre\n   horizon"),
    ],
)
def test_a_name_is_heard_whatever_its_accents_case_spacing_and_signs(name: str, words: str) -> None:
    opening = f"{words} Contact Ouest, appel commercial, votre numéro vient de vous."
    assert lacking(NEW, advertiser_name=name, opening=opening) == []


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("C.A.P. 35", "ici CXAXPX 35"),
        ("A+", "ici AAA"),
        ("Axa", "une offre de taxation"),
        ("Free", "pour les freelances"),
        ("Horizon", "de nouveaux horizons"),
        ("A+", "ici A+B"),
        ("", "ici personne"),
        ("  ", "ici personne"),
        ("Énergie d'Été", "ici energie ete"),
    ],
)
def test_a_name_is_not_heard_in_other_words(name: str, words: str) -> None:
    opening = f"{words} Contact Ouest, appel commercial, votre numéro vient de vous."
    assert lacking(NEW, advertiser_name=name, opening=opening) == ["FR-OPENING-INFO"]


def test_one_name_for_caller_and_advertiser_is_asked_for_once() -> None:
    assert lacking(NEW, caller_name="Néant", advertiser_name="Néant") == ["FR-OPENING-INFO"]


@pytest.mark.parametrize(
    "words",
    [
        "Je suis un agent automatique de Fibre Horizon.",
        "Ici le ROBOT de Fibre Horizon.",
        "Bonjour ! Une intelligence artificielle vous appelle pour Fibre Horizon.",
        "Bonjour. L'assistant vocal de Fibre Horizon vous appelle.",
        "Fibre Horizon vous parle d'une voix de synthèse.",
        "Ceci est un message enregistré de Fibre Horizon.",
        "Fibre Horizon vous parle par une voix enregistrée.",
    ],
)
def test_a_machine_is_disclosed_in_the_first_sentence_after_a_greeting(words: str) -> None:
    assert "FR-AI-DISCLOSURE" not in lacking(NEW, system=SystemKind.AI_AGENT, opening=words)


@pytest.mark.parametrize(
    "words",
    [
        "Ici Claire, de Fibre Horizon. Cette conversation peut être enregistrée.",
        "Ici Fibre Horizon, votre ligne est enregistrée chez nous.",
        "Bonjour. Fibre Horizon vous appelle. Je suis un robot.",
        "Je suis un robot. Bonjour. Fibre Horizon vous appelle.",
        "",
    ],
    ids=["a recording notice is no disclosure", "nor is any other record", "too late", "no principal in time", "empty"],
)
def test_a_machine_that_is_not_disclosed_at_once_may_not_start(words: str) -> None:
    assert "FR-AI-DISCLOSURE" in lacking(NEW, system=SystemKind.AI_AGENT, opening=words)


@pytest.mark.parametrize(
    ("words", "expected"),
    [("Ça  coûte\tCHER", "ca coute cher"), ("l’été", "l'ete"), ("", ""), ("Œuvre", "œuvre"), ("ﬁbre", "fibre")],
)
def test_plain_words(words: str, expected: str) -> None:
    assert plain(words) == expected


def test_words_say_a_pattern_without_regard_to_accents() -> None:
    assert says("Démarchage commercial", r"demarch")
    assert not says("visite amicale", r"demarch|commercia")


@pytest.mark.parametrize(
    ("count", "expected"), [(0, ""), (1, "Bonjour !"), (2, "Bonjour ! Ça va ?"), (9, "Bonjour ! Ça va ? Bien.")]
)
def test_the_first_sentences(count: int, expected: str) -> None:
    assert first_sentences("  Bonjour ! Ça va ?\nBien. ", count) == expected
