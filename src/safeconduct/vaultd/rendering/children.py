"""The parent's side of every child without rights: start it, hand it the paper, listen for so long, and end it."""

import signal
import subprocess
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import IO, TypeVar

from safeconduct.vaultd.rendering.errors import SandboxUnavailableError, TooHeavyError, UndrawableError
from safeconduct.vaultd.rendering.frames import GREETING, NOT_ENCLOSED_STATUS, Reason

RAN_OUT = frozenset({-signal.SIGXCPU, -signal.SIGKILL})
"""How the kernel ends a child whose processor time is used up."""
HEAVY = frozenset({Reason.PAGES, Reason.MEMORY})
Heard = TypeVar("Heard")


class BrokenOffError(Exception):
    """The child's words end in the middle, or are none that a child says."""


class Children:
    """Starts children, one for each conversation."""

    def __init__(self, command: Sequence[str], *, seconds: int) -> None:
        """Keep what starts a child, and for how long one may live."""
        self._command = command
        self._seconds = seconds

    def converse(
        self, arguments: Sequence[str], data: bytes, magic: bytes, listen: Callable[[IO[bytes]], Heard]
    ) -> Heard:
        """Return what ``listen`` makes of a child's words after its greeting.

        Raises ``UndrawableError``, ``TooHeavyError`` or ``SandboxUnavailableError`` where the child breaks off.
        """
        child = subprocess.Popen(  # noqa: S603 - our own program with our own arguments
            [*self._command, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
            cwd="/",
            start_new_session=True,
        )
        killed = threading.Event()

        def end() -> None:
            killed.set()
            child.kill()

        watch = threading.Timer(self._seconds, end)
        watch.daemon = True
        watch.start()
        try:
            return listen(_greeted(child, data, magic))
        except BrokenOffError as error:
            _close(child)
            status = child.wait()
            if status == NOT_ENCLOSED_STATUS:
                raise SandboxUnavailableError from error
            raise (TooHeavyError if killed.is_set() or status in RAN_OUT else UndrawableError) from error
        finally:
            watch.cancel()
            _end(child)


def _greeted(child: "subprocess.Popen[bytes]", data: bytes, magic: bytes) -> IO[bytes]:
    """Hand over the paper once the child has said that it has no rights; return where it goes on speaking."""
    if child.stdin is None or child.stdout is None:
        raise BrokenOffError
    said, _layers = GREETING.unpack(exactly(child.stdout, GREETING.size))
    if said != magic:
        raise BrokenOffError
    with suppress(BrokenPipeError):
        child.stdin.write(data)
        child.stdin.close()
    return child.stdout


def _end(child: "subprocess.Popen[bytes]") -> None:
    child.kill()
    _close(child)
    child.wait()


def _close(child: "subprocess.Popen[bytes]") -> None:
    """Hang up, so that a child that only listens or talks ends by itself; the watch ends any other."""
    for stream in (child.stdin, child.stdout):
        with suppress(OSError):
            if stream is not None:
                stream.close()


def exactly(stream: IO[bytes], size: int) -> bytes:
    """Return exactly so many bytes; raises ``BrokenOffError`` for fewer."""
    found = stream.read(size)
    if len(found) != size:
        raise BrokenOffError
    return found
