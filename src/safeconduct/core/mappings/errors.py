"""What a mapping, or a row read by it, may be refused for."""

from collections.abc import Sequence
from dataclasses import dataclass

from safeconduct.core.base.errors import BadInputError


@dataclass(frozen=True, order=True)
class Fault:
    """One thing that is wrong with a mapping file: where it stands, a code for machines, and a sentence."""

    place: str
    code: str
    words: str

    def __str__(self) -> str:
        return f"{self.place}: {self.words} ({self.code})"


class MappingError(BadInputError):
    """The mapping cannot be used."""

    code = "SC-MAPPING"
    cure = "Correct the mapping; docs/formats/mapping.md says what each key means."

    def __init__(self, faults: Sequence[Fault]) -> None:
        """Keep every fault; a mapping names tables and columns, never a value of a person."""
        super().__init__(" ".join(f"{one}." for one in faults))
        self.faults = tuple(faults)


class RowFaultError(Exception):
    """A row cannot be read by its mapping: the column of ours, and why. Neither holds a value of the row."""

    def __init__(self, column: str, reason: str) -> None:
        """Keep both words."""
        super().__init__(f"{column}: {reason}")
        self.column = column
        self.reason = reason
