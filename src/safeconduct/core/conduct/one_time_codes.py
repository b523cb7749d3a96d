"""One-time codes by the clock (RFC 6238): six digits, thirty seconds, SHA-1 as every authenticator app has it.

1. A code counts for its own step and for one step on either side of the clock (RFC 6238, section 5.2).
2. A step serves once: neither it nor an earlier one counts again (RFC 6238, section 5.2), however the digits are typed.
3. Digits are the ten of ASCII; spaces between them are ours to take out, and nothing else is (T17).
"""

import hmac
import re
from base64 import b32encode
from datetime import datetime

import pyotp

STEP_SECONDS = 30
SECRET_BYTES = 20
NEVER = -1
_SPACES = re.compile(r"[ \t]")
_CODE = re.compile(r"[0-9]{6}")


def secret_text(secret: bytes) -> str:
    """Return a secret as an authenticator app takes it: base32."""
    return b32encode(secret).decode()


def step_at(instant: datetime) -> int:
    """Return the number of the step in which an instant lies."""
    return int(instant.timestamp()) // STEP_SECONDS


def code_of(secret: bytes, step: int) -> str:
    """Return the code of one step."""
    return pyotp.TOTP(secret_text(secret)).generate_otp(step)


def serving_step(secret: bytes, *, typed: str, at: datetime, after: int) -> int | None:
    """Return the step whose code was typed, if it lies near ``at`` and is later than ``after``; else None.

    Every step near is looked at, whatever was typed, so that the time tells nothing.
    """
    plain = _SPACES.sub("", typed)
    looks = plain if _CODE.fullmatch(plain) else "000000"
    found = None
    for step in (step_at(at) - 1, step_at(at), step_at(at) + 1):
        same = hmac.compare_digest(code_of(secret, step), looks)
        if same and looks == plain and step > after:
            found = step
    return found
