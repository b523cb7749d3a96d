"""``make audit``: asks for known vulnerabilities of everything locked, and fails when it audited nothing, or not all.

Usage: ``python -m tests.supply.audit [--osv-url URL] LOCK…``. Without a URL it asks PyPI, as pip-audit does.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.supply.locks import pinned

CLEAN, VULNERABLE, NOT_AUDITED = 0, 1, 2


def judge(report: dict[str, Any], locked: dict[str, str]) -> tuple[int, list[str]]:
    """Return the exit code and the lines that say why: every locked version must have been looked up, or it fails."""
    answered = {one["name"]: one for one in report.get("dependencies", ()) if "skip_reason" not in one}
    audited = {name for name, one in answered.items() if one.get("version") == locked.get(name)}
    if not locked or not audited:
        return NOT_AUDITED, [f"Audited nothing: 0 of {len(locked)} packages were looked up. This is no success."]
    missing = sorted(set(locked) - audited)
    if missing:
        return NOT_AUDITED, [f"Not audited: {len(missing)} of {len(locked)}: {', '.join(missing)}."]
    found = [
        f"{name} {one['version']}: {vulnerability['id']}"
        for name, one in sorted(answered.items())
        for vulnerability in one.get("vulns", ())
    ]
    if found:
        return VULNERABLE, found
    return CLEAN, [f"Audited {len(audited)} of {len(locked)} packages: no known vulnerability."]


def ask(lock: Path, *more: str) -> dict[str, Any]:
    """Return pip-audit's report about a lock; an empty one where the service did not answer."""
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(lock), "--disable-pip", "--require-hashes"]
    done = subprocess.run(
        [*command, "--format", "json", "--progress-spinner", "off", "--timeout", "10", *more],
        capture_output=True,
        text=True,
        check=False,
    )
    try:
        report: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        return {}
    return report


def main(words: list[str]) -> int:
    """Audit the locks that are named; the worst answer is the answer."""
    more: list[str] = []
    if words[:1] == ["--osv-url"]:
        more, words = ["--vulnerability-service", "osv", "--osv-url", words[1]], words[2:]
    worst = CLEAN if words else NOT_AUDITED
    for word in words:
        code, lines = judge(ask(Path(word), *more), pinned(Path(word)))
        worst = max(worst, code)
        sys.stdout.write("".join(f"{Path(word).name}: {line}\n" for line in lines))
    if not words:
        sys.stdout.write("Audited nothing: no lock was named.\n")
    return worst


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
