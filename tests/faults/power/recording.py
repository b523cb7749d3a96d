"""Records what a program really asks of the disk: a fork of this process under ``strace``, every call with its bytes.

The program runs as it is, SQLite and all. What it promises goes to ``/dev/null`` as a marked write, so that the record
holds each promise at its place among the calls.
"""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.faults.power.disk import Disk, File, Folder

CALLS = (
    *("openat", "open", "creat", "close", "lseek", "write", "pwrite64", "fsync", "fdatasync", "ftruncate"),
    *("rename", "renameat", "renameat2", "unlink", "unlinkat", "mkdir", "mkdirat", "rmdir"),
)
UNFINISHED = re.compile(r"(\d+)\s+(.*?) ?<unfinished \.\.\.>$")
RESUMED = re.compile(r"(\d+)\s+<\.\.\. \w+ resumed> ?(.*)$")
LINE = re.compile(r"^\d+ +(\w+)\((.*)\) += (-?\d+)(?:<.*>)?(?: .*)?$", re.DOTALL)
HELD = re.compile(r"^(AT_FDCWD|\d+)(?:<([^>]*)>(?:\(deleted\))?)?$")
MARK = b"PROMISED "
Say = Callable[[str, Any], None]


@dataclass(frozen=True)
class Call:
    """One call that changes the disk, or ``promise``: its name, the path or open file it is about, and its values."""

    name: str
    path: str
    values: tuple[Any, ...] = ()
    opened: int = -1


def record(root: Path, work: Callable[[Say], None], log: Path) -> list[Call]:
    """Run ``work`` in a fork and return its calls below ``root``, in order."""
    ours, theirs = socket.socketpair()
    child = os.fork()
    if child == 0:
        _child(work, theirs, log)
    theirs.close()
    try:
        command = ["strace", "-f", "-y", "-xx", "-s", "1000000", "-e", f"trace={','.join(CALLS)}", "-o", str(log)]
        with subprocess.Popen([*command, "-p", str(child)], stderr=subprocess.PIPE) as strace:
            assert strace.stderr is not None
            said = strace.stderr.readline()
            assert b"attached" in said, said
            ours.send(b"go")
            _, status = os.waitpid(child, 0)
        assert status == 0, log.with_suffix(".stderr").read_text()
    finally:
        ours.close()
    with log.open(encoding="ascii", errors="surrogateescape") as lines:
        return list(_calls(lines, str(root)))


def _child(work: Callable[[Say], None], link: socket.socket, log: Path) -> None:
    status = 1
    try:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        with log.with_suffix(".stderr").open("w", buffering=1) as sys.stderr:
            link.recv(10)
            null = os.open("/dev/null", os.O_WRONLY)

            def say(name: str, value: Any) -> None:
                os.write(null, MARK + json.dumps([name, value]).encode())

            try:
                work(say)
                status = 0
            except BaseException:  # noqa: BLE001 - a fork must not go back into the suite, whatever stopped it
                traceback.print_exc()
    finally:
        os._exit(status)


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.strip()[1:-1].replace("\\x", ""))


def _split(text: str) -> list[str]:
    """Return a call's arguments; in strings every byte is hexadecimal, so a comma parts arguments everywhere else."""
    return [one.strip() for one in text.split(", ")]


class _Descriptors:
    """Which path each descriptor was opened at, how far it was written, and the number of its opening."""

    def __init__(self, root: str) -> None:
        self.root = root
        self.open: dict[str, list[Any]] = {}
        self.count = 0

    def inner(self, base: str, name: bytes) -> str | None:
        path = os.path.normpath(os.path.join(base, os.fsdecode(name)))  # noqa: PTH118 - text in, text out
        if path == self.root:
            return ""
        return path.removeprefix(self.root + "/") if path.startswith(self.root + "/") else None

    def at(self, held: str, name: str) -> str | None:
        found = HELD.match(held)
        assert found is not None, held
        base = found[2] or "/"
        return self.inner(os.fsdecode(_bytes(f'"{base}"')) if base.startswith("\\x") else base, _bytes(name))

    def number(self, held: str) -> str:
        found = HELD.match(held)
        assert found is not None, held
        return found[1]


def _joined(lines: Iterable[str]) -> Iterator[str]:
    """Return each call on one line: where two threads call at once, strace begins one and ends it further down."""
    begun: dict[str, str] = {}
    for text in lines:
        start, end = UNFINISHED.match(text), RESUMED.match(text)
        if start is not None and start[2].startswith("close("):
            # Its number is free at once, and another thread may have it before this call is told to have ended.
            yield f"{start[1]} {start[2]}) = 0\n"
        elif start is not None:
            begun[start[1]] = start[2]
        elif end is not None and end[1] in begun:
            yield f"{end[1]} {begun.pop(end[1])}{end[2]}\n"
        elif end is None:
            yield text


def _calls(lines: Iterable[str], root: str) -> Iterator[Call]:
    held = _Descriptors(root)
    for text in _joined(lines):
        found = LINE.match(text.rstrip("\n"))
        if found is None:
            assert "+++ exited" in text or "---" in text, text[:200]
            continue
        name, result = found[1], int(found[3])
        if result >= 0:
            yield from _call(held, name, _split(found[2]), result)


def _call(held: _Descriptors, name: str, words: list[str], result: int) -> Iterator[Call]:
    if name in ("openat", "open", "creat"):
        where, named, flags = (words[0], words[1], words[2]) if name == "openat" else ("AT_FDCWD</>", *words[:2])
        path = held.at(where, named)
        held.count += 1
        held.open[str(result)] = [path, 0, held.count]
        if path is not None:
            yield Call("open", path, (flags,), held.count)
    elif name in ("close", "lseek", "write", "pwrite64", "fsync", "fdatasync", "ftruncate"):
        yield from _on_descriptor(held, name, words, result)
    else:
        yield from _on_names(held, name, words)


def _on_descriptor(held: _Descriptors, name: str, words: list[str], result: int) -> Iterator[Call]:
    number = held.number(words[0])
    state = held.open.get(number)
    if name == "write" and words[1].startswith('"\\x50\\x52') and (said := _bytes(words[1])).startswith(MARK):
        yield Call("promise", "", tuple(json.loads(said.removeprefix(MARK))))
    if state is None or state[0] is None:
        return
    path, place, opened = state
    if name == "close":
        held.open.pop(number)
    elif name == "lseek":
        state[1] = result
    elif name == "write":
        state[1] = place + result
        yield Call("write", path, (place, _bytes(words[1])[:result]), opened)
    elif name == "pwrite64":
        yield Call("write", path, (int(words[3]), _bytes(words[1])[:result]), opened)
    elif name == "ftruncate":
        yield Call("cut", path, (int(words[1]),), opened)
    else:
        yield Call("sync", path, (), opened)


def _on_names(held: _Descriptors, name: str, words: list[str]) -> Iterator[Call]:
    here = "AT_FDCWD</>"
    if name.startswith("rename"):
        pairs = (
            ((here, words[0]), (here, words[1])) if name == "rename" else ((words[0], words[1]), (words[2], words[3]))
        )
        source, target = (held.at(*one) for one in pairs)
        if source is not None and target is not None:
            yield Call("rename", source, (target,))
        return
    where, named = (words[0], words[1]) if name.endswith("at") else (here, words[0])
    path = held.at(where, named)
    if path is not None:
        yield Call("mkdir" if name.startswith("mkdir") else "remove", path)


class Player:
    """Plays a record on a disk, one call at a time."""

    def __init__(self, disk: Disk) -> None:
        self.disk = disk
        self.opened: dict[int, File | Folder] = {}

    def play(self, call: Call) -> None:
        """Do to the disk what the program did."""
        if call.name == "open":
            self._open(call)
        elif call.name == "mkdir":
            self.disk.make(call.path, Folder())
        elif call.name == "remove":
            self.disk.remove(call.path)
        elif call.name == "rename":
            self.disk.rename(call.path, call.values[0])
        elif call.name != "promise":
            self._write(call)

    def _open(self, call: Call) -> None:
        node = self.disk.find(call.path)
        if node is None:
            assert "O_CREAT" in call.values[0], call
            node = File()
            self.disk.make(call.path, node)
        elif "O_TRUNC" in call.values[0] and isinstance(node, File):
            node.cut(0)
        self.opened[call.opened] = node

    def _write(self, call: Call) -> None:
        node = self.opened[call.opened]
        if call.name == "sync":
            node.sync()
            return
        assert isinstance(node, File), call
        if call.name == "write":
            node.write(*call.values)
        else:
            node.cut(call.values[0])


def load(root: Path) -> Disk:
    """Return a disk that safely holds what lies below a folder now."""
    disk = Disk()
    for path in sorted(root.rglob("*")):
        inner = str(path.relative_to(root))
        disk.make(inner, Folder() if path.is_dir() else _file(path))
    disk.settle()
    return disk


def _file(path: Path) -> File:
    made = File()
    made.write(0, path.read_bytes())
    return made
