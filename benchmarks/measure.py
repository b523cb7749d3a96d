"""How every benchmark measures and speaks: contenders in turn inside each repeat, the median, one JSON line each.

A line has ``name``, ``ratio``, ``target``, ``holds``, ``peer``, ``sizes`` and ``versions``. The ratio is ours against
the peer of the same run; the target says which side of which number it must be on. The exit code is 1 if one misses.
"""

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any, NoReturn

REPEATS = 7
MISSING = 2
"""The exit code where a peer is not installed: nothing was measured."""

Work = Callable[[], Any]


def timed(work: Work) -> float:
    """Return how many seconds ``work`` takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def interleaved(contenders: Mapping[str, Callable[[], float]], repeats: int) -> dict[str, list[float]]:
    """Ask each contender for one figure in every repeat, each time beginning with another one."""
    names = list(contenders)
    found: dict[str, list[float]] = {name: [] for name in names}
    for repeat in range(repeats):
        for place in range(len(names)):
            name = names[(place + repeat) % len(names)]
            found[name].append(contenders[name]())
    return found


def median(figures: list[float]) -> float:
    """Return the middle figure."""
    return statistics.median(figures)


def versions(*packages: str, **tools: str) -> dict[str, str]:
    """Return the versions of what took part."""
    return {"python": sys.version.split()[0], **{name: version(name) for name in packages}, **tools}


def not_installed(*tools: str) -> NoReturn:
    """Say what is missing and how to get it, and end without a figure."""
    print(f"not installed: apt install {' '.join(tools)}", file=sys.stderr)
    sys.exit(MISSING)


@dataclass
class Lines:
    """The lines of one benchmark."""

    versions: Mapping[str, str]
    missed: list[str] = field(default_factory=list)

    def at_least(self, name: str, ratio: float, target: float, *, peer: str, **sizes: Any) -> None:  # noqa: ANN401 - any JSON
        """Print a measurement whose ratio should not be below ``target``."""
        self._print(name, ratio, f">= {target:g}", ratio >= target, peer, sizes)

    def at_most(self, name: str, ratio: float, target: float, *, peer: str, **sizes: Any) -> None:  # noqa: ANN401 - any JSON
        """Print a measurement whose ratio should not be above ``target``."""
        self._print(name, ratio, f"<= {target:g}", ratio <= target, peer, sizes)

    def _print(self, name: str, ratio: float, target: str, holds: bool, peer: str, sizes: dict[str, Any]) -> None:  # noqa: FBT001 - one of its own calls
        line = {"name": name, "ratio": round(ratio, 3), "target": target, "holds": holds, "peer": peer}
        print(json.dumps(line | {"sizes": sizes, "versions": dict(self.versions)}), flush=True)
        if not holds:
            self.missed.append(name)

    def end(self) -> int:
        """Return the exit code: 1 if a target was missed."""
        return 1 if self.missed else 0


def spread(figures: list[float], digits: int = 6) -> list[float]:
    """Return least, middle and most of the figures."""
    return [round(one, digits) for one in (min(figures), median(figures), max(figures))]


def arguments(description: str, **more: int) -> argparse.Namespace:
    """Read the command line: ``--tiny`` only shows that everything runs; ``more`` are numbers with their defaults."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--tiny", action="store_true", help="sizes that only show that it runs")
    parser.add_argument("--repeats", type=int, default=REPEATS)
    for name, number in more.items():
        parser.add_argument(f"--{name}", type=int, default=number)
    given = parser.parse_args()
    if given.tiny:
        given.repeats = 1
    return given
