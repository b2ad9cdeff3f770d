"""A carrier made of statistics, and the time that it takes: months of a campaign in minutes, and not one packet.

Nothing here can reach a telephone. There is no socket in this package, its folder's settings hold no carrier's
address, its permits are signed with keys of their own and say that their time is simulated.
"""

from __future__ import annotations

from adapters.simulation.answers import Answers, load_answers
from adapters.simulation.carrier import SimulatedCarrier
from adapters.simulation.clock import VirtualClock

__all__ = ["Answers", "SimulatedCarrier", "VirtualClock", "load_answers"]
