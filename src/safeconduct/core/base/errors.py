"""The root of every error that Safeconduct raises on purpose.

An error carries a stable ``code`` for machines, an ``exit_code`` for the command line, and a ``cure``
that tells a person what to do. The class docstring's first line is its message.
"""

from typing import ClassVar


class SafeconductError(Exception):
    """Something was refused."""

    code: ClassVar[str] = "SC-REFUSED"
    exit_code: ClassVar[int] = 1
    cure: ClassVar[str] = "Read the detail, correct the input and try again. Nothing was changed."

    def __init__(self, detail: str = "") -> None:
        """Keep ``detail``: one plain sentence that never holds personal data or a secret."""
        super().__init__(detail)
        self.detail = detail

    @property
    def message(self) -> str:
        """Return the class's own sentence, then the detail."""
        sentence = (type(self).__doc__ or "").strip().splitlines()[0]
        return f"{sentence} {self.detail}".strip()

    def __str__(self) -> str:
        return f"{self.code}: {self.message} {self.cure}"

    def as_json(self) -> dict[str, str]:
        """Return what an interface shows of this error."""
        return {"code": self.code, "message": self.message, "cure": self.cure}


class BadInputError(SafeconductError):
    """The input is not what this place accepts."""

    code = "SC-BAD-INPUT"
    exit_code = 2


class DamagedError(SafeconductError):
    """What was read is damaged, truncated or was made for another place."""

    code = "SC-DAMAGED"
    exit_code = 3
    cure = "Fetch an intact copy; do not use this one."


class NotPermittedError(SafeconductError):
    """You may not do this."""

    code = "SC-NOT-PERMITTED"
    exit_code = 4
    cure = "Ask a person who holds the permission. The refusal is recorded."


class ConflictError(SafeconductError):
    """This was already done, or something else happened first."""

    code = "SC-CONFLICT"
    exit_code = 5
    cure = "Read the present state, then decide again."


class UnavailableError(SafeconductError):
    """A part that this act needs cannot be reached or cannot write."""

    code = "SC-UNAVAILABLE"
    exit_code = 6
    cure = "Nothing was done. Bring the part back, then try again."
