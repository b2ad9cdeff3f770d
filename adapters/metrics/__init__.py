"""The figures of the board for Prometheus, over HTTP on this machine."""

from __future__ import annotations

from adapters.metrics.exposition import PortTaken, serving

__all__ = ["PortTaken", "serving"]
