"""Internal grants: what the house may do with sealed data itself. None of them ever returns a customer's record.

*Forecast* counts. *Preserve* seals scoped rows again under a case key. *ReadCase* shows case papers to one assigned
person for minutes. *Maintain* goes from sealed to sealed. Each has a digest, an end, and is entered in the ledger.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from safeconduct.core.base.canonical import JsonValue, digest
from safeconduct.core.base.errors import NotPermittedError
from safeconduct.core.base.periods import instant_text
from safeconduct.core.conduct.scope import Scope

READ_CASE_LASTS = timedelta(minutes=15)
FORECAST_LASTS = timedelta(hours=1)
CASE_KINDS = frozenset({"transcript", "case_file", "letter", "question", "answer"})
"""The kinds of sealed object that a read-case grant opens; an upload is never among them."""


class GrantError(NotPermittedError):
    """The grant does not allow this."""

    code = "SC-GRANT"
    cure = "Ask for a fresh grant for this matter."


@dataclass(frozen=True, kw_only=True)
class Grant:
    """What every grant has: an id, one matter, and an instant from which it is over."""

    KIND: ClassVar[str]

    id: str
    matter: str
    starts: datetime
    expires: datetime

    def check(self, *, matter: str, now: datetime) -> None:
        """Raise ``GrantError`` unless the grant is for ``matter`` and runs at ``now``."""
        if matter != self.matter:
            raise GrantError("It was given for another matter.")
        if not self.starts <= now < self.expires:
            raise GrantError("It is over, or has not begun.")

    def _more(self) -> dict[str, JsonValue]:
        return {}

    def as_json(self) -> dict[str, JsonValue]:
        """Return the canonical form."""
        return {
            "version": 1,
            "kind": self.KIND,
            "id": self.id,
            "matter": self.matter,
            "starts": instant_text(self.starts),
            "expires": instant_text(self.expires),
            **self._more(),
        }

    @property
    def digest(self) -> str:
        """Return the digest that a ledger entry and a challenge name."""
        return digest(f"safeconduct/v1/grant/{self.KIND}", self.as_json())


@dataclass(frozen=True, kw_only=True)
class Forecast(Grant):
    """Counts for each customer and category of a scope, and nothing else."""

    KIND = "forecast"

    scope: Scope

    def _more(self) -> dict[str, JsonValue]:
        return {"scope": self.scope.as_json()}


@dataclass(frozen=True, kw_only=True)
class Preserve(Grant):
    """Rows of a scope, sealed again under the matter's case key (18 U.S.C. 2703(f))."""

    KIND = "preserve"

    scope: Scope

    def _more(self) -> dict[str, JsonValue]:
        return {"scope": self.scope.as_json()}


@dataclass(frozen=True, kw_only=True)
class ReadCase(Grant):
    """Case papers of one matter, for the one person who gave a fresh assertion."""

    KIND = "read-case"

    person: str

    def __post_init__(self) -> None:
        """Refuse a grant that outlasts a reading."""
        if self.expires - self.starts > READ_CASE_LASTS:
            raise GrantError("A reading grant lasts a quarter of an hour at most.")

    def check_reader(self, *, matter: str, person: str, kind: str, now: datetime) -> None:
        """Raise ``GrantError`` unless ``person`` may read an object of ``kind`` in ``matter`` at ``now``."""
        self.check(matter=matter, now=now)
        if person != self.person:
            raise GrantError("It was given to another person.")
        if kind not in CASE_KINDS:
            raise GrantError("It opens case papers only.")

    def _more(self) -> dict[str, JsonValue]:
        return {"person": self.person}


@dataclass(frozen=True, kw_only=True)
class Maintain(Grant):
    """Work on one record table that reads sealed data and writes sealed data; its matter is ``maintenance``."""

    KIND = "maintain"

    table: str

    def _more(self) -> dict[str, JsonValue]:
        return {"table": self.table}
