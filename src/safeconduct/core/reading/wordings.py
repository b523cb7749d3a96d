"""The patterns of ``wordings.toml``: what papers usually say, apart from the code that looks for it."""

import tomllib
from functools import lru_cache
from importlib import resources

Wordings = dict[str, dict[str, list[str]]]


@lru_cache(maxsize=1)
def _all() -> Wordings:
    return tomllib.loads(resources.files("safeconduct.core.reading").joinpath("wordings.toml").read_text("utf-8"))


def group(table: str, *, lines: bool = True) -> dict[str, str]:
    """Return each list of a table as one alternative of a pattern; a space may be a line's end where ``lines``."""
    found = {name: one_of(words) for name, words in _all()[table].items()}
    return {name: words.replace(" ", r"\s") for name, words in found.items()} if lines else found


def one_of(words: list[str]) -> str:
    """Return a pattern that matches any of the words, the first that fits first."""
    return "(?:" + "|".join(words) + ")"
