"""Where the ticket system is called: the table ``[tickets]`` of ``safeconduct.toml``. Its secret stands in a file."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from safeconduct.core.base.errors import BadInputError


@dataclass(frozen=True, kw_only=True)
class TicketPlace:
    """The address that is told of a change, over TLS only, and the file of the secret that signs the call."""

    host: str
    port: int
    path: str
    secret_file: Path
    ca: Path | None

    @classmethod
    def from_table(cls, table: dict[str, Any], root: Path) -> Self:
        """Return what the table says; raises ``BadInputError`` for a key not known or an address without TLS."""
        if set(table) - {"url", "secret_file", "ca"} or not {"url", "secret_file"} <= set(table):
            raise BadInputError("[tickets] has url and secret_file, and may have ca.")
        try:
            parts = urlsplit(str(table["url"]))
            port = parts.port or 443
        except ValueError as error:
            raise BadInputError("[tickets] url is no address.") from error
        if parts.scheme != "https" or not parts.hostname or parts.username or parts.query or parts.fragment:
            raise BadInputError("[tickets] url is an https address without a user, a query and a fragment.")
        ca = table.get("ca")
        return cls(
            host=parts.hostname,
            port=port,
            path=parts.path or "/",
            secret_file=root / str(table["secret_file"]),
            ca=root / str(ca) if ca else None,
        )
