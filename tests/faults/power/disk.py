"""A disk that holds back what nobody synced, and what is left of it when the power goes.

After the method of SQLite's own power tests: every write that was not synced is kept, dropped or torn, each by itself;
so is every name made, moved or removed in a folder that was not synced. Torn means by sectors: old bytes, new bytes,
or garbage. What a sync acknowledged stays.
"""

import random
from dataclasses import dataclass, field

SECTOR = 512


@dataclass(frozen=True)
class Manner:
    """How the power goes: how often a held-back change is kept, and how often a kept write is torn."""

    kept: float
    torn: float


MANNERS = (Manner(0.0, 0.0), Manner(1.0, 0.0), Manner(0.5, 0.0), Manner(0.9, 0.0), Manner(0.7, 0.5), Manner(0.2, 0.3))


@dataclass(eq=False)
class File:
    """Bytes that are safe, and what was written since: ``(place, data)``, or ``(size, None)`` for a cut."""

    safe: bytearray = field(default_factory=bytearray)
    live: bytearray = field(default_factory=bytearray)
    held: list[tuple[int, bytes | None]] = field(default_factory=list)

    def write(self, place: int, data: bytes) -> None:
        self.held.append((place, data))
        _put(self.live, place, data)

    def cut(self, size: int) -> None:
        self.held.append((size, None))
        _cut(self.live, size)

    def sync(self) -> None:
        self.safe[:] = self.live
        self.held.clear()

    def after(self, rng: random.Random, manner: Manner) -> bytes:
        """Return what the disk holds after the power went."""
        left = bytearray(self.safe)
        for place, data in self.held:
            if rng.random() >= manner.kept:
                continue
            if data is None:
                _cut(left, place)
            elif rng.random() < manner.torn:
                _tear(left, place, data, rng)
            else:
                _put(left, place, data)
        return bytes(left)


@dataclass(eq=False)
class Folder:
    """Names that are safe, the names now, and what changed since: ``(name, what it names, the name it had)``."""

    safe: dict[str, "Node"] = field(default_factory=dict)
    live: dict[str, "Node"] = field(default_factory=dict)
    held: list[tuple[str, "Node | None", str | None]] = field(default_factory=list)

    def change(self, name: str, node: "Node | None", before: str | None = None) -> None:
        self.held.append((name, node, before))
        _name(self.live, name, node, before)

    def sync(self) -> None:
        self.safe = dict(self.live)
        self.held.clear()

    def after(self, rng: random.Random, manner: Manner) -> dict[str, "Node"]:
        left = dict(self.safe)
        for name, node, before in self.held:
            if rng.random() < manner.kept:
                _name(left, name, node, before)
        return left


Node = File | Folder


def _put(target: bytearray, place: int, data: bytes) -> None:
    if place > len(target):
        target.extend(bytes(place - len(target)))
    target[place : place + len(data)] = data


def _cut(target: bytearray, size: int) -> None:
    if size <= len(target):
        del target[size:]
    else:
        target.extend(bytes(size - len(target)))


def _tear(target: bytearray, place: int, data: bytes, rng: random.Random) -> None:
    end = place + len(data)
    while place < end:
        stop = min(end, (place // SECTOR + 1) * SECTOR)
        piece, data = data[: stop - place], data[stop - place :]
        fate = rng.random()
        if fate < 0.5:
            _put(target, place, piece)
        elif fate < 0.75:
            _put(target, place, rng.randbytes(len(piece)))
        place = stop


def _name(names: dict[str, Node], name: str, node: Node | None, before: str | None) -> None:
    if before is not None:
        names.pop(before, None)
    if node is None:
        names.pop(name, None)
    else:
        names[name] = node


class Disk:
    """Everything below one folder, by paths relative to it."""

    def __init__(self) -> None:
        self.root = Folder()

    def find(self, path: str) -> Node | None:
        node: Node | None = self.root
        for part in path.split("/") if path else ():
            node = node.live.get(part) if isinstance(node, Folder) else None
        return node

    def folder(self, path: str) -> tuple[Folder, str]:
        """Return the folder that holds a path's last name, and that name."""
        parent, _, name = path.rpartition("/")
        node = self.find(parent)
        assert isinstance(node, Folder), path
        return node, name

    def make(self, path: str, node: Node) -> None:
        folder, name = self.folder(path)
        folder.change(name, node)

    def remove(self, path: str) -> None:
        folder, name = self.folder(path)
        folder.change(name, None)

    def rename(self, source: str, target: str) -> None:
        (origin, old), (goal, new) = self.folder(source), self.folder(target)
        node = origin.live[old]
        if origin is goal:
            goal.change(new, node, old)
        else:
            goal.change(new, node)
            origin.change(old, None)

    def settle(self) -> None:
        """Sync everything: what lies there before the work begins is safe."""
        for node in list(_below(self.root)):
            node.sync()

    def after_power_loss(self, rng: random.Random, manner: Manner) -> dict[str, bytes]:
        """Return path and bytes of every file that is left; an empty folder is told by a path that ends in ``/``."""
        left: dict[str, bytes] = {}
        _gather(self.root, "", rng, manner, left)
        return left

    def now(self, path: str) -> dict[str, bytes]:
        """Return the files at or below a path as a running program sees them."""
        node = self.find(path)
        if isinstance(node, File):
            return {path: bytes(node.live)}
        found: dict[str, bytes] = {}
        for name in node.live if node is not None else ():
            found |= self.now(f"{path}/{name}" if path else name)
        return found


def _below(node: Node) -> "list[Node]":
    inner = [one for child in node.live.values() for one in _below(child)] if isinstance(node, Folder) else []
    return [node, *inner]


def _gather(folder: Folder, path: str, rng: random.Random, manner: Manner, left: dict[str, bytes]) -> None:
    if path:
        left[path + "/"] = b""
    for name, node in folder.after(rng, manner).items():
        inner = f"{path}/{name}" if path else name
        if isinstance(node, File):
            left[inner] = node.after(rng, manner)
        else:
            _gather(node, inner, rng, manner, left)
