"""Watches every action of every room while a story runs: how many entries it wrote, of which kind, from which line.

What an action wrote is read back from the ledger's own table, and what its inner actions wrote is taken away.
With ``Removing``, each recording line is taken out once, on the state as it stood, and the same judge must object.
"""

import inspect
import pkgutil
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from types import ModuleType
from typing import Any

import safeconduct.rooms
from safeconduct.rooms.ledger import steps as ledger
from safeconduct.rooms.ledger.models import Opening

Site = tuple[str, str, int]
"""Module, function and line of a call that records."""
RECORDERS = (
    "safeconduct.rooms.ledger.steps",
    "safeconduct.rooms.government_requests.steps.rows",
    "safeconduct.rooms.government_requests.steps.mail",
)


def actions() -> dict[str, Callable[..., Any]]:
    """Return every public function of a room's actions that somebody does: ``room.name`` to function."""
    found = {}
    for room in pkgutil.iter_modules(safeconduct.rooms.__path__):
        for module in _modules(f"safeconduct.rooms.{room.name}.actions"):
            for name, function in inspect.getmembers(module, inspect.isfunction):
                own = function.__module__ == module.__name__ and not name.startswith("_")
                if own and "now" in inspect.signature(function).parameters:
                    found[f"{room.name}.{name}"] = function
    return found


def _modules(name: str) -> Iterator[ModuleType]:
    try:
        module = import_module(name)
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        return
    yield module
    for inner in pkgutil.iter_modules(getattr(module, "__path__", ())):
        yield import_module(f"{name}.{inner.name}")


@dataclass
class Call:
    """One running action, and what its inner actions wrote."""

    name: str
    before: int
    inner: Counter[str] = field(default_factory=Counter)


@dataclass
class Audit:
    """What the actions of a story wrote.

    Attributes:
        wrote: by action, what each of its runs wrote in its own name.
        sites: the lines that recorded, with the action that ran.
        heard: the same in order; ``Removing`` empties it.
        total: what the last outermost action wrote, inner actions included.
        removed: the line that records nothing.
        probe: another audit that listens in this one's place.
        around: runs each outermost action in place of ``watch``.
    """

    wrote: dict[str, list[Counter[str]]] = field(default_factory=dict)
    sites: dict[Site, str] = field(default_factory=dict)
    heard: list[Site] = field(default_factory=list)
    running: list[Call] = field(default_factory=list)
    total: Counter[str] = field(default_factory=Counter)
    removed: Site | None = None
    probe: "Audit | None" = None
    around: Callable[["Audit", str, Callable[[], Any]], Any] | None = None

    def run(self, name: str, act: Callable[[], Any]) -> Any:
        """Run one action and note what it wrote by itself; a refused one is noted by nobody."""
        if self.probe is not None:
            return self.probe.watch(name, act)
        if self.around is not None and not self.running:
            return self.around(self, name, act)
        return self.watch(name, act)

    def watch(self, name: str, act: Callable[[], Any]) -> Any:
        """Run one action under the judge."""
        call = Call(name, _written())
        self.running.append(call)
        try:
            answer = act()
        finally:
            self.running.pop()
        self.total = _kinds(call.before)
        if self.running:
            self.running[-1].inner += self.total
        self.wrote.setdefault(name, []).append(self.total - call.inner)
        return answer

    def listen(self, site: Site) -> bool:
        """Note a line that wants to record; return whether it may."""
        here = self.probe or self
        if here.running:
            here.sites.setdefault(site, here.running[-1].name)
            here.heard.append(site)
        return site != here.removed


def _written() -> int:
    last = Opening.objects.order_by("-entry__index").values_list("entry__index", flat=True).first()
    return -1 if last is None else last


def _kinds(before: int) -> Counter[str]:
    return Counter(Opening.objects.filter(entry__index__gt=before).values_list("kind", flat=True))


def site_of_caller() -> Site:
    """Return the line that asked for an entry, past the functions that only pass the wish on."""
    frame = sys._getframe(2)
    while frame.f_globals["__name__"] in RECORDERS or frame.f_globals["__name__"] == __name__:
        assert frame.f_back is not None
        frame = frame.f_back
    return frame.f_globals["__name__"].removeprefix("safeconduct.rooms."), frame.f_code.co_name, frame.f_lineno


@contextmanager
def audited(audit: Audit) -> Iterator[None]:
    """Put a watch before each action, wherever its name is bound, and before the ledger's ``record``."""
    replaced = []
    for name, function in actions().items():
        watched = _watched(audit, name, function)
        for module in [one for key, one in sys.modules.items() if key.startswith("safeconduct.")]:
            for bound in [key for key, value in vars(module).items() if value is function]:
                setattr(module, bound, watched)
                replaced.append((module, bound, function))
    original = ledger.record

    def record(**facts: Any) -> ledger.EntryRef:
        if not audit.listen(site_of_caller()):
            return ledger.EntryRef("0" * 32, 0)
        return original(**facts)

    ledger.record = record
    try:
        yield
    finally:
        ledger.record = original
        for module, bound, function in replaced:
            setattr(module, bound, function)


def _watched(audit: Audit, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    def watched(*arguments: Any, **named: Any) -> Any:
        return audit.run(name, lambda: function(*arguments, **named))

    return watched
