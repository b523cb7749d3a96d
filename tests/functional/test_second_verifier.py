"""Everything handed out is accepted by both verifiers, and refused by both after any corruption."""

import random
import shutil
import subprocess
from pathlib import Path

from tests import soaking
from tests.conformance.second_verifier import FOLDER, NODE
from tests.functional.conftest import Demo

from safeconduct.core.verification.trust import Trust
from safeconduct.core.verification.verify import verify

EACH = 2
"""Corruptions of each artefact in the suite; ``make soak`` takes more."""


def artefacts(demo: Demo) -> list[Path]:
    """Return every package, letter, notice, report, log and trust file that the story handed out."""
    opened = demo.visitor / "opened"
    packages = [*opened.rglob("*.zip"), *(path.parent for path in opened.rglob("bagit.txt"))]
    letters = [path for path in opened.rglob("*.pdf") if path.with_name(f"{path.name}.note").exists()]
    public = demo.root / "public"
    folders = [path.parent for name in ("checkpoint", "report.note") for path in public.rglob(name)]
    found = [*packages, *letters, *(demo.root / "outbox").glob("*.age"), *folders, public / "trust.json"]
    assert len(packages) >= 18
    assert len(letters) > 10
    assert len(folders) >= 2
    return sorted(found)


def second(trust: Path, paths: list[Path]) -> dict[Path, bool]:
    """Return the second verifier's verdict on each path, by its own command."""
    command = [str(NODE), str(FOLDER / "verify.js"), str(trust), *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    lines = done.stdout.splitlines()
    assert len(lines) == len(paths), done.stderr
    assert all(line.startswith(("good ", "BAD ")) for line in lines)
    verdicts = {path: line == f"good {path}" for path, line in zip(paths, lines, strict=True)}
    assert done.returncode == (0 if all(verdicts.values()) else 3)
    return verdicts


def ours(trust: Path, paths: list[Path]) -> dict[Path, bool]:
    """Return our verdict on each path."""
    known = Trust.read(trust)
    return {path: all(part.ok for part in verify(path, known)) for path in paths}


def copied(path: Path, folder: Path) -> Path:
    """Copy an artefact and the note beside it into ``folder``; return the copy."""
    folder.mkdir()
    if path.is_dir():
        return Path(shutil.copytree(path, folder / path.name))
    note = path.with_name(f"{path.name}.note")
    if note.exists():
        shutil.copy(note, folder)
    return Path(shutil.copy(path, folder))


def corrupt(path: Path, rng: random.Random) -> None:
    """Flip a bit, cut or lengthen one file of an artefact; no notes beside it, which others check."""
    file = rng.choice(sorted(one for one in path.rglob("*") if one.is_file())) if path.is_dir() else path
    data = bytearray(file.read_bytes())
    kind = rng.randrange(3)
    if kind == 0 and data:
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    elif kind == 1 and data:
        del data[rng.randrange(len(data)) :]
    else:
        data += b"\n"
    file.write_bytes(data)


def test_both_accept_everything_that_was_handed_out(demo: Demo) -> None:
    paths = artefacts(demo)
    verdicts = second(demo.trust, paths)
    assert verdicts == ours(demo.trust, paths)
    assert all(verdicts.values())


def test_both_refuse_everything_after_corruption(demo: Demo, tmp_path: Path) -> None:
    rng = random.Random(soaking.seed("second-artefacts"))  # noqa: S311 - repeatable tests
    found = artefacts(demo)
    copies = []
    for number in range(soaking.count(EACH, 20) * len(found)):
        copy = copied(found[number % len(found)], tmp_path / str(number))
        corrupt(copy, rng)
        copies.append(copy)
    verdicts = second(demo.trust, copies)
    assert verdicts == ours(demo.trust, copies)
    kept = [path for path, good in verdicts.items() if good]
    assert kept == []
    soaking.report("second-artefacts", artefacts=len(found), corruptions=len(copies))


def test_a_stranger_is_told_how_to_run_it(tmp_path: Path) -> None:
    done = subprocess.run(
        [str(NODE), str(FOLDER / "verify.js")], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert done.returncode != 0
    assert "usage: node verify.js trust.json PATH" in done.stderr
