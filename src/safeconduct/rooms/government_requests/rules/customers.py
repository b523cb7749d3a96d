"""Customers: why some are protected, and whom of a customer the notice reaches.

1. A customer that is a law practice, a news organisation or a provider of health care is marked by counsel, for each of
   these by itself, with a reason on record; a mark ends by counsel too, and stays on record (Policy 11).
2. A customer's notice goes to a legal contact whom the customer named (Policy 6.1; GDPR art. 28(3)(a), 33(2)).
3. One person enters a contact, another verifies it against the customer's own agreement; only then does it count.
4. A contact that changes is a new one: the earlier ends and stays on record.
5. Without a verified contact the notice goes to the customer's privacy contact, and the letter's entry says so.
"""

from enum import StrEnum

from safeconduct.core.base.errors import BadInputError, ConflictError, NotPermittedError
from safeconduct.core.base.lifecycle import Lifecycle

PROTECTION_NAMES = {"lawyer": "Law practice", "press": "News organisation", "health": "Health care"}
FALLBACK = "privacy_contact"
"""What a notice's entry says where no verified contact stands: rule 5."""
LANGUAGES = {"en": "English", "de": "German", "fr": "French"}


class AgreementKind(StrEnum):
    """What a contact was verified against."""

    CONTRACT = "contract"
    SIGNED_LETTER = "signed_letter"
    ACCOUNT_CONSOLE = "account_console"


AGREEMENT_NAMES = {
    AgreementKind.CONTRACT: "The contract with the customer",
    AgreementKind.SIGNED_LETTER: "A letter that the customer signed",
    AgreementKind.ACCOUNT_CONSOLE: "What the customer's administrator entered in their account",
}

LEGAL_CONTACT = Lifecycle(
    name="legal contact",
    initial="named",
    table={("named", "verify"): "verified", ("named", "end"): "ended", ("verified", "end"): "ended"},
)
CONTACT_NAMES = {"named": "Named, not verified", "verified": "Verified", "ended": "Ended"}


class ProtectionError(ConflictError):
    """The mark stands already, or there is none to end, or it lacks its reason."""

    code = "SC-PROTECTION"
    cure = "Choose a kind that does not stand yet and say why; or end the one that stands."


class LegalContactError(BadInputError):
    """The contact lacks a name, an address, a language that letters have, or a key."""

    code = "SC-LEGAL-CONTACT"
    cure = "Give name, address and language, and the key that begins with age1."


class SameContactPersonError(NotPermittedError):
    """Whoever entered the contact cannot verify it."""

    code = "SC-CONTACT-PERSON"
    cure = "Have another colleague compare it with the customer's agreement."


def require_contact(*, name: str, address: str, language: str) -> None:
    """Raise ``LegalContactError`` unless the contact can be written to."""
    if not name.strip() or not address.strip() or language not in LANGUAGES:
        raise LegalContactError


def require_another(*, person: str, entered_by: str) -> None:
    """Raise ``SameContactPersonError`` where one person would do both: rule 3."""
    if person == entered_by:
        raise SameContactPersonError
