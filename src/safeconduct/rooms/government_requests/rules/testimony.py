"""A court calls a records custodian, and how that ended.

1. A subpoena for testimony is recorded: who is called, for which day, by which paper, in sealed words.
2. Where the certificate in the package serves (Fed. R. Evid. 902(11), (13), (14)), a declaration may stand for the
   witness; that it did is recorded, not assumed.
3. A testimony that is open keeps nothing by itself: counsel decides on litigation preservation.
"""

from safeconduct.core.base.errors import BadInputError
from safeconduct.core.base.lifecycle import Lifecycle

TESTIMONY = Lifecycle(
    name="testimony",
    initial="called",
    table={
        ("called", "declare"): "declared",
        ("called", "testify"): "testified",
        ("called", "excuse"): "excused",
        ("declared", "testify"): "testified",
        ("declared", "excuse"): "excused",
    },
)


class TestimonyError(BadInputError):
    """The call to testify lacks what it must say."""

    code = "SC-TESTIMONY"
    cure = "It needs a person, a day that lies ahead, and words on the court and its paper."
