"""Settings of the suite: no file needed; ``SAFECONDUCT_TEST_DATABASE`` may name a PostgreSQL."""

import os
from dataclasses import replace

from safeconduct.core.base.configuration import Configuration
from safeconduct.site.databases import database
from safeconduct.site.instance import VARIABLE, named_configuration, test_configuration
from safeconduct.site.settings.base import *  # noqa: F403 - settings are names in a module
from safeconduct.site.settings.base import policy

_found = named_configuration() if os.environ.get(VARIABLE) else test_configuration()
SAFECONDUCT: Configuration = replace(_found, database=os.environ.get("SAFECONDUCT_TEST_DATABASE", _found.database))
SECRET_KEY = "for tests only, where nothing is signed that anybody relies on"  # noqa: S105 - guards nothing
DATABASES = {"default": database(SAFECONDUCT)}
CONTENT_SECURITY_POLICY = {"DIRECTIVES": policy()}
FACE = "desk"
ALLOWED_HOSTS = ["testserver", *(face.host for face in SAFECONDUCT.faces.values())]
ROOT_URLCONF = "safeconduct.site.urls_desk"
SESSION_COOKIE_NAME = "__Host-desk"
CSRF_COOKIE_NAME = "__Host-desk-csrf"
