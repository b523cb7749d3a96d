"""One provision: a cited rule in our own words, its dates, and the questions it answers. It never names a reviewer."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Self

from safeconduct.core.base.canonical import JsonValue, digest
from safeconduct.core.base.errors import BadInputError
from safeconduct.core.rulebook.questions import SETS, UnknownQuestionError, fault_of, kind_of

DOMAIN = "safeconduct/v1/provision"
_ID = re.compile(r"[a-z]+(\.[a-z0-9-]+)+")
_SOURCE = re.compile(r"https://[^\s]+|policy:[a-z-]+")
_NEEDED = ("id", "title", "citation", "source", "says")
_KNOWN = frozenset({*_NEEDED, "valid_from", "valid_until", "review_by", "verified", "values", "answers", "limits"})


class ProvisionError(BadInputError):
    """A provision cannot be used as it is written."""

    code = "SC-RULEBOOK-PROVISION"
    cure = "Correct the TOML; docs/formats/provision.md names every member."


@dataclass(frozen=True, kw_only=True)
class Provision:
    """A cited rule.

    Attributes:
        id: stable name, such as ``us.sca.2703-f``.
        title: a few words.
        citation: as a lawyer cites it.
        source: where its text can be read: an https address, or ``policy:NAME`` for the company's own.
        says: what it says, in our own words.
        valid_from: first day on which this wording is used.
        valid_until: first day on which it is used no more, or None.
        review_by: last day on which it counts as reviewed.
        values: facts for readers; nothing computes with them.
        answers: values by question.
        limits: sets by question, to which the answer is cut down.
        verified: whether somebody held these words against the source; if not, no signature makes them law.
    """

    id: str
    title: str
    citation: str
    source: str
    says: str
    valid_from: date
    valid_until: date | None
    review_by: date
    values: Mapping[str, JsonValue]
    answers: Mapping[str, JsonValue]
    limits: Mapping[str, JsonValue]
    verified: bool = True

    def in_force(self, day: date) -> bool:
        """Return whether the provision is in force on ``day``."""
        return self.valid_from <= day and (self.valid_until is None or day < self.valid_until)

    def as_json(self) -> dict[str, JsonValue]:
        """Return the canonical form, over which the digest runs."""
        return {
            "id": self.id,
            "title": self.title,
            "citation": self.citation,
            "source": self.source,
            "says": self.says,
            "valid_from": self.valid_from.isoformat(),
            "valid_until": self.valid_until.isoformat() if self.valid_until else None,
            "review_by": self.review_by.isoformat(),
            "values": dict(self.values),
            "answers": dict(self.answers),
            "limits": dict(self.limits),
            **({} if self.verified else {"verified": False}),
        }

    @cached_property
    def digest(self) -> str:
        """Return the digest that counsel signs; any change of the text changes it."""
        return digest(DOMAIN, self.as_json())

    @classmethod
    def from_json(cls, value: Any) -> Self:  # noqa: ANN401 - a stored edition, checked here
        """Return the provision that ``as_json`` wrote; raises ``ProvisionError``."""
        try:
            table = dict(value)
            for name in ("valid_from", "valid_until", "review_by"):
                table[name] = date.fromisoformat(table[name]) if table[name] is not None else None
        except (KeyError, TypeError, ValueError) as error:
            raise ProvisionError("A stored provision has lost a member.") from error
        return cls.from_table({name: part for name, part in table.items() if part is not None})

    @classmethod
    def from_table(cls, table: Mapping[str, Any]) -> Self:
        """Return the provision in one TOML table; raises ``ProvisionError`` naming the member at fault."""
        name = str(table.get("id", "a provision without id"))
        _check_members(name, table)
        if type(table.get("verified", True)) is not bool:
            raise ProvisionError(f"{name}: verified is true or false.")
        answers, limits = _questions(name, table, "answers"), _questions(name, table, "limits")
        values = table.get("values", {})
        if not isinstance(values, dict) or not _plain(values) or not _plain(answers):
            raise ProvisionError(f"{name}: values hold text, whole numbers, true, false, lists and tables only.")
        return cls(
            **{key: table[key] for key in _NEEDED},
            valid_from=table["valid_from"],
            valid_until=table.get("valid_until"),
            review_by=table["review_by"],
            values=values,
            answers=answers,
            limits=limits,
            verified=table.get("verified", True),
        )


def _check_members(name: str, table: Mapping[str, Any]) -> None:
    strange = sorted(set(table) - _KNOWN)
    if strange:
        raise ProvisionError(f"{name}: {strange[0]} is no member of a provision.")
    for key in _NEEDED:
        if not isinstance(table.get(key), str) or not table[key].strip():
            raise ProvisionError(f"{name}: {key} is missing.")
    if not _ID.fullmatch(name):
        raise ProvisionError(f"{name}: an id is written like us.sca.2703-f.")
    if not _SOURCE.fullmatch(table["source"]):
        raise ProvisionError(f"{name}: source is an https address or policy:NAME.")
    for key in ("valid_from", "review_by", "valid_until"):
        if type(table.get(key)) is not date and (key != "valid_until" or key in table):
            raise ProvisionError(f"{name}: {key} is a day, written like 2026-01-31.")
    if table["review_by"] < table["valid_from"]:
        raise ProvisionError(f"{name}: review_by lies before valid_from.")
    if "valid_until" in table and table["valid_until"] <= table["valid_from"]:
        raise ProvisionError(f"{name}: valid_until is not after valid_from.")


def _questions(name: str, table: Mapping[str, Any], member: str) -> dict[str, JsonValue]:
    found = table.get(member, {})
    if not isinstance(found, dict):
        raise ProvisionError(f"{name}: {member} is a table.")
    for question, value in found.items():
        try:
            kind = kind_of(question)
        except UnknownQuestionError as error:
            raise ProvisionError(f"{name}: {error.detail}") from error
        if member == "limits" and kind not in SETS:
            raise ProvisionError(f"{name}: {question} is no set, so nothing can limit it.")
        fault = fault_of(kind, value)
        if fault:
            raise ProvisionError(f"{name}: {question} is answered by {fault}.")
    return found


def _plain(value: Any) -> bool:  # noqa: ANN401 - whatever the TOML holds
    if isinstance(value, dict):
        return all(_plain(part) for part in value.values())
    if isinstance(value, list):
        return all(_plain(part) for part in value)
    return isinstance(value, str | bool | int)
