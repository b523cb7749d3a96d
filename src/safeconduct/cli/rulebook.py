"""``safeconduct rulebook``: check the provisions, ask them a question, sign them. Needs no database."""

import argparse
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from safeconduct.cli.rulebook_determine import add_determine, determination_lines, determine, write_overlay
from safeconduct.core.base.configuration import read_configuration
from safeconduct.core.base.errors import BadInputError
from safeconduct.core.rulebook.book import ASK_COUNSEL, Rulebook, load
from safeconduct.core.rulebook.letter_templates import LetterTemplates, load_letters
from safeconduct.core.rulebook.questions import all_questions
from safeconduct.core.rulebook.sign_offs import Signable, SignOffs, read_sign_offs

NAME = "rulebook"
HELP = "check the provisions, ask them a question, sign them"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's verbs and options."""
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="check | ask | sign | determine")
    check = verbs.add_parser("check", help="validate every provision and say which ones counsel has to look at")
    ask = verbs.add_parser("ask", help="answer a question as of a day, with its citation")
    ask.add_argument("question", nargs="?", help='such as "obtainable(subpoena)"; without it: every question')
    sign = verbs.add_parser("sign", help="add counsel's sign-offs to the overlay")
    sign.add_argument("provisions", nargs="*", metavar="TEXT", help="ids of the provisions and letters read")
    sign.add_argument("--all", action="store_true", help="every provision")
    sign.add_argument(
        "--letters", action="store_true", help="every version of every letter, beside the provisions named"
    )
    sign.add_argument("--name", required=True, help="the person who read them")
    sign.add_argument("--demonstration", action="store_true", help="mark a new overlay as fictitious")
    determination = verbs.add_parser("determine", help="add counsel's determination for a class of matters")
    add_determine(determination)
    for verb in (check, ask, sign, determination):
        verb.add_argument("--config", type=Path, help="safeconduct.toml of the instance")
        verb.add_argument("--rulebook", type=Path, help="folder of provisions; default: the shipped ones")
        verb.add_argument("--overlay", type=Path, help="counsel's sign-offs")
        verb.add_argument("--as-of", type=date.fromisoformat, help="the day, as 2026-01-31; default: today")
        verb.add_argument("--json", action="store_true", help="print JSON")


def run(arguments: argparse.Namespace) -> int:
    """Run one verb; exit code 0 only if the rulebook is sound and, for ``ask``, the answer is signed."""
    folder, overlay, demonstration = arguments.rulebook, arguments.overlay, False
    if arguments.config:
        configuration = read_configuration(arguments.config)
        folder, overlay = folder or configuration.rulebook, overlay or configuration.overlay
        demonstration = configuration.demonstration is not None
    book = load(folder)
    day = arguments.as_of or datetime.now(UTC).date()
    if arguments.verb == "sign":
        letters = load_letters(folder)
        fictitious = demonstration or arguments.demonstration
        return _sign(arguments, book, letters, overlay, demonstration=fictitious, day=day)
    if arguments.verb == "determine":
        one = determine(arguments, book, overlay, demonstration=demonstration, day=day)
        told = f"{one.name} determined {one.provision} until {one.expires.isoformat()}: {one.id}."
        _print(arguments, told, {"id": one.id, **one.as_json()})
        return 0
    signs = read_sign_offs(overlay, demonstration=demonstration) if overlay else SignOffs(demonstration=False)
    if arguments.verb == "ask":
        return _ask(arguments, book, signs, day)
    return _check(arguments, book, load_letters(folder), signs, day)


def _print(arguments: argparse.Namespace, text: str, value: dict[str, Any]) -> None:
    print(json.dumps(value, sort_keys=True) if arguments.json else text)


def _check(arguments: argparse.Namespace, book: Rulebook, letters: LetterTemplates, signs: SignOffs, day: date) -> int:
    rows = []
    for one in book.provisions.values():
        cover = signs.covering(one, day)
        state = "not in force" if not one.in_force(day) else "review is late" if one.review_by < day else "unsigned"
        if state == "unsigned" and not one.verified:
            state = "not verified"
        if state == "unsigned" and cover is not None:
            state = "signed"
        rows.append({"id": one.id, "citation": one.citation, "state": state, "review_by": one.review_by.isoformat()})
    look = sum(row["state"] != "signed" for row in rows)
    lines = [f"{row['id']:<28} {row['citation']:<24} {row['state']:<15} review by {row['review_by']}" for row in rows]
    tail = f"{len(rows)} provisions are sound; counsel has to look at {look}. Edition {book.edition}"
    written = [
        {"id": one.id, "digest": one.digest, "state": "signed" if signs.covering(one, day) else "unsigned"}
        for one in letters.versions
    ]
    unsigned = sum(one["state"] == "unsigned" for one in written)
    lines.append(f"{len(written)} letters are sound; counsel has to look at {unsigned}.")
    value: dict[str, Any] = {"edition": book.edition, "provisions": rows, "for_counsel": look, "letters": written}
    lines += determination_lines(signs, day)
    value["determinations"] = [one.id for one in signs.determinations if one.date <= day < one.expires]
    _print(arguments, "\n".join([*lines, tail]), value)
    return 0


def _ask(arguments: argparse.Namespace, book: Rulebook, signs: SignOffs, day: date) -> int:
    questions = [arguments.question] if arguments.question else list(all_questions())
    answers = [book.ask(question, as_of=day, overlay=signs) for question in questions]
    lines = []
    for answer in answers:
        lines.append(f"{answer.question}: {json.dumps(answer.value)}")
        lines.append(f"    {'; '.join(answer.citations) or 'no provision'} - {answer.status} {answer.why}".rstrip())
    value = answers[0].as_json() if arguments.question else {"answers": [answer.as_json() for answer in answers]}
    _print(arguments, "\n".join(lines), value)
    return 0 if not arguments.question or answers[0].status != ASK_COUNSEL else 1


def _sign(
    arguments: argparse.Namespace,
    book: Rulebook,
    letters: LetterTemplates,
    path: Path | None,
    *,
    demonstration: bool,
    day: date,
) -> int:
    if path is None:
        raise BadInputError("Name the overlay with --overlay or --config.")
    if (arguments.all and arguments.provisions) or not (arguments.all or arguments.provisions or arguments.letters):
        raise BadInputError("Name the provisions, or --all, or --letters.")
    texts: list[Signable] = [letters.by_id(name) or book.provision(name) for name in arguments.provisions]
    texts += book.provisions.values() if arguments.all else ()
    texts += letters.versions if arguments.letters else ()
    old = read_sign_offs(path, demonstration=demonstration)
    new = old.signing(texts, name=arguments.name, day=day)
    write_overlay(path, new)
    signed = [one.id for one in texts]
    value = {"overlay": str(path), "signed": signed, "name": arguments.name, "demonstration": new.demonstration}
    _print(arguments, f"{arguments.name} signed {len(signed)} texts in {path.name}.", value)
    return 0
