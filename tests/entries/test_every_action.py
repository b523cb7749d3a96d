"""Every action has exactly one type of ledger entry, and no line that records can be taken out unnoticed."""

import ast
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests import soaking
from tests.entries.auditing import Audit, Site, actions, audited
from tests.entries.removing import CAUGHT, Removing
from tests.entries.whole_house import walk
from tests.functional.founded import founded

HERE = Path(__file__).resolve().parents[2]
PAGE = HERE / "docs" / "formats" / "entry-kinds.md"
ROW = re.compile(r"^\| `([a-z_]+\.[a-z_]+)` \| (.+?) \| (.+?) \|", re.MULTILINE)
QUESTIONS = 5
SHARED = {
    "people.sign_in",
    "people.raise_alarm",
    "government_requests.preserve",
    "government_requests.open_case",
    "government_requests.record_finding",
    "transparency.publish",
}
FOR_EACH = frozenset({"ledger.erase", "government_requests.executor_granted"})
"""Kinds that stand once for each entry or grant that they are about, not once for the act."""
EACH_ANSWER = frozenset({"government_requests.record_findings"})
"""Actions that write their own kind once for each question that they answer."""
KIND = re.compile(r"`([a-z_]+\.[a-z_]+)`")


@dataclass(frozen=True)
class Promise:
    """What the page says of an action: the one kind that it writes, the kinds of its outcome, its inner actions."""

    kind: str | None
    outcomes: frozenset[str]
    inner: frozenset[str]


def promises() -> dict[str, Promise]:
    """Read the page's table."""
    read = {}
    for name, kinds, through in ROW.findall(PAGE.read_text("utf-8")):
        listed = KIND.findall(kinds)
        read[name] = Promise(listed[0] if listed else None, frozenset(listed[1:]), frozenset(KIND.findall(through)))
    return read


@dataclass
class Walked:
    audit: Audit
    removing: Removing


@pytest.fixture(scope="module")
def walked(template_database: Path, django_db_blocker: Any) -> Walked:
    removing = Removing()
    audit = Audit(around=removing)
    with django_db_blocker.unblock(), audited(audit), founded(template=template_database) as found:
        removing.found = found
        walk(found)
    shutil.rmtree(removing.folder)
    return Walked(audit, removing)


def test_the_page_has_a_row_for_every_action_and_no_other() -> None:
    assert set(promises()) == set(actions())


def test_no_two_rows_promise_the_same_kind() -> None:
    own = Counter(promise.kind for promise in promises().values() if promise.kind)
    shared = {kind for kind, times in own.items() if times > 1}
    assert shared == SHARED


def test_every_action_was_done(walked: Walked) -> None:
    assert set(actions()) - set(walked.audit.wrote) == set()


@pytest.mark.parametrize("name", sorted(actions()))
def test_an_action_writes_exactly_its_own_entry(walked: Walked, name: str) -> None:
    promise = promises()[name]
    for wrote in walked.audit.wrote[name]:
        once = {kind: times for kind, times in wrote.items() if kind not in FOR_EACH & promise.outcomes}
        if promise.kind is None:
            assert not wrote
        elif name in EACH_ANSWER:
            assert dict(once) == {promise.kind: QUESTIONS}
        elif once or not promise.inner:
            assert once.get(promise.kind) == 1
            assert set(once) <= {promise.kind} | promise.outcomes
            assert set(once.values()) == {1}


def test_no_recording_line_can_be_taken_out_unnoticed(walked: Walked) -> None:
    verdicts, repeated = walked.removing.verdicts, walked.removing.repeated
    soaking.report("entries", actions=len(walked.audit.wrote), lines_removed=len(verdicts), controls=len(repeated))
    assert len(verdicts) > 40
    assert {site: verdict for site, verdict in verdicts.items() if verdict != CAUGHT} == {}


def test_control_the_same_act_done_again_unchanged_is_not_objected_to(walked: Walked) -> None:
    assert walked.removing.repeated
    assert {name for name, same in walked.removing.repeated.items() if not same} == set()


def lines_that_record() -> set[Site]:
    """Return every call of a recording function in a room, found by reading the source."""
    found = set()
    rooms = HERE / "src" / "safeconduct" / "rooms"
    for path in rooms.rglob("*.py"):
        module = ".".join(path.relative_to(rooms).with_suffix("").parts).removesuffix(".__init__")
        if module in ("ledger.steps", "government_requests.steps.rows", "government_requests.steps.mail"):
            continue
        for function in [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if _is_function(node)]:
            found |= {(module, function.name, line) for line in _recording_lines(function)}
    return found


def _is_function(node: ast.AST) -> bool:
    return isinstance(node, ast.FunctionDef)


def _recording_lines(function: Any) -> Iterator[int]:
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "record":
            yield node.lineno


def test_every_line_that_records_was_reached(walked: Walked) -> None:
    lines = lines_that_record()
    assert len(lines) > 40
    assert lines - set(walked.audit.sites) == set()
