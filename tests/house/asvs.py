"""Writes ``docs/asvs.md`` from ``docs/asvs.toml``: ``python -m tests.house.asvs``."""

import sys
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
DATA, PAGE = ROOT / "docs" / "asvs.toml", ROOT / "docs" / "asvs.md"
WORDS = {"met": "met", "design": "met by design", "not met": "**not met**", "not applicable": "not applicable"}
HEAD = """# OWASP ASVS 5.0, requirement by requirement

All of levels 1 and 2, and level 3 in the chapters on business logic, files, authorization, cryptography, data
protection and logging: {rows} of the standard's {total} requirements. Numbers and levels are the standard's (5.0.0,
CC BY-SA 4.0); the words are ours and short: read the requirement there. Made from `docs/asvs.toml` by
`python -m tests.house.asvs`; `tests/house/test_asvs.py` holds every named test and file against what is there.

*Met* has a test that would fail. *Met by design* names where to read why. This is our own review, not an assessor's.

| | met | met by design | not met | not applicable |
|---|---|---|---|---|
"""


def data() -> dict[str, Any]:
    """Return the table."""
    return tomllib.loads(DATA.read_text("utf-8"))


def rows(told: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return every requirement by its number."""
    return {number: row for chapter in told["chapter"].values() for number, row in chapter["rows"].items()}


def proof(row: dict[str, Any]) -> str:
    """Return where a row's word can be checked."""
    said = [f"`{one}`" for one in row.get("by", ())]
    return " ".join([", ".join(said), row.get("why", "")]).strip()


def page(told: dict[str, Any]) -> str:
    """Return the page."""
    found = rows(told)
    lines = [HEAD.format(rows=len(found), total=sum(one["requirements"] for one in told["chapter"].values()))]
    for level in (1, 2, 3):
        counted = Counter(row["is"] for row in found.values() if row["level"] == level)
        lines.append(f"| level {level} | " + " | ".join(str(counted[word]) for word in WORDS) + " |\n")
    for number, chapter in told["chapter"].items():
        lines.append(f"\n## V{number} {chapter['name']}\n\n| | level | about | stands | test, file or reason |\n")
        lines.append("|---|---|---|---|---|\n")
        lines += [
            f"| {name} | {row['level']} | {row['about']} | {WORDS[row['is']]} | {proof(row)} |\n"
            for name, row in chapter["rows"].items()
        ]
    return "".join(lines)


if __name__ == "__main__":
    PAGE.write_text(page(data()), "utf-8")
    sys.stdout.write(f"{PAGE.name}: {len(rows(data()))} requirements\n")
