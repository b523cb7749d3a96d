"""``make verify-release``: builds the wheel twice from the commit, in two places under two umasks, and compares.

Usage: ``python -m tests.supply.release [WHEEL | SHA256]``. With one it also says whether the commit made that wheel.
"""

import hashlib
import os
import subprocess
import sys
import tarfile
import tempfile
from io import BytesIO
from pathlib import Path

from tests.supply.locks import ROOT

UMASKS = (0o022, 0o077)


class BuildError(Exception):
    """The wheel could not be built."""


def archive(commit: str) -> tuple[bytes, str]:
    """Return the commit's files as a tar, and its time."""
    files = subprocess.run(["git", "archive", commit], cwd=ROOT, capture_output=True, check=True).stdout
    told = ["git", "log", "-1", "--format=%ct", commit]
    time = subprocess.run(told, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
    return files, time


def build(files: bytes, time: str, into: Path, *, umask: int) -> bytes:
    """Return the wheel that the commit's files make in a folder, under a umask; without network or isolation."""
    source, made = into / "source", into / "made"
    with tarfile.open(fileobj=BytesIO(files)) as tar:
        tar.extractall(source)  # noqa: S202 - our own commit's files
    for path in source.rglob("*"):
        os.utime(path, (umask + 1e9, umask + 1e9))
    environment = {name: value for name, value in os.environ.items() if name != "SOURCE_DATE_EPOCH"}
    environment["SOURCE_DATE_EPOCH"] = time
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(made)]
    done = subprocess.run(
        command, cwd=source, env=environment, umask=umask, capture_output=True, text=True, check=False
    )
    wheels = list(made.glob("*.whl"))
    if done.returncode or len(wheels) != 1:
        raise BuildError(done.stderr)
    return wheels[0].read_bytes()


def sum_of(wheel: bytes) -> str:
    """Return the SHA-256 of a wheel."""
    return hashlib.sha256(wheel).hexdigest()


def judge(sums: list[str], released: str = "") -> tuple[int, str]:
    """Return 0 if the builds are the same bytes, and those of the release where one is named, by file or SHA-256."""
    if len(set(sums)) != 1:
        return 1, f"Two builds differ: {' and '.join(sums)}."
    named = Path(released)
    wanted = sum_of(named.read_bytes()) if released and named.is_file() else released.lower()
    if wanted and wanted != sums[0]:
        return 1, f"The release is {wanted}; the commit makes {sums[0]}."
    return 0, f"{sums[0]}  {'the release, and ' if wanted else ''}two builds"


def twice(commit: str) -> list[str]:
    """Return the SHA-256 of two builds of a commit."""
    files, time = archive(commit)
    with tempfile.TemporaryDirectory(prefix="sc-a-") as one, tempfile.TemporaryDirectory(prefix="sc-other-") as other:
        places = (Path(one), Path(other) / "a longer way")
        return [sum_of(build(files, time, place, umask=umask)) for place, umask in zip(places, UMASKS, strict=True)]


def main(words: list[str]) -> int:
    """Verify the commit that is checked out."""
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True)
    commit = head.stdout.strip()
    code, said = judge(twice(commit), *words[:1])
    sys.stdout.write(f"{said} of {commit}\n")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
