"""Collects the addresses of a face from the rooms."""

from importlib import import_module
from importlib.util import find_spec

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path


def face_routes(face: str) -> list[URLPattern | URLResolver]:
    """Return the addresses of ``face``: the people room's first, then each room's ``urls.<face>``."""
    found: list[URLPattern | URLResolver] = []
    for room in [app for app in settings.INSTALLED_APPS if app.startswith("safeconduct.rooms.")]:
        package = find_spec(f"{room}.urls")
        if package is None or package.submodule_search_locations is None:
            continue
        name = f"{room}.urls.{face}"
        if find_spec(name) is not None:
            found.append(path("", include(import_module(name))))
    return found
