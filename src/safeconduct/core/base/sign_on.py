"""Identity providers in ``safeconduct.toml``: the company's own ``[provider]``, and agencies' ``[[agency_provider]]``.

Secrets are in files.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from safeconduct.core.base.errors import BadInputError

_KEYS = {"name", "issuer", "client_id", "secret_file", "ca"}
_AGENCY_KEYS = {"door", "agency", "mail_domain"}
_DOOR = re.compile(r"[a-z0-9][a-z0-9-]{15,63}")
_ID = re.compile(r"[0-9a-f]{32}")
_DOMAIN = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?")


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


@dataclass(frozen=True, kw_only=True)
class AgencyProvider:
    """An agency's own provider, through which its officers sign in at the portal with lower assurance.

    Attributes:
        door: the last part of the link that the agency gives its officers; nobody guesses it.
        agency: the id of the agency's organisation; the provider speaks for its officers alone.
        mail_domain: the domain of their office addresses.
        place: the provider itself.
    """

    door: str
    agency: str
    mail_domain: str
    place: IdentityProvider

    def speaks_for(self, mail: str) -> bool:
        """Return whether ``mail`` is an address at the agency's own domain, not below or beside it."""
        name, at, domain = mail.strip().rpartition("@")
        return bool(name and at) and "@" not in name and domain.casefold() == self.mail_domain


def agency_providers(tables: list[dict[str, Any]], root: Path) -> dict[str, AgencyProvider]:
    """Return what the tables say, by door; raises ``BadInputError``."""
    found = [_agency_provider(table, root) for table in tables]
    for what, values in (("door", [one.door for one in found]), ("issuer", [one.place.issuer for one in found])):
        if len(set(values)) < len(values):
            raise BadInputError(f"Two [[agency_provider]] tables have one {what}.")
    return {one.door: one for one in found}


def _agency_provider(table: dict[str, Any], root: Path) -> AgencyProvider:
    own = {name: str(table.get(name, "")) for name in _AGENCY_KEYS}
    forms = {"door": _DOOR, "agency": _ID, "mail_domain": _DOMAIN}
    if wrong := [name for name, form in sorted(forms.items()) if not form.fullmatch(own[name])]:
        raise BadInputError(f"[[agency_provider]] {wrong[0]} is missing or has another form.")
    rest = {name: value for name, value in table.items() if name not in _AGENCY_KEYS}
    return AgencyProvider(**own, place=IdentityProvider.from_table(rest, root))
