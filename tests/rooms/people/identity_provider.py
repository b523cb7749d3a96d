"""An identity provider over real TLS, written from OpenID Connect and RFC 7636, sharing nothing with the product.

It refuses a wrong secret, a code used twice, another redirect address and a wrong proof; ``bend`` bends what it signs.
"""

import base64
import hashlib
import hmac
import json
import secrets
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from safeconduct.cli.demonstration.certificates import new_authority, write_server_certificate

CLIENT, SHARED = "safe conduct", "odd: with/blanks and%signs"
Bend = Callable[[dict[str, Any], dict[str, Any]], None]


def text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def whole(number: int) -> str:
    return text(number.to_bytes((number.bit_length() + 7) // 8, "big"))


class Signing:
    """Two keys of the provider, and every way to sign with them, right or wrong."""

    def __init__(self) -> None:
        self.rsa = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.curve = ec.generate_private_key(ec.SECP256R1())

    def published(self) -> list[dict[str, Any]]:
        rsa_numbers, point = self.rsa.public_key().public_numbers(), self.curve.public_key().public_numbers()
        sides = {"x": text(point.x.to_bytes(32, "big")), "y": text(point.y.to_bytes(32, "big"))}
        return [
            {"kty": "RSA", "kid": "r1", "use": "sig", "n": whole(rsa_numbers.n), "e": whole(rsa_numbers.e)},
            {"kty": "EC", "kid": "e1", "use": "sig", "crv": "P-256", **sides},
        ]

    def sign(self, header: dict[str, Any], claims: dict[str, Any]) -> str:
        """Return the token in the compact form of RFC 7515, signed as its header says."""
        said = ".".join(text(json.dumps(part).encode()) for part in (header, claims))
        return f"{said}.{text(self._signature(str(header.get('alg')), said.encode()))}"

    def _signature(self, algorithm: str, said: bytes) -> bytes:
        if algorithm == "RS256":
            return self.rsa.sign(said, padding.PKCS1v15(), SHA256())
        if algorithm == "ES256":
            sides = decode_dss_signature(self.curve.sign(said, ec.ECDSA(SHA256())))
            return b"".join(side.to_bytes(32, "big") for side in sides)
        if algorithm == "HS256":  # the old trick: the public key taken for a shared secret
            public = self.rsa.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
            return hmac.digest(public, said, "sha256")
        return b""


class IdentityProvider:
    """What the provider knows: its keys, the codes that it gave out, and who is at the keyboard."""

    def __init__(self, origin: str, now: Callable[[], float]) -> None:
        self.issuer, self.now, self.signing = origin, now, Signing()
        self.header: dict[str, Any] = {"alg": "RS256", "kid": "r1"}
        self.subject, self.bend = "somebody", lambda _header, _claims: None
        self.scope, self.mail = "openid", ""
        self.codes: dict[str, dict[str, str]] = {}
        self.pages: dict[str, tuple[int, bytes]] = {}
        self.refused: list[str] = []

    def authorize(self, address: str) -> str:
        """Return where the browser is sent after the person signed in at ``address``."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert (asked["response_type"], asked["scope"], asked["client_id"]) == ("code", self.scope, CLIENT)
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_hex(16)
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?code={code}&state={asked['state']}"

    def token(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        name, _, secret = base64.b64decode(authorization.removeprefix("Basic ")).decode().partition(":")
        asked = self.codes.pop(form.get("code", ""), None)
        proof = text(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        wrong = [
            what
            for what, right in (
                ("client", (unquote(name), unquote(secret)) == (CLIENT, SHARED)),
                ("code", asked is not None),
                ("redirect", asked is not None and asked["redirect_uri"] == form.get("redirect_uri")),
                ("proof", asked is not None and asked["code_challenge"] == proof),
            )
            if not right
        ]
        if wrong or asked is None:
            self.refused += wrong
            return 400, {"error": "invalid_grant"}
        at = int(self.now())
        claims = {"iss": self.issuer, "sub": self.subject, "aud": CLIENT, "nonce": asked["nonce"]}
        claims |= {"iat": at, "exp": at + 300}
        if self.mail:
            claims |= {"email": self.mail, "email_verified": True}
        header = dict(self.header)
        self.bend(header, claims)
        return 200, {"access_token": "-", "token_type": "Bearer", "id_token": self.signing.sign(header, claims)}

    def page(self, path: str) -> tuple[int, bytes]:
        if path in self.pages:
            return self.pages[path]
        if path == "/.well-known/openid-configuration":
            ends = {"authorization_endpoint": "/authorize", "token_endpoint": "/token", "jwks_uri": "/keys"}
            found: object = {"issuer": self.issuer, **{name: self.issuer + end for name, end in ends.items()}}
        else:
            found = {"keys": self.signing.published()}
        return 200, json.dumps(found).encode()


@contextmanager
def running(folder: Path, *, now: Callable[[], float]) -> Iterator[IdentityProvider]:
    """Serve a provider on a free port of ``localhost``; ``folder`` gets its certificates and our secret."""
    write_server_certificate(folder, authority=new_authority(), hosts=["localhost"])
    (folder / "secret").write_text(SHARED + "\n")
    provider: IdentityProvider

    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(*provider.page(self.path))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            if self.path in provider.pages:
                self._answer(*provider.pages[self.path])
                return
            status, found = provider.token(form, self.headers["Authorization"])
            self._answer(status, json.dumps(found).encode())

        def _answer(self, status: int, data: bytes) -> None:
            self.send_response(status)
            if status == 302:
                self.send_header("Location", f"{provider.issuer}/keys")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem", folder / "server.key")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    provider = IdentityProvider(f"https://localhost:{server.server_port}", now)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
