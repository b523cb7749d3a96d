"""Files and functions stay small enough to be read in one sitting."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FILE_LIMIT = 400
FUNCTION_LIMIT = 60
EXEMPT: frozenset[str] = frozenset()
"""Files that may be longer, each with its reason beside it. The list may only shrink."""


def python_files(root: Path) -> list[Path]:
    found = [path for folder in ("src", "tests", "benchmarks") for path in (root / folder).rglob("*.py")]
    return [path for path in found if "migrations" not in path.parts]


def too_long(path: Path) -> list[str]:
    text = path.read_text("utf-8")
    lines = text.count("\n")
    faults = [f"{path.name}: {lines} lines"] if lines > FILE_LIMIT else []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > FUNCTION_LIMIT:
                faults.append(f"{path.name}: {node.name} has {length} lines")
    return faults


def test_no_file_or_function_is_too_long() -> None:
    files = python_files(ROOT)
    assert len(files) > 50
    faults = [fault for path in files if str(path.relative_to(ROOT)) not in EXEMPT for fault in too_long(path)]
    assert faults == []


def test_every_exemption_is_still_needed() -> None:
    assert [name for name in EXEMPT if not too_long(ROOT / name)] == []


def test_a_long_file_and_a_long_function_are_found(tmp_path: Path) -> None:
    long_file = tmp_path / "long.py"
    long_file.write_text("x = 1\n" * (FILE_LIMIT + 1), "utf-8")
    long_function = tmp_path / "function.py"
    long_function.write_text("def f():\n" + "    x = 1\n" * FUNCTION_LIMIT, "utf-8")
    assert too_long(long_file)
    assert too_long(long_function)
