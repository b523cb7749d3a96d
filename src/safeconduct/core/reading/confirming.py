"""What a person confirms of a reading: proposals chosen by that person, each with its page and its words.

1. Nothing is confirmed that was not proposed, and nothing is confirmed by default.
2. A field that a paper can state once is confirmed once: of contradicting candidates a person takes one or none.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from safeconduct.core.base.errors import BadInputError
from safeconduct.core.reading.proposals import Field, Proposal
from safeconduct.core.reading.words import Word

ONCE = frozenset(
    {Field.KIND, Field.ISSUER, Field.COURT, Field.DOCKET, Field.ISSUED, Field.DEADLINE, Field.EXECUTION, Field.WINDOW}
)
VERSION = 1


class ConfirmError(BadInputError):
    """What was ticked cannot stand together, or nothing was ticked."""

    code = "SC-CONFIRM"
    cure = "Tick what the paper says, and of two that contradict each other one or none."


@dataclass(frozen=True)
class Confirmed:
    """One field as a person confirmed it, with the words it rests on."""

    field: Field
    kind: str
    value: str
    page: int
    words: str

    def as_json(self) -> dict[str, str | int]:
        """Return the form that is sealed."""
        return {
            "field": self.field.value,
            "kind": self.kind,
            "value": self.value,
            "page": self.page,
            "words": self.words,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """Return what ``as_json`` wrote."""
        return cls(
            field=Field(value["field"]),
            kind=str(value["kind"]),
            value=str(value["value"]),
            page=int(value["page"]),
            words=str(value["words"]),
        )


def confirm(*, proposals: Sequence[Proposal], words: Sequence[Word], ticked: Sequence[int]) -> tuple[Confirmed, ...]:
    """Return the ticked proposals as confirmed fields; raises ``ConfirmError``."""
    chosen = sorted(set(ticked))
    if not chosen or chosen[0] < 0 or chosen[-1] >= len(proposals):
        raise ConfirmError
    made: dict[tuple[Field, str, str], Confirmed] = {}
    for place in chosen:
        one = proposals[place]
        stand = words[one.first : one.last + 1]
        said = " ".join(word.text for word in stand)
        made.setdefault(
            (one.field, one.kind, one.value), Confirmed(one.field, one.kind, one.value, stand[0].page, said)
        )
    for field in ONCE:
        # A day and a number of days may stand side by side; two days may not.
        kinds = [
            one.kind if field in (Field.DEADLINE, Field.EXECUTION) else ""
            for one in made.values()
            if one.field is field
        ]
        if len(kinds) != len(set(kinds)):
            raise ConfirmError(f"Two are ticked for {field.value.replace('_', ' ')}.")
    return tuple(made.values())
