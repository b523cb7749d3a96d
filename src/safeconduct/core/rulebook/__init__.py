"""The law and the policy as cited provisions, asked a question as of a date, with counsel's sign-offs beside them."""

from safeconduct.core.rulebook.book import Answer, Rulebook, keep_edition, load, open_edition
from safeconduct.core.rulebook.sign_offs import SignOffs, read_sign_offs

__all__ = ["Answer", "Rulebook", "SignOffs", "keep_edition", "load", "open_edition", "read_sign_offs"]
