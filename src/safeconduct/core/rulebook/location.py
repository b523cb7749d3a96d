"""Where the shipped provisions lie: beside the sources in a checkout, inside the package when installed."""

from pathlib import Path

from safeconduct.core.base.errors import UnavailableError

_PACKAGE = Path(__file__).resolve().parents[2]


class NoRulebookError(UnavailableError):
    """The shipped provisions cannot be found."""

    code = "SC-RULEBOOK-MISSING"
    cure = "Install the package again, or name the folder in safeconduct.toml under [store] rulebook."


def shipped() -> Path:
    """Return the folder of the shipped provisions; raises ``NoRulebookError``."""
    for folder in (_PACKAGE / "shipped_rulebook", _PACKAGE.parent.parent / "rulebook"):
        if (folder / "law").is_dir():
            return folder
    raise NoRulebookError
