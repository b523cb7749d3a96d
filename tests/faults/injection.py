"""Runs one leg in a process of its own under ``strace``, which kills it or fails a call of its at a chosen place.

The process is a fork of one that has imported everything. It opens its copy of the state, then waits; ``strace``
attaches and says so; then the leg runs. What it promises goes out by ``sendto``, which is not among the traced calls,
so that promising shifts no place.
"""

import json
import os
import re
import select
import shutil
import signal
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

from tests.faults.flows import Leg
from tests.faults.house import House, Passkeys
from tests.vaultd.story import CUSTODIANS

from safeconduct.core.base.configuration import read_configuration
from safeconduct.core.base.errors import SafeconductError
from safeconduct.vaultd.vault import Vault

CALLS = (
    *("openat", "write", "pwrite64", "fsync", "fdatasync", "rename", "renameat", "renameat2"),
    *("unlink", "unlinkat", "ftruncate", "mkdir", "mkdirat"),
)
KINDS = {"KILL": "signal=KILL", "EIO": "error=EIO", "ENOSPC": "error=ENOSPC"}
LINE = re.compile(r"^(\d+) +(\w+)\((.*)$")
HELD, NAMED = re.compile(r"<(/[^>]*)>"), re.compile(r'"([^"]*)"')
BY_DESCRIPTOR = frozenset({"write", "pwrite64", "fsync", "fdatasync", "ftruncate"})
PLUMBING = (
    "vaultd/store.py",
    "vaultd/durable.py",
    "core/segments/files.py",
    "core/base/disk.py",
    "site/sqlite/base.py",
)
MARK = "@"
Change = Callable[[], None] | None
HOUSE = f"{os.sep}src{os.sep}safeconduct{os.sep}"


@dataclass(frozen=True, order=True)
class Point:
    """One system call of one leg: the ``place``-th of its name, on what kind of file, asked for by which line."""

    leg: str
    call: str
    place: int
    on: str
    line: str

    @property
    def site(self) -> tuple[str, ...]:
        """Return what tells one call site from another: the line of ours that makes the call, and on what file."""
        return (self.call, self.on, self.line.partition(" < ")[0])


@dataclass
class Run:
    """What a traced process said and how it ended."""

    promised: dict[str, Any] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    finished: bool = False
    status: int = 0
    trace: list[str] = field(default_factory=list)

    @property
    def injected(self) -> int:
        """Return how many calls were really failed, or cut off by the kill."""
        return sum("(INJECTED)" in line for line in self.trace) + any("killed by SIGKILL" in one for one in self.trace)


def kind_of(path: str, root: Path) -> str:
    """Return what a file is for us, without the ids in its name."""
    try:
        inner = Path(path).relative_to(root)
    except ValueError:
        return "stderr" if path.endswith("stderr") else "outside"
    text = str(inner)
    if "sqlite3" in text:
        return inner.name
    parts = inner.parts or ("",)
    if parts[0] == "vault" and len(parts) > 1:
        last = inner.name if inner.name in ("pages", "index", "directory", "objects") else ""
        kind = parts[1].removeprefix(".").removesuffix(".part")
        return f"vault/{kind}{'/' + last if last else ''}{'/.part' if '.part' in text else ''}"
    return parts[0] + ("/.part" if text.endswith(".part") else "/" + "".join(inner.suffixes[-2:]))


def _mark(link: socket.socket) -> None:
    """Say, after each call that ``strace`` signals, which line of ours made it, and which lines asked the plumbing."""

    def told(_number: int, frame: FrameType | None) -> None:
        words: list[str] = []
        while frame is not None and (not words or words[-1].startswith(PLUMBING)):
            if HOUSE in frame.f_code.co_filename:
                words.append(_place(frame))
            frame = frame.f_back
        link.send(f"{MARK}{' < '.join(dict.fromkeys((words[0], words[-1])))}".encode() if words else MARK.encode())

    signal.signal(signal.SIGUSR1, told)


def _place(frame: FrameType) -> str:
    return f"{frame.f_code.co_filename.partition(HOUSE)[2]}:{frame.f_lineno}"


class Traced:
    """Forks, attaches and waits: one leg, once."""

    def __init__(self, folder: Path, passkeys: Passkeys) -> None:
        """Keep the folder of the states and the people's passkeys."""
        self.folder, self.passkeys = folder, passkeys
        self.work = folder / "work-0"
        vault = Vault(read_configuration(folder / "supplied" / "safeconduct.toml"))
        self.key = vault.custody.open_at_once(CUSTODIANS)
        vault.close()

    def fresh(self, leg: Leg) -> Path:
        """Return a fresh copy of the state in which ``leg`` begins; the one before it stays, for whoever judges it."""
        self.work = self.folder / ("work-1" if self.work.name == "work-0" else "work-0")
        shutil.rmtree(self.work, ignore_errors=True)
        shutil.copytree(self.folder / leg.state, self.work)
        return self.work

    def run(self, leg: Leg, options: list[str], *, marked: bool = False, changed: Change = None) -> Run:
        """Run ``leg`` on a fresh copy under strace with ``options``; ``changed`` spoils the program first."""
        self.fresh(leg)
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        child = os.fork()
        if child == 0:
            ours.close()
            _child(self, leg, theirs, marked=marked, changed=changed)
        theirs.close()
        try:
            return self._watch(child, ours, options)
        finally:
            ours.close()

    def _watch(self, child: int, ours: socket.socket, options: list[str]) -> Run:
        log = self.folder / "trace"
        assert ours.recv(10) == b"open", "the house did not open"
        command = ["strace", "-f", "-y", "-s", "200", "-o", str(log), "-p", str(child), *options]
        found = Run()
        with subprocess.Popen(command, stderr=subprocess.PIPE) as strace:
            assert strace.stderr is not None
            said = strace.stderr.readline()
            assert b"attached" in said, said
            ours.send(b"go")
            _listen(ours, found)
            _, found.status = os.waitpid(child, 0)
        found.trace = log.read_text(errors="replace").splitlines()
        return found


def _listen(ours: socket.socket, found: Run) -> None:
    while select.select([ours], [], [])[0]:
        said = ours.recv(1 << 20)
        if not said:
            return
        if said[:1] == MARK.encode():
            continue
        name, value = json.loads(said)
        if name == "refused":
            found.refused.append(value)
        elif name == "finished":
            found.finished = True
        else:
            found.promised[name] = value


def _child(traced: Traced, leg: Leg, link: socket.socket, *, marked: bool, changed: Change) -> None:
    """Open the house, wait until the tracer stands, do the leg; once more in the same process if it was refused."""
    status = 1
    try:
        with (traced.folder / "stderr").open("w", buffering=1) as sys.stderr:
            house = House.open(traced.work, traced.passkeys, traced.key)
            if changed is not None:
                changed()
            link.send(b"open")
            link.recv(10)

            def say(name: str, value: Any) -> None:
                link.send(json.dumps([name, value]).encode())

            if marked:
                _mark(link)
            for _ in range(2):
                try:
                    leg.act(house, say)
                except Exception as error:  # noqa: BLE001 - a page of refusal or of a fault; the process lives on
                    code = error.code if isinstance(error, SafeconductError) else type(error).__name__
                    say("refused", str(getattr(error, "vault_code", code)))
                else:
                    say("finished", "done")
                    break
            status = 0
    finally:
        os._exit(status)


def _touched(call: str, rest: str) -> str:
    held, named = HELD.findall(rest), NAMED.findall(rest)
    if call in BY_DESCRIPTOR:
        return str(held[0]) if held else ""
    return str(Path(held[0] if held else "/", named[0])) if named else ""


def survey(traced: Traced, leg: Leg, changed: Change = None) -> list[Point]:
    """Return every write-like call of an undisturbed run, each with what it touches and which line of ours asked."""
    calls = ",".join(CALLS)
    run = traced.run(
        leg, ["-e", f"trace={calls},sendto", "-e", f"inject={calls}:signal=USR1"], marked=True, changed=changed
    )
    assert run.finished, run.refused
    counts: Counter[str] = Counter()
    points: list[Point] = []
    waiting: list[tuple[str, int, str]] = []
    for text in run.trace:
        if (found := LINE.match(text)) is None:
            continue
        call, rest = found[2], found[3]
        if call != "sendto":
            counts[call] += 1
            waiting.append((call, counts[call], kind_of(_touched(call, rest), traced.work)))
        elif marks := [one[1:] for one in NAMED.findall(rest) if one.startswith(MARK)]:
            points += [Point(leg.name, *one, marks[0]) for one in waiting]
            waiting = []
    return points


def inject(traced: Traced, leg: Leg, point: Point, kind: str, changed: Change = None) -> Run:
    """Run ``leg`` with the call at ``point`` killed or failed."""
    how = f"inject={point.call}:{KINDS[kind]}:when={point.place}"
    return traced.run(leg, ["-e", f"trace={point.call}", "-e", how], changed=changed)
