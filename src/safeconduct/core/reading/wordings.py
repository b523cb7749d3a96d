"""The patterns of ``wordings.toml``: what papers usually say, apart from the code that looks for it."""

import tomllib
from functools import lru_cache
from importlib import resources

Wordings = dict[str, dict[str, list[str]]]


@lru_cache(maxsize=1)
def _all() -> Wordings:
    return tomllib.loads(resources.files("safeconduct.core.reading").joinpath("wordings.toml").read_text("utf-8"))


def group(table: str) -> dict[str, str]:
    """Return each list of a table as one alternative of a pattern."""
    return {name: one_of(words) for name, words in _all()[table].items()}


def one_of(words: list[str]) -> str:
    """Return a pattern that matches any of the words, the longer ones first."""
    return "(?:" + "|".join(words) + ")"
