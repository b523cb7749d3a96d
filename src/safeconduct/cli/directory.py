"""``safeconduct directory``: propose numbers of agencies from a CSV file; a second person confirms each at the desk."""

import argparse
import csv
import json
import os
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from safeconduct.cli.people import SETTINGS
from safeconduct.core.base.errors import BadInputError

if TYPE_CHECKING:
    from safeconduct.rooms.senders.actions import FoundNumber

NAME = "directory"
NEEDED = ("name", "country", "governmental", "number", "source", "found_on")
COLUMNS = (*NEEDED, "organisation")
MOST_ROWS = 5_000


class DirectoryFileError(BadInputError):
    """The file is no list of numbers."""

    code = "SC-DIRECTORY-FILE"
    cure = f"One agency a row, with the columns {', '.join(NEEDED)} and, where it is enrolled, organisation."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's verb and options."""
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="import")
    verb = verbs.add_parser("import", help="propose the numbers of a CSV file; nothing counts before a second person")
    verb.add_argument("file", type=Path, help=f"CSV in UTF-8 with the columns {', '.join(COLUMNS)}")
    verb.add_argument("--account", required=True, help="account of the analyst or counsel who found the numbers")
    verb.add_argument("--config", type=Path, help="safeconduct.toml; without it, SAFECONDUCT_CONFIG names it")
    verb.add_argument("--json", action="store_true", help="print JSON")


def run(arguments: argparse.Namespace) -> int:
    """Check the whole file first, then propose each number; each is an entry of the ledger."""
    rows = _rows(arguments.file)
    if arguments.config is not None:
        os.environ["SAFECONDUCT_CONFIG"] = str(arguments.config.resolve())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    import django  # noqa: PLC0415 - the file is checked before any database is touched

    django.setup()
    from safeconduct.rooms.people import queries  # noqa: PLC0415 - needs Django to be set up first
    from safeconduct.rooms.senders import actions  # noqa: PLC0415 - the same
    from safeconduct.site import clock  # noqa: PLC0415 - the same

    now = clock.now()
    actor = queries.actor_for(account=arguments.account, now=now)
    found = [_number(place, row) for place, row in rows]
    made = [actions.propose_number(actor=actor, now=now, found=one).number for one in found]
    words = f"{len(made)} numbers are proposed. A colleague looks each up and confirms it, at the desk under Directory."
    print(json.dumps({"proposed": made}) if arguments.json else words)
    return 0


def _rows(path: Path) -> list[tuple[int, dict[str, str]]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = set(NEEDED) - set(reader.fieldnames or ())
            if missing:
                raise DirectoryFileError(f"Columns are missing: {', '.join(sorted(missing))}.")
            rows = [(reader.line_num, {name: (row.get(name) or "").strip() for name in COLUMNS}) for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DirectoryFileError(f"{path.name}: {type(error).__name__}.") from error
    if not 0 < len(rows) <= MOST_ROWS:
        raise DirectoryFileError(f"It has {len(rows)} rows; between one and {MOST_ROWS} are taken at a time.")
    return rows


def _number(place: int, row: dict[str, str]) -> "FoundNumber":
    """Return what a row says; raises ``DirectoryFileError`` with the row's line."""
    from safeconduct.rooms.senders.actions import FoundNumber  # noqa: PLC0415 - needs Django to be set up first
    from safeconduct.rooms.senders.rules.numbers import NumberError, telephone  # noqa: PLC0415 - the same

    if row["governmental"] not in ("yes", "no"):
        raise DirectoryFileError(f"Line {place}: governmental is yes or no.")
    try:
        given = {**row, "number": telephone(row["number"]), "found_on": date.fromisoformat(row["found_on"])}
    except (ValueError, NumberError) as error:
        raise DirectoryFileError(f"Line {place}: the number or the day cannot be read.") from error
    return FoundNumber(**{**given, "governmental": row["governmental"] == "yes"})  # type: ignore[arg-type] # by name
