"""The table of ASVS 5.0: complete, honest in form, and every test and file that it names is there."""

import ast
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from tests.house.asvs import PAGE, ROOT, WORDS, data, page, rows

IN_SCOPE = {1: 70, 2: 183, 3: 27}
"""Of the standard's 70, 183 and 92: level 3 in the chapters 2, 5, 8, 11, 14 and 16."""
TOTALS = (30, 13, 31, 16, 13, 47, 19, 13, 7, 36, 24, 12, 21, 13, 21, 17, 12)


def defined_in(path: Path) -> set[str]:
    tree = ast.parse(path.read_text("utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def missing(found: dict[str, dict[str, Any]]) -> list[str]:
    """Return every named test or file that is not there."""
    known: dict[Path, set[str]] = {}
    wrong = []
    for number, row in found.items():
        for one in row.get("by", ()):
            if row["is"] == "design":
                wrong += [] if (ROOT / one).is_file() else [f"{number}: {one}"]
                continue
            file, _, name = one.partition("::")
            path = ROOT / "tests" / file
            if path not in known:
                known[path] = defined_in(path) if path.is_file() else set()
            wrong += [] if f"test_{name}" in known[path] else [f"{number}: {one}"]
    return wrong


def test_the_numbers_are_complete() -> None:
    told = data()
    assert tuple(one["requirements"] for one in told["chapter"].values()) == TOTALS
    assert sum(TOTALS) == sum(told["standard"]["levels"].values()) == 345
    found = rows(told)
    assert Counter(row["level"] for row in found.values()) == IN_SCOPE
    whole = set(told["standard"]["with_level_3"])
    for number, chapter in told["chapter"].items():
        names = list(chapter["rows"])
        assert all(name.startswith(f"{number}.") for name in names)
        assert names == sorted(names, key=lambda name: [int(part) for part in name.split(".")])
        if int(number) in whole:
            assert len(names) == chapter["requirements"]
        else:
            assert all(row["level"] < 3 for row in chapter["rows"].values())


def test_every_row_says_how_it_stands_and_by_what() -> None:
    for number, row in rows(data()).items():
        assert row["is"] in WORDS, number
        assert 3 < len(row["about"]) < 70, number
        assert bool(row.get("by")) is (row["is"] in {"met", "design"}), number
        assert row["is"] in {"met", "design"} or len(row["why"]) > 8, number
        assert set(row) <= {"level", "is", "about", "by", "why"}, number


def test_every_named_test_and_file_is_there() -> None:
    found = rows(data())
    assert sum(len(row.get("by", ())) for row in found.values()) > 250
    assert missing(found) == []
    # The controls: a test and a file that nobody wrote.
    assert missing({"0.0.1": {"is": "met", "by": ["house/test_asvs.py::nobody_wrote_this"]}}) != []
    assert missing({"0.0.2": {"is": "design", "by": ["docs/nobody-wrote-this.md"]}}) != []


def test_the_page_is_made_from_the_table() -> None:
    if PAGE.read_text("utf-8") != page(data()):
        pytest.fail("docs/asvs.md is not what docs/asvs.toml makes: run python -m tests.house.asvs")
