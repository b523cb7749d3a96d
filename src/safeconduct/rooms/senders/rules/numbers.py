"""Telephone numbers of the directory and codes that are told in a call.

1. A number is E.164: a plus, the country's code, at most fifteen digits; spaces and strokes are ours to take out.
2. A code is a reference of twelve signs without look-alikes, 57 bits; it is kept as a digest bound to its registration.
"""

import hashlib
import hmac
import re

from safeconduct.core.base.errors import BadInputError

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_FILLING = re.compile(r"[\s().\-/]")


class NumberError(BadInputError):
    """This is no telephone number in international form."""

    code = "SC-NUMBER"
    cure = "Write it with a plus and the country's code, such as +1 202 555 0142."


def telephone(text: str) -> str:
    """Return a number in its one form (rule 1); raises ``NumberError``."""
    found = _FILLING.sub("", text)
    if not _E164.fullmatch(found):
        raise NumberError
    return found


def code_digest(*, registration: str, code: str) -> str:
    """Return what is kept of a code; typed with other strokes or in small letters it is the same."""
    plain = re.sub(r"[\s\-]", "", code).upper()
    return hashlib.sha256(f"safeconduct/v1/call-code\n{registration}\n{plain}".encode()).hexdigest()


def same_code(kept: str, told: str) -> bool:
    """Return whether two digests are one, in a time that tells nothing."""
    return bool(kept) and hmac.compare_digest(kept, told)
