"""Sessions of one origin: in memory only, so that sealing or ending the process ends them all."""

import secrets
import threading
from dataclasses import dataclass

from safeconduct.vaultd.clock import Clock

IDLE_SECONDS = 30 * 60
LONGEST_SECONDS = 8 * 3600
MOST_SESSIONS = 10_000


@dataclass(frozen=True)
class Session:
    """A person who gave a passkey assertion at this origin."""

    person: str
    begun: float
    seen: float


class Sessions:
    """Cookies with the ``__Host-`` prefix: bound to this host, sent over TLS only, out of reach of scripts."""

    def __init__(self, *, name: str, clock: Clock) -> None:
        """Name the cookie after the face."""
        self.cookie = f"__Host-safeconduct-{name}"
        self._clock = clock
        self._known: dict[str, Session] = {}
        self._lock = threading.Lock()

    def begin(self, person: str) -> tuple[str, str]:
        """Return the header that sets a new session's cookie."""
        token, now = secrets.token_urlsafe(32), self._clock.wall()
        with self._lock:
            if len(self._known) >= MOST_SESSIONS:
                self._known.clear()
            self._known[token] = Session(person, now, now)
        return "Set-Cookie", f"{self.cookie}={token}; Path=/; Secure; HttpOnly; SameSite=Strict"

    def person(self, cookies: dict[str, str]) -> str | None:
        """Return who is signed in, or None."""
        token, now = cookies.get(self.cookie, ""), self._clock.wall()
        with self._lock:
            found = self._known.get(token)
            if found is None:
                return None
            if now - found.seen > IDLE_SECONDS or now - found.begun > LONGEST_SECONDS:
                del self._known[token]
                return None
            self._known[token] = Session(found.person, found.begun, now)
            return found.person

    def fresh(self, cookies: dict[str, str], seconds: int) -> str | None:
        """Return who gave an assertion within the last ``seconds``, or None."""
        person = self.person(cookies)
        with self._lock:
            found = self._known.get(cookies.get(self.cookie, ""))
        return person if found is not None and self._clock.wall() - found.begun <= seconds else None

    def end(self, cookies: dict[str, str]) -> tuple[str, str]:
        """End a session and return the header that removes its cookie."""
        with self._lock:
            self._known.pop(cookies.get(self.cookie, ""), None)
        return "Set-Cookie", f"{self.cookie}=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0"

    def end_all(self) -> None:
        """End every session."""
        with self._lock:
            self._known.clear()
