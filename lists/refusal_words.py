"""Headers that speak of refusing or allowing calls in words that no vocabulary knows.

Kept apart because here a column is suspected, not understood: whoever knows the file must say what it means.
"""

from __future__ import annotations

import re
import unicodedata

from lists.fields import Field, plain

_REFUSAL = re.compile(
    r"\bne?\b.*\b(?:pas|plus|jamais)\b|\boppos|\bobject(?:ion|ed)|\bopt(?:ed|s)? ?out|\bstop|\bdnc\b"
    r"|\bdo(?:es)? ?n ?o?t|\bno ?calls?\b|\bdesabonn|\bdesinscr|\bunsubscri|\b(?:black|block) ?list"
    r"|\bliste (?:noire|rouge|repoussoir)|\brepoussoir|\brefus|\bbloctel|\bpacitel|\brobinson|\binterdi"
    r"|\bexclu(?:re|sion|e?s?\b)|\bretrait\b.*\bconsent|\bdate (?:de|du) retrait|\bretire\b|\bwithdr|\brevo[ckq]"
    r"|\b(?:pas|plus|aucune?|non) (?:de? ?)?(?:appel|demarch|prospect|contact|sollicit)"
    r"|\bsuppress|\bblocked\b|\bbloque|\beffacement|\berasure|\bdroit a l oubli|\bnpa\b|\bdnd\b|\bc?tps\b"
)
_PERMISSION = re.compile(r"\baccept|\bautoris|\ballow|\bconsent|\bpermission|\bsubscri")
_CALL = re.compile(r"\b(?:appel|tel\b|telephon|phone|call|demarch|voice|voix|vocal)")
_PERMISSION_TO_CALL = re.compile(
    r"\bopt(?:ed)? ?in\b|\b(?:demarchage|prospection) (?:tel|commerc|autoris|accept)|\bappels? commerc"
    r"|\b(?:demarch|appel|contact)able\b|\btele ?marketing|\b(?:phone|tel|telephon\w+) marketing|\bmarketing calls?\b"
    r"|\bconsent\w* (?:status|state|rgpd|gdpr|marketing|commerc)|\b(?:statut|etat|gdpr|rgpd|marketing) .*consent"
    r"|^(?:demarchage|prospection)$"
)
"""Whoever writes so means calls, though no word of the header says which way."""
_ANYBODY = re.compile(r"\b(?:contact|mobile|portable|gsm)")
_OTHER_CHANNEL = re.compile(
    r"\b(?:e ?mails?|emailing|mails?|mailings?|courriels?|newsletters?|infolettres?|sms|mms|fax|faxes|courriers?"
    r"|postal|cookies?)\b"
)


def may_mean(header: str) -> tuple[Field, ...]:
    """What a header that is no synonym may say about calls; nothing for most, and where it is about e-mail alone."""
    words = _words(header)
    if _OTHER_CHANNEL.search(words) and not (_CALL.search(words) or _ANYBODY.search(words)):
        return ()
    if _REFUSAL.search(words):
        return (Field.OBJECTED,)
    if _PERMISSION_TO_CALL.search(words) or (_PERMISSION.search(words) and _CALL.search(words)):
        return (Field.CALLS_ALLOWED, Field.CONSENT_ON)
    return ()


def is_of_another_channel(header: str) -> bool:
    """Whether what stands under a header is about e-mail, letters and the like, and not about calls."""
    words = _words(header)
    return bool(_OTHER_CHANNEL.search(words)) and not _CALL.search(words)


def is_opt_in(header: str) -> bool:
    """Whether a header that may stand over days of consent is also the name of a box, whose no forbids calls."""
    return "optin" in plain(header)


def _words(header: str) -> str:
    """`HasOptedOut` and `has_opted-out` alike as `has opted out`; cut, because a header may be as long as a page."""
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", header[:200])
    bare = unicodedata.normalize("NFKD", parted).casefold()
    letters = "".join(each for each in bare if not unicodedata.combining(each))
    return re.sub(r"[^a-z0-9]+", " ", letters)
