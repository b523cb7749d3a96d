"""A first sieve: rows that cannot match, told by their numbers before a single text is spelled out.

What it lets through is still filtered exactly; what it holds back could never have matched. So it may be left out.
"""

import re
from collections.abc import Mapping

import numpy as np

from safeconduct.core.segments.selection import Span, Wanted
from safeconduct.core.segments.tables import TableSpec

E164 = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)


class Sieve:
    """Made for one question to one table."""

    def __init__(self, spec: TableSpec, wanted: Wanted, span: Span | None = None) -> None:
        """Keep what telephone numbers and instants a row must have one of."""
        self._span = span if spec.dated else None
        # Who asks for an account or an address asks for rows of any number.
        by_number = wanted.phones and not wanted.accounts and not (wanted.emails and spec.emails)
        self._phones = spec.phones if by_number else ()
        # A number that is not E.164 has the value 0, with all others that are not.
        self._values = np.unique([int(one[1:]) if E164.fullmatch(one) else 0 for one in wanted.phones] or [0])
        self.columns = (*self._phones, *(("at",) if self._span is not None else ()))

    def keeps(self, found: Mapping[str, np.ndarray]) -> np.ndarray:
        """Return for each row whether it may match; ``found`` are the numbers of ``columns``."""
        kept = np.ones(len(next(iter(found.values()))), bool) if found else np.empty(0, bool)
        if self._phones:
            kept = np.zeros(len(kept), bool)
            for name in self._phones:
                for value in self._values.tolist():
                    kept |= found[name] == value
        if self._span is not None:
            kept &= (found["at"] >= self._span.first) & (found["at"] < self._span.until)
        return kept


def sieve_of(spec: TableSpec, wanted: Wanted, span: Span | None = None) -> Sieve | None:
    """Return a sieve, or None where it would let everything through."""
    made = Sieve(spec, wanted, span)
    return made if made.columns else None
