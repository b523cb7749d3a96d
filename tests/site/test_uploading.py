"""Uploads on their way in: too long, too many, cut off and lying; nothing of them stays."""

import io
from dataclasses import replace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.handlers.wsgi import LimitedStream
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.test import RequestFactory
from tests.small_pdf import small_pdf

from safeconduct.core.base.upload_limits import UploadLimits
from safeconduct.site.uploading import STRANGERS_BYTES, RefusedFile, RequestLimitMiddleware

PDF = small_pdf()
LIMITS = UploadLimits(file_bytes=2000, request_bytes=1_000_000, files=2)


@pytest.fixture(autouse=True)
def _limits(settings: Any) -> None:
    settings.SAFECONDUCT = replace(settings.SAFECONDUCT, uploads=LIMITS)


def posted(**files: Any) -> HttpRequest:
    named = {name: SimpleUploadedFile(f"{name}.pdf", data) for name, data in files.items()}
    return RequestFactory().post("/x", {"before": "typed", **named, "zlast": "typed too"})


def test_a_file_within_the_limit_comes_whole() -> None:
    request = posted(paper=PDF)
    assert request.FILES["paper"].read() == PDF
    assert request.FILES["paper"].size == len(PDF)


def test_a_file_beyond_its_limit_is_forgotten_and_what_was_typed_stays() -> None:
    request = posted(paper=b"%PDF-" + bytes(300_000), qorder=PDF)
    stopped = request.FILES["paper"]
    assert isinstance(stopped, RefusedFile)
    assert stopped.refusal.code == "SC-UPLOAD-TOO-LARGE"
    assert stopped.read() == b""
    assert request.FILES["qorder"].read() == PDF
    assert (request.POST["before"], request.POST["zlast"]) == ("typed", "typed too")


def test_files_beyond_the_request_limit_are_forgotten(settings: Any) -> None:
    settings.SAFECONDUCT = replace(settings.SAFECONDUCT, uploads=replace(LIMITS, request_bytes=len(PDF) + 10))
    request = posted(first=PDF, second=PDF)
    assert request.FILES["first"].read() == PDF
    assert request.FILES["second"].refusal.code == "SC-UPLOAD-TOO-LARGE"


def test_more_files_than_a_paper_has_are_forgotten() -> None:
    request = posted(one=PDF, two=PDF, three=PDF, vfour=PDF)
    codes = [getattr(getattr(found, "refusal", None), "code", "") for _, found in sorted(request.FILES.items())]
    assert sorted(codes) == ["", "", "SC-UPLOAD-FILES", "SC-UPLOAD-FILES"]


def through(request: HttpRequest, actor: object) -> HttpResponse:
    request.actor = actor  # type: ignore[attr-defined] # as the site's own middleware sets it
    answer = RequestLimitMiddleware(lambda one: HttpResponse(repr(sorted(one.FILES))))(request)
    assert isinstance(answer, HttpResponse)
    return answer


@pytest.mark.parametrize("length", [LIMITS.request_bytes + 1, 10**15])
def test_a_request_that_says_it_is_too_long_is_not_read(length: int, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    monkeypatch.setattr("safeconduct.site.uploading.render", lambda *_, **told: seen.append(told) or HttpResponse())
    request = posted(paper=PDF)
    request.META["CONTENT_LENGTH"] = str(length)
    request._stream = None  # type: ignore[assignment] # whoever reads it fails
    assert through(request, object()).status_code == 200
    assert seen == [{"status": 413}]


def test_a_stranger_sends_no_more_than_a_sign_in_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("safeconduct.site.uploading.render", lambda *_, **told: HttpResponse(status=told["status"]))
    for actor, status in ((None, 413), (object(), 200)):
        request = posted(paper=PDF)
        request.META["CONTENT_LENGTH"] = str(STRANGERS_BYTES + 1)
        request._stream = _Endless()  # type: ignore[assignment] # more than enough
        request._read_started = True  # type: ignore[attr-defined] # so that nothing parses it
        answer = RequestLimitMiddleware(lambda _one: HttpResponse())(_with(request, actor))
        assert answer.status_code == status


class _Endless:
    def read(self, size: int = -1) -> bytes:
        return bytes(max(size, 1))


def _with(request: HttpRequest, actor: object) -> HttpRequest:
    request.actor = actor  # type: ignore[attr-defined] # as the site's own middleware sets it
    return request


def cut_off(at: int) -> HttpRequest:
    """Return a request whose body ends at ``at`` although it says that there is more."""
    whole = posted(paper=PDF)
    body = whole._stream.read()
    length = len(body)
    assert length > 700
    request = posted(paper=PDF)
    request._stream = LimitedStream(io.BytesIO(body[:at]), length)  # type: ignore[assignment] # what Django makes of it
    return request


@pytest.mark.parametrize("part", [0, 1, 40, 200, -200, -30, -1])
def test_a_body_that_breaks_off_leaves_no_file(part: int) -> None:
    with pytest.raises(UnreadablePostError):
        through(cut_off(part), object())


def test_without_the_watch_a_cut_request_would_pass_for_a_whole_one() -> None:
    request = cut_off(-250)
    assert request.POST["before"] == "typed"
    assert "zlast" not in request.POST
