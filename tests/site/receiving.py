"""A face with nothing but the site's own way of taking uploads, for raw sockets: it keeps what arrives in a folder."""

import hashlib
import os
from pathlib import Path

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.deprecation import MiddlewareMixin

from safeconduct.site.uploading import RefusedFile

KEPT = Path(os.environ.get("KEPT", "."))


class Known(MiddlewareMixin):
    """Whoever asks is known, as after a sign-in."""

    def process_request(self, request: HttpRequest) -> None:
        request.actor = object()  # type: ignore[attr-defined] # as the site's own middleware sets it


def receive(request: HttpRequest) -> HttpResponse:
    """Keep each file under its digest; only a request that says at its end that it is whole is one."""
    if request.POST.get("zlast") != "whole":
        return HttpResponse("not whole", status=400)
    for one in request.FILES.getlist("paper"):
        if isinstance(one, RefusedFile):
            return HttpResponse(one.refusal.code, status=400)
        data = one.read()
        (KEPT / hashlib.sha256(data).hexdigest()).write_bytes(data)
    return HttpResponse("kept")


urlpatterns = [path("receive", receive)]


def application() -> WSGIHandler:
    """Return the site with this one address."""
    settings.MIDDLEWARE = ["tests.site.receiving.Known", "safeconduct.site.uploading.RequestLimitMiddleware"]
    settings.ROOT_URLCONF = "tests.site.receiving"
    django.setup(set_prefix=False)
    return WSGIHandler()


if "KEPT" in os.environ:
    serving = application()
