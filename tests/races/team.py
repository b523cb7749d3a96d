"""Threads that start together: persistent workers, one barrier per round, answers and refusals by act."""

import queue
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Self

WAIT = 120
SWITCHES = (5e-6, 5e-5, 5e-3)
"""How often the interpreter changes threads, in seconds: from every few byte codes to its own default."""

Act = Callable[[], Any]


@contextmanager
def switching(seconds: float) -> Iterator[None]:
    """Have the interpreter change threads this often."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(seconds)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


class Team:
    """``size`` threads; ``around`` wraps the whole life of each, so that it can hold a connection of its own."""

    def __init__(self, size: int, around: Callable[[], Any]) -> None:
        self._tasks: list[queue.SimpleQueue[Any]] = [queue.SimpleQueue() for _ in range(size)]
        self._answers: queue.SimpleQueue[tuple[int, Any]] = queue.SimpleQueue()
        self._threads = [threading.Thread(target=self._work, args=(one, around), daemon=True) for one in self._tasks]
        for thread in self._threads:
            thread.start()

    def _work(self, tasks: "queue.SimpleQueue[Any]", around: Callable[[], Any]) -> None:
        with around():
            while (task := tasks.get()) is not None:
                place, act, barrier = task
                barrier.wait(WAIT)
                try:
                    answer = act()
                except Exception as error:  # noqa: BLE001 - the judge decides which refusals are lawful
                    answer = error
                self._answers.put((place, answer))

    def run(self, acts: list[Act]) -> list[Any]:
        """Run all at once, each in a thread of its own; return each act's answer or the error it raised."""
        barrier = threading.Barrier(len(acts))
        for place, act in enumerate(acts):
            self._tasks[place].put((place, act, barrier))
        found = dict(self._answers.get(timeout=WAIT) for _ in acts)
        return [found[place] for place in range(len(acts))]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for tasks in self._tasks:
            tasks.put(None)
        for thread in self._threads:
            thread.join(WAIT)
