"""What is kept beside the chain, held against it: one module for each kind of record, all led by `Recorded`.

The chain is read once and these follow it; a table is read in the order in which the chain names its rows.
"""

from dialer.recorded.recorded import FOLLOWED, Outside, Recorded
from dialer.recorded.untold import WITHOUT_ANCHOR

__all__ = ["FOLLOWED", "WITHOUT_ANCHOR", "Outside", "Recorded"]
