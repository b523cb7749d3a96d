"""How large, how many, how deep: every limit of a mail that a program reads. Beyond them it is sealed, not read."""

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class MailLimits:
    """The limits.

    Attributes:
        mail_bytes: the largest mail that is read.
        header_bytes: the largest head, of the mail and again of each part.
        fields: how many header fields a head may have.
        parts: how many parts, containers included, over all depths.
        depth: how deep parts may lie in each other.
        text: how many characters of the body are kept for reading beside the original.
        shown: how many characters of one header field are kept.
        references: how many message ids a thread may name.
    """

    mail_bytes: int = 64 * MIB
    header_bytes: int = 256 * 1024
    fields: int = 400
    parts: int = 100
    depth: int = 8
    text: int = 200_000
    shown: int = 1_000
    references: int = 50
