"""The loopback carrier: a real SIP user agent server for demo, tests and simulations, in its own process.

`python -m adapters.loopback` runs it, `CarrierProcess` starts it from Python, and `prove` makes
sure that what answers at an address is it. The dialed number's last two digits choose what happens.
"""

from adapters.loopback.behaviours import describe
from adapters.loopback.process import CarrierNotStarted, CarrierProcess
from adapters.loopback.proof import NotTheLoopbackCarrier, prove

__all__ = ["CarrierNotStarted", "CarrierProcess", "NotTheLoopbackCarrier", "describe", "prove"]
