"""What this build of PJSIP can do, asked of the library itself in a process of its own.

`python -m adapters.sip.build` prints it; `codecs_of_build` runs that. The dialer's process holds no PJSIP.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys

_MARK = "codecs of this build: "
_PATIENCE = 10.0
"""Seconds; the library boots in a twentieth of one."""


def codecs_of_build() -> tuple[str, ...]:
    """Names such as `PCMA/8000/1`; empty when the library cannot be started."""
    command = [sys.executable, "-P", "-m", "adapters.sip.build"]
    try:
        said = subprocess.run(command, capture_output=True, text=True, timeout=_PATIENCE, check=False).stdout
    except (OSError, subprocess.TimeoutExpired):
        return ()
    found = [line.removeprefix(_MARK) for line in said.splitlines() if line.startswith(_MARK)]
    return tuple(json.loads(found[-1])) if found else ()


def main() -> None:
    import pjsua2 as pj  # only here: whoever imports this module must not load the library

    library = pj.Endpoint()
    library.libCreate()
    settings = pj.EpConfig()
    settings.uaConfig.threadCnt, settings.uaConfig.mainThreadOnly = 0, True
    settings.logConfig.level = settings.logConfig.consoleLevel = 0
    library.libInit(settings)
    print("\n" + _MARK + json.dumps([str(codec.codecId) for codec in library.codecEnum2()]), flush=True)
    os._exit(0)  # no interpreter teardown: PJSUA2's destructors would abort the process


if __name__ == "__main__":
    main()
