"""Signs on the vault process's own pages as the visitors' software passkeys do, over TLS, on this machine only."""

import http.client
import json
import socket
import ssl
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from safeconduct.core.base.canonical import digest
from safeconduct.core.base.configuration import Configuration, Face
from safeconduct.core.base.errors import SafeconductError
from safeconduct.core.conduct.passkeys import challenge
from safeconduct.core.conduct.software_passkey import SoftwarePasskey

_TIMEOUT_S = 30


class SignatureRefusedError(SafeconductError):
    """The page refused the signature."""

    code = "SC-DEMO-SIGNATURE"


class _LoopbackConnection(http.client.HTTPSConnection):
    """A TLS connection to 127.0.0.1 that asks for the face by name and checks its certificate."""

    def __init__(self, face: Face, context: ssl.SSLContext) -> None:
        super().__init__(face.host, face.port, timeout=_TIMEOUT_S, context=context)
        self._tls = context

    def connect(self) -> None:
        """Connect to the loopback address under the face's name."""
        plain = socket.create_connection(("127.0.0.1", self.port), self.timeout)
        self.sock = self._tls.wrap_socket(plain, server_hostname=self.host)


@dataclass
class Origin:
    """A client of one origin of the vault process."""

    face: Face
    ca: Path
    _connection: _LoopbackConnection | None = field(default=None, init=False, repr=False)

    def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return the JSON answer; raises ``SignatureRefusedError`` with the page's own code for any refusal."""
        headers = {"Accept": "application/json", "Origin": self.face.origin}
        data = None
        if body is not None:
            data = json.dumps(body).encode("utf-8")
            headers["Content-Type"] = "application/json"
        status, answer = self._exchange(method, path, data, headers)
        if status != http.client.OK:
            error = answer.get("error", {})
            raise SignatureRefusedError(f"{error.get('code', status)} {error.get('message', '')}".strip())
        return answer

    def _exchange(
        self, method: str, path: str, data: bytes | None, headers: dict[str, str]
    ) -> tuple[int, dict[str, Any]]:
        if self._connection is None:
            self._connection = _LoopbackConnection(self.face, ssl.create_default_context(cafile=str(self.ca)))
        try:
            self._connection.request(method, path, data, headers)
            response = self._connection.getresponse()
            return response.status, json.loads(response.read() or b"{}")
        except (http.client.HTTPException, OSError, ValueError):
            self.close()
            raise

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


@dataclass(frozen=True)
class Ceremonies:
    """What a person with a passkey can do on the approve and open origins."""

    approve_origin: Origin
    open_origin: Origin

    @classmethod
    def of(cls, configuration: Configuration) -> "Ceremonies":
        """Return the clients for an instance."""
        ca = configuration.tls / "ca.pem"
        return cls(Origin(configuration.faces["approve"], ca), Origin(configuration.faces["open"], ca))

    def approve(self, *, consent: str, person: str, passkey: SoftwarePasskey) -> dict[str, Any]:
        """Sign the object with the digest ``consent`` as ``person``; returns the approvals it then has."""
        path = f"/a/{consent}"
        asked = self.approve_origin.call("GET", f"{path}/challenge?person={person}")
        said = self._assertion(self.approve_origin, asked, consent, passkey)
        return self.approve_origin.call("POST", f"{path}/approve", {"person": person, "assertion": said})

    def case_grant(self, *, matter: str, person: str, passkey: SoftwarePasskey, back: str) -> str:
        """Show a fresh assertion for ``matter`` on the open origin; returns the pending grant."""
        path = f"/case/{matter}"
        asked = self.open_origin.call("GET", f"{path}/challenge?person={person}")
        said = self._assertion(self.open_origin, asked, digest("safeconduct/v1/open-case", {"matter": matter}), passkey)
        answer = self.open_origin.call("POST", f"{path}/grant", {"person": person, "assertion": said, "return": back})
        return str(answer["grant"])

    @staticmethod
    def _assertion(origin: Origin, asked: dict[str, Any], told: str, passkey: SoftwarePasskey) -> dict[str, Any]:
        expected = challenge(domain=origin.face.host, role=asked["role"], digest_hex=told, nonce=asked["nonce"])
        made: dict[str, Any] = passkey.assertion(challenge=expected, origin=origin.face.origin)
        return made

    def close(self) -> None:
        """Close both connections."""
        self.approve_origin.close()
        self.open_origin.close()
