"""The company's own identity provider: the table ``[provider]`` of ``safeconduct.toml``. Its secret is in a file."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from safeconduct.core.base.errors import BadInputError

_KEYS = {"name", "issuer", "client_id", "secret_file", "ca"}


@dataclass(frozen=True, kw_only=True)
class IdentityProvider:
    """Who may say which colleague signed in (OpenID Connect); never what they may do.

    Attributes:
        name: what the sign-in page calls it.
        issuer: its issuer identifier, an https URL.
        client_id: how it knows this instance.
        secret_file: a file with the client secret.
        ca: certificates to trust for it, or None for the system's.
    """

    name: str
    issuer: str
    client_id: str
    secret_file: Path
    ca: Path | None

    @classmethod
    def from_table(cls, table: dict[str, Any], root: Path) -> Self:
        """Return what the table says, with absolute paths; raises ``BadInputError`` for a key or a value not known."""
        if extra := set(table) - _KEYS:
            raise BadInputError(f"[provider] {min(extra)} is not a key.")
        try:
            found = cls(
                name=str(table["name"]),
                issuer=str(table["issuer"]),
                client_id=str(table["client_id"]),
                secret_file=root / str(table["secret_file"]),
                ca=root / str(table["ca"]) if "ca" in table else None,
            )
        except KeyError as error:
            raise BadInputError(f"[provider] lacks {error}.") from error
        parts = urlsplit(found.issuer)
        if parts.scheme != "https" or not parts.hostname or parts.query or parts.fragment or parts.username:
            raise BadInputError("[provider] issuer is an https address and nothing more.")
        return found
