"""The vault process's side: start a child without keys, hand it one question, and take its answer as a stranger's."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, Any

import pyarrow as pa

from safeconduct.core.base.errors import SafeconductError
from safeconduct.core.base.source_places import SourcePlace
from safeconduct.core.conduct.scope import ScopeItem
from safeconduct.core.mappings.mapping import Mapping
from safeconduct.vaultd.connectors.errors import REFUSALS, SourceShapeError, SourceTimeoutError, SourceUnreachableError
from safeconduct.vaultd.connectors.frames import ASKED, DONE, HEAD, HOLDERS, MOST_BYTES, REFUSED, ROWS

CHILD = (sys.executable, "-I", "-m", "safeconduct.vaultd.connectors.child")
STARTING_SECONDS, STATEMENTS_AN_ITEM = 60, 2
LONGEST_DETAIL = 300


@dataclass(frozen=True)
class Source:
    """One store, its mapping as read, and the very text of it."""

    place: SourcePlace
    mapping: Mapping
    text: str


@dataclass(frozen=True)
class Asked:
    """A statement that ran, with the kinds of its parameters, and how many rows it foresaw."""

    item: int
    statement: str
    foreseen: int


Frame = tuple[bytes, bytes]


def ask(
    source: Source,
    *,
    op: str,
    record: str,
    items: Sequence[ScopeItem] = (),
    selectors: Sequence[dict[str, str]] = (),
    known: Sequence[Sequence[str]] = (),
    ceiling: int = 0,
    command: Sequence[str] = CHILD,
) -> Iterator[Frame]:
    """Give the frames of one answer; raises what the child refused with, or that it went away."""
    question = {
        "op": op,
        "record": record,
        "mapping": source.text,
        "items": [one.as_json() for one in items],
        "selectors": list(selectors),
        "known": list(known),
        "ceiling": ceiling,
        "source": _place(source.place),
    }
    child = subprocess.Popen(  # noqa: S603 - our own program with our own arguments
        list(command),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={},
        cwd="/",
        start_new_session=True,
    )
    late = threading.Event()
    seconds = STARTING_SECONDS + source.place.timeout_seconds * STATEMENTS_AN_ITEM * max(
        len(source.mapping.tables), len(items)
    )

    def end() -> None:
        late.set()
        child.kill()

    watch = threading.Timer(seconds, end)
    watch.daemon = True
    watch.start()
    try:
        yield from _frames(child, json.dumps(question).encode())
    except _BrokenOffError as error:
        raise (SourceTimeoutError if late.is_set() else SourceUnreachableError)(source.mapping.name) from error
    finally:
        watch.cancel()
        child.kill()
        for stream in (child.stdin, child.stdout):
            with suppress(OSError):
                if stream is not None:
                    stream.close()
        child.wait()


def asked_of(data: bytes) -> Asked:
    """Return what a frame says of a statement; raises ``SourceShapeError`` for any other words."""
    try:
        told = json.loads(data)
        found = Asked(int(told["item"]), str(told["statement"]), int(told["foreseen"]))
    except (KeyError, TypeError, ValueError) as error:
        raise SourceShapeError("The connector does not speak as it should.") from error
    return found


def rows_of(data: bytes, schema: pa.Schema) -> pa.Table:
    """Return the rows of a frame; raises ``SourceShapeError`` unless they have exactly this schema."""
    try:
        found = pa.ipc.open_stream(pa.py_buffer(data)).read_all()
        found.validate(full=True)
    except (pa.ArrowInvalid, OSError, ValueError) as error:
        raise SourceShapeError("The connector does not speak as it should.") from error
    if not found.schema.equals(schema):
        raise SourceShapeError("The connector does not speak as it should.")
    return found


class _BrokenOffError(Exception):
    """The child's words end in the middle."""


def _frames(child: "subprocess.Popen[bytes]", question: bytes) -> Iterator[Frame]:
    if child.stdin is None or child.stdout is None:
        raise _BrokenOffError
    with suppress(BrokenPipeError):
        child.stdin.write(question)
        child.stdin.close()
    while True:
        word, size = HEAD.unpack(_exactly(child.stdout, HEAD.size))
        if size > MOST_BYTES or word not in (ASKED, ROWS, HOLDERS, REFUSED, DONE):
            raise _BrokenOffError
        data = _exactly(child.stdout, size)
        if word == REFUSED:
            raise _refusal(data)
        yield word, data
        if word == DONE:
            return


def _refusal(data: bytes) -> SafeconductError:
    try:
        told = json.loads(data)
        return REFUSALS[told["code"]](str(told["detail"])[:LONGEST_DETAIL])
    except (KeyError, TypeError, ValueError):
        return SourceShapeError("The connector does not speak as it should.")


def _exactly(stream: IO[bytes], size: int) -> bytes:
    found = stream.read(size)
    if len(found) != size:
        raise _BrokenOffError
    return found


def _place(place: SourcePlace) -> dict[str, Any]:
    try:
        password = place.password_file.read_text("utf-8").strip() if place.password_file else ""
    except (OSError, UnicodeDecodeError) as error:
        raise SourceUnreachableError("Its password file cannot be read.") from error
    return {
        "kind": str(place.kind),
        "url": place.url,
        "password": password,
        "ca": str(place.ca or ""),
        "folder": str(place.folder or ""),
        "bucket": place.bucket,
        "endpoint": place.endpoint,
        "seconds": place.timeout_seconds,
    }
