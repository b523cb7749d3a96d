"""``safeconduct verify``: check anything that Safeconduct hands out, offline, with the engines only."""

import argparse
import json
import sys
from pathlib import Path

from safeconduct.core.base.errors import SafeconductError
from safeconduct.core.verification.results import PartResult, exit_code
from safeconduct.core.verification.trust import Trust
from safeconduct.core.verification.verify import notices, verify

NAME = "verify"
HELP = "check a package, sealed file, letter, report, log, statement or trust file, offline"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments on ``parser``."""
    parser.add_argument("paths", metavar="PATH", nargs="+", type=Path, help="what to check: files or folders")
    parser.add_argument("--trust", metavar="FILE", type=Path, help="the company's trust file")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of lines")


def run(arguments: argparse.Namespace) -> int:
    """Check every path; return 0 only if each of them is as the trusted issuer made it.

    Exit codes: 2 not something we hand out, or no trust file; 3 damaged, altered or issued by another.
    """
    try:
        trust = None if arguments.trust is None else Trust.read(arguments.trust)
    except SafeconductError as error:
        _refuse(error, as_json=arguments.json)
        return error.exit_code
    results = [result for path in arguments.paths for result in verify(path, trust)]
    told = notices(trust)
    code = exit_code(results)
    if arguments.json:
        print(json.dumps({"ok": code == 0, "notices": told, "parts": [one.as_json() for one in results]}))
        return code
    for result in results:
        print(_line(result))
    for notice in told:
        print(notice)
    print("Everything is as issued." if code == 0 else "NOT verified. Do not rely on it.")
    return code


def _line(result: PartResult) -> str:
    mark = "ok " if result.ok else "BAD"
    code = f" [{result.code}]" if result.code else ""
    return f"{mark} {result.path} ({result.kind}) {result.part}: {result.says}{code}"


def _refuse(error: SafeconductError, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps({"ok": False, "error": error.as_json(), "notices": [], "parts": []}))
    else:
        print(str(error), file=sys.stderr)
