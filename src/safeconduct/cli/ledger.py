"""``safeconduct ledger``: check a log, show its head, prove an entry. Folders need no database and no configuration."""

import argparse
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from safeconduct.core.base.errors import BadInputError, DamagedError, SafeconductError
from safeconduct.core.tlog import tree
from safeconduct.core.tlog.checkpoint import Checkpoint, hash_text
from safeconduct.core.tlog.fsck import fsck
from safeconduct.core.tlog.notes import COSIGNATURE, Verifier, split_note
from safeconduct.core.tlog.proof_files import ProofFile
from safeconduct.core.tlog.tile_reader import TileReader
from safeconduct.core.tlog.tiles import CHECKPOINT
from safeconduct.core.verification.trust import Trust

if TYPE_CHECKING:
    from safeconduct.rooms.ledger.actions import SeenHead

NAME = "ledger"
HELP = "check a log, show its head, prove an entry"
SETTINGS = "safeconduct.site.settings.headless"


class NoCheckpointError(DamagedError):
    """The folder holds no checkpoint."""

    code = "SC-NO-CHECKPOINT"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's verbs and options."""
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="fsck | checkpoint | prove")
    check = verbs.add_parser("fsck", help="derive the root again from every leaf; without FOLDER: from the database")
    check.add_argument("folder", type=Path, nargs="?")
    check.add_argument("--key", action="append", default=[], metavar="VKEY", help="the log's key, the witnesses' keys")
    check.add_argument("--trust", type=Path, help="trust.json with those keys")
    check.add_argument("--hashes-only", action="store_true", help="the folder was published without entries")
    check.add_argument("--quorum", type=int, help="how many log witnesses signed the head; then no stranger may have")
    check.add_argument("--seen", type=int, default=0, metavar="SIZE", help="the size that another party saw")
    show = verbs.add_parser("checkpoint", help="print the signed head")
    show.add_argument("folder", type=Path, nargs="?")
    prove = verbs.add_parser("prove", help="print the proof that an entry is in the log")
    prove.add_argument("folder", type=Path, nargs="?")
    prove.add_argument("--index", type=int, help="leaf number, with FOLDER")
    prove.add_argument("--entry", help="id of an entry of the private log, from the database")
    prove.add_argument("--since", type=int, default=0, help="size of the head that the proof starts from")
    for verb in (check, show, prove):
        verb.add_argument("--log", choices=("private", "public"), default="public", help="which log of the database")
        verb.add_argument("--config", type=Path, help="safeconduct.toml; without it, SAFECONDUCT_CONFIG names it")
        verb.add_argument("--json", action="store_true", help="print JSON")


def run(arguments: argparse.Namespace) -> int:
    """Run one verb; exit code 0 only if all that was looked at holds."""
    verbs = {"fsck": _fsck, "checkpoint": _checkpoint, "prove": _prove}
    text, value = verbs[arguments.verb](arguments)
    print(json.dumps(value, sort_keys=True) if arguments.json else text)
    return 0


def _keys(arguments: argparse.Namespace) -> list[Verifier]:
    texts = list(arguments.key)
    if arguments.trust:
        try:
            keys = json.loads(arguments.trust.read_text("utf-8"))["keys"]
            texts += [keys["log"], keys["public_log"], *(one["vkey"] for one in keys["witnesses"])]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise BadInputError("The trust file cannot be read.") from error
    if not texts:
        raise BadInputError("Name the log's key with --key or --trust; a log without a known key proves nothing.")
    return [Verifier.from_vkey(text) for text in texts]


def _read_checkpoint(folder: Path) -> tuple[str, Checkpoint]:
    try:
        note = (folder / CHECKPOINT).read_text("utf-8")
        return note, Checkpoint.parse(split_note(note)[0])
    except (OSError, UnicodeDecodeError, SafeconductError) as error:
        raise NoCheckpointError(folder.name) from error


def _fsck(arguments: argparse.Namespace) -> tuple[str, dict[str, Any]]:
    if arguments.folder is None:
        return _fsck_database(arguments)
    keys = _keys(arguments)
    _, unchecked = _read_checkpoint(arguments.folder)
    logs = [key for key in keys if key.kind != COSIGNATURE and key.name == unchecked.origin]
    witnesses = [key for key in keys if key.kind == COSIGNATURE]
    if not logs:
        raise BadInputError("None of the keys is that of the log in this folder.")
    report = fsck(
        arguments.folder,
        origin=unchecked.origin,
        verifiers=[*logs, *witnesses],
        hashes_only=arguments.hashes_only,
        quorum=arguments.quorum,
        newest=arguments.seen,
    )
    head = report.opened.checkpoint
    value: dict[str, Any] = {
        "origin": head.origin,
        "size": head.size,
        "root": head.root.hex(),
        "tiles": report.tiles,
        "entries": report.entries,
        "older": report.older,
        "beyond": list(report.beyond),
        "cosigners": sorted(report.opened.note.cosigners),
    }
    seen = ", ".join(value["cosigners"]) or "nobody"
    text = (
        f"{head.origin}: {head.size} leaves, root {hash_text(head.root)}\n"
        f"{report.tiles} tiles and {report.entries} entries hold together; cosigned by {seen}."
    )
    return text, value


def _fsck_database(arguments: argparse.Namespace) -> tuple[str, dict[str, Any]]:
    log = arguments.log
    _setup_django(arguments.config)
    from safeconduct.rooms.ledger import actions  # noqa: PLC0415 - needs Django to be set up first

    keys, seen = _others(log)
    found = actions.check_log(log=log, keys=keys, seen=seen)
    compared = [one.who for one in seen]
    value: dict[str, Any] = {"compared": compared, "signatures": bool(keys)}
    value |= {"log": log, "size": found.size, "root": found.root, "openings": found.openings, "heads": found.heads}
    held = ""
    if log == "private":
        from safeconduct.rooms.government_requests.queries import books  # noqa: PLC0415 - needs Django to be set up

        value["matters"] = books.require_unaltered()
        held = f" {value['matters']} matters stand as their entries say."
    text = (
        f"{log} log: {found.size} leaves, root {found.root}\n"
        f"{found.openings} readable entries and {found.heads} signed heads hold together.{held}\n"
        f"Compared with {', '.join(compared) or 'nobody'}; signatures {'checked' if keys else 'not checked'}."
    )
    return text, value


def _others(log: str) -> tuple[list[Verifier], list["SeenHead"]]:
    """Return the trusted keys, and what the published folder and the vault process saw of the log; what is there."""
    from django.conf import settings  # noqa: PLC0415 - needs Django to be set up first

    from safeconduct.rooms.ledger.actions import SeenHead  # noqa: PLC0415 - the same
    from safeconduct.rooms.vault import queries as vault  # noqa: PLC0415 - the same

    here = settings.SAFECONDUCT
    trust, keys = here.public / "trust.json", []
    if trust.exists():
        told = Trust.read(trust)
        keys = [told.log, told.public_log, *(one.key for one in told.witnesses)]
    seen = []
    folder = here.root / "ledger" if log == "private" else here.public / "log"
    if (folder / CHECKPOINT).exists():
        head = _read_checkpoint(folder)[1]
        seen.append(SeenHead("the published folder", head.size, head.root.hex()))
    try:
        heads = vault.status().get("heads", {})
    except SafeconductError:
        # Said in the answer: without the vault process an old copy of everything else looks whole.
        heads = {}
    if log in heads:
        seen.append(SeenHead("the vault process", int(heads[log]["size"]), heads[log]["root"]))
    return keys, seen


def _checkpoint(arguments: argparse.Namespace) -> tuple[str, dict[str, Any]]:
    if arguments.folder is not None:
        note, head = _read_checkpoint(arguments.folder)
    else:
        _setup_django(arguments.config)
        from safeconduct.rooms.ledger import queries  # noqa: PLC0415 - needs Django to be set up first

        signed = queries.signed_head(log=arguments.log)
        if signed is None:
            raise NoCheckpointError(f"The {arguments.log} log has no signed head yet.")
        note, head = signed.note, Checkpoint.parse(split_note(signed.note)[0])
    value = {"origin": head.origin, "size": head.size, "root": head.root.hex(), "note": note}
    return note.rstrip("\n"), value


def _prove(arguments: argparse.Namespace) -> tuple[str, dict[str, Any]]:
    if arguments.folder is not None:
        if arguments.index is None:
            raise BadInputError("Name the leaf with --index.")
        note, head = _read_checkpoint(arguments.folder)
        reader = TileReader(arguments.folder, head.size)
        path = tree.inclusion(arguments.index, head.size, reader.read)
        proof = ProofFile(arguments.index, tuple(path), note)
        leaf = reader.entry(arguments.index)
        return proof.text.rstrip("\n"), {"index": arguments.index, "leaf": leaf.hex(), "proof": proof.text}
    if not arguments.entry:
        raise BadInputError("Name a FOLDER and --index, or an entry of the database with --entry.")
    _setup_django(arguments.config)
    from safeconduct.rooms.ledger import queries  # noqa: PLC0415 - needs Django to be set up first

    value = queries.proof_for(entry=arguments.entry, since=arguments.since)
    return json.dumps(value, indent=2, sort_keys=True), value


def _setup_django(config: Path | None) -> None:
    if config is not None:
        os.environ["SAFECONDUCT_CONFIG"] = str(config.resolve())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    import django  # noqa: PLC0415 - a folder is checked without it

    django.setup()
