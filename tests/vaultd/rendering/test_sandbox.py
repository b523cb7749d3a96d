"""The enclosure of the rendering child: every probe is refused inside, and each succeeds outside."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.vaultd.rendering.probes import END, PROBES, ROOTS_ONLY, START, json_of, tried

from safeconduct.core.base.upload_limits import UploadLimits
from safeconduct.vaultd.rendering.sandbox import Layer
from safeconduct.vaultd.rendering.system_calls import MACHINES, program, this_machine


@pytest.fixture(scope="module")
def ports() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


@pytest.fixture
def given() -> Iterator[int]:
    reading, writing = os.pipe()
    os.write(writing, b"secret of the parent")
    yield reading
    os.close(reading)
    os.close(writing)


@pytest.mark.parametrize("what", PROBES)
def test_a_probe_is_refused_inside_and_succeeds_outside(what: str, ports: int, given: int, tmp_path: Path) -> None:
    said, status = tried(PROBES[what], "inside", port=ports, folder=tmp_path, given=given)
    assert said.startswith("refused: ") or status in (-signal.SIGSYS, -signal.SIGXCPU, -signal.SIGKILL)
    assert "did it" not in said
    assert not (tmp_path / "tried").exists()
    assert (tmp_path / "tried.there").exists()
    said, status = tried(PROBES[what], "outside", port=ports, folder=tmp_path, given=given)
    assert (said, status) == ("did it", 0)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may trace its parent, so only for root is it a control")
@pytest.mark.parametrize("what", ROOTS_ONLY)
def test_the_parent_cannot_be_traced(what: str, ports: int, given: int, tmp_path: Path) -> None:
    said, status = tried(ROOTS_ONLY[what], "inside", port=ports, folder=tmp_path, given=given)
    assert (said, status) == ("", -signal.SIGSYS)
    said, _ = tried(ROOTS_ONLY[what], "outside", port=ports, folder=tmp_path, given=given)
    assert said == "did it"


def test_the_layers_that_do_not_depend_on_the_machine_stand() -> None:
    script = START.partition("parent = ")[0] + "os.write(1, str(int(enclose(UploadLimits()))).encode())\nos._exit(0)"
    arguments = ["inside", "1", "x", "0", json_of(UploadLimits())]
    ran = subprocess.run([sys.executable, "-I", "-c", script, *arguments], capture_output=True, check=True)
    assert Layer(int(ran.stdout)) >= Layer.LIMITS | Layer.FILTER | Layer.NO_CAPABILITY


ONLY_FILTER = """
import safeconduct.vaultd.rendering.sandbox as made
for layer in ("_own_spaces", "_become_nobody", "_drop_capabilities", "_landlock"):
    setattr(made, layer, lambda *_: False)
"""


@pytest.mark.parametrize(
    "what", ["connect to loopback", "read /etc/passwd", "write a file", "fork", "become a program"]
)
def test_the_filter_alone_forbids_network_files_and_programs(what: str, ports: int, given: int, tmp_path: Path) -> None:
    start = START.replace("parent = os", ONLY_FILTER + "parent = os")
    arguments = ["inside", str(ports), str(tmp_path / "tried"), str(given), json_of(UploadLimits())]
    ran = subprocess.run(
        [sys.executable, "-I", "-c", start + PROBES[what] + END, *arguments], capture_output=True, check=False
    )
    assert ran.stdout.startswith(b"refused: ") or ran.returncode == -signal.SIGSYS
    assert not (tmp_path / "tried").exists()


def test_each_machine_has_a_whole_table() -> None:
    assert this_machine() is not None
    assert len(MACHINES) == 2
    names = {frozenset((*one.allowed, *one.mapping)) for one in MACHINES.values()}
    assert len(names) == 1
    for one in MACHINES.values():
        numbers = [*one.allowed.values(), *one.mapping.values(), *one.fatal.values()]
        assert len(set(numbers)) == len(numbers)
        assert {"socket", "connect", "execve", "ptrace", "clone"} <= set(one.fatal)
        assert not {"openat", "open", "ioctl", "kill"} & {*one.allowed, *one.mapping}
        assert len(program(one)) % 8 == 0
