"""The rulebook: every provision, its edition digest, and ``ask``.

1. Only provisions in force on the day asked for answer.
2. A set is the union of what provisions grant, cut down by every limit. Any other answer comes from one provision.
3. The answer is ``signed`` if every provision it rests on is signed, by that day, in exactly this text, and not past
   its review date. Otherwise it is ``ask_counsel``: its value is a suggestion, never current law.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import combinations
from pathlib import Path
from typing import Self

from safeconduct.core.base.canonical import JsonValue, canonical_json, digest, parse_canonical
from safeconduct.core.base.errors import BadInputError, DamagedError, SafeconductError
from safeconduct.core.rulebook.location import shipped
from safeconduct.core.rulebook.provisions import Provision, ProvisionError
from safeconduct.core.rulebook.questions import SETS, kind_of
from safeconduct.core.rulebook.sign_offs import SignOffs

EDITION_DOMAIN = "safeconduct/v1/rulebook-edition"
SIGNED = "signed"
ASK_COUNSEL = "ask_counsel"
FOLDERS = ("law", "policy")


class NoSuchProvisionError(BadInputError):
    """The rulebook has no such provision."""

    code = "SC-RULEBOOK-NO-PROVISION"


class ContradictionError(BadInputError):
    """Two provisions answer one question for the same day."""

    code = "SC-RULEBOOK-CONTRADICTION"
    cure = "End one of them with valid_until on the day from which the other answers."


class EditionError(DamagedError):
    """The kept edition is not the one that its name says."""

    code = "SC-RULEBOOK-EDITION"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the rulebook answers.

    Attributes:
        question: as asked.
        as_of: the day it was asked for.
        value: a sorted list for sets, else the value; None if nothing answers.
        provisions: ids relied on.
        citations: how those are cited, in the same order.
        status: ``signed`` or ``ask_counsel``.
        why: what stands in the way of ``signed``; empty otherwise.
        edition: digest of the edition that answered.
        demonstration: whether a sign-off relied on is by the demonstration's fictitious counsel.
    """

    question: str
    as_of: date
    value: JsonValue
    provisions: tuple[str, ...]
    citations: tuple[str, ...]
    status: str
    why: str
    edition: str
    demonstration: bool

    def as_json(self) -> dict[str, JsonValue]:
        """Return the answer as JSON."""
        return {
            "question": self.question,
            "as_of": self.as_of.isoformat(),
            "value": self.value,
            "provisions": list(self.provisions),
            "citations": list(self.citations),
            "status": self.status,
            "why": self.why,
            "edition": self.edition,
            "demonstration": self.demonstration,
        }


@dataclass(frozen=True)
class Rulebook:
    """Every provision of an edition, by id."""

    provisions: Mapping[str, Provision]

    def __post_init__(self) -> None:
        """Refuse provisions that would contradict each other on some day."""
        for first, second in combinations(self.provisions.values(), 2):
            for question in set(first.answers) & set(second.answers):
                if kind_of(question) not in SETS and _meet(first, second):
                    raise ContradictionError(f"{question}: {first.id} and {second.id}.")

    @classmethod
    def of(cls, provisions: Iterable[Provision]) -> Self:
        """Return the rulebook of ``provisions``; raises ``ProvisionError`` for an id that stands twice."""
        found: dict[str, Provision] = {}
        for one in provisions:
            if one.id in found:
                raise ProvisionError(f"{one.id} stands twice.")
            found[one.id] = one
        return cls(dict(sorted(found.items())))

    @cached_property
    def edition(self) -> str:
        """Return the digest over every provision's digest."""
        return digest(EDITION_DOMAIN, {name: one.digest for name, one in self.provisions.items()})

    def provision(self, name: str) -> Provision:
        """Return a provision by id; raises ``NoSuchProvisionError``."""
        try:
            return self.provisions[name]
        except KeyError:
            raise NoSuchProvisionError(f"It reads {name!r}.") from None

    def ask(self, question: str, *, as_of: date, overlay: SignOffs | None) -> Answer:
        """Return the answer to ``question`` on the day ``as_of``, under counsel's ``overlay``.

        Raises:
            UnknownQuestionError: no such question.
        """
        kind = kind_of(question)
        force = [one for one in self.provisions.values() if one.in_force(as_of)]
        answering = [one for one in force if question in one.answers]
        limiting = [one for one in force if question in one.limits]
        value: JsonValue = None
        if answering and kind in SETS:
            value = _set(question, answering, limiting)
        elif answering:
            value = answering[0].answers[question]
        relied = [*answering, *limiting] if answering else []
        faults = [fault for one in relied if (fault := _fault(one, as_of, overlay))]
        if not answering:
            faults = [f"No provision in force on {as_of.isoformat()} answers {question}."]
        return Answer(
            question=question,
            as_of=as_of,
            value=value,
            provisions=tuple(one.id for one in relied),
            citations=tuple(one.citation for one in relied),
            status=ASK_COUNSEL if faults else SIGNED,
            why=" ".join(faults),
            edition=self.edition,
            demonstration=overlay is not None and overlay.demonstration and not faults,
        )

    def as_json(self) -> dict[str, JsonValue]:
        """Return the whole edition."""
        return {"version": 1, "provisions": [one.as_json() for one in self.provisions.values()]}


def _meet(first: Provision, second: Provision) -> bool:
    """Return whether some day sees both in force."""
    day = max(first.valid_from, second.valid_from)
    return first.in_force(day) and second.in_force(day)


def _set(question: str, answering: list[Provision], limiting: list[Provision]) -> list[str]:
    value = {name for one in answering for name in one.answers[question]}
    for one in limiting:
        value &= set(one.limits[question])
    return sorted(value)


def _fault(provision: Provision, day: date, overlay: SignOffs | None) -> str:
    if provision.review_by < day:
        return f"{provision.id} was to be reviewed by {provision.review_by.isoformat()}."
    if not provision.verified:
        return f"{provision.id} was never held against its source."
    if overlay is None or overlay.covering(provision, day) is None:
        return f"{provision.id} is not signed in this text."
    return ""


def load(path: Path | None = None) -> Rulebook:
    """Return the rulebook in a folder, or the shipped one; raises ``ProvisionError`` naming what is wrong."""
    folder = path or shipped()
    files = sorted(file for name in FOLDERS for file in (folder / name).glob("*.toml"))
    if not files:
        raise ProvisionError(f"{folder.name} holds no provisions.")
    return Rulebook.of(one for file in files for one in _file(file))


def _file(file: Path) -> list[Provision]:
    try:
        value = tomllib.loads(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ProvisionError(f"{file.name} cannot be read as TOML: {error}.") from error
    tables = value.get("provision")
    if set(value) != {"provision"} or not isinstance(tables, list) or not all(isinstance(one, dict) for one in tables):
        raise ProvisionError(f"{file.name} holds [[provision]] tables and nothing else.")
    return [Provision.from_table(table) for table in tables]


def keep_edition(book: Rulebook, folder: Path) -> Path:
    """Write the edition under its digest, once, so that a decision replays under the law it was made with."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{book.edition}.json"
    if not path.exists():
        partial = path.with_suffix(".part")
        partial.write_bytes(canonical_json(book.as_json()))
        partial.replace(path)
    return path


def open_edition(folder: Path, edition: str) -> Rulebook:
    """Return a kept edition; raises ``EditionError`` if its text is not what the digest says."""
    try:
        value = parse_canonical((folder / f"{edition}.json").read_bytes())
        book = Rulebook.of(Provision.from_json(one) for one in value["provisions"])
    except (OSError, KeyError, TypeError, SafeconductError) as error:
        raise EditionError(f"The edition {edition[:12]} cannot be read.") from error
    if book.edition != edition:
        raise EditionError(f"The edition {edition[:12]} was changed.")
    return book
