"""Whether the carrier accepts username and password: a REGISTER that only asks, and so binds nothing.

Apart from the runner, whose PJSIP registers in earnest; this is for `dialer doctor`.
"""

from __future__ import annotations

import hashlib
import re
import secrets

from adapters.sip.reachability import ask, status_line
from adapters.sip.sip_messages import header
from adapters.sip.trunk import TrunkAddress

_HASHES = {"MD5": hashlib.md5, "SHA-256": hashlib.sha256}
_PARAMETER = re.compile(r'(\w+)\s*=\s*("[^"]*"|[^\s,"]+)')


def answer_to_login(trunk: TrunkAddress) -> str:
    """The status line after the password was proved (RFC 3261 §22); 200 when it is right. Raises `NoAnswer`."""
    door, user = trunk.doors[0], trunk.account.username
    answer = ask(trunk, door, "REGISTER", user=user)
    for kind, proof in (("WWW-Authenticate", "Authorization"), ("Proxy-Authenticate", "Proxy-Authorization")):
        if challenge := header(answer, kind):
            proved = f"{proof}: {credentials(trunk, challenge)}"
            return status_line(ask(trunk, door, "REGISTER", user=user, headers=[proved], sequence=2))
    return status_line(answer)


def credentials(trunk: TrunkAddress, challenge: str) -> str:
    """The value of an Authorization header for a REGISTER (RFC 7616 §3.4, RFC 8760); MD5 when it names no hash."""
    asked = {name.lower(): value.strip('"') for name, value in _PARAMETER.findall(challenge)}
    account = trunk.account
    name = asked.get("algorithm", "MD5").upper()
    hashed = _HASHES.get(name, hashlib.md5)

    def digest(*parts: str) -> str:
        return hashed(":".join(parts).encode()).hexdigest()

    realm, nonce, uri = asked.get("realm", ""), asked.get("nonce", ""), trunk.uri()
    who, what = digest(account.username, realm, account.password), digest("REGISTER", uri)
    said = f'Digest username="{account.username}", realm="{realm}", nonce="{nonce}", uri="{uri}", algorithm={name}'
    if "opaque" in asked:
        said += f', opaque="{asked["opaque"]}"'
    if "auth" not in asked.get("qop", "").split(","):
        return f'{said}, response="{digest(who, nonce, what)}"'
    ours = secrets.token_hex(8)
    response = digest(who, nonce, "00000001", ours, "auth", what)
    return f'{said}, qop=auth, nc=00000001, cnonce="{ours}", response="{response}"'
