"""The one error of this engine. It never says more than that a seal did not open."""

from safeconduct.core.base.errors import DamagedError


class SealError(DamagedError):
    """A seal did not open."""

    code = "SC-SEAL"
    cure = "Use the intact file and the right key. Nothing was read from it."
