"""Reads the places where mail comes in: a folder of ``.eml`` files, and a mailbox over TLS.

Nothing is written but the mark that a mail was taken in: its file is removed, its message is marked as seen.
"""

import imaplib
import os
import ssl
import stat
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from safeconduct.core.base.errors import UnavailableError
from safeconduct.core.base.mail_place import Mailbox

MOST_IN_A_ROUND = 25
MOST_BYTES = 256 * 1024 * 1024
SECONDS = 30
ENDING = ".eml"
Waiting = tuple[bytes, Callable[[], None]]
"""A mail's bytes, and what to call once it is taken in."""


class MailPlaceError(UnavailableError):
    """A place where mail comes in cannot be read."""

    code = "SC-MAIL-PLACE"
    cure = "Nothing is lost: what was not taken in is still there. Look at the folder, the mailbox and its password."


def dropped(folder: Path) -> Generator[Waiting]:
    """Yield the mail in a folder, by name, a round's share; raises ``MailPlaceError``.

    Whoever drops a mail writes it under another name and renames it: a name that ends in ``.eml`` is a whole mail.
    """
    try:
        found = sorted(one for one in folder.iterdir() if one.suffix == ENDING and not one.name.startswith("."))
    except OSError as error:
        raise MailPlaceError("The drop folder cannot be read.") from error
    for path in found[:MOST_IN_A_ROUND]:
        data = _whole_file(path)
        if data is not None:
            yield data, path.unlink


def _whole_file(path: Path) -> bytes | None:
    """Return a plain file's bytes; None for a link, a pipe, or a file beyond any mail: these stay for a person."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return None
    with os.fdopen(handle, "rb") as opened:
        known = os.fstat(opened.fileno())
        if not stat.S_ISREG(known.st_mode) or known.st_size > MOST_BYTES:
            return None
        return opened.read(MOST_BYTES)


def unseen(place: Mailbox) -> Generator[Waiting]:
    """Yield the mail that nobody has seen in a mailbox, a round's share; raises ``MailPlaceError``."""
    try:
        with _signed_in(place) as server:
            found = _answer(server.uid("SEARCH", "UNSEEN"))
            for uid in b" ".join(one for one in found if isinstance(one, bytes)).split()[:MOST_IN_A_ROUND]:
                yield from _one(server, uid.decode("ascii"))
    except (imaplib.IMAP4.error, OSError, ssl.SSLError, UnicodeDecodeError) as error:
        raise MailPlaceError("The mailbox cannot be read.") from error


@contextmanager
def _signed_in(place: Mailbox) -> Iterator[imaplib.IMAP4_SSL]:
    secret = place.password_file.read_text("utf-8").strip()
    context = ssl.create_default_context(cafile=str(place.ca) if place.ca else None)
    server = imaplib.IMAP4_SSL(place.host, place.port, ssl_context=context, timeout=SECONDS)
    try:
        server.login(place.user, secret)
        _answer(server.select(f'"{place.folder}"'))
        yield server
    finally:
        server.shutdown()


def _one(server: imaplib.IMAP4_SSL, uid: str) -> Iterator[Waiting]:
    for part in _answer(server.uid("FETCH", uid, "(BODY.PEEK[])")):
        if isinstance(part, tuple):
            yield bytes(part[1]), lambda: _mark(server, uid)


def _mark(server: imaplib.IMAP4_SSL, uid: str) -> None:
    _answer(server.uid("STORE", uid, "+FLAGS.SILENT", r"(\Seen)"))


def _answer(told: tuple[str, Sequence[object]]) -> list[object]:
    status, found = told[0], list(told[1])
    if status != "OK":
        raise MailPlaceError("The mailbox refused.")
    return found
