"""The desk's settings."""

from safeconduct.site.instance import named_configuration, secret_key
from safeconduct.site.settings.base import *  # noqa: F403 - settings are names in a module
from safeconduct.site.settings.base import face_settings, instance_settings

_configuration = named_configuration()
SECRET_KEY = secret_key(_configuration)
globals().update(instance_settings(_configuration), **face_settings(_configuration, "desk"))
