"""``safeconduct vaultd``: run the vault process."""

import argparse
import json
import os
from pathlib import Path

from safeconduct.core.base.configuration import read_configuration
from safeconduct.core.base.errors import BadInputError
from safeconduct.vaultd.server import own_user, serve
from safeconduct.vaultd.vault import Vault

NAME = "vaultd"


class PassphraseFileError(BadInputError):
    """The passphrases cannot be read."""

    code = "SC-PASSPHRASES"
    cure = 'Give JSON such as {"custodian": "passphrase"}.'


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.description = "Run the vault process: the only one that holds keys. It starts sealed."
    parser.add_argument("--config", type=Path, required=True, help="the instance's safeconduct.toml")
    parser.add_argument("--passphrases-fd", type=int, help="file descriptor with custodians' passphrases as JSON")
    parser.add_argument(
        "--passphrase-file", type=Path, action="append", default=[], help="file with passphrases as JSON; repeatable"
    )
    parser.add_argument(
        "--allow-uid", type=int, action="append", help="Unix user that may call the socket; repeatable; default: own"
    )


def _passphrases(arguments: argparse.Namespace) -> dict[str, str]:
    texts = [path.read_text("utf-8") for path in arguments.passphrase_file]
    if arguments.passphrases_fd is not None:
        with os.fdopen(arguments.passphrases_fd, encoding="utf-8") as file:
            texts.append(file.read())
    found: dict[str, str] = {}
    for text in texts:
        value = json.loads(text)
        if not isinstance(value, dict) or not all(isinstance(one, str) for one in value.values()):
            raise PassphraseFileError
        found.update(value)
    return found


def run(arguments: argparse.Namespace) -> int:
    """Serve until SIGTERM; return the exit code."""
    try:
        passphrases = _passphrases(arguments)
    except (OSError, ValueError) as error:
        raise PassphraseFileError from error
    vault = Vault(read_configuration(arguments.config))
    for custodian, passphrase in sorted(passphrases.items()):
        if vault.sealed:
            vault.unseal(custodian=custodian, passphrase=passphrase)
    del passphrases
    serve(vault, allowed=frozenset(arguments.allow_uid) if arguments.allow_uid else own_user())
    return 0
