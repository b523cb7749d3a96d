"""Passkeys: one challenge per act, and a strict check of the assertion that answers it (WebAuthn level 3, section 7).

1. The challenge binds the origin's host, the role, the object's digest and a fresh nonce.
2. The origin is equal, not similar; the RP id is that origin's full host, never a parent; no frame of another site.
3. The user was present and verified; the signature is by the enrolled key; the sign counter never falls.
Parsing and signatures are those of the ``fido2`` library.
"""

import binascii
import hashlib
import json
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Self, cast

from fido2 import cbor
from fido2.cose import CoseKey
from fido2.server import Fido2Server
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestedCredentialData,
    AuthenticationResponse,
    CollectedClientData,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    RegistrationResponse,
    UserVerificationRequirement,
)

from safeconduct.core.base.canonical import JsonValue, canonical_json, digest
from safeconduct.core.base.errors import DamagedError, NotPermittedError
from safeconduct.core.conduct.members import CREDENTIAL_SHAPE

ALGORITHMS = frozenset({-7, -8, -257})
"""COSE algorithms accepted: ES256, EdDSA, RS256."""

_ORIGIN = re.compile(r"https://([a-z0-9-]+(?:\.[a-z0-9-]+)*)(?::[1-9][0-9]{0,4})?", re.ASCII)

MOST_ASSERTION_BYTES = 16 * 1024
LEAST_NONCE_BYTES = 16


class PasskeyError(NotPermittedError):
    """The passkey's answer does not prove what it must."""

    code = "SC-PASSKEY"
    cure = "Begin again on the page that showed the request, with the passkey enrolled for it."


@dataclass(frozen=True, kw_only=True)
class Credential:
    """An enrolled passkey: its id, its COSE public key, its RP id, and the last sign counter seen."""

    credential_id: bytes
    public_key: bytes
    rp_id: str
    sign_count: int = 0

    def as_json(self) -> dict[str, str]:
        """Return the form that bodies carry, without the counter."""
        return {
            "credential_id": websafe_encode(self.credential_id),
            "public_key": websafe_encode(self.public_key),
            "rp_id": self.rp_id,
        }

    @classmethod
    def from_json(cls, value: JsonValue, *, sign_count: int = 0) -> Self:
        """Return the credential in ``value``; raises ``BodyError`` or ``PasskeyError``."""
        CREDENTIAL_SHAPE(value, "credential")
        try:
            found = cls(
                credential_id=websafe_decode(value["credential_id"]),
                public_key=websafe_decode(value["public_key"]),
                rp_id=value["rp_id"],
                sign_count=sign_count,
            )
        except (binascii.Error, ValueError) as error:
            raise PasskeyError("The credential is not base64url.") from error
        found.attested()
        return found

    def attested(self) -> AttestedCredentialData:
        """Return the library's form; raises ``PasskeyError`` for a key it cannot use."""
        try:
            key = CoseKey.parse(cast("dict[int, Any]", cbor.decode(self.public_key)))
            if key.ALGORITHM in ALGORITHMS:
                return AttestedCredentialData.create(Aaguid.NONE, self.credential_id, key)
        except Exception as error:
            # The library raises many kinds at hostile bytes; each of them is this one refusal, and none is let through.
            raise PasskeyError("The public key is damaged.") from error
        raise PasskeyError("The public key's algorithm is not accepted.")


def challenge(*, domain: str, role: str, digest_hex: str, nonce: str) -> bytes:
    """Return the 32 bytes that a passkey signs for one act.

    Args:
        domain: the RP id, which is the full host of the page.
        role: the role in which the person acts.
        digest_hex: digest of the object.
        nonce: at least 16 fresh random bytes in hexadecimal, used once.
    """
    if len(bytes.fromhex(nonce)) < LEAST_NONCE_BYTES:
        raise PasskeyError("The nonce is too short.")
    said = {"domain": domain, "role": role, "digest": digest_hex, "nonce": nonce}
    return hashlib.sha256(bytes.fromhex(digest("safeconduct/v1/challenge", said))).digest()


@lru_cache(maxsize=16)
def _server(origin: str, rp_id: str) -> Fido2Server:
    found = _ORIGIN.fullmatch(origin)
    if found is None or found[1] != rp_id:
        raise PasskeyError("The RP id is not the full host of the origin.")
    entity = PublicKeyCredentialRpEntity(name=rp_id, id=rp_id)
    return Fido2Server(entity, verify_origin=lambda found: found == origin)


def _own_page(client_data: CollectedClientData) -> None:
    said = json.loads(client_data)
    if said.get("crossOrigin", False) is not False or "topOrigin" in said:
        raise PasskeyError("The ceremony ran inside a page of another origin.")


def _short(answer: JsonValue) -> None:
    try:
        size = len(canonical_json(answer))
    except DamagedError as error:
        raise PasskeyError("The answer is not plain JSON.") from error
    if size > MOST_ASSERTION_BYTES:
        raise PasskeyError("The answer is too long.")


def verify_assertion(
    *,
    credential: Credential,
    assertion: JsonValue,
    expected: bytes,
    origin: str,
    rp_id: str,
) -> Credential:
    """Return ``credential`` with its new sign counter if the assertion answers ``expected``.

    Args:
        credential: the one enrolled credential that may answer.
        assertion: ``AuthenticationResponseJSON`` as a browser's ``toJSON()`` gives it.
        expected: the challenge's bytes.
        origin: the page's origin, exactly.
        rp_id: the origin's full host.

    Raises:
        PasskeyError: whatever is wrong; nothing is accepted in part.
    """
    if credential.rp_id != rp_id:
        raise PasskeyError("The passkey belongs to another origin.")
    server = _server(origin, rp_id)
    _short(assertion)
    try:
        response = cast("AuthenticationResponse", AuthenticationResponse.from_dict(assertion))
        _own_page(response.response.client_data)
        state = server.authenticate_begin(
            user_verification=UserVerificationRequirement.REQUIRED,
            challenge=expected,
        )[1]
        server.authenticate_complete(state, [credential.attested()], response)
        counter = response.response.authenticator_data.counter
    except PasskeyError:
        raise
    except Exception as error:
        # The library raises many kinds at hostile bytes; each of them is this one refusal, and none is let through.
        raise PasskeyError("The assertion does not hold.") from error
    if credential.sign_count and counter <= credential.sign_count:
        raise PasskeyError("The passkey's counter went backwards: it may have been copied.")
    return Credential(
        credential_id=credential.credential_id,
        public_key=credential.public_key,
        rp_id=credential.rp_id,
        sign_count=counter,
    )


def verify_registration(*, registration: JsonValue, expected: bytes, origin: str, rp_id: str) -> Credential:
    """Return the credential that a registration offers, attestation unread; raises ``PasskeyError``."""
    server = _server(origin, rp_id)
    _short(registration)
    try:
        response = cast("RegistrationResponse", RegistrationResponse.from_dict(registration))
        _own_page(response.response.client_data)
        state = server.register_begin(
            PublicKeyCredentialUserEntity(id=b"unnamed", name="unnamed"),
            user_verification=UserVerificationRequirement.REQUIRED,
            challenge=expected,
        )[1]
        made = server.register_complete(state, response)
        data = cast("AttestedCredentialData", made.credential_data)
        found = Credential(
            credential_id=data.credential_id,
            public_key=cbor.encode(data.public_key),
            rp_id=rp_id,
            sign_count=made.counter,
        )
    except PasskeyError:
        raise
    except Exception as error:
        # The library raises many kinds at hostile bytes; each of them is this one refusal, and none is let through.
        raise PasskeyError("The registration does not hold.") from error
    found.attested()
    return found
