"""What may stand as one line of text in a paper: everything that a reader can see, and nothing that hides."""

import unicodedata

_JOINERS = frozenset("\u200c\u200d")
"""Some scripts need them inside words; they change no line."""

_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def is_one_line(text: str) -> bool:
    """Return whether ``text`` holds no break, control, invisible or direction-changing character."""
    return all(letter in _JOINERS or unicodedata.category(letter) not in _HIDDEN for letter in text)


def one_line(text: str) -> str:
    """Return ``text`` with every run of white space as one space, so that it cannot start a line of its own."""
    return " ".join(text.split())
