"""Killed or failed at every system call that writes: nothing acknowledged is lost, nothing half there, nothing double.

``make test`` takes one point of each distinct call site, the three faults in turn; ``make soak`` takes every point with
all three. The runs themselves are made by ``tests.faults.run``, a process without threads that forks one child a point.
"""

import json
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from tests import soaking
from tests.faults.flows import LEGS

pytestmark = pytest.mark.needs_apt("strace")
ROOT = Path(__file__).resolve().parents[2]
FLOWS = {"append", "import", "release", "notice", "rotation"} | {
    "mail",
    "handover",
    "suspension",
    "incident",
    "erasure",
    "records",
}
SYNCS = {"fsync", "fdatasync"}
FOLDERS = {"/", "vault/"}
"""Where SQLite syncs a folder by itself and passes over an error: we have done the same at the start, and did not."""


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory, template_database: Path) -> list[dict[str, Any]]:
    """Run the runner and return its lines: one about each leg, one about each point, the controls at the end."""
    folder, seed, began = tmp_path_factory.mktemp("kill"), soaking.seed("kill"), time.monotonic()
    command = [sys.executable, "-m", "tests.faults.run", str(folder), str(template_database), "--seed", str(seed)]
    command += ["--full"] * soaking.count(0, 1)
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True, text=True)
    found = [json.loads(line) for line in done.stdout.splitlines()]
    points = [line for line in found if "kind" in line and not line["spoiled"]]
    soaking.report(
        "kill and error injection",
        legs=len(LEGS),
        points=len(points),
        sites=len(sites(found)),
        lost_half_double=sum(bool(line["wrong"]) for line in points),
        seconds=round(time.monotonic() - began, 1),
        **Counter(str(line["outcome"]).replace(", ", "_").replace(" ", "_") for line in points),
    )
    return found


def sites(lines: list[dict[str, Any]]) -> set[tuple[str, ...]]:
    """Return every call site that an undisturbed run passed."""
    return {tuple(site) for line in lines for site in line.get("sites", ())}


@pytest.fixture(scope="module")
def points(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [line for line in lines if "kind" in line and not line["spoiled"]]


def test_every_leg_has_points_and_an_undisturbed_run_is_sound(lines: list[dict[str, Any]]) -> None:
    legs = {line["leg"]: line for line in lines if "kind" not in line}
    assert set(legs) == set(LEGS)
    assert {name.partition(":")[0] for name in legs} >= FLOWS
    for name, line in legs.items():
        assert line["points"] > 0, name
        assert line["finished"], name
        assert (line["clean"], line["wrong"]) == (0, []), f"{name}: without injection nothing is hit"


def test_no_promise_is_lost_and_nothing_is_half_there_or_double(points: list[dict[str, Any]]) -> None:
    assert [line for line in points if line["wrong"]] == []


def test_every_fault_really_hit_and_every_call_site_had_one(
    lines: list[dict[str, Any]], points: list[dict[str, Any]]
) -> None:
    assert [line for line in points if line["hit"] != 1] == []
    assert Counter(line["kind"] for line in points).keys() == {"KILL", "EIO", "ENOSPC"}
    assert {(line["call"], line["on"], line["line"].partition(" < ")[0]) for line in points} == sites(lines)
    assert all(line["outcome"] == "killed" for line in points if line["kind"] == "KILL")


def test_an_error_of_fsync_ends_the_process(points: list[dict[str, Any]]) -> None:
    failed = [line for line in points if line["call"] in SYNCS and line["kind"] != "KILL"]
    assert failed
    for line in failed:
        # The record store's upkeep is called here without the socket in front, which is what ends on this very refusal.
        by_hand = line["leg"].startswith("records:") and line["refused"] == ["SC-STORAGE-FAILED"]
        assert line["outcome"] == "stopped" or line["on"] in FOLDERS or by_hand, line


def test_a_full_disk_is_refused_and_the_same_process_goes_on(points: list[dict[str, Any]]) -> None:
    full = [line for line in points if line["kind"] == "ENOSPC" and line["outcome"] == "refused, then done"]
    assert full


CAUGHT = {
    "in place": "does not open",
    "early answer": "leases: ",
    "early entry": "promised entry",
    "early removal": "mails: ",
}


@pytest.mark.parametrize("way", CAUGHT)
def test_control_a_program_that_is_wrong_is_caught(lines: list[dict[str, Any]], way: str) -> None:
    """Negative control: the same judge finds what these leave half there, or lose."""
    spoiled = [line for line in lines if line.get("spoiled") == way]
    assert spoiled
    assert any(CAUGHT[way] in one for line in spoiled for one in line["wrong"])
