"""Strict shapes of JSON: a check names the first place where a value is not exactly what was declared.

A check is a function of (value, place). It returns nothing and raises ``BodyError``; the place is a path of member
names and never a value, so an error can be logged.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from datetime import date

from safeconduct.core.base.canonical import MAX_SAFE_INTEGER, JsonValue, canonical_json
from safeconduct.core.base.errors import BadInputError
from safeconduct.core.base.periods import PeriodError, parse_instant, zone

Check = Callable[[JsonValue, str], None]

_JOINERS = frozenset("\u200c\u200d")
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


class BodyError(BadInputError):
    """The object is not one that a person can be asked to sign."""

    code = "SC-CONSENT-BODY"
    cure = "Correct the named member; docs/formats/consents.md gives the shape of every body."


def text(*, longest: int = 500, shortest: int = 1, lines: bool = False) -> Check:
    """Return a check for readable text: NFC, no control, invisible or direction-changing character."""

    def check(value: JsonValue, place: str) -> None:
        if not isinstance(value, str):
            raise BodyError(f"{place} is not text.")
        if not shortest <= len(value) <= longest:
            raise BodyError(f"{place} has {len(value)} characters, not {shortest} to {longest}.")
        for character in value:
            if unicodedata.category(character) in _HIDDEN and character not in _JOINERS:
                if lines and character == "\n":
                    continue
                raise BodyError(f"{place} holds a character that cannot be seen.")
        if unicodedata.normalize("NFC", value) != value:
            raise BodyError(f"{place} is not in Unicode form NFC.")
        if value != value.strip():
            raise BodyError(f"{place} starts or ends with a space.")

    return check


def pattern(expression: str, words: str) -> Check:
    """Return a check for text that matches the whole ``expression``; ``words`` say what it should be."""
    compiled = re.compile(expression, re.ASCII)

    def check(value: JsonValue, place: str) -> None:
        if not isinstance(value, str) or compiled.fullmatch(value) is None:
            raise BodyError(f"{place} is not {words}.")

    return check


def one_of(allowed: Collection[str]) -> Check:
    """Return a check for one of a few words."""

    def check(value: JsonValue, place: str) -> None:
        if not isinstance(value, str) or value not in allowed:
            raise BodyError(f"{place} is not one of {', '.join(sorted(allowed))}.")

    return check


def whole(least: int, most: int = MAX_SAFE_INTEGER) -> Check:
    """Return a check for a whole number from ``least`` to ``most``; true and false are no numbers."""

    def check(value: JsonValue, place: str) -> None:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise BodyError(f"{place} is not a whole number from {least} to {most}.")

    return check


def flag(value: JsonValue, place: str) -> None:
    """Check for true or false."""
    if not isinstance(value, bool):
        raise BodyError(f"{place} is not true or false.")


def instant(value: JsonValue, place: str) -> None:
    """Check for an instant in UTC such as 2026-02-01T05:00:00Z."""
    try:
        parse_instant(value)
    except PeriodError:
        raise BodyError(f"{place} is not an instant like 2026-02-01T05:00:00Z.") from None


def day(value: JsonValue, place: str) -> None:
    """Check for a date such as 2026-02-01."""
    try:
        good = isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        good = False
    if not good:
        raise BodyError(f"{place} is not a date like 2026-02-01.")


def time_zone(value: JsonValue, place: str) -> None:
    """Check for the name of an IANA time zone."""
    try:
        zone(value if isinstance(value, str) else "")
    except PeriodError:
        raise BodyError(f"{place} is not an IANA time zone.") from None


def nullable(inner: Check) -> Check:
    """Return a check that also accepts null."""

    def check(value: JsonValue, place: str) -> None:
        if value is not None:
            inner(value, place)

    return check


def listing(inner: Check, *, least: int = 0, most: int = 1000, ordered: bool = False) -> Check:
    """Return a check for a list of distinct items; ``ordered`` demands that they stand sorted."""

    def check(value: JsonValue, place: str) -> None:
        if not isinstance(value, list) or not least <= len(value) <= most:
            raise BodyError(f"{place} is not a list of {least} to {most} items.")
        for index, item in enumerate(value):
            inner(item, f"{place}[{index}]")
        if len({canonical_json(item) for item in value}) != len(value):
            raise BodyError(f"{place} names something twice.")
        if ordered and value != sorted(value):
            raise BodyError(f"{place} is not sorted.")

    return check


def record(members: Mapping[str, Check]) -> Check:
    """Return a check for an object with exactly these members."""

    def check(value: JsonValue, place: str) -> None:
        if not isinstance(value, dict):
            raise BodyError(f"{place} is not an object.")
        unknown = [name for name in value if name not in members]
        if unknown:
            raise BodyError(f"{place} has {len(unknown)} unknown member(s).")
        for name, inner in members.items():
            if name not in value:
                raise BodyError(f"{place}.{name} is missing.")
            inner(value[name], f"{place}.{name}")

    return check


def mapping(names: Check, inner: Check, *, most: int = 100) -> Check:
    """Return a check for an object whose member names and values each pass a check."""

    def check(value: JsonValue, place: str) -> None:
        if not isinstance(value, dict) or len(value) > most:
            raise BodyError(f"{place} is not an object of at most {most} members.")
        for name, item in value.items():
            names(name, f"a name in {place}")
            inner(item, f"{place}.{name}")

    return check


IDENTIFIER = pattern(r"[a-z0-9][a-z0-9._-]{0,63}", "an identifier in small ASCII letters and digits")
SHA256 = pattern(r"[0-9a-f]{64}", "64 hexadecimal digits")
COUNTRY = pattern(r"[A-Z]{2}", "a country of two capital letters")
HOST = pattern(r"(?=.{1,253}\Z)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})*", "a host name in small letters")
BASE64URL = pattern(r"[A-Za-z0-9_-]{4,4096}", "base64url without padding")
AGE_RECIPIENT = pattern(r"age1[0-9a-z]{50,2600}", "an age recipient")
E164 = pattern(r"\+[1-9][0-9]{6,14}", "a telephone number in the form of E.164")
EMAIL = pattern(r"[^\sA-Z@\"<>,;]{1,64}@[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+", "an e-mail address in small letters")
