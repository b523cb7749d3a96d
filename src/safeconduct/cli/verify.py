"""``safeconduct verify``: check anything that Safeconduct hands out, offline, with the engines only."""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from safeconduct.core.base.errors import SafeconductError
from safeconduct.core.verification.results import Kind, PartResult, UnknownArtefactError, bad, exit_code
from safeconduct.core.verification.trust import Trust
from safeconduct.core.verification.verify import Survey, notices, survey

NAME = "verify"
HELP = "check a package, sealed file, letter, report, log, statement or trust file, offline"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments on ``parser``."""
    parser.add_argument(
        "paths",
        metavar="PATH",
        nargs="+",
        type=Path,
        help="what to check: an artefact, or a folder in which any number of them lie",
    )
    parser.add_argument("--trust", metavar="FILE", type=Path, help="the company's trust file")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of lines")


def run(arguments: argparse.Namespace) -> int:
    """Check every path; return 0 only if each of them is as the trusted issuer made it.

    Exit codes: 2 not something we hand out, or no trust file; 3 damaged, altered or issued by another.
    """
    return check(arguments.paths, trust_file=arguments.trust, as_json=arguments.json)


def check(paths: Sequence[Path], *, trust_file: Path | None, as_json: bool, kind: Kind | None = None) -> int:
    """Check every path, print what was found and return the exit code; with ``kind`` each path must hold one such."""
    try:
        trust = None if trust_file is None else Trust.read(trust_file)
    except SafeconductError as error:
        _refuse(error, as_json=as_json)
        return error.exit_code
    surveys = [_of_kind(survey(path, trust), path, kind) for path in paths]
    results = [result for found in surveys for result in found.results]
    code = exit_code(results)
    if as_json:
        _print_json(surveys, notices(trust), code)
    else:
        _print_lines(surveys, notices(trust), code)
    return code


def _of_kind(found: Survey, path: Path, kind: Kind | None) -> Survey:
    if kind is None or any(one.kind is kind for one in found.results):
        return found
    missing = bad(str(path), Kind.UNKNOWN, path.name, UnknownArtefactError(f"No {kind} lies here."))
    return replace(found, results=(*found.results, missing))


def _print_json(surveys: Sequence[Survey], told: Sequence[str], code: int) -> None:
    value = {
        "ok": code == 0,
        "notices": list(told),
        "artefacts": sum(len(found.artefacts) for found in surveys),
        "not_artefacts": [other for found in surveys for other in found.others],
        "parts": [result.as_json() for found in surveys for result in found.results],
    }
    print(json.dumps(value))


def _print_lines(surveys: Sequence[Survey], told: Sequence[str], code: int) -> None:
    for found in surveys:
        for result in found.results:
            print(_line(result))
        for other in found.others:
            print(f"--  {other}: not an artefact")
    for notice in told:
        print(notice)
    looked = sum(len(found.artefacts) for found in surveys)
    passed_over = sum(len(found.others) for found in surveys)
    others = f"; {passed_over} other file(s) are not artefacts" if passed_over else ""
    print(f"{looked} artefact(s) looked at{others}.")
    print("Everything is as issued." if code == 0 else "NOT verified. Do not rely on it.")


def _line(result: PartResult) -> str:
    mark = "ok " if result.ok else "BAD"
    code = f" [{result.code}]" if result.code else ""
    return f"{mark} {result.path} ({result.kind}) {result.part}: {result.says}{code}"


def _refuse(error: SafeconductError, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps({"ok": False, "error": error.as_json(), "notices": [], "parts": []}))
    else:
        print(str(error), file=sys.stderr)
