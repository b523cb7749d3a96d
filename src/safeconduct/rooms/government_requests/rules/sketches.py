"""Whether two papers say the same words, without either being read: shingles, and the least hash of each kind.

1. A paper's words are taken in runs of five, without numbers, so that another name of a case or a telephone changes
   little. Of all runs the least hash under each of sixteen keys stays: sixteen numbers, equal in so many places as the
   papers have runs in common (Broder 1997).
2. The sketch is made where the words are in clear, and leaves only as the vault process's blind index: whoever has the
   database can count equal places and can try no text, since the key never leaves the vault process.
3. Twelve equal places of sixteen are the same form. A paper of fewer than twenty words has no sketch.
"""

import hashlib
import re

RUN, PLACES, SAME, FEWEST = 5, 16, 12, 20
WORD = re.compile(r"[^\W\d_]+")


def sketch(pages: tuple[str, ...]) -> tuple[str, ...]:
    """Return the sixteen numbers of a paper's words, each with its place, or nothing for too few words."""
    words = [word.casefold() for word in WORD.findall(" ".join(pages))]
    if len(words) < FEWEST:
        return ()
    runs = {" ".join(words[at : at + RUN]).encode() for at in range(len(words) - RUN + 1)}
    return tuple(f"{place}:{min(_hash(place, run) for run in runs)}" for place in range(PLACES))


def _hash(place: int, run: bytes) -> str:
    return hashlib.sha256(place.to_bytes(2, "big") + run).hexdigest()[:32]
