"""What every process with Django has in common. A face imports this and names itself with ``face_settings``."""

from typing import Any

from csp.constants import NONE, SELF

from safeconduct.core.base.configuration import Configuration
from safeconduct.site.databases import database

ROOMS = ("ledger", "people", "vault", "records", "senders", "government_requests", "transparency")

DEBUG = False
USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "en"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
APPEND_SLASH = False
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 300
DATA_UPLOAD_MAX_NUMBER_FILES = 10
FILE_UPLOAD_HANDLERS = ["safeconduct.site.uploading.LimitedUploadHandler"]  # no upload touches a disk in clear

INSTALLED_APPS = [
    "safeconduct.site",
    "whitenoise.runserver_nostatic",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "csp",
    *(f"safeconduct.rooms.{name}" for name in ROOMS),
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "safeconduct.site.middleware.HeadersMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "safeconduct.site.middleware.ActorMiddleware",
    "safeconduct.site.uploading.RequestLimitMiddleware",
]

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": ["django.template.context_processors.request", "safeconduct.site.context.chrome"],
            "builtins": ["safeconduct.site.templatetags.chrome", "safeconduct.site.templatetags.matters"],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"

STATIC_URL = "/static/"
STATIC_ROOT = None
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_AGE = None
CSRF_FAILURE_VIEW = "safeconduct.site.errors.stale_form"

SECURE_HSTS_SECONDS = 63_072_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# Silenced by name: TLS is the program's own, so no redirect from plain HTTP exists; preloading is for public sites.
SILENCED_SYSTEM_CHECKS = ["security.W008", "security.W021"]

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"lines": {"()": "safeconduct.site.logs.JsonLines"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"django.request": {"handlers": [], "propagate": False}},
}


def policy(*, forms_to: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return the content security policy: nothing from anywhere, but our own style and pictures; no script.

    The passkey page alone adds ``script-src 'self'``. ``forms_to`` are the vault process's origins, to which a form's
    answer may lead.
    """
    return {
        "default-src": [NONE],
        "style-src": [SELF],
        "img-src": [SELF],
        "form-action": [SELF, *forms_to],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }


def instance_settings(configuration: Configuration) -> dict[str, Any]:
    """Return the settings that an instance decides."""
    return {
        "SAFECONDUCT": configuration,
        "DATABASES": {"default": {**database(configuration), "CONN_MAX_AGE": 60}},
        "CONTENT_SECURITY_POLICY": {
            "DIRECTIVES": policy(forms_to=tuple(configuration.faces[name].origin for name in ("approve", "open"))),
        },
    }


def face_settings(configuration: Configuration, face: str) -> dict[str, Any]:
    """Return the settings of one dynamic face: its own host, cookies and addresses."""
    return {
        "FACE": face,
        "ALLOWED_HOSTS": [configuration.faces[face].host],
        "ROOT_URLCONF": f"safeconduct.site.urls_{face}",
        "WSGI_APPLICATION": "safeconduct.site.wsgi.application",
        "SESSION_COOKIE_NAME": f"__Host-{face}",
        "CSRF_COOKIE_NAME": f"__Host-{face}-csrf",
    }
