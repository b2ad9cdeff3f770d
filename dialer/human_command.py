"""The command of one person for one call: what makes a call a human agent's (CPCE L.44 VI).

« émis individuellement, sans parallélisation possible et sur la commande explicite d'un humain pour chaque appel »:
whatever is dialed without it is dialed by an automated system, with other numbers to show and other consents to hold.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dialer.errors import NotPossible
from dialer.plan import CampaignPlan


@dataclass(frozen=True, slots=True)
class HumanCommand:
    """Who said "call now", and when."""

    by: str
    at: datetime

    def to_dict(self) -> dict[str, object]:
        """What the audit row of the approved call says of it."""
        return {"commanded_by": self.by, "commanded_at": self.at.isoformat()}


def require_right_command(plan: CampaignPlan, command: HumanCommand | None) -> None:
    """Raises `NotPossible` when a human agent's campaign would dial by itself, or a machine's be dialed by hand."""
    if plan.commanded and command is None:
        raise NotPossible(
            f"campaign {plan.name!r} is a human agent's: each call wants its own command, "
            f"`dialer dial --next --campaign {plan.name!r}`",
            f"la campagne {plan.name!r} est celle d'un agent humain : chaque appel demande sa propre commande, "
            f"`dialer dial --next --campaign {plan.name!r}`",
        )
    if command is not None and not plan.commanded:
        raise NotPossible(
            f"campaign {plan.name!r} is dialed by a machine (system {plan.system}): `dialer run` places its calls",
            f"la campagne {plan.name!r} est composée par une machine (système {plan.system}) : "
            "`dialer run` passe ses appels",
        )
