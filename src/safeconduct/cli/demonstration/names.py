"""Invented names, telephone numbers that films use, and e-mail addresses that cannot exist.

Telephone numbers are ``+1 NPA 555 0100`` to ``0199``, which the North American plan keeps for fiction in every area
code. Every mail domain ends in ``.example`` (RFC 2606). First and last names are put together from syllables.
"""

import hashlib
import tomllib
from dataclasses import dataclass, field
from importlib import resources

_WORDS: dict[str, list[str]] = tomllib.loads(
    resources.files("safeconduct.cli.demonstration").joinpath("words.toml").read_text("utf-8")
)
AREA_CODES = _WORDS["area_codes"]
CUSTOMER_NAMES = _WORDS["customers"]
FICTION_LINES = 100
NUMBER_COUNT = len(AREA_CODES) * FICTION_LINES
_STRIDE = 7919
"""A prime that does not divide ``NUMBER_COUNT``: neighbouring indexes give numbers that do not look alike."""

_FIRST = _WORDS["first_names"]
_ONSET, _MIDDLE, _END = _WORDS["surname_onsets"], _WORDS["surname_middles"], _WORDS["surname_ends"]
SURNAME_COUNT = len(_ONSET) * len(_MIDDLE) * len(_END)
NAME_COUNT = len(_FIRST) * SURNAME_COUNT


def fiction_number(index: int) -> str:
    """Return the fictional E.164 number with this index, ``0 <= index < NUMBER_COUNT``."""
    place = (index * _STRIDE + 42) % NUMBER_COUNT
    return f"+1{AREA_CODES[place // FICTION_LINES]}55501{place % FICTION_LINES:02d}"


def person_name(index: int) -> str:
    """Return an invented name, a different one for every ``0 <= index < NAME_COUNT``."""
    place = (index * 104_729 + 17) % NAME_COUNT
    first, last = divmod(place, SURNAME_COUNT)
    onset, rest = divmod(last, len(_MIDDLE) * len(_END))
    middle, end = divmod(rest, len(_END))
    return f"{_FIRST[first]} {_ONSET[onset]}{_MIDDLE[middle]}{_END[end]}"


def mail_name(name: str) -> str:
    """Return ``name`` as the part of an address before the ``@``."""
    return name.lower().replace(" ", ".").replace("-", "")


def street_address(index: int) -> str:
    """Return an invented postal address in the State of Franklin; the index is its house number, so none repeats."""
    streets, towns = _WORDS["streets"], _WORDS["towns"]
    street, town = streets[index % len(streets)], towns[index // 7 % len(towns)]
    return f"{index + 2} {street} Street, {town}, FR 00{index % 900 + 100}"


@dataclass
class SeededRandomness:
    """Random-looking bytes that depend only on a seed and a label; for the demonstration's own ids, never for keys."""

    seed: int
    label: str
    _counter: int = field(default=0, init=False)

    def __call__(self, length: int) -> bytes:
        """Return the next ``length`` bytes."""
        self._counter += 1
        return hashlib.shake_256(f"{self.seed}|{self.label}|{self._counter}".encode()).digest(length)


def demonstration_id(seed: int, label: str) -> str:
    """Return the 32 hexadecimal characters that name ``label`` in the demonstration with this seed."""
    return SeededRandomness(seed, label)(16).hex()
