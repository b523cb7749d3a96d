"""Collects the addresses of a face from the rooms."""

from importlib import import_module
from importlib.util import find_spec

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path


def _exported(package: str, face: str) -> object | None:
    """Return what ``package`` exports for ``face``: a module of that name, or a list."""
    spec = find_spec(package)
    if spec is None:
        return None
    if spec.submodule_search_locations is not None and find_spec(f"{package}.{face}") is not None:
        return import_module(f"{package}.{face}")
    found: object | None = getattr(import_module(package), face, None)
    return found


def face_routes(face: str) -> list[URLPattern | URLResolver]:
    """Return the addresses of ``face``: what each room exports as ``urls.<face>``."""
    rooms = [app for app in settings.INSTALLED_APPS if app.startswith("safeconduct.rooms.")]
    found = [_exported(f"{room}.urls", face) for room in rooms]
    return [path("", include(one)) for one in found if one is not None]  # type: ignore[arg-type] # a module or a list
