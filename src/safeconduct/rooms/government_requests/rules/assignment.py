"""Who may be given a matter, and when a reason is due.

1. Whoever may take a matter may hand it over, to one who may take it or back to nobody (Policy 4).
2. A silenced matter goes to nobody who is not cleared for it (18 U.S.C. 2705(b)), and none to a colleague who works for
   other served companies alone (ISO 27001 A.5.15).
3. A matter that somebody has changes hands only with a reason; it is sealed, as it may name what the paper says.
4. A handover changes something: nobody is handed what they have.
"""

from collections.abc import Collection

from safeconduct.core.base.errors import BadInputError, ConflictError

NOBODY = ""


class HandoverError(ConflictError):
    """The matter cannot be handed over like this."""

    code = "SC-HANDOVER"
    cure = "Choose a colleague who takes matters and is cleared for this one."


class HandoverReasonError(BadInputError):
    """A matter that somebody has changes hands only with a reason."""

    code = "SC-HANDOVER-REASON"
    cure = "Say in a sentence why; it is sealed with the matter."


def require_handover(*, holder: str, to: str, able: Collection[str], reason: str) -> None:
    """Raise ``HandoverError`` or ``HandoverReasonError`` unless ``holder``'s matter may go to ``to``: rules 2 to 4.

    Args:
        holder: the person who has the matter, or an empty text.
        to: the person who is to have it, or an empty text.
        able: the persons who take matters and may know of this one.
        reason: why.
    """
    if to == holder:
        raise HandoverError("It is with them already." if to else "Nobody has it.")
    if to != NOBODY and to not in able:
        raise HandoverError
    if holder != NOBODY and not reason.strip():
        raise HandoverReasonError
