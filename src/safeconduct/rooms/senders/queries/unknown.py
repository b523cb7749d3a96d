"""What is not there, or not there for whoever asks."""

from safeconduct.core.base.errors import NotPermittedError


class UnknownSenderError(NotPermittedError):
    """There is no such registration, number or sender."""

    code = "SC-UNKNOWN-SENDER"
