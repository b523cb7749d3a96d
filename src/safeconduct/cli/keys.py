"""``safeconduct keys``: ask the vault process whether it is sealed, and give it custodians' passphrases.

A passphrase is typed, or read from a file or a file descriptor; never an argument, never the environment.
"""

import argparse
import getpass
import json
import os
from pathlib import Path
from typing import Any

from safeconduct.core.base.errors import BadInputError

NAME = "keys"
HELP = "show whether the vault is sealed, unseal it"
SETTINGS = "safeconduct.site.settings.headless"


class PassphraseFileError(BadInputError):
    """The passphrases cannot be read."""

    code = "SC-PASSPHRASE-FILE"
    cure = 'It holds JSON such as {"name of the custodian": "passphrase"}.'


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's verbs and options."""
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="status | unseal")
    show = verbs.add_parser("status", help="sealed or not, the custodians, the last heads the vault saw")
    unseal = verbs.add_parser("unseal", help="give one custodian's passphrase; the second custodian opens")
    source = unseal.add_mutually_exclusive_group(required=True)
    source.add_argument("--custodian", help="your name in the key file; the passphrase is asked for")
    source.add_argument("--passphrase-file", type=Path, help="JSON of custodians and passphrases")
    source.add_argument("--passphrases-fd", type=int, help="the same from an open file descriptor")
    for verb in (show, unseal):
        verb.add_argument("--config", type=Path, help="safeconduct.toml; without it, SAFECONDUCT_CONFIG names it")
        verb.add_argument("--json", action="store_true", help="print JSON")


def run(arguments: argparse.Namespace) -> int:
    """Run one verb. ``status`` exits 0 when the vault answers; ``unseal`` only when the vault is open after it."""
    if arguments.verb == "status":
        _setup_django(arguments.config)
        value = _status()
        text, code = _status_text(value), 0
    else:
        phrases = read_passphrases(arguments)
        _setup_django(arguments.config)
        value = _unseal(phrases)
        text = "The vault is open." if not value["sealed"] else "Taken. A second custodian must give a passphrase."
        code = int(bool(value["sealed"]))
    print(json.dumps(value, sort_keys=True, default=str) if arguments.json else text)
    return code


def read_passphrases(arguments: argparse.Namespace) -> dict[str, str]:
    """Return passphrases by custodian from where the arguments say; raises ``PassphraseFileError``."""
    if arguments.custodian:
        return {arguments.custodian: getpass.getpass(f"Passphrase of {arguments.custodian}: ")}
    try:
        if arguments.passphrase_file:
            text = arguments.passphrase_file.read_text("utf-8")
        else:
            with os.fdopen(arguments.passphrases_fd, encoding="utf-8") as file:
                text = file.read()
        value = json.loads(text)
    except (OSError, ValueError) as error:
        raise PassphraseFileError from error
    if not isinstance(value, dict) or not value or not all(isinstance(phrase, str) for phrase in value.values()):
        raise PassphraseFileError
    return value


def _status() -> dict[str, Any]:
    from safeconduct.rooms.vault import queries  # noqa: PLC0415 - needs Django to be set up first

    return dict(queries.status())


def _status_text(value: dict[str, Any]) -> str:
    lines = ["sealed" if value["sealed"] else "open"]
    if value.get("demonstration"):
        lines[0] += ", demonstration"
    lines.append("custodians: " + ", ".join(value.get("unsealers", [])))
    lines += [f"{log} log: last head at {head['size']}" for log, head in sorted(value.get("heads", {}).items())]
    if value.get("now"):
        lines.append(f"clock: {value['now']}")
    return "\n".join(lines)


def _unseal(phrases: dict[str, str]) -> dict[str, Any]:
    value: dict[str, Any] = {"sealed": True, "given": 0}
    for custodian, passphrase in phrases.items():
        value = _give(custodian, passphrase)
        if not value["sealed"]:
            break
    return value


def _give(custodian: str, passphrase: str) -> dict[str, Any]:
    from safeconduct.rooms.vault import steps  # noqa: PLC0415 - needs Django to be set up first

    return dict(steps.unseal(custodian=custodian, passphrase=passphrase))


def _setup_django(config: Path | None) -> None:
    if config is not None:
        os.environ["SAFECONDUCT_CONFIG"] = str(config.resolve())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    import django  # noqa: PLC0415 - passphrases are read before anything else is loaded

    django.setup()
