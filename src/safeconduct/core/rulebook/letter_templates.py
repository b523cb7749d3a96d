"""Letter templates: the words of our letters as data, in each language, in versions that counsel signs.

1. A template's digest covers every word that a letter made from it can hold; any change of the text changes it.
2. Of the versions of one kind in one language, the newest answers whose first day has come.
3. A version is signed like a provision, in the same overlay, under the id ``letter.<kind>.<language>.<version>``.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from string import Formatter
from typing import Any

from safeconduct.core.base.canonical import JsonValue, digest
from safeconduct.core.base.errors import BadInputError
from safeconduct.core.rulebook.location import shipped

DOMAIN = "safeconduct/v1/letter-template"
FOLDER = "letters"
MONTHS = 12
TYPED = "{typed}"
"""The paragraph in whose place stand the paragraphs that a person typed."""
FIELD_TYPES = frozenset({"paper", "line", "day"})
"""``paper`` is a kind of process and becomes its noun; ``line`` is one line of somebody's text; ``day`` is a day."""
QUOTED = frozenset({"why", "cure"})
LABELS = frozenset({"reference", "received", "written", "case_number", "page", "signature", "address_missing"})
_LANGUAGE = re.compile(r"[a-z]{2}")
_KIND = re.compile(r"[a-z_]{1,32}")
_NEEDED = {"kind", "version", "valid_from", "fields", "subject", "paragraphs"}
_ALLOWED = _NEEDED | {"quote", "closing"}


class LetterTemplateError(BadInputError):
    """A letter template cannot be used as it is written."""

    code = "SC-LETTER-TEMPLATE"
    cure = "Correct the TOML; docs/formats/letter-template.md names every member."


@dataclass(frozen=True, kw_only=True)
class Language:
    """What every letter in a language shares: labels, the names of papers, and how a day is written."""

    code: str
    months: tuple[str, ...]
    day: str
    labels: Mapping[str, str]
    papers: Mapping[str, str]

    def as_json(self) -> dict[str, JsonValue]:
        """Return the canonical form."""
        return {
            "language": self.code,
            "months": list(self.months),
            "day": self.day,
            "labels": dict(self.labels),
            "papers": dict(self.papers),
        }

    def day_words(self, day: date) -> str:
        """Return ``day`` as it is written in this language."""
        return self.day.format(day=day.day, month=self.months[day.month - 1], year=day.year)


@dataclass(frozen=True, kw_only=True)
class LetterTemplate:
    """One version of one letter in one language. ``fields`` names each placeholder with its type."""

    kind: str
    version: int
    valid_from: date
    fields: Mapping[str, str]
    subject: str
    paragraphs: tuple[str, ...]
    quote: str
    closing: tuple[str, ...]
    language: Language

    @property
    def id(self) -> str:
        """Return the name under which counsel signs it: rule 3."""
        return f"letter.{self.kind}.{self.language.code}.{self.version}"

    def as_json(self) -> dict[str, JsonValue]:
        """Return the canonical form, over which the digest runs: rule 1."""
        return {
            "kind": self.kind,
            "version": self.version,
            "valid_from": self.valid_from.isoformat(),
            "fields": dict(self.fields),
            "subject": self.subject,
            "paragraphs": list(self.paragraphs),
            "quote": self.quote,
            "closing": list(self.closing),
            "language": self.language.as_json(),
        }

    @cached_property
    def digest(self) -> str:
        """Return the digest that counsel signs and that every letter made from it records."""
        return digest(DOMAIN, self.as_json())


@dataclass(frozen=True)
class LetterTemplates:
    """Every version of every letter."""

    versions: tuple[LetterTemplate, ...]

    def in_force(self, *, kind: str, language: str, day: date) -> LetterTemplate | None:
        """Return the newest version whose first day has come, or None: rule 2."""
        found = [one for one in self.versions if (one.kind, one.language.code) == (kind, language)]
        return max((one for one in found if one.valid_from <= day), key=lambda one: one.version, default=None)

    def languages(self) -> tuple[str, ...]:
        """Return the languages in which there are letters."""
        return tuple(sorted({one.language.code for one in self.versions}))

    def by_id(self, name: str) -> LetterTemplate | None:
        """Return a version by the id that counsel signs, or None."""
        return next((one for one in self.versions if one.id == name), None)


def load_letters(path: Path | None = None) -> LetterTemplates:
    """Return the templates in a rulebook's folder, or the shipped ones; raises ``LetterTemplateError``."""
    folder = (path or shipped()) / FOLDER
    found = [one for file in sorted(folder.glob("*.toml")) for one in _file(file)]
    names = [one.id for one in found]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise LetterTemplateError(f"{twice[0]} stands twice.")
    return LetterTemplates(tuple(found))


def _file(file: Path) -> list[LetterTemplate]:
    try:
        value = tomllib.loads(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise LetterTemplateError(f"{file.name} cannot be read as TOML: {error}.") from error
    try:
        language = _language(value)
        tables = value["template"]
        return [_template(table, language) for table in tables]
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise LetterTemplateError(f"{file.name}: a member is missing or of another form ({error}).") from error


def _language(value: Mapping[str, Any]) -> Language:
    if set(value) != {"language", "months", "day", "labels", "papers", "template"}:
        raise LetterTemplateError("A file holds language, months, day, labels, papers and [[template]] tables.")
    if not _LANGUAGE.fullmatch(value["language"]) or len(value["months"]) != MONTHS:
        raise LetterTemplateError("A language has a code of two letters and twelve months.")
    if set(value["labels"]) != LABELS or "other" not in value["papers"]:
        raise LetterTemplateError(f"{value['language']}: a label, or the noun for any other paper, is missing.")
    texts = (*value["months"], value["day"], *value["labels"].values(), *value["papers"].values())
    _require_texts(value["language"], texts)
    if _placeholders([value["day"]]) != {"day", "month", "year"}:
        raise LetterTemplateError(f"{value['language']}: a day is written with day, month and year.")
    return Language(
        code=value["language"],
        months=tuple(value["months"]),
        day=value["day"],
        labels=value["labels"],
        papers=value["papers"],
    )


def _template(table: Mapping[str, Any], language: Language) -> LetterTemplate:
    name = f"{table.get('kind')} in {language.code}"
    if not set(table) >= _NEEDED or set(table) - _ALLOWED or not _KIND.fullmatch(table["kind"]):
        raise LetterTemplateError(f"{name}: a member is missing or unknown.")
    if type(table["version"]) is not int or table["version"] < 1 or type(table["valid_from"]) is not date:
        raise LetterTemplateError(f"{name}: a version is 1 or more, and its first day is a day.")
    fields, quote, closing = table["fields"], table.get("quote", ""), table.get("closing", [])
    if set(fields.values()) - FIELD_TYPES:
        raise LetterTemplateError(f"{name}: a field is one of {', '.join(sorted(FIELD_TYPES))}.")
    texts = (table["subject"], *table["paragraphs"], *closing)
    _require_texts(name, texts)
    used = _placeholders(text for text in texts if text != TYPED)
    if used != set(fields) or not _placeholders([quote]) <= QUOTED:
        raise LetterTemplateError(f"{name}: its placeholders are not the fields that it declares.")
    return LetterTemplate(
        kind=table["kind"],
        version=table["version"],
        valid_from=table["valid_from"],
        fields=fields,
        subject=table["subject"],
        paragraphs=tuple(table["paragraphs"]),
        quote=quote,
        closing=tuple(closing),
        language=language,
    )


def _require_texts(name: str, texts: Iterable[Any]) -> None:
    if not all(isinstance(text, str) and text.strip() for text in texts):
        raise LetterTemplateError(f"{name}: every text is a text, and not empty.")


def _placeholders(texts: Iterable[str]) -> set[str]:
    """Return the names in braces; raises ``LetterTemplateError`` for one that would do more than stand for a text."""
    found = set()
    for text in texts:
        for _, name, form, conversion in Formatter().parse(text):
            if name is None:
                continue
            if form or conversion or not name.isidentifier():
                raise LetterTemplateError(f"{{{name}}} is not the plain name of a field.")
            found.add(name)
    return found
