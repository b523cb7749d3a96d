"""The instance, its rulebook and counsel's sign-offs."""

from datetime import date

from django.conf import settings

from safeconduct.core.base.configuration import Configuration
from safeconduct.core.rulebook import load, read_sign_offs
from safeconduct.core.tally.bands import Option, option


def configuration() -> Configuration:
    """Return the instance's configuration."""
    found: Configuration = settings.SAFECONDUCT
    return found


def signed_option(number: str, *, as_of: date) -> Option:
    """Return an option of 50 U.S.C. 1874(a) as counsel signed it; raises ``UnsignedOptionError``."""
    here = configuration()
    overlay = read_sign_offs(here.overlay, demonstration=here.demonstration is not None)
    return option(load(here.rulebook), number, as_of=as_of, overlay=overlay)
