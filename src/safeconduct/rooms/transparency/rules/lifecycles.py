"""The life of a report.

1. A report is built from what is recorded, read by people, and then published or discarded.
2. Publishing is intended before it is done; an open intent is finished, never repeated under another text.
3. What was published is never changed. A newer version supersedes it, says why, and both stay readable.
"""

from safeconduct.core.base.lifecycle import Lifecycle

REPORT = Lifecycle(
    name="transparency report",
    initial="built",
    table={
        ("built", "intend"): "publishing",
        ("built", "discard"): "discarded",
        ("publishing", "publish"): "published",
        ("published", "supersede"): "superseded",
    },
)
