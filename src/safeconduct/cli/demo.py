"""``safeconduct demo``: the main job on a fictional company, from service of process to a published report."""

import argparse
import json
from pathlib import Path

from safeconduct.cli.demonstration import summary
from safeconduct.cli.demonstration.instance import FIRST_PORT, Places
from safeconduct.cli.demonstration.story import tell, tell_enclave

NAME = "demo"
HELP = "make the demonstration company and run its half-year"
SEED, ROWS = 20260101, 1_000_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments on ``parser``."""
    parser.add_argument("--directory", type=Path, default=Path("var/demo"), help="where the instance lies")
    parser.add_argument("--seed", type=int, default=SEED, help="everything but the keys follows from it")
    parser.add_argument("--rows", type=int, default=ROWS, help="records to make and import")
    parser.add_argument("--first-port", type=int, default=FIRST_PORT, help="of the fifteen that the faces use")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--part", choices=("enclave",), help=argparse.SUPPRESS)


def run(arguments: argparse.Namespace) -> int:
    """Run the story and print what happened; refuses a folder that it did not make."""
    places = Places(root=arguments.directory.resolve(), first_port=arguments.first_port)
    if arguments.part == "enclave":
        tell_enclave(places, seed=arguments.seed, rows=arguments.rows)
        return 0
    say = (lambda _line: None) if arguments.json else lambda line: print(f"  {line}", flush=True)
    ran = tell(places, seed=arguments.seed, rows=arguments.rows, say=say)
    print(json.dumps(summary.as_json(ran)) if arguments.json else summary.as_text(ran, places))
    return 0
