"""The vault process's own two origins: their addresses as the source writes them, and who gets what, reviewed by hand.

Every answer that is not written here is a refusal. 404 is for what is not there, or may not be known of: an unknown
digest, a silenced one, another's object, a wrong method. 403 is for no session, and for who may know and not sign.
"""

import ast
import re
from dataclasses import dataclass, field
from pathlib import Path

import safeconduct.vaultd.faces as source

STAFF = ("aline", "ravi", "ines", "petra", "mara", "dov")
READERS_OF_SILENCED = ("aline", "ravi", "ines")
"""The requester and the persons whom the order lets know."""
PEOPLE = ("anybody", "forged", *STAFF, "officer-1")
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
ALL = dict.fromkeys(PEOPLE, 200)


def only(status: int, *people: str) -> dict[str, int]:
    """Return the same status for these people."""
    return dict.fromkeys(people, status)


@dataclass(frozen=True, kw_only=True)
class Address:
    """One address: its face, its name in the source, what is asked for, and the answers by method and person."""

    face: str
    named: str
    at: str
    answers: dict[str, dict[str, int]] = field(default_factory=dict)


def _both(named: str, **answers: dict[str, int]) -> list[Address]:
    return [Address(face=face, named=named, at=named, answers=answers) for face in ("approve", "open")]


SHEET = "/a/([0-9a-f]{64})(?:/(challenge|approve|decline))?"
CASE = "/case/([a-z0-9][a-z0-9._-]{0,63})/(grant|challenge)"
OBJECT = "/object/([a-z0-9][a-z0-9._-]{0,63})(/original)?"
PACKAGE = "/package/([0-9a-f]{64})(?:/(challenge|file))?"
SIGNERS = ("ravi", "ines", "petra")
SIGNED = {**only(409, "ravi", "ines"), "petra": 200}


WITHOUT = only(403, "anybody", "forged", "officer-1")
"""No session at the approve origin: officers have no passkey there, and a session without one has ended."""


def _sheet(name: str, knows: tuple[str, ...], challenge: dict[str, int], act: dict[str, int]) -> list[Address]:
    at, may_not = f"/a/{{{name}}}", {**WITHOUT, **only(403, *knows)}
    knowing = {**WITHOUT, **only(200, *knows)}
    challenge, act = {**may_not, **challenge}, {**may_not, **act}
    return [
        Address(face="approve", named=SHEET, at=at, answers={"GET": knowing, "HEAD": knowing}),
        Address(face="approve", named=SHEET, at=f"{at}/challenge", answers={"GET": challenge, "HEAD": challenge}),
        Address(face="approve", named=SHEET, at=f"{at}/approve", answers={"POST": act}),
        Address(
            face="approve",
            named=SHEET,
            at=f"{at}/decline",
            answers={"GET": knowing, "HEAD": knowing, "POST": act},
        ),
    ]


def _case(name: str) -> list[Address]:
    """The page that asks for a passkey says the same of every matter; what it gives is checked after the passkey."""
    ask = {"GET": ALL, "POST": dict.fromkeys(PEOPLE, 400)}
    return [
        Address(face="open", named=CASE, at=f"/case/{{{name}}}/grant?return={{back}}", answers=ask),
        Address(face="open", named=CASE, at=f"/case/{{{name}}}/challenge", answers={"GET": ALL}),
    ]


def _package(name: str, file: dict[str, int]) -> list[Address]:
    ask = {"GET": ALL, "POST": dict.fromkeys(PEOPLE, 400)}
    without = only(303, "anybody", "forged")
    return [
        Address(face="open", named=PACKAGE, at=f"/package/{{{name}}}", answers=ask),
        Address(face="open", named=PACKAGE, at=f"/package/{{{name}}}/challenge", answers={"GET": ALL}),
        Address(
            face="open",
            named=PACKAGE,
            at=f"/package/{{{name}}}/file",
            answers={"GET": {**without, **file}, "HEAD": {**without, **file}},
        ),
    ]


def _object(name: str, *people: str) -> list[Address]:
    without = only(403, "anybody", "forged")
    read = {**without, **only(200, *people)}
    answers = {"GET": read, "HEAD": read, "POST": without}
    return [Address(face="open", named=OBJECT, at=f"/object/{{{name}}}", answers=answers)]


def _original(name: str, *people: str) -> list[Address]:
    read = {**only(403, "anybody", "forged"), **only(200, *people)}
    answers = {"GET": read, "HEAD": read, "POST": read}
    return [Address(face="open", named=OBJECT, at=f"/object/{{{name}}}/original", answers=answers)]


ADDRESSES = [
    *_both("/static/sheet.css", **dict.fromkeys(METHODS, ALL)),
    *_both("/static/passkey.js", **dict.fromkeys(METHODS, ALL)),
    *_both("/static/icon.svg", **dict.fromkeys(METHODS, ALL)),
    *_both("/sign-in", GET=ALL, POST=dict.fromkeys(PEOPLE, 400)),
    *_both("/sign-in/challenge", GET=ALL),
    *_both("/sign-out", POST=dict.fromkeys(PEOPLE, 303)),
    Address(face="approve", named="/", at="/", answers={"GET": {**WITHOUT, **only(200, *STAFF)}}),
    Address(face="open", named="/", at="/", answers={"GET": ALL}),
    *_sheet("open", STAFF, only(200, *SIGNERS), only(400, *SIGNERS)),
    *_sheet("approved", STAFF, SIGNED, {**only(409, "ravi", "ines"), "petra": 400}),
    *_sheet("revoked", STAFF, {}, {}),
    *_sheet("silenced", READERS_OF_SILENCED, only(200, "ravi", "ines"), only(400, "ravi", "ines")),
    *_sheet("unknown", (), {}, {}),
    *_case("matter"),
    *_case("nothing"),
    *_object("transcript", "aline"),
    *_object("case_file"),
    *_object("other"),
    *_object("letter", "aline", "officer-1"),
    *_object("nothing"),
    *_original("paper", "aline"),
    *_original("transcript"),
    *_package("release", only(200, "officer-1")),
    *_package("unknown", {}),
]
"""``case_file`` is a kind that nobody opens; ``other`` is of a matter without a grant; aline holds a live grant."""


def named_in_source() -> set[str]:
    """Return every address that the pages of the two origins name: patterns, and texts that paths are compared with."""
    found = set()
    for name in ("approve.py", "open.py", "ceremony.py"):
        tree = ast.parse((Path(source.__path__[0]) / name).read_text("utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "re.compile":
                found.add(str(ast.literal_eval(node.args[0])))
            if isinstance(node, ast.Compare | ast.Dict):
                inside = [one for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str)]
                found |= {one.value for one in inside if re.fullmatch(r"/[a-z/.-]*", one.value)}
    return found


NO_ADDRESS = {"(/a/[0-9a-f]{64})/(?:approve|decline)", "/a/([0-9a-f]{64})(?:/|$)", "/a/"}
"""Patterns that read an address and answer none."""
