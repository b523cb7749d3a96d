"""The signed safe-conduct: body, approvals with their evidence, and the issuer's note over both.

The note's text is three lines: the format's name, ``<kind> <digest of the body>`` and ``approvals <digest>``. The
signature is a callable over text, so this engine holds no key and knows no note format.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Self

from safeconduct.core.base.canonical import JsonValue, digest
from safeconduct.core.base.errors import DamagedError
from safeconduct.core.conduct import shapes
from safeconduct.core.conduct.approvals import Approval
from safeconduct.core.conduct.bodies import Body, parse

FORMAT = "safeconduct/v1/signed"
_SHAPE = shapes.record(
    {
        "version": shapes.whole(1, 1),
        "kind": shapes.IDENTIFIER,
        "body": lambda _value, _place: None,
        "approvals": shapes.listing(lambda _value, _place: None, least=1, most=20),
        "note": shapes.text(longest=4000, lines=True),
    },
)


class SignedConductError(DamagedError):
    """The signed object and its note do not belong together."""

    code = "SC-SIGNED-CONDUCT"


def statement(*, body: Body, approvals: Sequence[Approval]) -> str:
    """Return the text that the issuer signs."""
    told = digest("safeconduct/v1/approvals", [approval.as_json() for approval in approvals])
    return f"{FORMAT}\n{body.kind} {body.digest}\napprovals {told}\n"


@dataclass(frozen=True, kw_only=True)
class SignedConduct:
    """A body with the approvals that counted and the issuer's note."""

    body: Body
    approvals: tuple[Approval, ...]
    note: str

    def as_json(self) -> dict[str, JsonValue]:
        """Return the form in which it is kept."""
        return {
            "version": 1,
            "kind": self.body.kind,
            "body": self.body.as_json(),
            "approvals": [approval.as_json() for approval in self.approvals],
            "note": self.note.rstrip("\n"),
        }

    @classmethod
    def from_json(cls, value: JsonValue, *, open_note: Callable[[str], str]) -> Self:
        """Return the signed object in ``value``.

        Args:
            value: what ``as_json`` wrote.
            open_note: returns a note's text if a trusted key signed it, and raises otherwise.

        Raises:
            BodyError: a member is wrong.
            SignedConductError: the note is over something else.
        """
        _SHAPE(value, "signed")
        body = parse(value["kind"], value["body"])
        approvals = tuple(Approval.from_json(one) for one in value["approvals"])
        note = value["note"] + "\n"
        if open_note(note) != statement(body=body, approvals=approvals):
            raise SignedConductError
        return cls(body=body, approvals=approvals, note=note)


def sign_conduct(*, body: Body, approvals: Sequence[Approval], sign: Callable[[str], str]) -> SignedConduct:
    """Return ``body`` and ``approvals`` under the issuer's note; ``sign`` turns text into a signed note."""
    return SignedConduct(
        body=body,
        approvals=tuple(approvals),
        note=sign(statement(body=body, approvals=approvals)),
    )
