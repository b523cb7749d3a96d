"""One column of a mapping file: which keys it may have, by what the column is here."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from safeconduct.core.mappings.instants import WRITTEN, Instants, TimeKind
from safeconduct.core.mappings.mapping import (
    CUSTOMER,
    INSTANTS,
    RECORD_ID,
    WHOLES,
    Column,
)
from safeconduct.core.mappings.numbers import E164, NumberForm, Numbers
from safeconduct.core.segments.tables import TableSpec

COLUMN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_$ -]{0,62}", re.ASCII)
DIGITS = re.compile(r"[0-9]{0,4}", re.ASCII)
CUSTOMER_ID = re.compile(r"[0-9a-f]{32}", re.ASCII)
STORED = ("text", "integer", "uuid", "uuid_text")
MOST_WORDS, LONGEST = 1000, 200

_TYPES: dict[str, type | tuple[type, ...]] = {
    "column": str,
    "value": (str, int),
    "stored": str,
    "trim": bool,
    "fold": bool,
    "empty": str,
    "prefix": str,
    "words": dict,
    "divide": int,
    "forms": list,
    "calling_code": str,
    "trunk": str,
    "time": str,
    "zone": str,
    "form": str,
    "ambiguous": str,
}
_PHONE = {"column", "value", "stored", "trim", "empty", "forms", "calling_code", "trunk"}
_INSTANT = {"column", "time", "zone", "form", "ambiguous"}


@dataclass(frozen=True)
class ColumnReader:
    """Reads the columns of one record table and tells each fault to ``fault``."""

    spec: TableSpec
    fault: Callable[[str, str, str], None]

    def read(self, place: str, name: str, value: object) -> Column | None:
        """Return the column, or None after a fault."""
        if isinstance(value, str):
            value = {"column": value}
        if not isinstance(value, dict):
            self.fault(place, "bad_column", 'It is a column\'s name or a table such as { column = "id" }')
            return None
        if not self._keys(place, name, value):
            return None
        said = [key for key in ("column", "value") if key in value]
        if len(said) != 1:
            self.fault(place, "column_or_value", "It has either a column or a value")
            return None
        if "column" in value and not COLUMN_NAME.fullmatch(value["column"]):
            self.fault(place, "bad_name", "A column's name begins with a letter, and holds letters, digits, _ and $")
            return None
        if value.get("stored", "text") not in STORED:
            self.fault(place, "bad_stored", f"stored is one of {', '.join(STORED)}")
            return None
        return self._column(place, name, value)

    def _allowed(self, name: str) -> set[str]:
        if name in INSTANTS:
            return _INSTANT
        if name in self.spec.phones:
            return _PHONE
        if name == RECORD_ID:
            return {"column", "stored", "trim"}
        if name == CUSTOMER:
            return {"column", "value", "stored", "trim", "prefix"}
        if name in WHOLES:
            return {"column", "value", "divide"}
        return {"column", "value", "trim", "empty", "words", *(("fold",) if name in self.spec.emails else ("stored",))}

    def _keys(self, place: str, name: str, value: dict[str, Any]) -> bool:
        allowed, good = self._allowed(name), True
        for key in sorted(value):
            if key not in allowed:
                self.fault(f"{place}.{key}"[:200], "unknown_key", f"{name} has no such key")
            elif not isinstance(value[key], _TYPES[key]) or (isinstance(value[key], bool) and _TYPES[key] is not bool):
                self.fault(f"{place}.{key}", "bad_type", "It is of another type")
            elif isinstance(value[key], str) and len(value[key]) > LONGEST:
                self.fault(f"{place}.{key}", "too_long", f"It is longer than {LONGEST} characters")
            else:
                continue
            good = False
        return good

    def _column(self, place: str, name: str, value: dict[str, Any]) -> Column | None:
        numbers, instants = None, None
        if name in INSTANTS:
            instants = self._instants(place, value)
        elif name in self.spec.phones:
            numbers = self._numbers(place, value)
        if (name in INSTANTS and instants is None) or (name in self.spec.phones and numbers is None):
            return None
        words = self._words(place, value.get("words", {}))
        if words is None or not self._constant(place, name, value.get("value"), numbers):
            return None
        if name in self.spec.emails and value.get("empty"):
            self.fault(f"{place}.empty", "bad_value", "A missing address is empty text")
            return None
        divide = value.get("divide", 1)
        if divide < 1:
            self.fault(f"{place}.divide", "bad_value", "It is 1 or more")
            return None
        kept = {key: value[key] for key in ("stored", "trim", "fold", "empty", "prefix") if key in value}
        return Column(
            name=name,
            source=value.get("column", ""),
            constant=value.get("value"),
            words=words,
            divide=divide,
            numbers=numbers,
            instants=instants,
            **kept,
        )

    def _constant(self, place: str, name: str, value: str | int | None, numbers: Numbers | None) -> bool:
        good = value is None or isinstance(value, int) == (name in WHOLES)
        if isinstance(value, str) and name == CUSTOMER:
            good = CUSTOMER_ID.fullmatch(value) is not None
        if isinstance(value, str) and numbers is not None:
            good = numbers.read(value) is not None
        if not good:
            self.fault(f"{place}.value", "bad_value", f"No row could have it as its {name}")
        return good

    def _words(self, place: str, value: dict[str, Any]) -> dict[str, str] | None:
        if len(value) <= MOST_WORDS and all(isinstance(one, str) for one in value.values()):
            return value
        self.fault(f"{place}.words", "bad_words", f"It says for at most {MOST_WORDS} words what each means")
        return None

    def _numbers(self, place: str, value: dict[str, Any]) -> Numbers | None:
        forms, code, trunk = value.get("forms", ["e164"]), value.get("calling_code", ""), value.get("trunk", "")
        if wrong := _wrong_forms(value, forms, code, trunk):
            self.fault(f"{place}.{wrong[0]}", *wrong[1:])
            return None
        numbers = Numbers(tuple(NumberForm(one) for one in forms), code, trunk)
        if "empty" in value and (E164.fullmatch(value["empty"]) or numbers.read(value["empty"]) != value["empty"]):
            self.fault(f"{place}.empty", "bad_value", "A missing number is a word such as unknown, never a number")
            return None
        return numbers

    def _instants(self, place: str, value: dict[str, Any]) -> Instants | None:
        kinds = [one.value for one in TimeKind]
        if value.get("time") not in kinds:
            self.fault(f"{place}.time", "bad_time", f"It is one of {', '.join(kinds)}")
            return None
        kind, zone, form = TimeKind(value["time"]), value.get("zone", ""), value.get("form", "")
        if (kind is TimeKind.TEXT) != bool(form) or (form and form not in WRITTEN):
            self.fault(f"{place}.form", "bad_form", f"Written time has one of {', '.join(WRITTEN)}")
            return None
        needs_zone = kind is TimeKind.LOCAL or (kind is TimeKind.TEXT and not form.endswith(("Z", "%z")))
        if needs_zone != bool(zone) or (zone and not _exists(zone)):
            self.fault(f"{place}.zone", "bad_zone", "An instant without zone has one, such as Europe/Berlin or UTC")
            return None
        ambiguous = value.get("ambiguous", "")
        if ambiguous not in ("", "earlier", "later") or (ambiguous and not zone):
            self.fault(f"{place}.ambiguous", "bad_ambiguous", "It is earlier or later, where there is a zone")
            return None
        return Instants(kind, zone, form, ambiguous)


def _wrong_forms(value: dict[str, Any], forms: list[Any], code: str, trunk: str) -> tuple[str, str, str] | None:
    """Return the key, the code and the words of what is wrong with the forms of telephone numbers, or None."""
    known = [one.value for one in NumberForm]
    if not forms or any(one not in known for one in forms) or len(set(forms)) != len(forms):
        return "forms", "bad_forms", f"It lists some of {', '.join(known)}, each once"
    if {"digits", "national"} <= set(forms):
        return "forms", "ambiguous_forms", "digits and national cannot be told apart"
    if value.get("stored") == "integer" and set(forms) != {"digits"}:
        return "forms", "bad_forms", "A number stored as an integer has the form digits alone"
    if ("national" in forms) != bool(code) or not DIGITS.fullmatch(code) or not DIGITS.fullmatch(trunk):
        return "calling_code", "bad_calling_code", "The form national alone has one, in digits"
    if value.get("stored", "text").startswith("uuid"):
        return "stored", "bad_stored", "A telephone number is text or an integer"
    return None


def _exists(zone: str) -> bool:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
