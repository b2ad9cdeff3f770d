"""French canvassing law and its calendar as code: facts in, decision out.

Pure: no clock, no database, no network. Start at `decide.decide` and `eligibility.next_eligible_at`;
the rules themselves are in `book/`, the numbers of the law in `numbers.toml`.
"""
