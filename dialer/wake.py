"""Why no call starts now, and when to look again: what the loop waits for, and what board and log say of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from dialer.governor import Hold


class Why(StrEnum):
    """What stands between now and the next call."""

    NOTHING = "nothing"
    """The next question is asked at once."""
    PACE = "pace"
    CHANNELS = "channels"
    AGENTS = "agents"
    TERMS = "terms"
    ABANDONED = "abandoned"
    RECORDING = "recording"
    NOBODY_DUE = "nobody-due"
    NO_CAMPAIGN = "no-campaign"
    TRUNK = "trunk"
    DATABASE = "database"
    STOPPING = "stopping"


@dataclass(frozen=True, slots=True)
class Wait:
    """`until` None: nothing but an event ends it. `en` and `fr` say more than the kind does."""

    why: Why
    until: datetime | None = None
    en: str = ""
    fr: str = ""

    @property
    def idle(self) -> bool:
        """Whether nobody is to be called now. A hold by the carrier's terms ends within the hour: somebody is. One for
        abandoned calls may last for a day."""
        return self.why in (Why.NOBODY_DUE, Why.NO_CAMPAIGN, Why.ABANDONED)

    @property
    def long(self) -> bool:
        """Whether it is worth a line in the log; pace, channels and agents come and go with every call."""
        return self.why not in (Why.NOTHING, Why.PACE, Why.CHANNELS, Why.AGENTS)

    def over(self, now: datetime) -> bool:
        return self.why is Why.NOTHING or (self.until is not None and now >= self.until)

    def words(self, language: str) -> str:
        """For people; the instant is left to whoever knows their clock."""
        english, french = _WORDS[self.why]
        said, more = (english, self.en) if language == "en" else (french, self.fr)
        return f"{said}{': ' if language == 'en' else ' : '}{more}" if more else said

    def to_dict(self) -> dict[str, object]:
        """JSON-able form."""
        return {"why": str(self.why), "until": self.until.isoformat() if self.until else None, "said": self.en}


DIALING = Wait(Why.NOTHING)


def held(hold: Hold) -> Wait:
    """A wait for the carrier's terms, in the words of the rule that would be broken."""
    return Wait(Why.TERMS, hold.breach.until, hold.reason("en"), hold.reason("fr"))


def channels_taken(blocked: int) -> Wait:
    """A wait for a channel; so many are lost to calls that are over, while PJSIP repeats their BYE or CANCEL."""
    if not blocked:
        return Wait(Why.CHANNELS)
    return Wait(
        Why.CHANNELS,
        en=f"{blocked} by calls that are over, but the carrier has not answered the hang-up (each lasts 32 s at most)",
        fr=f"{blocked} par des appels finis dont l'opérateur n'a pas confirmé le raccroché (32 s au plus chacun)",
    )


_WORDS = {
    Why.NOTHING: ("dialing", "en train d'appeler"),
    Why.PACE: ("dialing, at the carrier's pace", "en train d'appeler, au débit de l'opérateur"),
    Why.AGENTS: ("no agent is free", "aucun agent libre"),
    Why.CHANNELS: ("every channel is in use", "tous les canaux sont pris"),
    Why.TERMS: ("held by the carrier's terms", "retenu par les conditions de l'opérateur"),
    Why.ABANDONED: ("held, too many calls were abandoned", "retenu, trop d'appels abandonnés"),
    Why.RECORDING: ("held, a call could not be recorded", "retenu, un appel ne pourrait être enregistré"),
    Why.NOBODY_DUE: ("nobody is due", "personne à appeler"),
    Why.NO_CAMPAIGN: ("no campaign is running", "aucune campagne en cours"),
    Why.TRUNK: ("the trunk is down", "le trunk est tombé"),
    Why.DATABASE: ("the database does not take what is written", "la base ne prend pas ce qu'on écrit"),
    Why.STOPPING: ("stopping: calls under way may end", "arrêt : les appels en cours se terminent"),
}
