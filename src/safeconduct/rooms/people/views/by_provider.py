"""The way to an identity provider and back: for colleagues at the desk, for officers at the portal.

A browser's session keeps what the answer must match; it counts once (RFC 9700, RFC 9207).
"""

import base64
import hashlib
import hmac
import os
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from safeconduct.core.base.sign_on import IdentityProvider
from safeconduct.core.conduct.id_token import IdTokenError, Said, said_of
from safeconduct.rooms.people import wire

STALE = "Begin again: this answer belongs to no signing in of this browser."


def lead(place: IdentityProvider, *, back: str, scope: str = "openid") -> tuple[dict[str, str], str]:
    """Return what the answer must match, and where the browser goes; raises ``ProviderAwayError``."""
    endpoints = wire.discover(place)
    begun = {name: os.urandom(32).hex() for name in ("state", "nonce", "verifier")}
    proof = base64.urlsafe_b64encode(hashlib.sha256(begun["verifier"].encode()).digest()).decode().rstrip("=")
    asked = {
        "response_type": "code",
        "scope": scope,
        "client_id": place.client_id,
        "redirect_uri": back,
        "state": begun["state"],
        "nonce": begun["nonce"],
        "code_challenge": proof,
        "code_challenge_method": "S256",
    }
    joint = "&" if "?" in endpoints.authorization else "?"
    return begun, f"{endpoints.authorization}{joint}{urlencode(asked)}"


def answers(told: Mapping[str, str], begun: dict[str, Any] | None) -> bool:
    """Return whether an answer belongs to what this browser began."""
    return begun is not None and hmac.compare_digest(str(told.get("state", "")).encode(), begun["state"].encode())


def said(
    place: IdentityProvider, begun: Mapping[str, str], told: Mapping[str, str], *, back: str, now: datetime
) -> Said:
    """Return what the provider says of the person; raises ``IdTokenError`` or ``ProviderAwayError``."""
    if told.get("iss", place.issuer) != place.issuer or not told.get("code"):
        raise IdTokenError("The provider signed nobody in.")
    endpoints = wire.discover(place)
    token = wire.exchange(place, endpoints, code=told["code"], redirect=back, verifier=begun["verifier"])
    keys = wire.keys(place, endpoints)
    return said_of(token, keys=keys, issuer=place.issuer, client=place.client_id, nonce=begun["nonce"], now=now)
