"""Several vault processes on one store: what one lock in one process holds together must hold between processes too."""

import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any, Self

from tests.races.stage import Act, perform
from tests.vaultd.story import CUSTODIANS

from safeconduct.core.base.configuration import read_configuration
from safeconduct.core.base.errors import SafeconductError
from safeconduct.vaultd.store import Store
from safeconduct.vaultd.vault import Vault

WAIT = 120
WALL = 1_000_000.0
"""The machine's seconds in every process, those of the story."""
SPAWN = multiprocessing.get_context("spawn")


class RefusedElsewhereError(SafeconductError):
    """What another process refused, by its code."""

    code = "SC-ELSEWHERE"

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code  # type: ignore[misc] # the class variable of one instance


def _attempt(vault: Vault, act: Act) -> tuple[str, Any]:
    try:
        return "done", perform(vault, act)
    except SafeconductError as error:
        return "refused", error.code
    except Exception as error:  # noqa: BLE001 - the judge of the other process names it
        return "fault", repr(error)


@contextmanager
def no_transaction(self: Store) -> Iterator[None]:
    """Write each statement by itself, as code does that reads first and writes later: the control's store."""
    self._depth += 1
    yield
    self._depth -= 1


def work(path: Path, link: Connection, barrier: Barrier, weak: bool) -> None:  # noqa: FBT001 - a process takes places
    """Open the instance's store beside the others and do what is sent, each time after everybody is ready."""
    if weak:
        Store.writing = no_transaction  # type: ignore[method-assign] # this process is the control
    vault = Vault(read_configuration(path), wall=lambda: WALL, elapsed=lambda: 0.0)
    for custodian, passphrase in CUSTODIANS.items():
        vault.unseal(custodian=custodian, passphrase=passphrase)
    link.send("ready")
    while (acts := link.recv()) is not None:
        barrier.wait(WAIT)
        link.send([_attempt(vault, act) for act in acts])
    vault.close()


def _told(kind: str, value: Any) -> Any:
    if kind == "done":
        return value
    return RefusedElsewhereError(value) if kind == "refused" else RuntimeError(value)


class Processes:
    """``size`` processes that start together; each does its share of the acts in its turn."""

    def __init__(self, path: Path, size: int, *, weak: bool = False) -> None:
        self._barrier = SPAWN.Barrier(size)
        self._links, self._children = [], []
        for _ in range(size):
            ours, theirs = SPAWN.Pipe()
            child = SPAWN.Process(target=work, args=(path, theirs, self._barrier, weak), daemon=True)
            child.start()
            self._links.append(ours)
            self._children.append(child)
        assert [self._receive(link) for link in self._links] == ["ready"] * size

    def _receive(self, link: Any) -> Any:
        if not link.poll(WAIT):
            raise TimeoutError("a process does not answer")
        return link.recv()

    def run(self, acts: list[Act]) -> list[Any]:
        """Run all, the first of every process at once; return each act's answer or the error it raised."""
        size = len(self._links)
        for place, link in enumerate(self._links):
            link.send(acts[place::size])
        answers: list[Any] = [None] * len(acts)
        for place, link in enumerate(self._links):
            answers[place::size] = [_told(*one) for one in self._receive(link)]
        return answers

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for link in self._links:
            link.send(None)
        for child in self._children:
            child.join(20)
            child.kill()
            child.join(20)
