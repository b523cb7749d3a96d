"""What an identity provider says of a person: an ID token (OpenID Connect Core 1.0, section 3.1.3.7).

1. It is signed by a key of the provider's own published set, with an algorithm of our list: never ``none``, never a
   shared secret (RFC 8725, section 3.1).
2. Its issuer is the one that we know, and we are its only audience.
3. It answers this signing in (nonce), was made within the last minutes, and has not ended.
4. It says who signed in, in printable ASCII (section 2), and never what they may do: roles are ours.
5. A mail address of theirs counts unless the provider itself says that it was not verified (section 5.7).
Parsing and signatures are those of the ``jwt`` library.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import jwt
from jwt.types import Options

from safeconduct.core.base.canonical import JsonValue
from safeconduct.core.base.errors import NotPermittedError

ALGORITHMS = frozenset({"RS256", "PS256", "ES256", "EdDSA"})
MOST_TOKEN_BYTES = 16 * 1024
MOST_KEYS = 64
MOST_SUBJECT_CHARACTERS = 255
NEWEST = timedelta(minutes=1)
OLDEST = timedelta(minutes=10)
_SIGNATURE_ONLY: Options = {
    "require": ["iss", "sub", "aud", "exp", "iat", "nonce"],
    "verify_exp": False,
    "verify_nbf": False,
    "verify_iat": False,
    "verify_aud": False,
    "verify_iss": False,
    "verify_sub": False,
    "verify_jti": False,
}
"""The library reads a clock of its own; what a claim must say is decided here."""


class IdTokenError(NotPermittedError):
    """What the identity provider sent does not prove who signed in."""

    code = "SC-ID-TOKEN"
    cure = "Begin again at the sign-in page. If it happens again, compare [provider] with the provider's own settings."


@dataclass(frozen=True, kw_only=True)
class Said:
    """What a provider says of a person: its own name for them, and their mail address where it vouches for one."""

    subject: str
    mail: str


def subject_of(token: str, *, keys: JsonValue, issuer: str, client: str, nonce: str, now: datetime) -> str:
    """Return the provider's own name for the person; raises ``IdTokenError``. ``keys`` is its JSON Web Key Set."""
    return said_of(token, keys=keys, issuer=issuer, client=client, nonce=nonce, now=now).subject


def said_of(token: str, *, keys: JsonValue, issuer: str, client: str, nonce: str, now: datetime) -> Said:
    """Return what the provider says of the person; raises ``IdTokenError``. ``keys`` is its JSON Web Key Set."""
    if len(token) > MOST_TOKEN_BYTES:
        raise IdTokenError("The token is too long.")
    claims = _claims(token, keys)
    _require_place(claims, issuer=issuer, client=client, nonce=nonce)
    _require_time(claims, now)
    subject = claims["sub"]
    if not isinstance(subject, str) or not 0 < len(subject) <= MOST_SUBJECT_CHARACTERS:
        raise IdTokenError("It names nobody.")
    if not (subject.isascii() and subject.isprintable()):
        raise IdTokenError("It names nobody.")
    return Said(subject=subject, mail=_mail(claims))


def _mail(claims: dict[str, Any]) -> str:
    """Return the mail address for which the provider vouches, or nothing: rule 5."""
    mail = claims.get("email")
    vouched = claims.get("email_verified", True) is True
    plain = isinstance(mail, str) and len(mail) <= MOST_SUBJECT_CHARACTERS and mail.isascii() and mail.isprintable()
    return str(mail) if vouched and plain else ""


def _claims(token: str, keys: JsonValue) -> dict[str, Any]:
    """Return the claims if one of the provider's keys signed them: rule 1."""
    try:
        header = jwt.get_unverified_header(token)
        algorithm = header.get("alg")
        if algorithm not in ALGORITHMS:
            raise IdTokenError("It is signed in a way that we do not take.")
        key = jwt.PyJWK(_key(keys, header.get("kid")), algorithm=algorithm)
        return jwt.decode(token, key, algorithms=[algorithm], options=_SIGNATURE_ONLY)
    except (jwt.PyJWTError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise IdTokenError("Its signature or its form does not hold.") from error


def _key(keys: JsonValue, kid: object) -> dict[str, Any]:
    """Return the one signing key that the token names, or the only one where it names none."""
    found = [one for one in keys["keys"][:MOST_KEYS] if isinstance(one, dict) and one.get("use", "sig") == "sig"]
    named = [one for one in found if one.get("kid") == kid] if kid is not None else found
    if len(named) != 1:
        raise IdTokenError("The provider's key set holds no such key.")
    return named[0]


def _require_place(claims: dict[str, Any], *, issuer: str, client: str, nonce: str) -> None:
    """Raise ``IdTokenError`` unless it was made by this provider, for us, for this signing in: rules 2 and 3."""
    if claims["iss"] != issuer:
        raise IdTokenError("Another provider made it.")
    if claims["aud"] not in (client, [client]) or claims.get("azp", client) != client:
        raise IdTokenError("It was made for another program.")
    answered = claims["nonce"]
    # JSON can carry half a character, which UTF-8 cannot.
    if not isinstance(answered, str) or not hmac.compare_digest(
        answered.encode("utf-8", "surrogatepass"), nonce.encode()
    ):
        raise IdTokenError("It answers another signing in.")


def _require_time(claims: dict[str, Any], now: datetime) -> None:
    """Raise ``IdTokenError`` for one that has ended, is old, or is from the future: rule 3."""
    instants = (claims["iat"], claims["exp"])
    if not all(isinstance(one, int | float) and not isinstance(one, bool) for one in instants):
        raise IdTokenError("It does not say when it was made.")
    made, ends = instants
    at = now.timestamp()
    if not (at - OLDEST.total_seconds() < made < at + NEWEST.total_seconds() and ends > at):
        raise IdTokenError("It has ended, or it is not of now.")
