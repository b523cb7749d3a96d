"""What the story remembers of each matter."""

from dataclasses import dataclass, field
from typing import Any

from safeconduct.cli.demonstration.half_year import MatterPlan


@dataclass
class Told:
    """What the story remembers of a matter, for the visitor's pages and the tests.

    Attributes:
        plan: how it was meant to go.
        matter, reference: as the room knows it.
        digests: what people signed, by what it was.
        files: sealed files in the outbox, by what they are.
        counts: records produced, by category.
        categories: what the scope allowed.
    """

    plan: MatterPlan
    matter: str = ""
    reference: str = ""
    state: str = ""
    digests: dict[str, str] = field(default_factory=dict)
    files: dict[str, list[str]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    categories: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Return what the visitor's ``story.json`` says of the matter; it lies with the keys, never in the instance."""
        return {
            "key": self.plan.key,
            "course": str(self.plan.course),
            "received": self.plan.received.isoformat(),
            "officer": self.plan.officer,
            "matter": self.matter,
            "reference": self.reference,
            "state": self.state,
            "digests": self.digests,
            "files": self.files,
            "counts": self.counts,
            "categories": self.categories,
        }
