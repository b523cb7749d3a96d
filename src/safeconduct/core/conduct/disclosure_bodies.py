"""The bodies under which something goes out: the safe-conduct, the release, the letter.

1. A scope never exceeds the ceiling of its process; preservation and foreign requests open nothing.
2. An emergency ground goes with an emergency request and nothing else.
3. A domestic disclosure ground has the served entity and the authority in one country.
4. Nobody is a holder of what they asked for, and no holder stands twice.
Served: 18 U.S.C. 2702, 2703, 2709; docs/formats/consents.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from safeconduct.core.base.periods import parse_instant
from safeconduct.core.conduct import shapes
from safeconduct.core.conduct.body import Body
from safeconduct.core.conduct.categories import CEILING, Category, Process
from safeconduct.core.conduct.members import HOLDER_SHAPE, SILENCE_SHAPE, Holder, Silence, holders
from safeconduct.core.conduct.scope import SCOPE, Scope
from safeconduct.core.conduct.shapes import BodyError


def _holders(value: dict[str, Any], kind: str) -> tuple[Holder, ...]:
    found = holders(value["holders"])
    if len({holder.person for holder in found}) != len(found):
        raise BodyError(f"{kind}.holders names a person twice.")
    if value["requested_by"] in {holder.person for holder in found}:
        raise BodyError(f"{kind}.holders names the person who asked.")
    return found


@dataclass(frozen=True, kw_only=True)
class SafeConductBody(Body):
    """What may leave, on what ground, to whom: the *scope digest* is this body's digest."""

    KIND = "safe-conduct"
    SHAPE = {  # noqa: RUF012 - a class constant declared ClassVar in the base
        "served_entity": shapes.record(
            {"id": shapes.IDENTIFIER, "name": shapes.text(), "country": shapes.COUNTRY},
        ),
        "ground": shapes.record(
            {
                "kind": shapes.one_of(["compelled", "emergency"]),
                "process": shapes.one_of([*Process]),
                "provisions": shapes.listing(shapes.text(longest=128), least=1, most=100),
                "edition": shapes.SHA256,
                "as_of": shapes.day,
                "disclosure_ground": shapes.record(
                    {"kind": shapes.one_of(["domestic"]), "authority_country": shapes.COUNTRY},
                ),
                "matter": shapes.IDENTIFIER,
                "determinations": shapes.listing(shapes.text(longest=128), most=100),
            },
        ),
        "holders": shapes.listing(HOLDER_SHAPE, least=1, most=20),
        "scope": SCOPE,
        "left_out": shapes.listing(
            shapes.record({"words": shapes.text(longest=4000, lines=True), "why": shapes.text(longest=4000)}),
        ),
        "limits": shapes.record({"expires": shapes.instant, "row_ceiling": shapes.whole(1, 10**9)}),
        "papers": shapes.listing(
            shapes.record(
                {
                    "object": shapes.IDENTIFIER,
                    "name": shapes.text(longest=255),
                    "sha256": shapes.SHA256,
                    "pages": shapes.whole(1, 100_000),
                },
            ),
            least=1,
            most=100,
        ),
        "silence": SILENCE_SHAPE,
        "zone": shapes.time_zone,
    }

    matter: str
    process: Process
    holders: tuple[Holder, ...]
    scope: Scope
    expires: datetime
    row_ceiling: int
    silence: Silence | None
    zone: str

    @property
    def excluded(self) -> frozenset[str]:
        """Return the requester and the holders."""
        return frozenset({self.requested_by, *(holder.person for holder in self.holders)})

    @classmethod
    def _members(cls, value: dict[str, Any]) -> dict[str, Any]:
        ground, scope = value["ground"], Scope.from_json(value["scope"], "safe-conduct.scope")
        process = Process(ground["process"])
        if (ground["kind"] == "emergency") is not (process is Process.EMERGENCY_REQUEST):
            raise BodyError("safe-conduct.ground.kind and ground.process contradict each other.")
        beyond = scope.categories - CEILING[process]
        if beyond:
            raise BodyError(f"safe-conduct.scope: {process} cannot open {', '.join(sorted(beyond))}.")
        if ground["disclosure_ground"]["authority_country"] != value["served_entity"]["country"]:
            raise BodyError("safe-conduct.ground.disclosure_ground is not domestic.")
        expires = parse_instant(value["limits"]["expires"])
        if expires <= datetime.combine(date.fromisoformat(ground["as_of"]), datetime.min.time(), tzinfo=UTC):
            raise BodyError("safe-conduct.limits.expires is before ground.as_of.")
        return {
            "matter": ground["matter"],
            "process": process,
            "holders": _holders(value, cls.KIND),
            "scope": scope,
            "expires": expires,
            "row_ceiling": value["limits"]["row_ceiling"],
            "silence": Silence.from_json(value["silence"]),
            "zone": value["zone"],
        }


@dataclass(frozen=True, kw_only=True)
class ReleaseBody(Body):
    """What a second reader lets go: the *release digest* is this body's digest."""

    KIND = "release"
    SHAPE = {  # noqa: RUF012 - a class constant declared ClassVar in the base
        "prepared_by": shapes.IDENTIFIER,
        "safe_conduct": shapes.SHA256,
        "journey": shapes.IDENTIFIER,
        "manifest_root": shapes.SHA256,
        "holders": shapes.listing(HOLDER_SHAPE, least=1, most=20),
        "counts": shapes.mapping(shapes.one_of([*Category]), shapes.whole(0)),
        "bytes": shapes.whole(1),
        "expires": shapes.instant,
    }

    prepared_by: str
    safe_conduct: str
    journey: str
    manifest_root: str
    holders: tuple[Holder, ...]
    counts: Mapping[str, int]
    size: int
    expires: datetime

    @property
    def excluded(self) -> frozenset[str]:
        """Return the requester, the preparer and the holders."""
        return frozenset({self.requested_by, self.prepared_by, *(holder.person for holder in self.holders)})

    @classmethod
    def _members(cls, value: dict[str, Any]) -> dict[str, Any]:
        return {
            "prepared_by": value["prepared_by"],
            "safe_conduct": value["safe_conduct"],
            "journey": value["journey"],
            "manifest_root": value["manifest_root"],
            "holders": _holders(value, cls.KIND),
            "counts": value["counts"],
            "size": value["bytes"],
            "expires": parse_instant(value["expires"]),
        }


@dataclass(frozen=True, kw_only=True)
class LetterBody(Body):
    """A letter or a notice that goes out under somebody else's eyes than its writer's."""

    KIND = "letter"
    SHAPE = {  # noqa: RUF012 - a class constant declared ClassVar in the base
        "matter": shapes.IDENTIFIER,
        "letter_kind": shapes.IDENTIFIER,
        "to": shapes.record(
            {
                "organisation_name": shapes.text(),
                "person_name": shapes.text(),
                "key_fingerprint": shapes.text(longest=128),
                "recipient": shapes.AGE_RECIPIENT,
            },
        ),
        "object": shapes.IDENTIFIER,
        "sha256": shapes.SHA256,
        "subject": shapes.text(),
        "summary": shapes.text(longest=4000, lines=True),
        "silence": SILENCE_SHAPE,
    }

    matter: str
    letter_kind: str
    recipient: str
    object: str
    sha256: str
    silence: Silence | None

    @classmethod
    def _members(cls, value: dict[str, Any]) -> dict[str, Any]:
        return {
            **{name: value[name] for name in ("matter", "letter_kind", "object", "sha256")},
            "recipient": value["to"]["recipient"],
            "silence": Silence.from_json(value["silence"]),
        }
