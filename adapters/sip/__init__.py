"""The PJSIP runner: real calls over SIP, behind `dialer.ports.CallRunner`.

The only place that knows `pjsua2`, and only its runner processes import it.
"""

from __future__ import annotations

from adapters.sip.contract import agent_logins, trunk_of
from adapters.sip.dispositions import disposition_of
from adapters.sip.not_started import RunnerNotStarted
from adapters.sip.runner import SipRunner
from adapters.sip.trunk import TrunkAddress

__all__ = ["RunnerNotStarted", "SipRunner", "TrunkAddress", "agent_logins", "disposition_of", "trunk_of"]
