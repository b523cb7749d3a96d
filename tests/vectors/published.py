"""Where published vectors lie, and the one way in which a Wycheproof file is run: whole, by flag, counted."""

import json
import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
FOLDER = CHECKOUT.parent / "shared" / "vectors"
WYCHEPROOF, AGE = FOLDER / "wycheproof", FOLDER / "age"
REQUIRED = "CI_SUITES_REQUIRED"

NO_FLAG = "(no flag)"
AS_PUBLISHED = None
REFUSED = False
ACCEPTED = True

Table = Mapping[str, tuple[bool | None, str]]
"""Flag -> what we decide for vectors that carry it, and why. ``AS_PUBLISHED`` leaves valid and invalid as they are."""

Vector = dict[str, Any]


def require_folder() -> None:
    """Skip with the reason if the folder is absent; fail where it must be there."""
    if FOLDER.is_dir():
        return
    said = f"no published vectors: {FOLDER} is not there (tests/vectors/README.md says where they come from)"
    if os.environ.get(REQUIRED):
        pytest.fail(said, pytrace=False)
    pytest.skip(said)


def vectors(name: str) -> Iterator[tuple[Vector, Vector]]:
    """Yield (group, vector) of one Wycheproof file and prove at the end that none was left out."""
    require_folder()
    value = json.loads((WYCHEPROOF / f"{name}_test.json").read_text("utf-8"))
    count = 0
    for group in value["testGroups"]:
        for vector in group["tests"]:
            count += 1
            yield group, vector
    assert count == value["numberOfTests"], name


def expected(vector: Vector, table: Table, more: tuple[str, ...] = ()) -> bool:
    """Return whether we accept this vector; a flag that nobody decided is a ``KeyError``, never a default."""
    flags = (*(vector["flags"] or (NO_FLAG,)), *more)
    decisions = [table[flag][0] for flag in flags]
    assert all(table[flag][1] for flag in flags), "every decision has a reason"
    if REFUSED in decisions:
        return False
    if vector["result"] == "acceptable":
        assert ACCEPTED in decisions, f"{vector['tcId']}: nobody decided {flags}"
        return True
    return bool(vector["result"] == "valid")


def run(
    name: str,
    table: Table,
    attempt: Callable[[Vector, Vector], bool],
    more: Callable[[Vector, Vector], tuple[str, ...]] = lambda _group, _vector: (),
) -> Counter[str]:
    """Run one file; return how many were accepted and refused. ``attempt`` says whether ours accepts the vector."""
    outcomes: Counter[str] = Counter()
    met: set[str] = set()
    for group, vector in vectors(name):
        wanted = expected(vector, table, more(group, vector))
        assert attempt(group, vector) == wanted, (name, vector["tcId"], vector["flags"], vector["result"])
        outcomes["accepted" if wanted else "refused"] += 1
        met.update(vector["flags"] or (NO_FLAG,), more(group, vector))
    assert met == set(table), "the table speaks of flags that the file does not have"
    return outcomes
