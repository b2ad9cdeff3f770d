"""Cells that say in words that somebody is not to be called, wherever they stand: in a remark, beside a number.

Kept apart from `refusal_words`, which suspects headers: a header names a column, a cell speaks of one person.
"""

from __future__ import annotations

import polars as pl

_STEMS = (
    "stop", "npa", "dnc", "dnd", "oppos", "refus", "opt", "unsub", "inscri", "abonn", "withdr", "revo", "bloq",
    "block", "black", "liste", "bloctel", "pacitel", "robinson", "repoussoir", "oubli", "effac", "remove", "ress",
    "interest", "ne p", "interdi", "consent", "appel", "march", "prospect", "contact", "sollicit", "phon", "joindre",
    "rang", "call", "ring", "disturb", "solicit", "market",
)  # fmt: skip
"""Some of it is in whatever the patterns below match, in the letters that bear no accent: a cheap first look."""

_APPEL = r"(?:r?appel|re ?contact|contact|demarch|prospect|sollicit|telephon|phon|joindre|derang)[a-z]*"
_CALL = r"(?:call|phone|ring|contact|disturb|solicit|market|telemarket)(?:s|ing|me|us)?"
_HARMLESS = (
    r"\bne? (?:l |la |le |les |nous |m |me )*(?:repond|decroch)[a-z]* (?:pas|plus|jamais)"
    r"|\bn (?:a|ai|ont|avons|avait|est|etait|sont) (?:pas|plus|jamais) (?:(?:encore|pu|ete|etre|eu) )*"
    rf"{_APPEL}"
    r"|\b(?:not|don t|doesn t|didn t|hasn t|haven t) (?:yet )?(?:answer|pick|have|has|had|return|respond|been)[a-z]*"
)
"""Nobody was reached: no word against calls."""
_SENTENCES = (
    rf"\bne? (?:[a-z]+ ){{0,4}}?(?:pas|plus|jamais) (?:[a-z]+ ){{0,4}}?{_APPEL}",
    rf"\bne? (?:l |la |le |les |nous |m |me )*{_APPEL} (?:pas|plus|jamais)\b",
    r"\b(?:pas|plus|aucune?|stop|non) (?:aux? |des? |d |les? |la )*"
    r"(?:appels?|demarchages?|prospections?|sollicitations?|contacts?|(?:r?appel|demarch|contact)er)\b",
    r"\b(?:non|pas|plus) (?:r?appel|demarch|contact|sollicit)able",
    r"\barret(?:er|ez)? (?:de |d |des |les |aux? |nous |me |m )*(?:appel|demarch|contact|telephon)",
    rf"\b(?:refus|oppos|interdi)[a-z]* (?:[a-z]+ ){{0,4}}?{_APPEL}",
    rf"\b(?:do not|does not|dont|don t|doesn t|never|no more|no longer|not to|stop) (?:[a-z]+ ){{0,3}}?{_CALL}\b",
    r"\b(?:not|don t|doesn t|didn t) (?:[a-z]+ ){0,3}?be (?:called|phoned|rung|contacted|disturbed|solicited)",
    r"\bno (?:[a-z]+ )?(?:calls?|contact|solicit[a-z]*|telemarketing|marketing)\b",
    r"\bopt(?:ed|s)? out\b|\bbloctel\b|\bpacitel\b|\bliste (?:rouge|noire|repoussoir)\b|\bblack ?list",
    r"\bdroit (?:d opposition|a l oubli|a l effacement)\b|\bremove (?:[a-z]+ )?from\b",
    r"\bconsent[a-z]* (?:est |was |is )?(?:retire|revoque|refuse|withdrawn|revoked|denied)",
)
_REFUSED = r"(?:refus|refusee?s?|refused|(?:pas|non|plus) interessee?s?|not interested|no longer interested)"
_STATE = (
    rf"(?:{_REFUSED}|stop|npa|dnc|dnd|opposee?s?|opposition|opposant|unsubscribed|blocked|bloquee?s?"
    r"|desinscrite?s?|desabonnee?s?|repoussoir|robinson|ne (?:plus|pas)|withdrawn|revoked|effacement)"
)
"""What says so as the only words of a cell, or beside a number."""
_MERELY_REFUSED = rf"(?-u:^[ |]*{_REFUSED}[ |]*$)"
_REMARK = rf"(?-u:{'|'.join(_SENTENCES)}|^[ |]*{_STATE}[ |]*$)"
_BESIDE = rf"(?-u:{'|'.join(_SENTENCES)}|\b{_STATE}\b)"
_LETTERS = r"\p{L}\P{Nd}*\p{L}"
_WRITTEN_NUMBER = r"\+?[0-9(][0-9 .()\u00a0\u202f\-]{7,}[0-9]"
"""Nine signs at least: fewer digits beside words are those of a date or a street."""
_DATE = r"[0-9]{1,4}[/.\-][0-9]{1,2}[/.\-][0-9]{1,4}"


def refusing(texts: pl.Series) -> pl.Series:
    """Boolean per cell (no nulls): whether it says in words, French or English, that somebody is not to be called."""
    return _matching(texts, texts.str.contains_any(list(_STEMS), ascii_case_insensitive=True), _REMARK)


def merely_refused(texts: pl.Series) -> pl.Series:
    """Boolean per cell: whether all it says is that an offer was refused, which is less than an objection to calls."""
    return _in_words(texts).str.contains(_MERELY_REFUSED)


def refusing_beside_number(texts: pl.Series) -> pl.Series:
    """Boolean per cell of numbers: whether words of refusal stand in it."""
    return _matching(texts, texts.str.contains(_LETTERS), _BESIDE)


def numbers_alone(texts: pl.Series) -> pl.Series:
    """Cells of numbers in which words of refusal stand, without words and dates; the others as they are."""
    refused = refusing_beside_number(texts)
    if not refused.any():
        return texts
    written = texts.filter(refused)
    alone = written.str.extract_all(_WRITTEN_NUMBER).list.join(" / ")
    digits = written.str.replace_all(_DATE, " ").str.replace_all("[^0-9+]+", " ").str.strip_chars()
    return texts.clone().scatter(refused.arg_true(), alone.zip_with(alone != "", digits))


def _matching(texts: pl.Series, candidates: pl.Series, pattern: str) -> pl.Series:
    if not candidates.any():
        return candidates
    said = _in_words(texts.filter(candidates)).str.contains(pattern)
    return candidates.scatter(candidates.arg_true(), said)


def _in_words(texts: pl.Series) -> pl.Series:
    """`N'appelez plus !` as `n appelez plus |`: a stroke where a sentence ends or somebody was not reached."""
    return (
        texts.str.normalize("NFKD")
        .str.replace_all(r"\p{M}", "")
        .str.to_lowercase()
        .str.replace_all(r"[.,;:!?/()\n]+", " | ")
        .str.replace_all(r"[^a-z0-9|]+", " ")
        .str.replace_all(_HARMLESS, "|")
    )
