"""The running processes, with the host's clock moved under them by ``libfaketime``: the calendar alone, or all."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests import soaking
from tests.functional.fortress import LAUNCH, MATTER, Fortress, build
from tests.functional.live import Live, live
from tests.vaultd.story import CUSTODIANS

from safeconduct.core.conduct.software_passkey import SoftwarePasskey

__all__ = ["live"]
LIBRARIES = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))


def faked(offset_file: Path, *, seconds_too: bool) -> dict[str, str]:
    """Return the environment of a process whose calendar follows a file; ``seconds_too`` moves what cannot be set."""
    only = {} if seconds_too else {"FAKETIME_DONT_FAKE_MONOTONIC": "1", "DONT_FAKE_MONOTONIC": "1"}
    return {
        **os.environ,
        "LD_PRELOAD": str(LIBRARIES[0]),
        "FAKETIME_TIMESTAMP_FILE": str(offset_file),
        "FAKETIME_NO_CACHE": "1",
        **only,
    }


@contextmanager
def vault_under(offset_file: Path, *, seconds_too: bool) -> Iterator[Fortress]:
    """Run a live vault process whose host's clock a test may move."""
    folder = Path(tempfile.mkdtemp(prefix="sc-"))
    offset_file.write_text("+0\n", "utf-8")
    story, known = build(folder / "i")
    if seconds_too:
        # The library counts the seconds since the start from 1970: another scale than the one that founded this.
        store = sqlite3.connect(story.configuration.vault_store / "vault.sqlite3", isolation_level=None)
        store.execute("DELETE FROM setting WHERE name = 'clocks'")
        store.close()
    passphrases = folder / "custodians.json"
    passphrases.write_text(json.dumps(CUSTODIANS), "utf-8")
    config = ["--config", str(folder / "i" / "safeconduct.toml"), "--passphrase-file", str(passphrases)]
    child = subprocess.Popen(
        [sys.executable, "-c", LAUNCH.format(patch=""), *config],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=faked(offset_file, seconds_too=seconds_too),
    )
    assert child.stdout is not None
    try:
        assert json.loads(child.stdout.readline())["ready"]
        login = SoftwarePasskey.create(rp_id=story.configuration.faces["desk"].host, randomness=os.urandom)
        yield Fortress(story=story, folder=folder, child=child, login=login, **known)
    finally:
        # Its own patience to end is by a clock that may stand still here.
        child.kill()
        child.wait()
        child.stdout.close()
        shutil.rmtree(folder)


def read(fort: Fortress) -> str:
    payload = {"matter": MATTER, "grant": fort.grant, "objects": [fort.objects["transcript"]]}
    return fort.call("read_case", **payload)[0][1]


def agree(fort: Fortress) -> bool:
    return bool(fort.call("status")[1]["clocks"]["agree"])


@pytest.mark.needs_apt("faketime")
def test_a_running_vault_process_stops_and_goes_on_by_itself(tmp_path: Path) -> None:
    moved = tmp_path / "moved"
    with vault_under(moved, seconds_too=False) as fort:
        assert (read(fort), agree(fort)) == ("", True)
        for offset in ("-10y", "-6m", "+6m", "+10y"):
            moved.write_text(offset + "\n", "utf-8")
            assert not agree(fort), offset
            ended = fort.act("end_preservation", "government_requests.end_preservation", {}, matter=MATTER)[0]
            assert ended == (503, "SC-CLOCKS"), offset
            assert read(fort) == ("SC-GRANT" if offset == "+10y" else ""), offset
        moved.write_text("+0\n", "utf-8")
        assert (read(fort), agree(fort)) == ("", True)


@pytest.mark.needs_apt("faketime")
@pytest.mark.skipif(not soaking.SOAKING, reason="a second process, under make soak; in process it runs always")
def test_what_ran_out_stays_so_when_the_whole_host_goes_back(tmp_path: Path) -> None:
    moved = tmp_path / "moved"
    with vault_under(moved, seconds_too=True) as fort:
        assert read(fort) == "", fort.call("status")[1]
        moved.write_text("+20m\n", "utf-8")
        assert read(fort) == "SC-GRANT"
        moved.write_text("-20m\n", "utf-8")
        assert read(fort) == "SC-GRANT"
        assert not agree(fort)


WORK = [sys.executable, "-m", "safeconduct.cli.main", "worker", "--once", "--json", "--config"]


@pytest.mark.needs_apt("faketime")
@pytest.mark.skipif(not soaking.SOAKING, reason="a live instance with its witness, under make soak")
def test_a_worker_whose_calendar_jumped_closes_no_slot(live: Live, tmp_path: Path) -> None:
    moved = tmp_path / "moved"

    def work(offset: str) -> dict[str, str]:
        moved.write_text(offset + "\n", "utf-8")
        done = subprocess.run(
            [*WORK, str(live.path)],
            capture_output=True,
            text=True,
            check=False,
            env=faked(moved, seconds_too=False),
        )
        found: dict[str, str] = json.loads(done.stdout)
        return found

    def slots() -> int:
        return int(live.call("status")[1]["heads"]["public"]["size"])

    assert set(work("+0").values()) == {"done"}
    before = slots()
    for offset in ("+10y", "-10y", "+30d", "-1h"):
        told = work(offset)
        assert (told["time"], told["logs"], told["government_requests"]) == ("SC-CLOCKS",) * 3, (offset, told)
        assert slots() == before
    assert set(work("+0").values()) == {"done"}
