"""A paper read by the machine: a person confirms one field beside the picture, and takes it over into the case file."""

import http.client
import json
import socket
import ssl
from typing import Any
from urllib.parse import urlencode

from tests.functional.founded import Founded

from safeconduct.cli.demonstration.cast import OPEN
from safeconduct.core.base.canonical import digest
from safeconduct.core.conduct.passkeys import challenge
from safeconduct.rooms.government_requests import actions
from safeconduct.rooms.government_requests.models import Matter

TAKEN = ("docket", "issued")
"""Fields that have a place in the case file."""


def take_over_reading(found: Founded, matter: str, grant: str) -> None:
    """Confirm one field of the matter's paper on the open origin, as its analyst, and take it over."""
    stage = found.stage
    paper = Matter.objects.get(pk=matter).documents.get(role="process").object
    confirmation = _Reader(found, "aline").confirm(paper)
    actions.take_over_reading(
        actor=stage.actor("aline"), now=stage.now, matter=matter, confirmation=confirmation, grant=grant
    )


class _Reader:
    """One person's session on the open origin."""

    def __init__(self, found: Founded, key: str) -> None:
        """Sign in with the person's own passkey."""
        self._face, self._cookie = found.configuration.faces[OPEN], ""
        self._context = ssl.create_default_context(cafile=str(found.configuration.tls / "ca.pem"))
        player = found.stage.cast[key]
        asked = self._ask("GET", f"/sign-in/challenge?person={player.person}")
        host, origin = self._face.host, self._face.origin
        told = digest("safeconduct/v1/sign-in", {"host": host})
        expected = challenge(domain=host, role=asked["role"], digest_hex=told, nonce=asked["nonce"])
        said = player.passkeys[OPEN].assertion(challenge=expected, origin=origin)
        body = json.dumps({"person": player.person, "assertion": said})
        self._ask("POST", "/sign-in", body, kind="application/json")

    def confirm(self, paper: str) -> str:
        """Tick the first field that has a place in the case file; return the sealed confirmation."""
        proposed = self._ask("GET", f"/reading/{paper}")["proposals"]
        chosen = next(one for one in proposed if one["field"] in TAKEN)
        sent = urlencode({"tick": chosen["place"], "page": chosen["page"]})
        made = self._ask("POST", f"/reading/{paper}", sent, kind="application/x-www-form-urlencoded")
        return str(made["confirmation"])

    def _ask(self, method: str, path: str, body: str = "", kind: str = "") -> dict[str, Any]:
        connection = http.client.HTTPSConnection(self._face.host, self._face.port, timeout=30)
        plain = socket.create_connection(("127.0.0.1", self._face.port), 30)
        connection.sock = self._context.wrap_socket(plain, server_hostname=self._face.host)
        headers = {"Accept": "application/json", "Origin": self._face.origin, "Cookie": self._cookie}
        try:
            connection.request(method, path, body or None, headers | ({"Content-Type": kind} if kind else {}))
            answer = connection.getresponse()
            text = answer.read()
        finally:
            connection.close()
        assert answer.status == http.client.OK, text
        if given := answer.headers["Set-Cookie"]:
            self._cookie = given.partition(";")[0]
        value: dict[str, Any] = json.loads(text)
        return value
