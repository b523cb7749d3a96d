"""Where mail comes in: the table ``[mail]`` of ``safeconduct.toml``. A password stands in a file of its own."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from safeconduct.core.base.errors import BadInputError

PORT_MAX = 65535
IMAPS = 993


@dataclass(frozen=True, kw_only=True)
class Mailbox:
    """A mailbox that is read over IMAP; the connection is TLS from its first byte."""

    host: str
    port: int
    user: str
    password_file: Path
    folder: str
    ca: Path | None


@dataclass(frozen=True, kw_only=True)
class MailPlace:
    """Where mail comes in.

    Attributes:
        drop: a folder of ``.eml`` files, or None.
        mailbox: a mailbox, or None.
        server: the name by which our own mail server signs its ``Authentication-Results``; empty where it leaves none.
        fake_domains: domains of the company's own from which seeded fakes seem to come.
    """

    drop: Path | None
    mailbox: Mailbox | None
    server: str
    fake_domains: tuple[str, ...] = ()

    @classmethod
    def from_table(cls, table: dict[str, Any], root: Path) -> Self:
        """Return what the table says, with absolute paths; raises ``BadInputError`` for a key or a value not known."""
        if extra := set(table) - {"drop", "server", "imap", "fake_domains"}:
            raise BadInputError(f"[mail] {min(extra)} is not a key.")
        imap = table.get("imap")
        drop = table.get("drop")
        return cls(
            drop=root / str(drop) if drop else None,
            mailbox=_mailbox(imap, root) if imap is not None else None,
            server=str(table.get("server", "")).lower().rstrip("."),
            fake_domains=tuple(str(one).lower() for one in table.get("fake_domains", ())),
        )


def _mailbox(table: dict[str, Any], root: Path) -> Mailbox:
    try:
        port = int(table.get("port", IMAPS))
        ca = table.get("ca")
        found = Mailbox(
            host=str(table["host"]),
            port=port,
            user=str(table["user"]),
            password_file=root / str(table["password_file"]),
            folder=str(table.get("folder", "INBOX")),
            ca=root / str(ca) if ca else None,
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise BadInputError(f"[mail.imap] lacks a key or has a wrong one: {error}.") from error
    if not 0 < port <= PORT_MAX:
        raise BadInputError("[mail.imap] port is not a port.")
    return found
