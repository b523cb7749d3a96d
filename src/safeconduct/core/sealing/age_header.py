"""The header of an age file, read strictly as C2SP age spells it, before any library sees the file.

Version line; stanzas of ``->`` with arguments and a base64 body in lines of 64 letters, the last of them shorter and
perhaps empty; then ``---`` with the MAC. Base64 is without padding and canonical. Nothing is decrypted here.
"""

import binascii
import re
from base64 import b64decode, b64encode

from safeconduct.core.sealing.errors import SealError

VERSION_LINE = b"age-encryption.org/v1"
ARMOR = b"-----BEGIN AGE ENCRYPTED FILE-----"
X25519, SCRYPT, HYBRID = "X25519", "scrypt", "mlkem768x25519"
COLUMNS = 64
MAC_BYTES = 32
HEADER_BYTES_MAX = 1024 * 1024

_STANZA = re.compile(rb"->((?: [\x21-\x7e]+)+)")


class AgeHeaderError(SealError):
    """The file does not begin as an age file must."""

    code = "SC-AGE-HEADER"


class AgeKindError(SealError):
    """It is an age file of a kind that this house neither makes nor opens."""

    code = "SC-AGE-KIND"
    cure = "Encrypt it anew as a binary age file to the X25519 key, the line that starts with age1."


def _plain(text: bytes) -> bytes:
    """Return the bytes of unpadded canonical base64; raises ``AgeHeaderError``."""
    try:
        data = b64decode(text + b"=" * (-len(text) % 4), validate=True)
    except binascii.Error as error:
        raise AgeHeaderError("A part of the header is not base64.") from error
    if b64encode(data).rstrip(b"=") != text:
        raise AgeHeaderError("A part of the header is not canonical base64.")
    return data


def _check_mac(line: bytes) -> None:
    if not line.startswith(b"--- ") or len(_plain(line[4:])) != MAC_BYTES:
        raise AgeHeaderError("The header's last line is not --- and a MAC.")


def read_stanzas(data: bytes) -> tuple[tuple[str, ...], ...]:
    """Return the arguments of every stanza of an age file's header; raises ``AgeHeaderError``.

    The MAC is not checked here: only who has the file key can.
    """
    lines = iter(data[:HEADER_BYTES_MAX].split(b"\n"))
    if next(lines) != VERSION_LINE:
        raise AgeHeaderError("It does not begin with the version line of age v1.")
    found: list[tuple[str, ...]] = []
    in_body = False
    for line in lines:
        if in_body:
            if len(line) > COLUMNS:
                raise AgeHeaderError("A line of a stanza is longer than 64 letters.")
            _plain(line)
            in_body = len(line) == COLUMNS
        elif stanza := _STANZA.fullmatch(line):
            found.append(tuple(stanza[1].decode("ascii").split()))
            in_body = True
        else:
            _check_mac(line)
            break
    else:
        raise AgeHeaderError("The header has no end.")
    if not found or next(lines, None) is None:
        raise AgeHeaderError("The header is not whole.")
    return tuple(found)


def require_x25519(data: bytes) -> None:
    """Raise unless ``data`` begins with a whole header that an X25519 identity may open.

    Raises:
        AgeHeaderError: the header is malformed.
        AgeKindError: it is armoured, for a passphrase, or for hybrid keys only.
    """
    if data.lstrip().startswith(ARMOR):
        raise AgeKindError("The age file is armoured; binary files are taken.")
    kinds = {arguments[0] for arguments in read_stanzas(data)}
    if SCRYPT in kinds:
        raise AgeKindError("The age file is for a passphrase.")
    if HYBRID in kinds and X25519 not in kinds:
        raise AgeKindError("The age file is for post-quantum hybrid keys only.")
