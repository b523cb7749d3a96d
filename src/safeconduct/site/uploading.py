"""Uploads on their way in: each file and each request stops at its limit, in memory, and nothing lies on a disk."""

import io
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import InMemoryUploadedFile, SimpleUploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render

from safeconduct.core.uploads.errors import BrokenOffError, TooLargeError, TooManyFilesError, UploadRefusedError

Answer = Callable[[HttpRequest], HttpResponseBase]
STRANGERS_BYTES = 256 * 1024
"""The most that a request without a session may hold: sign-in, and nothing to attach."""


class RefusedFile(SimpleUploadedFile):
    """What a form gets in the place of a file that was stopped: no byte of it, and the refusal."""

    def __init__(self, name: str, refusal: UploadRefusedError) -> None:
        """Keep the name and the refusal."""
        super().__init__(name, b"")
        self.refusal = refusal


class LimitedUploadHandler(FileUploadHandler):
    """Keeps a file in memory up to its limit; what is beyond is read past, and the file is forgotten."""

    def __init__(self, request: HttpRequest | None = None) -> None:
        """Begin a request with no file."""
        super().__init__(request)
        self._limits = settings.SAFECONDUCT.uploads
        self._files = 0
        self._held = 0
        self._kept = io.BytesIO()
        self._refusal: UploadRefusedError | None = None

    def new_file(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - what Django hands over
        """Begin a file."""
        super().new_file(*args, **options)
        self._files += 1
        self._kept = io.BytesIO()
        self._refusal = TooManyFilesError() if self._files > self._limits.files else None

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """Keep a piece, or forget the file once it is too long."""
        self._held += len(raw_data)
        if self._refusal is None:
            if start + len(raw_data) > self._limits.file_bytes or self._held > self._limits.request_bytes:
                self._refusal, self._kept = TooLargeError(), io.BytesIO()
            else:
                self._kept.write(raw_data)
        return None

    def file_complete(self, file_size: int) -> SimpleUploadedFile | InMemoryUploadedFile:
        """Return the file, or what stands for one that was refused."""
        name = self.file_name or ""
        if self._refusal is not None:
            return RefusedFile(name, self._refusal)
        self._kept.seek(0)
        return InMemoryUploadedFile(
            file=self._kept,
            field_name=self.field_name,
            name=name,
            content_type=self.content_type,
            size=file_size,
            charset=self.charset,
            content_type_extra=self.content_type_extra,
        )

    def upload_interrupted(self) -> None:
        """Forget everything: the body broke off."""
        self._kept = io.BytesIO()


class _Whole:
    """A request's body that is read whole or not at all: an early end is an error, not an end."""

    def __init__(self, stream: Any, length: int) -> None:  # noqa: ANN401 - what the server gives
        self._stream = stream
        self._left = length

    def read(self, size: int | None = -1) -> bytes:
        return self._counted(self._stream.read(-1 if size is None else size), size)

    def readline(self, size: int | None = -1) -> bytes:
        return self._counted(self._stream.readline(-1 if size is None else size), size)

    def _counted(self, data: bytes, size: int | None) -> bytes:
        self._left -= len(data)
        if not data and self._left > 0 and size != 0:
            raise OSError(BrokenOffError.code)
        return data

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever else a stream has
        return getattr(self._stream, name)


class RequestLimitMiddleware:
    """Refuses a request that says it is too long before a byte of it is read, and one that ends too early.

    It stands after the one that tells who asks: a stranger may send no more than a sign-in needs.
    """

    def __init__(self, get_response: Answer) -> None:
        """Wrap the rest of the site."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Look at the length, then go on."""
        try:
            length = int(request.META.get("CONTENT_LENGTH") or 0)
        except ValueError:
            length = 0
        known = getattr(request, "actor", None) is not None
        if length > (settings.SAFECONDUCT.uploads.request_bytes if known else STRANGERS_BYTES):
            return _too_long(request)
        if length:
            # Django has no other place where the end of a body could be watched.
            request._stream = _Whole(request._stream, length)  # type: ignore[assignment]  # noqa: SLF001 - see above
        return self.get_response(request)


def _too_long(request: HttpRequest) -> HttpResponse:
    """Answer in the form that the caller reads: a page, or a problem document (RFC 9457) for an agency's system."""
    if settings.FACE == "portal" and request.path.startswith("/api/"):
        told = TooLargeError().as_json()
        kind = f"urn:safeconduct:problem:{told['code'].lower()}"
        value = {"type": kind, "title": told["message"], "status": 413, "detail": told["cure"], "code": told["code"]}
        return JsonResponse(value, status=413, content_type="application/problem+json")
    facts = {"problem": TooLargeError().as_json(), "closed": False, "typed": (), "files": False}
    return render(request, "errors/refused.html", facts, status=413)
