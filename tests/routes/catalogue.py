"""The hand-made table of routes beside the URL configuration that it must match, both ways."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from tests.routes.ground import STATES

from safeconduct.rooms.government_requests.rules.words import FindingKind
from safeconduct.rooms.government_requests.views.acts import PLAIN, WORDED
from safeconduct.rooms.government_requests.views.caution import ACTS as CAUTION_ACTS
from safeconduct.rooms.government_requests.views.silence import ACTS as SILENCE_ACTS

FACES = ("desk", "portal")
TABLE = Path(__file__).with_name("table.toml")
ACTS = {
    "gov_finding": tuple(map(str, FindingKind)),
    "gov_do": tuple(PLAIN),
    "gov_say": tuple(WORDED),
    "gov_silence": tuple(SILENCE_ACTS),
    "gov_caution_act": tuple(CAUTION_ACTS),
    "gov_mandated_say": ("comment", "advice"),
}
"""Addresses that are several acts in one; each act has a row of its own."""

Key = tuple[str, str, str]
"""Face, name of the address, act."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row of the table, for one act."""

    face: str
    name: str
    act: str
    methods: tuple[str, ...]
    needs: str
    who: frozenset[str]
    but: frozenset[str]
    but_in: frozenset[str]
    about: str
    answer: int
    conflict: int
    conflicts: dict[str, int]
    plain: frozenset[str]
    silenced: frozenset[str]
    elsewhere: dict[str, str]

    @property
    def key(self) -> Key:
        return (self.face, self.name, self.act)

    def takes(self, state: str, *, silenced: bool) -> bool:
        """Return whether the prepared matter in ``state`` takes the act."""
        return state in (self.silenced if silenced else self.plain)


def _states(told: Any) -> frozenset[str]:
    if isinstance(told, list):
        assert set(told) <= set(STATES), told
        return frozenset(told)
    assert told.startswith("all"), told
    left_out = {one.strip() for one in told.removeprefix("all").strip().removeprefix("but").split(",") if one.strip()}
    assert left_out <= set(STATES), told
    return frozenset(STATES) - left_out


def rows() -> dict[Key, Row]:
    """Return the table, one row for each act; raises for a key that stands twice."""
    found: dict[Key, Row] = {}
    for told in tomllib.loads(TABLE.read_text("utf-8"))["route"]:
        plain = _states(told.get("states", "all"))
        for act in told.get("acts", [""]):
            row = Row(
                face=told["face"],
                name=told["name"],
                act=act,
                methods=tuple(told["methods"]),
                needs=told["needs"],
                who=frozenset(told.get("who", ())),
                but=frozenset(told.get("but", ())),
                but_in=_states(told.get("but_in", "all")),
                about=told.get("about", ""),
                answer=told.get("answer", 302 if told.get("states") is not None or "GET" not in told["methods"] else 0),
                conflict=told.get("conflict", 409),
                conflicts=told.get("conflicts", {}),
                plain=plain,
                silenced=_states(told["silenced"]) if "silenced" in told else plain,
                elsewhere=told.get("elsewhere", {}),
            )
            assert row.key not in found, row.key
            found[row.key] = row
    return found


def routes(face: str) -> dict[Key, str]:
    """Return every address of a face with its pattern, each act of a manifold address by itself."""

    def walk(patterns: list[Any], before: str) -> Iterator[tuple[Key, str]]:
        for one in patterns:
            here = before + str(one.pattern)
            if isinstance(one, URLResolver):
                yield from walk(one.url_patterns, here)
            elif isinstance(one, URLPattern):
                for act in ACTS.get(str(one.name), ("",)):
                    yield (face, str(one.name), act), "/" + re.sub(r"<str:(kind|act)>", act, here)

    return dict(walk(get_resolver(f"safeconduct.site.urls_{face}").url_patterns, ""))


def compare(table: dict[Key, Row], found: dict[Key, str]) -> list[str]:
    """Return what does not match: an address without a row, a row without an address."""
    without_row = [f"{key}: no row in {TABLE.name}" for key in sorted(set(found) - set(table))]
    return without_row + [f"{key}: no such address" for key in sorted(set(table) - set(found))]
