"""Rules of this room.

1. Records come in only through the vault process; this room keeps how many there were, never what they say.
   (Statement of measures, encryption at rest; GDPR Art. 32(1)(a).)
2. An import is intended before it is sent and settled after: no rows without an entry, no entry without an end.
3. A customer is named once; a name is compared without regard to case and spacing, and found only by its blind index.
   (GDPR Art. 30(2): for whom we process is on record; Art. 5(1)(f): and it is not readable there.)
4. An import whose end is unknown is sent again under the same intent, with the same table and as many rows, or a
   person gives it up.
5. A customer that is a law practice, a news organisation or a provider of health care is marked as such by counsel, and
   counsel is asked before its records leave. (Government Request Policy 11.)
6. A customer's records end when the customer asks: their key is destroyed, and what is told of it is the same whether
   or not the law requires a copy to be kept. (GDPR Art. 17(1), 17(3)(b), 28(3)(g); 18 U.S.C. 2703(f), 2705(b).)
7. A customer's region is chosen before their first row; who wants another is registered and imported anew.
   (GDPR Art. 28(3)(a), 44.)
"""

import re
import unicodedata
from datetime import datetime

from safeconduct.core.base.errors import BadInputError, ConflictError
from safeconduct.core.base.lifecycle import Lifecycle
from safeconduct.core.base.periods import instant_text

IMPORT_RUN = Lifecycle(
    name="import run",
    initial="intended",
    table={
        ("intended", "settle"): "imported",
        ("intended", "refuse"): "refused",
        ("intended", "give_up"): "given_up",
    },
)

STATE_NAMES = {
    "intended": "Sent, end not known",
    "imported": "Imported",
    "refused": "Refused by the vault",
    "given_up": "Given up",
}

PROTECTED = ("lawyer", "press", "health")
"""Why a customer is protected."""

RECORD_TABLES = ("subscribers", "payments", "calls", "messages", "message_contents")
NAME_MAX = 200
REGION = re.compile(r"[a-z0-9][a-z0-9-]{0,15}")
CUSTOMER_ID = re.compile(r"[0-9a-f]{32}")


class RecordsError(BadInputError):
    """This cannot be kept among the records."""

    code = "SC-RECORDS"


class OtherImportError(ConflictError):
    """The intent was for other rows."""

    code = "SC-OTHER-IMPORT"
    cure = "Send the same rows again, or give the intent up and start a new import."


def check_region(region: str) -> str:
    """Return a region's name; raises ``RecordsError`` for what cannot be one. Which there are, the vault knows."""
    if not REGION.fullmatch(region):
        raise RecordsError("A region has 16 small letters, digits and hyphens at most.")
    return region


def check_asked(*, asked: datetime, now: datetime) -> None:
    """Raise ``RecordsError`` for an erasure that nobody can have asked for yet."""
    if asked > now:
        raise RecordsError("The customer asked later than now.")


def told_instant(at: datetime) -> str:
    """Return an instant as entries and the vault process have it."""
    return instant_text(at)


def check_table(table: str, rows: int) -> None:
    """Raise ``RecordsError`` for an unknown table or for no rows at all."""
    if table not in RECORD_TABLES:
        raise RecordsError(f"There is no record table called {table!r}.")
    if rows <= 0:
        raise RecordsError("There are no rows to import.")


def check_customer(*, customer: str, name: str) -> str:
    """Return the name with its spacing tidied; raises ``RecordsError`` for a bad id, or no name, or a long one."""
    tidy = " ".join(name.split())
    if not tidy or len(tidy) > NAME_MAX:
        raise RecordsError(f"A customer has a name of at most {NAME_MAX} characters.")
    if not CUSTOMER_ID.fullmatch(customer):
        raise RecordsError("A customer's id has 32 hexadecimal characters.")
    return tidy


def name_to_compare(name: str) -> str:
    """Return the form of a name that is compared: composed, case folded, spacing tidied."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def check_resumed(*, table: str, rows: int, intended_table: str, intended_rows: int) -> None:
    """Raise ``OtherImportError`` unless the rows sent again are of the intended table and as many."""
    if (table, rows) != (intended_table, intended_rows):
        raise OtherImportError
