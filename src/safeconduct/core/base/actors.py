"""Who acts: a natural person behind an account, with the permissions and clearances held at that moment."""

from dataclasses import dataclass, field

from safeconduct.core.base.errors import NotPermittedError


@dataclass(frozen=True, kw_only=True)
class Actor:
    """One natural person acting through one account.

    Attributes:
        person: id of the natural person; approvals count persons, never accounts.
        account: id of the account used; ``"system"`` for the worker.
        organisation: id of the organisation the person acts for.
        permissions: values of the one permission enum (``rooms.people``).
        clearances: ids of the silenced matters this person may know of; ``"*"`` is never used.
        entities: ids of the served entities this person works for; None for every one.
        assurance: how the person signed in, as ``rooms.people`` names it; empty where nobody did, as in a command.
        mandates: ids of the matters that outside counsel is mandated for; nobody else has any.
    """

    person: str
    account: str
    organisation: str
    permissions: frozenset[str] = field(default_factory=frozenset)
    clearances: frozenset[str] = field(default_factory=frozenset)
    entities: frozenset[str] | None = None
    assurance: str = ""
    mandates: frozenset[str] = field(default_factory=frozenset)

    def require(self, permission: str) -> None:
        """Raise ``NotPermittedError`` unless the actor holds ``permission``."""
        if permission not in self.permissions:
            raise NotPermittedError(f"It needs the permission {permission}.")

    def works_for(self, entity: str) -> bool:
        """Return whether the actor works for the served ``entity``."""
        return self.entities is None or entity in self.entities


def system_actor(*, permissions: frozenset[str]) -> Actor:
    """Return the actor that the worker acts as: no person, so it can never approve."""
    return Actor(person="system", account="system", organisation="self", permissions=permissions)
