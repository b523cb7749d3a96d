"""The reading child: give up every right, take the words out of a paper, and say what they may mean.

Its argument is the limits as JSON. It sends each page's words, then its proposals, then how many pages it read.
"""

import json
import os
import sys
import time

import phonenumbers

from safeconduct.core.base.upload_limits import UploadLimits
from safeconduct.core.reading.engine import propose
from safeconduct.core.reading.words import MOST_WORDS, Word
from safeconduct.core.uploads.errors import TooManyPagesError, UploadRefusedError
from safeconduct.core.uploads.gate import Part, parts
from safeconduct.core.uploads.kinds import Kind
from safeconduct.vaultd.rendering.child import WARM_UP
from safeconduct.vaultd.rendering.frames import (
    DONE,
    FRAME,
    GREETING,
    MEANS,
    NOT_ENCLOSED_STATUS,
    WORDS,
    WORDS_MAGIC,
    Reason,
)
from safeconduct.vaultd.rendering.page_words import WordsOf
from safeconduct.vaultd.rendering.pages import TooManyPagesToDrawError, load_readers
from safeconduct.vaultd.rendering.pipes import fail, read_all, write
from safeconduct.vaultd.rendering.sandbox import NotEnclosedError, enclose

ENOUGH = 0.5
"""After this part of its processor time no further page is begun; what was read is proposed from, and that is said."""
SAMPLE = "Call +12025550143 or +4930123456 or +33140205050 by May 1, 2026 on 192.0.2.1, ﬁle"


def main(arguments: list[str]) -> int:
    """Read what comes in; return the exit status."""
    limits = UploadLimits(**json.loads(arguments[0]))
    # Whatever the libraries load on their first use, they load now.
    load_readers()
    phonenumbers.PhoneMetadata.load_all()
    WordsOf(Part(Kind.PDF, WARM_UP), limits).page(0, said_as=1)
    propose([Word(1, 1, (0, 0, 1, 1), one) for one in SAMPLE.split()])
    try:
        layers = enclose(limits)
    except NotEnclosedError:
        return NOT_ENCLOSED_STATUS
    write(GREETING.pack(WORDS_MAGIC, layers))
    try:
        _read(read_all(limits.file_bytes), limits)
    except (TooManyPagesError, TooManyPagesToDrawError):
        fail(Reason.PAGES)
    except UploadRefusedError:
        fail(Reason.REFUSED)
    except MemoryError:
        fail(Reason.MEMORY)
    except Exception:  # noqa: BLE001 - a hostile paper may bring a library to raise anything; each means the same
        fail(Reason.UNREADABLE)
    return 0


def _read(data: bytes, limits: UploadLimits) -> None:
    ends = limits.child_cpu_seconds * ENOUGH
    words: list[Word] = []
    begun, read, more = 0, 0, False
    for part in parts(data, limits=limits):
        document = WordsOf(part, limits)
        if begun + document.pages > limits.pages:
            raise TooManyPagesToDrawError
        for number in range(document.pages):
            if more or len(words) >= MOST_WORDS or time.process_time() > ends:
                more = True
                break
            found = document.page(number, said_as=begun + number + 1)[: MOST_WORDS - len(words)]
            words += found
            read = begun + number + 1
            _say(WORDS, [one.as_json() for one in found], read)
        begun += document.pages
    proposed = propose(words)
    _say(MEANS, [one.as_json() for one in proposed.proposals], int(proposed.more))
    write(FRAME.pack(DONE, begun, read, 0))


def _say(word: bytes, value: object, number: int) -> None:
    said = json.dumps(value, ensure_ascii=True).encode("ascii")
    write(FRAME.pack(word, len(said), number, 0) + said)


if __name__ == "__main__":
    os._exit(main(sys.argv[1:]))
