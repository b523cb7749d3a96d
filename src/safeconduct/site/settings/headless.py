"""Settings of commands and the worker: the instance without a face."""

from safeconduct.site.instance import named_configuration, secret_key
from safeconduct.site.settings.base import *  # noqa: F403 - settings are names in a module
from safeconduct.site.settings.base import instance_settings

_configuration = named_configuration()
SECRET_KEY = secret_key(_configuration)
FACE = ""
ALLOWED_HOSTS: list[str] = []
globals().update(instance_settings(_configuration))
