"""What may be asked of the vault process, and what its refusals mean here.

1. Nothing is asked inside a database transaction: the answer could not be undone with it (DESIGN, external effects).
2. A proof is fetched anew, once, when the log has grown since it was made; a second refusal stands.
3. A refusal keeps the kind it has over there: bad input, not permitted, conflict, damaged, unavailable.
4. After an unknown outcome the same act is asked for again; the vault process answers it as it did, or does it now.
"""

from collections.abc import Mapping

from safeconduct.core.base.errors import (
    BadInputError,
    ConflictError,
    DamagedError,
    NotPermittedError,
    SafeconductError,
    UnavailableError,
)

STALE_HEAD = "SC-STALE-HEAD"
SEALED_VAULT = {
    "code": "SC-SEALED",
    "message": "The vault is sealed.",
    "cure": "Two key custodians must unseal it.",
}
"""What the vault process says while it is sealed; its status says it without a refusal."""


class VaultError(SafeconductError):
    """The vault process refused."""

    def __init__(self, told: Mapping[str, str]) -> None:
        """Keep the code, the message and the cure that the vault process gave; none of them is personal data."""
        super().__init__(str(told.get("message", "")))
        self.vault_code = str(told.get("code", "SC-VAULT"))
        self.vault_cure = str(told.get("cure", self.cure))
        self.size = int(told["size"]) if "size" in told else None

    @property
    def message(self) -> str:
        """Return what the vault process said."""
        return self.detail or "The vault process refused."

    def __str__(self) -> str:
        return f"{self.vault_code}: {self.message} {self.vault_cure}"

    def as_json(self) -> dict[str, str]:
        """Return the error as the vault process gave it."""
        return {"code": self.vault_code, "message": self.message, "cure": self.vault_cure}


class VaultBadInputError(VaultError, BadInputError):
    """The vault process does not accept this input."""

    code = "SC-VAULT-BAD-INPUT"


class VaultNotPermittedError(VaultError, NotPermittedError):
    """The vault process does not permit this."""

    code = "SC-VAULT-NOT-PERMITTED"


class VaultConflictError(VaultError, ConflictError):
    """Something else happened first at the vault process."""

    code = "SC-VAULT-CONFLICT"


class VaultDamagedError(VaultError, DamagedError):
    """What the vault process read is damaged, or a proof does not hold."""

    code = "SC-VAULT-DAMAGED"


class VaultUnavailableError(VaultError, UnavailableError):
    """The vault process is sealed, cannot be reached or cannot write."""

    code = "SC-VAULT-UNAVAILABLE"


REFUSALS: Mapping[int, type[VaultError]] = {
    400: VaultBadInputError,
    403: VaultNotPermittedError,
    404: VaultNotPermittedError,
    409: VaultConflictError,
    413: VaultBadInputError,
    422: VaultDamagedError,
    503: VaultUnavailableError,
}
"""The refusal that each status of the wire stands for."""


def refusal(status: int, told: Mapping[str, str]) -> VaultError:
    """Return the error that a refused call raises here."""
    return REFUSALS.get(status, VaultUnavailableError)(told)


def may_retry(error: VaultError) -> bool:
    """Return whether the call failed only because the log has grown since its proof was made."""
    return error.vault_code == STALE_HEAD and error.size is not None
