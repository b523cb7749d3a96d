"""``safeconduct keys``: whether the vault is sealed and how old its keys are, unseal it, rotate its keys.

A passphrase is typed, or read from a file or a file descriptor; never an argument, never the environment.
"""

import argparse
import getpass
import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from tqdm import tqdm

from safeconduct.core.base.errors import BadInputError, SafeconductError, UnavailableError

NAME = "keys"
HELP = "show whether the vault is sealed and how old its keys are, unseal it, rotate the keys"
SETTINGS = "safeconduct.site.settings.headless"
CEREMONY = {"current", "custodians"}
LOOK_SECONDS = 0.5


class PassphraseFileError(BadInputError):
    """The passphrases cannot be read."""

    code = "SC-PASSPHRASE-FILE"
    cure = 'It holds JSON such as {"name of the custodian": "passphrase"}.'


class CeremonyFileError(PassphraseFileError):
    """The passphrases of the ceremony cannot be read."""

    cure = 'It holds JSON: {"current": {two custodians of today}, "custodians": {all from now on}}, each with a phrase.'


class TypedTwiceError(BadInputError):
    """The two times that the new passphrase was typed differ."""

    code = "SC-TYPED-TWICE"


class RotationOpenError(UnavailableError):
    """The end of the rotation is not known."""

    code = "SC-ROTATION-OPEN"
    cure = "Once the vault is open, go on with the same command and --entry."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's verbs and options."""
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="status | unseal | rotate | renew")
    show = verbs.add_parser(
        "status", help="sealed or not, the custodians, the epochs and whether they are due, the last heads"
    )
    unseal = verbs.add_parser("unseal", help="give one custodian's passphrase; the second custodian opens")
    source = unseal.add_mutually_exclusive_group(required=True)
    source.add_argument("--custodian", help="your name in the key file; the passphrase is asked for")
    source.add_argument("--passphrase-file", type=Path, help="JSON of custodians and passphrases")
    source.add_argument("--passphrases-fd", type=int, help="the same from an open file descriptor")
    rotate = _add_rotate(verbs)
    renew = verbs.add_parser(
        "renew", help="make the next version of one customer's key, for what is sealed from now on"
    )
    renew.add_argument("--account", required=True, help="id of the account that renews")
    renew.add_argument("--customer", required=True, help="id of the customer")
    renew.add_argument("--entry", help="go on with a renewal that was broken off: its ledger entry")
    for verb in (show, unseal, rotate, renew):
        verb.add_argument("--config", type=Path, help="safeconduct.toml; without it, SAFECONDUCT_CONFIG names it")
        verb.add_argument("--json", action="store_true", help="print JSON")


def _add_rotate(verbs: Any) -> argparse.ArgumentParser:  # noqa: ANN401 - argparse's own class is private
    rotate: argparse.ArgumentParser = verbs.add_parser(
        "rotate", help="wrap every key under a new epoch and destroy the old ones; with --root, new custodians too"
    )
    rotate.add_argument("--account", required=True, help="id of the account that rotates")
    rotate.add_argument("--entry", help="go on with a rotation that was broken off: the ledger entry it printed")
    rotate.add_argument("--root", action="store_true", help="replace the root key and its custodians as well")
    rotate.add_argument("--current", action="append", default=[], help="--root: a custodian of today; name two")
    rotate.add_argument("--custodian", action="append", default=[], help="--root: a custodian from now on; two or more")
    source = rotate.add_mutually_exclusive_group()
    source.add_argument("--passphrase-file", type=Path, help="--root: JSON with current and custodians")
    source.add_argument("--passphrases-fd", type=int, help="--root: the same from an open file descriptor")
    return rotate


def run(arguments: argparse.Namespace) -> int:
    """Run one verb. ``status`` exits 0 when the vault answers; ``unseal`` only when the vault is open after it.

    ``rotate`` exits 0 only when every key lies under the new epoch and the old ones are destroyed.
    """
    if arguments.verb == "rotate":
        given = read_ceremony(arguments) if arguments.root else None
        _setup_django(arguments.config)
        value = _rotate(arguments, given)
        text, code = _rotated_text(value), 0
    elif arguments.verb == "renew":
        _setup_django(arguments.config)
        value = _renew(arguments)
        text, code = f"New seals are under version {value['version']}.\nledger entry {value['entry']}", 0
    elif arguments.verb == "status":
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
    value = _read_json(arguments)
    if not _is_phrases(value):
        raise PassphraseFileError
    return dict(value)


def _read_json(arguments: argparse.Namespace) -> Any:  # noqa: ANN401 - any JSON value
    try:
        if arguments.passphrase_file:
            return json.loads(arguments.passphrase_file.read_text("utf-8"))
        with os.fdopen(arguments.passphrases_fd, encoding="utf-8") as file:
            return json.loads(file.read())
    except (OSError, ValueError) as error:
        raise PassphraseFileError from error


def _is_phrases(value: object) -> bool:
    return isinstance(value, dict) and bool(value) and all(isinstance(phrase, str) for phrase in value.values())


def read_ceremony(arguments: argparse.Namespace) -> dict[str, dict[str, str]]:
    """Return the passphrases of a change of the root, typed in turn or read; raises ``PassphraseFileError``."""
    if arguments.passphrase_file or arguments.passphrases_fd is not None:
        value = _read_json(arguments)
        if not isinstance(value, dict) or set(value) != CEREMONY or not all(map(_is_phrases, value.values())):
            raise CeremonyFileError
        return value
    if not arguments.current or not arguments.custodian:
        raise CeremonyFileError("Name --current and --custodian, or a file.")
    current = {name: getpass.getpass(f"Passphrase of {name} today: ") for name in arguments.current}
    return {"current": current, "custodians": {name: _typed_twice(name) for name in arguments.custodian}}


def _typed_twice(name: str) -> str:
    first = getpass.getpass(f"New passphrase of {name}: ")
    if getpass.getpass(f"New passphrase of {name} again: ") != first:
        raise TypedTwiceError
    return first


def _rotate(arguments: argparse.Namespace, given: dict[str, dict[str, str]] | None) -> dict[str, Any]:
    from safeconduct.rooms.people.queries import actor_for  # noqa: PLC0415 - needs Django to be set up first
    from safeconduct.rooms.vault import actions  # noqa: PLC0415 - the same
    from safeconduct.site import clock  # noqa: PLC0415 - the same

    actor = actor_for(account=arguments.account, now=clock.now())
    custodians = None if given is None else len(given["custodians"])
    entry = arguments.entry or actions.intend_rotation(actor=actor, now=clock.now(), custodians=custodians)
    ceremony = None if given is None else actions.Ceremony(**given)
    try:
        with _progress(shown=not arguments.json):
            done = actions.rotate_keys(actor=actor, now=clock.now(), entry=entry, ceremony=ceremony)
    except UnavailableError as error:
        raise RotationOpenError(f"--entry {entry}. {error}") from error
    value = {"entry": done.entry, "epoch": done.epoch, "keys": done.keys, "destroyed": done.destroyed}
    return value | ({} if custodians is None else {"custodians": custodians})


def _renew(arguments: argparse.Namespace) -> dict[str, Any]:
    from safeconduct.rooms.people.queries import actor_for  # noqa: PLC0415 - needs Django to be set up first
    from safeconduct.rooms.vault import actions  # noqa: PLC0415 - the same
    from safeconduct.site import clock  # noqa: PLC0415 - the same

    actor = actor_for(account=arguments.account, now=clock.now())
    done = actions.renew_customer_key(actor=actor, now=clock.now(), customer=arguments.customer, entry=arguments.entry)
    return {"entry": done.entry, "customer": done.customer, "version": done.version}


@contextmanager
def _progress(*, shown: bool) -> Iterator[None]:
    """Show how many keys have gone over, where a person watches."""
    ended = threading.Event()

    def look(bar: "tqdm[Any]") -> None:
        from safeconduct.rooms.vault import queries  # noqa: PLC0415 - needs Django to be set up first

        while not ended.wait(LOOK_SECONDS):
            with suppress(SafeconductError):
                counts = [one["keys"] for one in queries.keys()["epochs"]]
                bar.total, bar.n = sum(counts), counts[-1]
                bar.refresh()

    with tqdm(unit=" keys", desc="re-wrapped", disable=None if shown else True) as bar:
        watcher = threading.Thread(target=look, args=(bar,), daemon=True)
        if not bar.disable:
            watcher.start()
        try:
            yield
        finally:
            ended.set()
            if watcher.is_alive():
                watcher.join()


def _rotated_text(value: dict[str, Any]) -> str:
    lines = [f"{value['keys']} keys lie under {value['epoch']}; {value['destroyed']} older epochs are destroyed."]
    if "custodians" in value:
        lines.append(f"The root key is new; any two of {value['custodians']} custodians open it.")
    return "\n".join([*lines, f"ledger entry {value['entry']}"])


def _status() -> dict[str, Any]:
    from safeconduct.rooms.vault import queries  # noqa: PLC0415 - needs Django to be set up first

    value = dict(queries.status())
    return value if value["sealed"] else value | {"rotation": queries.keys()}


def _status_text(value: dict[str, Any]) -> str:
    lines = ["sealed" if value["sealed"] else "open"]
    if value.get("demonstration"):
        lines[0] += ", demonstration"
    lines.append("custodians: " + ", ".join(value.get("unsealers", [])))
    lines += _epoch_lines(value.get("rotation", {"epochs": []}))
    lines += [f"{log} log: last head at {head['size']}" for log, head in sorted(value.get("heads", {}).items())]
    if value.get("now"):
        lines.append(f"clock: {value['now']}")
    return "\n".join(lines)


def _epoch_lines(told: dict[str, Any]) -> list[str]:
    lines = [f"{one['name']}: {one['keys']} keys, {one['days']} days old" for one in told["epochs"]]
    if told.get("unfinished"):
        lines.append("A rotation was broken off: go on with `safeconduct keys rotate --entry …`, or rotate anew.")
    elif told.get("due"):
        lines.append(f"A rotation is due: `safeconduct keys rotate` begins {told['next']}.")
    return lines


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
