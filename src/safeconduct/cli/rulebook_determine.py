"""``safeconduct rulebook determine``: counsel's determination for a class of matters, written into the overlay."""

import argparse
from datetime import date
from pathlib import Path

from safeconduct.core.base.errors import BadInputError
from safeconduct.core.rulebook.book import Rulebook
from safeconduct.core.rulebook.determinations import ClassDetermination
from safeconduct.core.rulebook.sign_offs import SignOffs, read_sign_offs


def add_determine(verb: argparse.ArgumentParser) -> None:
    """Declare the verb's own options."""
    verb.add_argument("provision", metavar="PROVISION", help="id of the provision that the question rests on")
    verb.add_argument("--process", action="append", required=True, help="kind of paper; may be given again")
    verb.add_argument("--country", default="", help="of the authority, such as US; default: every country")
    verb.add_argument("--expires", type=date.fromisoformat, required=True, help="first day on which it is over")
    verb.add_argument("--citation", required=True, help="what counsel relied on")
    verb.add_argument("--reason", required=True, help="one line of law; never a person's data")
    verb.add_argument("--name", required=True, help="counsel")


def write_overlay(path: Path, signs: SignOffs) -> None:
    """Write the overlay whole or not at all."""
    partial = path.with_name(path.name + ".part")
    partial.write_text(signs.text, "utf-8")
    partial.replace(path)


def determine(
    arguments: argparse.Namespace, book: Rulebook, path: Path | None, *, demonstration: bool, day: date
) -> ClassDetermination:
    """Add the determination to the overlay and return it; raises for one that its rules do not allow."""
    if path is None:
        raise BadInputError("Name the overlay with --overlay or --config.")
    one = ClassDetermination(
        provision=arguments.provision,
        digest=book.provision(arguments.provision).digest,
        processes=tuple(sorted(set(arguments.process))),
        country=arguments.country,
        name=arguments.name,
        citation=arguments.citation,
        reason=arguments.reason,
        date=day,
        expires=arguments.expires,
    )
    write_overlay(path, read_sign_offs(path, demonstration=demonstration).determining(one))
    return one


def determination_lines(signs: SignOffs, day: date) -> list[str]:
    """Return a line for each determination, with whether it stands on ``day``."""
    return [
        f"{one.id} by {one.name}: {one.provision} for {', '.join(one.processes)} "
        f"{one.country or 'of every country'}, {'stands' if one.date <= day < one.expires else 'is over'}, "
        f"until {one.expires.isoformat()}"
        for one in signs.determinations
    ]
