"""Judges crashed states in a process of its own: a fresh start, ``fsck``, the worker, the same act again, the end."""

import json
import multiprocessing
import sys
import traceback
from datetime import timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from tests.faults import judge
from tests.faults.flows import LEGS
from tests.faults.house import NOW, House, Passkeys

from safeconduct.rooms.government_requests import tasks

LATER = NOW + timedelta(minutes=10)
FORKED = multiprocessing.get_context("fork")


def examine(name: str, root: Path, passkeys: Passkeys, promised: dict[str, Any]) -> tuple[list[str], dict[str, Any]]:
    """Return what is wrong with the state in ``root`` after leg ``name`` promised something, and how it ended."""
    leg, final = LEGS[name], {}
    wrong = [f"as found: {one}" for one in (*judge.outbox(root), *judge.clear_text(root))]
    house = House.open(root, passkeys)
    try:
        wrong += [f"after the start: {one}" for one in (*judge.store(house), *judge.outbox(root))]
        before = judge.answered(house)
        tasks.due(now=LATER)
        leg.act(house, final.__setitem__)
        after = judge.answered(house)
        wrong += [f"answered anew: {act}" for act, said in before.items() if after.get(act) != said]
        wrong += judge.kept(promised, json.loads(json.dumps(final)))
        wrong += [f"at the end: {one}" for one in (*judge.store(house), *judge.outbox(root))]
        return [*wrong, *judge.clear_text(root)], judge.ending(house)
    finally:
        house.close()


def _serve(link: Connection, passkeys: Passkeys, log: Path) -> None:
    with log.open("w", buffering=1) as sys.stderr:
        while (asked := link.recv()) is not None:
            try:
                link.send(examine(asked[0], asked[1], passkeys, asked[2]))
            except Exception:  # noqa: BLE001 - a start that fails is what is looked for
                link.send(([traceback.format_exc()], {}))


class Judge:
    """The process that judges, and the undisturbed end of each leg."""

    def __init__(self, folder: Path, passkeys: Passkeys) -> None:
        """Start it; it forks nothing, so it may use threads."""
        self._link, theirs = FORKED.Pipe()
        self._process = FORKED.Process(target=_serve, args=(theirs, passkeys, folder / "judge.log"), daemon=True)
        self._process.start()
        self.expected: dict[str, dict[str, Any]] = {}

    def ask(self, leg: str, root: Path, promised: dict[str, Any]) -> None:
        """Let it examine a state; ``answer`` or ``verdict`` waits for what it finds."""
        self._link.send((leg, root, promised))

    def answer(self) -> tuple[list[str], dict[str, Any]]:
        """Return what is wrong with the state asked about, and how it ended."""
        found: tuple[list[str], dict[str, Any]] = self._link.recv()
        return found

    def verdict(self, leg: str) -> list[str]:
        """Return everything that is wrong; a double or a loss is a difference from the undisturbed end."""
        wrong, ending = self.answer()
        expected = self.expected[leg]
        return wrong + [
            f"{part}: {ending.get(part)} and not {said}" for part, said in expected.items() if ending.get(part) != said
        ]

    def close(self) -> None:
        self._link.send(None)
        self._process.join()
