"""What a child may say: a greeting, pages of raw pixels or of words, and how it ended. Nothing else is believed."""

import struct
from enum import IntEnum

GREETING = struct.Struct(">8sI")
MAGIC = b"SCPIXEL1"
FRAME = struct.Struct(">4sIII")
"""Word, then width, height and channels of a page; the next page of ``MORE``; the reason of ``FAIL``."""
PAGE, MORE, DONE, FAIL = b"PAGE", b"MORE", b"DONE", b"FAIL"
WORDS_MAGIC = b"SCWORDS1"
WORDS, MEANS = b"WORD", b"MEAN"
"""JSON of so many bytes: the words of one page, whose number stands second; the proposals made from all of them."""
GREY, COLOUR = 1, 3
NOT_ENCLOSED_STATUS = 71
"""How a child ends that could not give up its rights; it has read nothing."""


class Reason(IntEnum):
    """Why the child could not go on."""

    REFUSED = 1
    PAGES = 2
    UNREADABLE = 3
    MEMORY = 4
