"""What a connector's child says to the vault process: frames of one letter, a length, and so many bytes."""

import struct

HEAD = struct.Struct(">cI")
MOST_BYTES = 256 * 1024 * 1024
ASKED, ROWS, HOLDERS, REFUSED, DONE = b"Q", b"R", b"H", b"E", b"D"
"""A statement that ran; rows as an Arrow stream; customers; a refusal; the end with the counts."""
