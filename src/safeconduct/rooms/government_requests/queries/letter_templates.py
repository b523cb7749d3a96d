"""Finds the letter template that answers for a kind, a language and a day, and whether counsel has signed it."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from safeconduct.core.base.configuration import Configuration, ServedEntity
from safeconduct.core.base.errors import ConflictError
from safeconduct.core.rulebook.letter_templates import Language, LetterTemplate, LetterTemplates, load_letters
from safeconduct.core.rulebook.sign_offs import SignOffs, read_sign_offs


class LetterUnsignedError(ConflictError):
    """Counsel has not signed this letter's text in this language."""

    code = "SC-LETTER-UNSIGNED"
    cure = "Ask counsel to read the template and sign it: safeconduct rulebook sign --letters."


@dataclass(frozen=True, kw_only=True)
class ShownTemplate:
    """One version as a list of templates shows it."""

    template: LetterTemplate
    in_force: bool
    signed_by: str


@lru_cache(maxsize=4)
def _letters(path: Path | None) -> LetterTemplates:
    return load_letters(path)


def _overlay(place: Configuration) -> SignOffs:
    return read_sign_offs(place.overlay, demonstration=place.demonstration is not None)


def entity_of(place: Configuration, served_entity: str) -> ServedEntity:
    """Return the served company whose letterhead and language a letter has."""
    return place.entities.get(served_entity) or next(iter(place.entities.values()))


def language_of(place: Configuration, served_entity: str) -> Language:
    """Return what letters of the served company share; raises ``LetterUnsignedError`` where there are none."""
    code = entity_of(place, served_entity).language
    found = [one.language for one in _letters(place.rulebook).versions if one.language.code == code]
    if not found:
        raise LetterUnsignedError(f"There are no letters in the language {code}.")
    return found[0]


def template_for(
    *, place: Configuration, served_entity: str, kind: str, day: date, signed: bool, language: str = ""
) -> LetterTemplate:
    """Return the template in ``language``, or in the served company's own.

    Raises:
        LetterUnsignedError: there is none in force, or ``signed`` is asked for and counsel has not signed this text.
    """
    language = language or entity_of(place, served_entity).language
    found = _letters(place.rulebook).in_force(kind=kind, language=language, day=day)
    if found is None:
        raise LetterUnsignedError(f"There is no letter {kind} in the language {language} on {day.isoformat()}.")
    if signed and _overlay(place).covering(found, day) is None:
        raise LetterUnsignedError(f"{found.id} is not signed in this text.")
    return found


def templates(*, place: Configuration, day: date) -> tuple[ShownTemplate, ...]:
    """Return every version of every letter, with who signed it."""
    letters, overlay = _letters(place.rulebook), _overlay(place)
    shown = []
    for one in letters.versions:
        cover = overlay.covering(one, day)
        standing = letters.in_force(kind=one.kind, language=one.language.code, day=day)
        shown.append(ShownTemplate(template=one, in_force=standing is one, signed_by=cover.name if cover else ""))
    return tuple(shown)
