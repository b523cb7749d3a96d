"""``safeconduct requests``: take history over from a spreadsheet, a mailbox or another system's export."""

import argparse
import json
import os
import tomllib
from pathlib import Path
from typing import Any

from tqdm import tqdm

from safeconduct.cli import requests_executor
from safeconduct.core.base.canonical import sha256_hex

NAME = "requests"
SETTINGS = "safeconduct.site.settings.headless"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's verbs and options."""
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="executor | import")
    take = verbs.add_parser("import", help="take history over; it is marked as not proven here, and counted apart")
    take.add_argument("file", type=Path, help="CSV, XLSX or mbox file")
    take.add_argument("--mapping", type=Path, required=True, help="TOML file; docs/formats/history-mapping.md")
    take.add_argument("--account", help="id of the account that imports; needed unless it is a dry run")
    take.add_argument("--dry-run", action="store_true", help="read and count, and write nothing")
    take.add_argument("--config", type=Path, help="safeconduct.toml; without it, SAFECONDUCT_CONFIG names it")
    take.add_argument("--json", action="store_true", help="print JSON")
    requests_executor.add_arguments(verbs)


def run(arguments: argparse.Namespace) -> int:
    """Take the file over; exit code 0 also where rows were refused: they are counted, and kept sealed."""
    if arguments.verb == "executor":
        return requests_executor.run(arguments, _setup_django)
    _setup_django(arguments.config)
    from safeconduct.rooms.government_requests.actions.history import (  # noqa: PLC0415 - needs Django to be set up first
        take_over_history,
        try_history,
    )
    from safeconduct.rooms.government_requests.rules.history import Mapping  # noqa: PLC0415 - the same
    from safeconduct.rooms.government_requests.steps.history_files import rows_of, source_of  # noqa: PLC0415 - the same
    from safeconduct.rooms.people.queries import actor_for  # noqa: PLC0415 - the same
    from safeconduct.site import clock  # noqa: PLC0415 - the same

    text = _text_of(arguments.mapping)
    mapping, rows = Mapping.from_table(_table(text)), rows_of(arguments.file)
    if arguments.dry_run:
        told = try_history(rows=rows, mapping=mapping, today=clock.now().date())
    else:
        if not arguments.account:
            raise _error("Name the account that imports with --account.")
        with tqdm(total=len(rows), unit=" rows", disable=True if arguments.json else None) as bar:
            told = take_over_history(
                actor=actor_for(account=arguments.account, now=clock.now()),
                now=clock.now(),
                rows=rows,
                source=source_of(arguments.file),
                digest=sha256_hex(arguments.file.read_bytes()),
                mapping=mapping,
                mapping_digest=sha256_hex(text.encode()),
                progress=bar.update,
            )
    value = {"rows": len(rows), **vars(told), "dry_run": bool(arguments.dry_run)}
    print(json.dumps(value, sort_keys=True) if arguments.json else _words(value))
    return 0


def _text_of(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise _error("The mapping file cannot be read.") from error


def _table(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _error("The mapping file is no TOML.") from error


def _error(detail: str) -> Exception:
    from safeconduct.rooms.government_requests.rules.history import MappingError  # noqa: PLC0415 - needs Django first

    return MappingError(detail)


def _words(value: dict[str, Any]) -> str:
    begun = "Would take" if value["dry_run"] else "Took"
    lines = [
        f"{begun} {value['taken']} of {value['rows']} rows over, as history that is not proven here.",
        f"{value['repeated']} were known before; {value['refused']} cannot be taken and are kept sealed.",
    ]
    lines += [f"  {count:>7}  {reason}" for reason, count in sorted(value["reasons"].items())]
    return "\n".join(lines)


def _setup_django(config: Path | None) -> None:
    if config is not None:
        os.environ["SAFECONDUCT_CONFIG"] = str(config.resolve())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    import django  # noqa: PLC0415 - it reads the instance when it is set up

    django.setup()
