"""The client of the company's identity provider (OpenID Connect). Never called inside a transaction.

Only https, only the provider's own answers and no redirects, each of bounded size; whatever is wrong with one, the
provider counts as away and nobody is signed in.
"""

import base64
import json
import ssl
import urllib.error
import urllib.request
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from django.db import connection

from safeconduct.core.base.errors import UnavailableError
from safeconduct.core.base.sign_on import IdentityProvider

TIMEOUT_SECONDS = 10
MOST_ANSWER_BYTES = 256 * 1024


class ProviderAwayError(UnavailableError):
    """The identity provider cannot be reached, or does not answer as OpenID Connect has it."""

    code = "SC-PROVIDER-AWAY"
    cure = "Use your passkey, or try again when the provider answers."


@dataclass(frozen=True, kw_only=True)
class Endpoints:
    """Where the provider signs people in, gives out tokens, and publishes its keys."""

    authorization: str
    token: str
    keys: str


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A provider that sends us elsewhere is not followed: the code and our secret go to it alone."""

    def redirect_request(self, *_: object, **__: object) -> None:
        """Return None, which makes of every redirect an error."""


def discover(place: IdentityProvider) -> Endpoints:
    """Return the provider's endpoints (OpenID Connect Discovery 1.0, section 4); raises ``ProviderAwayError``."""
    found = _fetch(place, place.issuer.rstrip("/") + "/.well-known/openid-configuration")
    try:
        if found["issuer"] != place.issuer:
            raise ProviderAwayError("It calls itself by another name than ours for it.")
        return Endpoints(
            authorization=_https(found["authorization_endpoint"]),
            token=_https(found["token_endpoint"]),
            keys=_https(found["jwks_uri"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ProviderAwayError("Its configuration lacks an endpoint.") from error


def exchange(place: IdentityProvider, endpoints: Endpoints, *, code: str, redirect: str, verifier: str) -> str:
    """Return the ID token for an authorization code (RFC 6749, section 4.1.3, with the proof of RFC 7636)."""
    try:
        secret = place.secret_file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ProviderAwayError("The file with our secret cannot be read.") from error
    pair = f"{quote(place.client_id, safe='')}:{quote(secret, safe='')}"
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect, "code_verifier": verifier}
    headers = {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}
    token = _fetch(place, endpoints.token, urlencode(form).encode(), headers).get("id_token")
    if not isinstance(token, str):
        raise ProviderAwayError("It gave no ID token.")
    return token


def keys(place: IdentityProvider, endpoints: Endpoints) -> dict[str, Any]:
    """Return the provider's JSON Web Key Set as it stands now."""
    return _fetch(place, endpoints.keys)


def _https(address: object) -> str:
    if not isinstance(address, str) or urlsplit(address).scheme != "https":
        raise ValueError
    return address


def _fetch(
    place: IdentityProvider, address: str, data: bytes | None = None, headers: dict[str, str] | None = None
) -> dict[str, Any]:
    """Return the JSON object at an https address; raises ``ProviderAwayError``."""
    if connection.in_atomic_block:
        raise ProviderAwayError("No call leaves this process inside a transaction.")
    try:
        trusted = urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=place.ca))
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), trusted, _NoRedirect())
        request = urllib.request.Request(  # noqa: S310 - https alone: the configuration and ``_https`` saw to it
            address, data=data, headers={"Accept": "application/json", **(headers or {})}
        )
        with opener.open(request, timeout=TIMEOUT_SECONDS) as answer:
            body = answer.read(MOST_ANSWER_BYTES + 1)
        found = json.loads(body) if len(body) <= MOST_ANSWER_BYTES else None
    except (OSError, HTTPException, ValueError, RecursionError) as error:
        raise ProviderAwayError from error
    if not isinstance(found, dict):
        raise ProviderAwayError("Its answer is no JSON object, or is too long.")
    return found
