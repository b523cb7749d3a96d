"""The instance that this process serves."""

from django.conf import settings

from safeconduct.core.base.configuration import Configuration


def configuration() -> Configuration:
    """Return the instance's configuration, as the settings hold it."""
    found: Configuration = settings.SAFECONDUCT
    return found
