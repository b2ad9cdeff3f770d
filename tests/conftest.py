"""For the whole suite: no test fails by chance. Properties draw the same examples everywhere, however busy it is."""

from __future__ import annotations

import gc
import os
import sys

from hypothesis import HealthCheck, settings

os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # else every process that a test starts would compile the program anew
sys.dont_write_bytecode = False
# Workers share the cores already: threads of polars would spend more on waiting for small frames than on their rows.
os.environ["POLARS_MAX_THREADS"] = "1"

settings.register_profile("fixed", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("explore", settings.get_profile("fixed"), derandomize=False, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fixed"))


def pytest_collection_finish() -> None:
    """What ten thousand tests are made of lives as long as they run: it is not searched for garbage again and again."""
    gc.freeze()
