"""A time-stamping authority reached over HTTP (RFC 3161)."""

from adapters.timestamp.rfc3161 import HttpTimestamper

__all__ = ["HttpTimestamper"]
