"""For the whole suite: speed is shown by benchmarks, so no property fails because the machine is busy."""

from __future__ import annotations

import gc

from hypothesis import settings

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


def pytest_collection_finish() -> None:
    """What ten thousand tests are made of lives as long as they run: it is not searched for garbage again and again."""
    gc.freeze()
