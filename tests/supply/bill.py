"""``make sbom``: the bill of materials of what is installed to run, in CycloneDX, held against the lock.

Usage: ``python -m tests.supply.bill LOCK FILE``.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.supply.locks import pinned


def compare(bill: dict[str, Any], locked: dict[str, str]) -> list[str]:
    """Return what the bill and the lock do not have in common; also that both are empty."""
    listed = {one["name"]: one.get("version", "") for one in bill.get("components", ())}
    if not listed:
        return ["The bill lists nothing."]
    differing = sorted(set(listed.items()) ^ set(locked.items()))
    return [f"{name} {version} is not in both." for name, version in differing]


def write(lock: Path, file: Path) -> dict[str, Any]:
    """Write the bill of a lock, the same bytes each time, and return it."""
    command = [sys.executable, "-m", "cyclonedx_py", "requirements", str(lock), "--of", "JSON", "--output-reproducible"]
    subprocess.run([*command, "-o", str(file)], check=True, capture_output=True)
    bill: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return bill


def main(words: list[str]) -> int:
    """Write the bill and fail where it is not the lock's."""
    lock, file = Path(words[0]), Path(words[1])
    file.parent.mkdir(parents=True, exist_ok=True)
    wrong = compare(write(lock, file), pinned(lock))
    sys.stdout.write("".join(f"{line}\n" for line in wrong) or f"{file}: {len(pinned(lock))} components\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
