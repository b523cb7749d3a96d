"""Chromium's virtual authenticator, holding the passkey of a person of the story: the pages' own scripts ask it."""

import json
import os
import time
from base64 import b64encode
from dataclasses import replace

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from playwright.sync_api import Page
from tests.functional.browser.people import NAMES
from tests.functional.browser.serving import Served

from safeconduct.core.conduct.software_passkey import SoftwarePasskey

OPTIONS = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def passkey_of(served: Served, person: str, face: str) -> SoftwarePasskey:
    """Return the software passkey of ``person`` for ``face`` from the visitors' key file."""
    keys = json.loads((served.visitor / "passkeys.json").read_text("utf-8"))
    return SoftwarePasskey.from_json(next(one[face] for one in keys.values() if one["name"] == NAMES[person]))


def same_name_other_key(passkey: SoftwarePasskey) -> SoftwarePasskey:
    """Return a forger's passkey: it answers to the same credential id with a secret of its own."""
    return replace(
        SoftwarePasskey.create(rp_id=passkey.rp_id, randomness=os.urandom), credential_id=passkey.credential_id
    )


def plug_in(page: Page, passkey: SoftwarePasskey) -> None:
    """Give the browser of ``page`` an authenticator that holds ``passkey`` as a discoverable credential."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": OPTIONS})
    key = ec.derive_private_key(passkey.secret, ec.SECP256R1())
    credential = {
        "credentialId": b64encode(passkey.credential_id).decode(),
        "isResidentCredential": True,
        "rpId": passkey.rp_id,
        "privateKey": b64encode(key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())).decode(),
        "userHandle": b64encode(passkey.credential_id[:16]).decode(),
        "signCount": int(time.time()),  # a counter may not go back, also when a developer's instance is looked at again
    }
    session.send("WebAuthn.addCredential", {"authenticatorId": made["authenticatorId"], "credential": credential})
