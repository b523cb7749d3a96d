"""``safeconduct <command>``: one file for each command, named in one list, loaded only when it is asked for.

Exit codes: 0 done; 1 to 6 as the error's class says; 64 unknown command; 70 a fault of ours, with a random incident
reference and no traceback, since a traceback can hold personal data; 130 interrupted.
"""

import argparse
import json
import os
import sys
import traceback
from importlib import import_module
from importlib.util import find_spec

from safeconduct.core.base.errors import SafeconductError
from safeconduct.core.base.ids import new_reference

COMMANDS = {
    "demo": "build and drive the demonstration company, from service of process to the published report",
    "init": "make a live instance: folder, database, vault, roster",
    "serve": "run the faces, the vault process and the worker of an instance",
    "vaultd": "run the vault process, the only one that holds keys",
    "worker": "run what is due in each room, under a lease",
    "witness": "run a log witness",
    "verify": "check anything that Safeconduct hands out, offline",
    "ledger": "fsck, checkpoint or prove a log",
    "people": "enrol organisations and people for the faces",
    "directory": "propose numbers of agencies from a CSV file, for a second person to confirm",
    "requests": "take history over, marked as not proven here",
    "records": "import records, erase a customer's, or show their state",
    "keys": "show, rotate, destroy or recover keys",
    "report": "build, publish or verify a transparency report, or state a band",
    "rulebook": "check the provisions, ask them as of a date, or sign them",
}
FAULT, UNKNOWN, INTERRUPTED = 70, 64, 130
DEBUG_VARIABLE = "SAFECONDUCT_DEVELOPER"


def _usage() -> str:
    width = max(map(len, COMMANDS))
    lines = [f"  {name:<{width}}  {says}" for name, says in COMMANDS.items()]
    return (
        "usage: safeconduct COMMAND [--json] ...\n\n" + "\n".join(lines) + "\n\nsafeconduct COMMAND --help says more."
    )


def _refusal(error: SafeconductError, *, as_json: bool) -> int:
    if as_json:
        print(json.dumps({"ok": False, "error": error.as_json()}))
    print(str(error), file=sys.stderr)
    return error.exit_code


def _fault(error: BaseException) -> int:
    """Tell of a fault: a reference, the error's class and the place in our code, never its words."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "safeconduct" in frame.filename]
    place = f"{os.path.basename(frames[-1].filename)}:{frames[-1].lineno}" if frames else "unknown"  # noqa: PTH119 - a name only
    line = {"incident": new_reference(os.urandom), "error": type(error).__name__, "place": place}
    print(json.dumps(line), file=sys.stderr)
    return FAULT


def main(words: list[str] | None = None) -> int:
    """Run the command in ``words`` (default: the process's arguments) and return its exit code."""
    given = sys.argv[1:] if words is None else words
    if not given or given[0] in ("-h", "--help", "help"):
        print(_usage())
        return 0 if given else UNKNOWN
    name, rest = given[0], given[1:]
    if name not in COMMANDS or find_spec(f"safeconduct.cli.{name}") is None:
        print(f"There is no command called {name!r}.\n\n{_usage()}", file=sys.stderr)
        return UNKNOWN
    command = import_module(f"safeconduct.cli.{name}")
    parser = argparse.ArgumentParser(prog=f"safeconduct {name}", description=COMMANDS[name])
    command.add_arguments(parser)
    arguments = parser.parse_args(rest)
    try:
        return int(command.run(arguments))
    except SafeconductError as error:
        return _refusal(error, as_json=bool(getattr(arguments, "json", False)))
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:
        if os.environ.get(DEBUG_VARIABLE):
            raise
        return _fault(error)


if __name__ == "__main__":
    sys.exit(main())
