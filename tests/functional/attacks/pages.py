"""The vault process's two origins without a socket: one visitor's cookie, pages and JSON, as the handlers answer."""

import io
import json
from base64 import urlsafe_b64decode
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from tests.vaultd.story import Story

from safeconduct.core.conduct.software_passkey import SoftwarePasskey
from safeconduct.vaultd.faces.approve import approve_app
from safeconduct.vaultd.faces.http import FaceApp
from safeconduct.vaultd.faces.open import open_app


@dataclass
class Visit:
    """One browser at one origin."""

    app: FaceApp
    origin: str
    cookie: str = ""
    headers: list[tuple[str, str]] = field(default_factory=list)

    def ask(self, path: str, value: Any = None, *, method: str = "", **said: str) -> tuple[int, bytes]:
        """Return status and body; ``said`` are further members of the environment."""
        parts, body = urlsplit(path), b"" if value is None else json.dumps(value).encode()
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method or ("GET" if value is None else "POST"),
            "PATH_INFO": parts.path,
            "QUERY_STRING": parts.query,
            "HTTP_HOST": self.origin.removeprefix("https://"),
            "HTTP_ORIGIN": self.origin,
            "HTTP_COOKIE": self.cookie,
            "HTTP_ACCEPT": "application/json" if value is not None else "text/html",
            "CONTENT_TYPE": "" if value is None else "application/json",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
            **said,
        }
        told: list[int] = []

        def start(status: str, headers: list[tuple[str, str]]) -> None:
            told.append(int(status[:3]))
            self.headers = headers
            for name, text in headers:
                if name == "Set-Cookie":
                    self.cookie = text.partition(";")[0]

        content = b"".join(self.app(environ, start))
        return told[0], content

    def assertion(self, challenge_at: str, key: SoftwarePasskey) -> dict[str, Any]:
        """Return an answer to the fresh challenge of an address."""
        asked = json.loads(self.ask(challenge_at)[1])
        made: dict[str, Any] = key.assertion(challenge=urlsafe_b64decode(asked["challenge"] + "=="), origin=self.origin)
        return made

    def sign_in(self, person: str, key: SoftwarePasskey) -> int:
        said = self.assertion(f"/sign-in/challenge?person={person}", key)
        return self.ask("/sign-in", {"person": person, "assertion": said})[0]


def visit(story: Story, face: str) -> Visit:
    app = approve_app(story.vault) if face == "approve" else open_app(story.vault)
    return Visit(app, story.configuration.faces[face].origin)


def alarms(story: Story) -> dict[str, int]:
    """Return how often each code has been refused."""
    counts: dict[str, int] = {}
    for one in story.vault.alarms.since(after=0):
        counts[one.code] = counts.get(one.code, 0) + one.count
    return counts
