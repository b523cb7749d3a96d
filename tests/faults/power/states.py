"""Plays a record up to a random call, lets the power go, and has what is left judged: as often as asked."""

import random
from collections import Counter
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Protocol

from tests.faults.power.disk import MANNERS, Disk
from tests.faults.power.recording import Call, Player


class Judge(Protocol):
    """Says what is wrong with what is left, or nothing."""

    def judge(self, left: dict[str, bytes], promises: list[tuple[str, Any]]) -> str: ...


@dataclass
class Outcome:
    """How many states were looked at, and what was wrong with them."""

    states: int = 0
    wrong: Counter[str] = field(default_factory=Counter)
    differing: set[bytes] = field(default_factory=set)

    def of(self, word: str) -> int:
        """Return how many states were wrong in one way."""
        return sum(count for said, count in self.wrong.items() if said.startswith(word))

    @property
    def bad(self) -> int:
        """Return how many states were wrong."""
        return self.wrong.total()


class Whole:
    """What each file held when it got its final name: under that name nothing else may ever be found."""

    def __init__(self, disk: Disk) -> None:
        """Know the files that lie there before the work begins."""
        self.disk = disk
        self.known: dict[str, set[bytes]] = {}
        for path in [name for name in disk.now("") if not name.rpartition("/")[2].startswith(".")]:
            self._add(path)

    def _add(self, path: str) -> None:
        if "sqlite3" not in path:
            for name, data in self.disk.now(path).items():
                self.known.setdefault(name, set()).add(sha256(data).digest())

    def after(self, call: Call) -> None:
        """Look at what a rename brought under its final name."""
        if call.name == "rename":
            self._add(call.values[0])

    def broken(self, left: dict[str, bytes]) -> str:
        """Return which file is half there under its final name, if one is."""
        for path, data in left.items():
            if path in self.known and sha256(data).digest() not in self.known[path]:
                return f"half: {'/'.join(path.split('/')[:2])}"
        return ""


def sample(disk: Disk, calls: list[Call], judge: Judge, *, count: int, rng: random.Random) -> Outcome:
    """Look at ``count`` states, each after the power went at a call chosen at random."""
    player, whole, outcome = Player(disk), Whole(disk), Outcome()
    promises: list[tuple[str, Any]] = []
    # A promise is a place like any other: the power may go right after an answer came back.
    changing = [place for place, call in enumerate(calls) if call.name != "open"]
    cuts = Counter(rng.choices(changing, k=count))
    for place, call in enumerate(calls):
        if call.name == "promise":
            promises.append((call.values[0], call.values[1]))
        player.play(call)
        whole.after(call)
        for _ in range(cuts[place]):
            left = disk.after_power_loss(rng, rng.choice(MANNERS))
            wrong = whole.broken(left) or judge.judge(left, promises)
            outcome.states += 1
            outcome.wrong.update([wrong] if wrong else [])
            outcome.differing.add(_digest(left))
    return outcome


def _digest(left: dict[str, bytes]) -> bytes:
    return sha256(b"".join(name.encode() + sha256(data).digest() for name, data in sorted(left.items()))).digest()[:8]
