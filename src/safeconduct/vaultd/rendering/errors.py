"""What can stop a paper from being shown. None of it stops papers from being received."""

from safeconduct.core.base.errors import DamagedError, UnavailableError


class UndrawableError(DamagedError):
    """This paper cannot be shown."""

    code = "SC-PAPER-UNREADABLE"
    cure = "Ask the sender to print it to a new PDF and send that. The original stays sealed as it came."


class TooHeavyError(UndrawableError):
    """This paper needs more time, memory or pages to be shown than a paper may."""

    code = "SC-PAPER-TOO-HEAVY"
    cure = "Ask the sender for a plain scan at 200 to 300 dots per inch, in parts if it is long."


class SandboxUnavailableError(UnavailableError):
    """Papers cannot be shown on this machine now: the enclosure in which they are drawn cannot be built."""

    code = "SC-SANDBOX"
    cure = "Papers are received as before. Ask whoever keeps this machine to allow seccomp (docs/operate/uploads.md)."
