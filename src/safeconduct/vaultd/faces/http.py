"""Requests and answers of the two origins: strict about hosts and origins; no script runs but our own file."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs

from safeconduct.core.base.canonical import JsonValue
from safeconduct.core.base.configuration import Face
from safeconduct.core.base.disk import StorageFailedError
from safeconduct.core.base.errors import BadInputError, NotPermittedError, SafeconductError
from safeconduct.vaultd.socket_app import InternalError, Start, log, status_of, stop

MOST_FORM_BYTES = 256 * 1024
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; "
    "form-action 'self'{forms}; base-uri 'none'; frame-ancestors 'none'"
)
FILE_POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"


class RequestError(BadInputError):
    """The request is not one that this origin takes."""

    code = "SC-REQUEST"


class OriginError(NotPermittedError):
    """The request came from another page, or for another host."""

    code = "SC-ORIGIN"
    cure = "Open the page at its own address and act there."


class NoPageError(NotPermittedError):
    """There is nothing here for you."""

    code = "SC-NO-PAGE"


@dataclass(frozen=True, kw_only=True)
class Request:
    """One request, read."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    cookies: dict[str, str]
    body: bytes = field(repr=False)

    @property
    def wants_json(self) -> bool:
        """Return whether a program asks."""
        return "application/json" in self.headers.get("accept", "") or self.sends_json

    @property
    def sends_json(self) -> bool:
        """Return whether the body is JSON."""
        return self.headers.get("content-type", "").partition(";")[0].strip() == "application/json"

    def fields(self) -> dict[str, Any]:
        """Return the members of a JSON body or the fields of a form."""
        try:
            if self.sends_json:
                value = json.loads(self.body or b"{}")
                if not isinstance(value, dict):
                    raise RequestError("The body is not a JSON object.")
                return value
            return {name: values[0] for name, values in parse_qs(self.body.decode(), max_num_fields=50).items()}
        except (ValueError, RecursionError) as error:
            raise RequestError("The body cannot be read.") from error


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One answer; ``headers`` come after those that every answer has."""

    body: bytes = b""
    kind: str = "text/html; charset=utf-8"
    status: str = "200 OK"
    headers: tuple[tuple[str, str], ...] = ()
    policy: str | None = None


def page(text: str, *, status: str = "200 OK", headers: tuple[tuple[str, str], ...] = ()) -> Answer:
    """Return an HTML page."""
    return Answer(body=text.encode(), status=status, headers=headers)


def data(value: JsonValue, *, status: str = "200 OK", headers: tuple[tuple[str, str], ...] = ()) -> Answer:
    """Return JSON."""
    return Answer(body=json.dumps(value).encode(), kind="application/json", status=status, headers=headers)


def see_other(address: str, headers: tuple[tuple[str, str], ...] = ()) -> Answer:
    """Return a redirect after a form."""
    return Answer(status="303 See Other", headers=(("Location", address), *headers))


def read_request(environ: dict[str, Any], face: Face) -> Request:
    """Return the request; raises ``OriginError`` for another host or an unsafe method from another origin."""
    headers = {key[5:].lower().replace("_", "-"): str(value) for key, value in environ.items() if key[:5] == "HTTP_"}
    headers["content-type"] = str(environ.get("CONTENT_TYPE", ""))
    method = str(environ["REQUEST_METHOD"])
    if f"https://{headers.get('host', '')}" != face.origin:
        raise OriginError("The host is not this origin's.")
    said = (headers.get("origin"), headers.get("sec-fetch-site", "same-origin"))
    if method not in ("GET", "HEAD") and said != (face.origin, "same-origin"):
        raise OriginError("It was sent from another page.")
    length = int(environ.get("CONTENT_LENGTH") or 0)
    if length > MOST_FORM_BYTES:
        raise RequestError("The body is too long.")
    return Request(
        method=method,
        path=str(environ.get("PATH_INFO", "/")),
        query={name: values[0] for name, values in parse_qs(str(environ.get("QUERY_STRING", ""))).items()},
        headers=headers,
        cookies=_cookies(headers.get("cookie", "")),
        body=environ["wsgi.input"].read(length) if length else b"",
    )


def _cookies(text: str) -> dict[str, str]:
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(text).items()}
    except CookieError:
        return {}


Handler = Callable[[Request], Answer]
Failed = Callable[[Request | None, SafeconductError], Answer]


class FaceApp:
    """A WSGI application around one origin's handler."""

    def __init__(self, face: Face, handler: Handler, failed: Failed, *, forms: str = "") -> None:
        """Serve ``handler``; ``failed`` draws refusals; ``forms`` are further origins a form may lead to."""
        self._face = face
        self._handler = handler
        self._failed = failed
        self._policy = POLICY.format(forms=forms)

    def __call__(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        """Answer one request."""
        request: Request | None = None
        try:
            request = read_request(environ, self._face)
            answer = self._handler(request)
        except StorageFailedError as error:
            stop(error)
            answer = self._failed(request, error)
        except SafeconductError as error:
            answer = self._failed(request, error)
        except Exception as error:  # noqa: BLE001 - a person learns a code, the log a kind; neither learns the data
            log(event="fault", face=self._face.name, kind=type(error).__name__)
            answer = self._failed(request, InternalError())
        log(event="page", face=self._face.name, status=int(answer.status[:3]), method=environ["REQUEST_METHOD"])
        start(answer.status, self._headers(answer))
        return [b"" if environ["REQUEST_METHOD"] == "HEAD" else answer.body]

    def _headers(self, answer: Answer) -> list[tuple[str, str]]:
        return [
            ("Content-Type", answer.kind),
            ("Content-Length", str(len(answer.body))),
            ("Content-Security-Policy", answer.policy or self._policy),
            ("Strict-Transport-Security", "max-age=63072000; includeSubDomains"),
            ("X-Content-Type-Options", "nosniff"),
            ("Referrer-Policy", "same-origin"),
            ("Cross-Origin-Opener-Policy", "same-origin"),
            ("Cross-Origin-Resource-Policy", "same-origin"),
            ("Permissions-Policy", "publickey-credentials-get=(self)"),
            ("Cache-Control", "no-store"),
            *answer.headers,
        ]


def refusal(error: SafeconductError) -> Answer:
    """Return a refusal for a program."""
    return data({"error": error.as_json()}, status=status_of(error))
