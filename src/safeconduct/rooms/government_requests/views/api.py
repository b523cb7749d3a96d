"""The interface for agencies' own systems: submit, follow, answer, withdraw. A package is fetched by a person.

Only a bearer token counts here, never a session's cookie, so that no page elsewhere can make a browser act. Every
refusal is a problem document (RFC 9457).
"""

from datetime import datetime
from typing import Annotated, Any

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_GET
from ninja import File, Form, Header, NinjaAPI, Query, Router, Status, UploadedFile
from ninja.errors import AuthenticationError, ValidationError
from ninja.security import HttpBearer
from pydantic import Field
from pydantic import ValidationError as PydanticError

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.canonical import sha256_hex
from safeconduct.core.base.errors import (
    BadInputError,
    ConflictError,
    NotPermittedError,
    SafeconductError,
    UnavailableError,
)
from safeconduct.rooms.government_requests import actions
from safeconduct.rooms.government_requests.actions import Upload
from safeconduct.rooms.government_requests.forms.fields import refuse_what_did_not_arrive
from safeconduct.rooms.government_requests.queries import api as queries
from safeconduct.rooms.government_requests.queries import parties
from safeconduct.rooms.government_requests.queries.officer import OfficerRequest, request_of
from safeconduct.rooms.government_requests.queries.place import configuration
from safeconduct.rooms.government_requests.rules.api import MOST_ROWS, TokenError, TooManyCallsError, seconds_left
from safeconduct.rooms.government_requests.steps.rates import spend_call
from safeconduct.rooms.government_requests.views import edge
from safeconduct.rooms.government_requests.views.api_schemas import (
    AnswerIn,
    PaperIn,
    ProblemOut,
    RequestOut,
    RequestsOut,
)

PROBLEM = "application/problem+json"
PREFIX = "/api/v1/"
TOO_MANY = 429
STATUSES = (
    (TokenError, 401),
    (TooManyCallsError, TOO_MANY),
    (BadInputError, 400),
    (NotPermittedError, 404),
    (ConflictError, 409),
    (UnavailableError, 503),
)
NAME_MOST = 255
Problems = dict[int, Any]


class InputError(BadInputError):
    """What was sent is not what this address takes."""

    code = "SC-API-INPUT"
    cure = "The OpenAPI document names every member."


class AwayError(UnavailableError):
    """A part that this needs does not answer."""

    code = "SC-API-AWAY"
    cure = "Nothing was done. Ask again in a minute, with the same key."


class UnknownRequestError(NotPermittedError):
    """There is no such request."""

    code = "SC-API-UNKNOWN"
    cure = "Check the id; what you may not see is answered in the same way."


class Bearer(HttpBearer):
    """The token of an officer in good standing; asked for, and counted, at every call."""

    openapi_bearer_format = "sct"

    def authenticate(self, request: HttpRequest, token: str) -> Actor:
        """Return who speaks, and put them on the request; raises ``TooManyCallsError``."""
        request.actor = queries.actor_of_token(text=token, now=edge.now_of(request))  # type: ignore[attr-defined] # as the site does
        spend_call(text=token, now=edge.now_of(request))
        return edge.actor_of(request)


def problems(*statuses: int) -> Problems:
    """Return the documented refusals of an address."""
    return dict.fromkeys((*statuses, TOO_MANY), ProblemOut)


def _problem(error: SafeconductError, now: datetime | None = None) -> HttpResponse:
    shown: SafeconductError = error
    status = next((number for kind, number in STATUSES if isinstance(error, kind)), 400)
    if status == 404:  # noqa: PLR2004 - what is unknown and what is not allowed are one answer
        shown = UnknownRequestError()
    told = shown.as_json()
    value = ProblemOut(
        type=f"urn:safeconduct:problem:{told['code'].lower()}",
        title=told["message"],
        status=status,
        detail=told["cure"],
        code=told["code"],
    )
    answer = HttpResponse(value.model_dump_json(), status=status, content_type=PROBLEM)
    if status == 401:  # noqa: PLR2004 - RFC 9110: who is asked for a token is told of which kind
        answer["WWW-Authenticate"] = "Bearer"
    if status == TOO_MANY and now is not None:
        answer["Retry-After"] = str(seconds_left(now))
    return answer


def make_api() -> NinjaAPI:
    """Return the interface with its addresses; one for each process, since it is bound to its URL configuration."""
    made = NinjaAPI(
        title="Safeconduct for agencies",
        version="1.0.0",
        description="Submit legal process and follow it. Packages are fetched in the portal, with a passkey.",
        docs_url=None,
        openapi_url=None,
        urls_namespace="gov_api",
        auth=Bearer(),
    )
    made.add_router("/requests", router)

    @made.exception_handler(SafeconductError)
    def refused(request: HttpRequest, error: SafeconductError) -> HttpResponse:
        return _problem(error, edge.now_of(request))

    @made.exception_handler(AuthenticationError)
    def stranger(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
        del request, error
        return _problem(TokenError())

    @made.exception_handler(ValidationError)
    def not_taken(request: HttpRequest, error: ValidationError) -> HttpResponse:
        del request
        places = sorted({".".join(str(part) for part in one["loc"][-2:]) for one in error.errors})
        return _problem(InputError(f"Look at {', '.join(places[:5])}."))

    @made.exception_handler(OperationalError)
    def away(request: HttpRequest, error: OperationalError) -> HttpResponse:
        del request, error
        return _problem(AwayError())

    return made


router = Router(tags=["requests"])


def addresses() -> list[URLPattern]:
    """Return the interface's addresses with its document; each is bound to one URL configuration."""
    made = make_api()

    @require_GET
    def document(request: HttpRequest) -> JsonResponse:
        """Return the OpenAPI document, which says nothing about anybody."""
        del request
        return JsonResponse(made.get_openapi_schema(path_prefix=PREFIX))

    found = [one for one in made.urls[0] if isinstance(one, URLPattern) and one.name != "api-root"]
    return [path("openapi.json", document, name="openapi"), *found]


def _shown(found: OfficerRequest) -> dict[str, Any]:
    question = found.question
    return {
        "id": found.id,
        "reference": found.reference,
        "process": found.process,
        "state": found.state,
        "sent": found.sent_words,
        "question": {"asked_at": question.asked_at, "due_at": question.due_at} if question else None,
        "package_ready": found.package_ready,
        "may_withdraw": found.can_withdraw,
    }


def _one(request: HttpRequest, matter: str) -> dict[str, Any]:
    return _shown(request_of(actor=edge.actor_of(request), now=edge.now_of(request), matter=matter))


def _upload(file: UploadedFile, *, pages: int, role: str) -> Upload:
    refuse_what_did_not_arrive(file)
    name = str(file.name or "")[-NAME_MOST:]
    return Upload(name=name, data=file.read(), pages=pages, role=role, declared=file.content_type or "")


def _read(text: str) -> PaperIn:
    try:
        return PaperIn.model_validate_json(text)
    except PydanticError as error:
        places = sorted({".".join(str(part) for part in one["loc"]) or "the JSON" for one in error.errors()})
        raise InputError(f"Look at {', '.join(places[:5])}.") from error


@router.post(
    "",
    response={201: RequestOut, 200: RequestOut, **problems(400, 401, 409, 413, 503)},
    url_name="submit",
    exclude_none=False,
)
def submit(
    request: HttpRequest,
    paper: Annotated[str, Form(description="The paper's facts, as JSON: see PaperIn.")],
    file: Annotated[UploadedFile, File(description="The paper: PDF, PNG, JPEG, TIFF or ZIP.")],
    idempotency_key: Annotated[str, Header(alias="Idempotency-Key", max_length=80)],
    order: Annotated[UploadedFile | None, File(description="A nondisclosure order.")] = None,
) -> Status[dict[str, Any]]:
    """Submit one paper under a key of yours; the same key again answers with the same request."""
    facts = _read(paper)
    served = configuration().entities.get(facts.served_entity)
    if served is None:
        raise InputError("Look at served_entity.")
    if (order is None) is not (facts.order is None):
        raise InputError("The order's facts and its file come together.")
    uploads = [_upload(file, pages=facts.pages, role="process")]
    if order is not None and facts.order is not None:
        uploads.append(_upload(order, pages=facts.order.pages, role="nondisclosure_order"))
    said = "\n".join([sha256_hex(paper.encode()), *(sha256_hex(one.data) for one in uploads)])
    now: datetime = edge.now_of(request)
    found = actions.submit(
        actor=edge.actor_of(request),
        now=now,
        key=idempotency_key,
        digest=sha256_hex(said.encode()),
        paper=facts.paper(),
        uploads=tuple(uploads),
        served_entity=served,
        cleared=parties.cleared_by_duty(now=now),
    )
    return Status(201 if found.fresh else 200, _one(request, found.matter))


@router.get("", response={200: RequestsOut, **problems(400, 401)}, url_name="requests")
def requests(
    request: HttpRequest,
    page: Annotated[int, Query(), Field(ge=1, le=1_000_000)] = 1,
    size: Annotated[int, Query(), Field(ge=1, le=MOST_ROWS)] = 50,
) -> dict[str, Any]:
    """List the agency's requests, newest first."""
    found = queries.page_of_requests(actor=edge.actor_of(request), now=edge.now_of(request), page=page, size=size)
    rows = [_shown(one) for one in found.rows]
    return {"requests": rows, "total": found.total, "page": found.page, "pages": found.pages}


@router.get("/{matter}", response={200: RequestOut, **problems(401, 404)}, url_name="request")
def one_request(request: HttpRequest, matter: str) -> dict[str, Any]:
    """Say where one request stands."""
    return _one(request, matter)


@router.post("/{matter}/answer", response={200: RequestOut, **problems(400, 401, 404, 409, 503)}, url_name="answer")
def answer(request: HttpRequest, matter: str, said: AnswerIn) -> dict[str, Any]:
    """Answer the question that waits."""
    actions.answer_question(actor=edge.actor_of(request), now=edge.now_of(request), matter=matter, answer=said.words)
    return _one(request, matter)


@router.post("/{matter}/withdraw", response={200: RequestOut, **problems(401, 404, 409, 503)}, url_name="withdraw")
def withdraw(request: HttpRequest, matter: str) -> dict[str, Any]:
    """Withdraw a request."""
    actions.withdraw(actor=edge.actor_of(request), now=edge.now_of(request), matter=matter)
    return _one(request, matter)
