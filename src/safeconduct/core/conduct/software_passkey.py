"""A P-256 authenticator in software, for the demonstration and the tests: it makes real WebAuthn answers.

It is no better kept than the file it lies in. Live instances enrol hardware or platform passkeys.
"""

from dataclasses import dataclass, replace
from typing import Self

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from fido2 import cbor
from fido2.cose import ES256, CoseKey
from fido2.utils import sha256, websafe_decode, websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

from safeconduct.core.base.canonical import JsonValue
from safeconduct.core.base.ids import Randomness
from safeconduct.core.conduct.passkeys import Credential

_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_PRESENT_AND_VERIFIED = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV


@dataclass(frozen=True, kw_only=True)
class SoftwarePasskey:
    """A private key for one RP id. A counter of 0 stays 0, as with passkeys that are synchronised."""

    rp_id: str
    credential_id: bytes
    secret: int
    sign_count: int = 0

    @classmethod
    def create(cls, *, rp_id: str, randomness: Randomness, counting: bool = False) -> Self:
        """Return a new passkey for ``rp_id``; ``counting`` starts a counter that ``used`` moves."""
        secret = int.from_bytes(randomness(40), "big") % (_ORDER - 1) + 1
        return cls(rp_id=rp_id, credential_id=randomness(32), secret=secret, sign_count=int(counting))

    @property
    def _key(self) -> ec.EllipticCurvePrivateKey:
        return ec.derive_private_key(self.secret, ec.SECP256R1())

    @property
    def _cose(self) -> CoseKey:
        point = self._key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        # COSE members: key type EC2, algorithm ES256, curve P-256, x, y.
        return ES256({1: 2, 3: ES256.ALGORITHM, -1: 1, -2: point[1:33], -3: point[33:]})

    def credential(self) -> Credential:
        """Return the public half, as a roster enrols it."""
        return Credential(credential_id=self.credential_id, public_key=cbor.encode(self._cose), rp_id=self.rp_id)

    def used(self) -> Self:
        """Return the passkey after one more use; only a counting one changes."""
        return replace(self, sign_count=self.sign_count + 1) if self.sign_count else self

    def assertion(
        self,
        *,
        challenge: bytes,
        origin: str,
        flags: AuthenticatorData.FLAG = _PRESENT_AND_VERIFIED,
    ) -> dict[str, JsonValue]:
        """Return an ``AuthenticationResponseJSON`` over ``challenge``; ``flags`` let a test play a worse device."""
        client = CollectedClientData.create(CollectedClientData.TYPE.GET, challenge, origin)
        data = AuthenticatorData.create(sha256(self.rp_id.encode()), flags, self.sign_count)
        signature = self._key.sign(data + client.hash, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))
        response = {
            "clientDataJSON": client.b64,
            "authenticatorData": websafe_encode(data),
            "signature": websafe_encode(signature),
        }
        return self._answer(response)

    def registration(self, *, challenge: bytes, origin: str) -> dict[str, JsonValue]:
        """Return a ``RegistrationResponseJSON`` without attestation."""
        client = CollectedClientData.create(CollectedClientData.TYPE.CREATE, challenge, origin)
        attested = AttestedCredentialData.create(Aaguid.NONE, self.credential_id, self._cose)
        flags = _PRESENT_AND_VERIFIED | AuthenticatorData.FLAG.AT
        data = AuthenticatorData.create(sha256(self.rp_id.encode()), flags, self.sign_count, attested)
        made = AttestationObject.create("none", data, {})
        return self._answer({"clientDataJSON": client.b64, "attestationObject": websafe_encode(made)})

    def _answer(self, response: dict[str, str]) -> dict[str, JsonValue]:
        name = websafe_encode(self.credential_id)
        return {
            "id": name,
            "rawId": name,
            "type": "public-key",
            "response": response,
            "clientExtensionResults": {},
        }

    def to_json(self) -> dict[str, JsonValue]:
        """Return everything, the secret included: for a visitor's key file only."""
        return {
            "rp_id": self.rp_id,
            "credential_id": websafe_encode(self.credential_id),
            "secret": f"{self.secret:064x}",
            "sign_count": self.sign_count,
        }

    @classmethod
    def from_json(cls, value: JsonValue) -> Self:
        """Return the passkey that ``to_json`` wrote."""
        return cls(
            rp_id=value["rp_id"],
            credential_id=websafe_decode(value["credential_id"]),
            secret=int(value["secret"], 16),
            sign_count=value["sign_count"],
        )
