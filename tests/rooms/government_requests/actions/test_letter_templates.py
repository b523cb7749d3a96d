"""A letter leaves only in words that counsel signed, and its row and entry say in which."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from django.test import override_settings
from tests.rooms.government_requests.world import World

from safeconduct.core.rulebook import SignOffs
from safeconduct.core.rulebook.letter_templates import load_letters
from safeconduct.rooms.government_requests import actions
from safeconduct.rooms.government_requests.models import Letter
from safeconduct.rooms.government_requests.queries import books
from safeconduct.rooms.government_requests.queries.letter_templates import LetterUnsignedError
from safeconduct.rooms.government_requests.rules.words import LetterKind
from safeconduct.rooms.ledger import queries as ledger


def _write(world: World, matter: str) -> Letter:
    who: dict[str, Any] = {"actor": world.analyst, "now": world.now, "matter": matter}
    written = actions.write_letter(**who, kind=LetterKind.ACKNOWLEDGEMENT, to=world.party)
    return Letter.objects.get(pk=written.letter)


def test_row_and_entry_name_the_version_and_its_digest(world: World) -> None:
    matter = world.reviewed()
    letter = _write(world, matter)
    signed = load_letters().by_id("letter.acknowledgement.en.1")
    assert signed is not None
    assert (letter.template, letter.template_digest) == (signed.id, signed.digest)
    facts = ledger.history(subject=matter)[-1].facts
    assert (facts["template"], facts["template_digest"]) == (signed.id, signed.digest)
    assert books.alterations() == ()
    Letter.objects.filter(pk=letter.pk).update(template_digest="0" * 64)
    assert [one.part for one in books.alterations()] == ["its letters"]


def test_an_unsigned_text_is_a_question_for_counsel_and_a_paper_is_received_all_the_same(
    world: World, tmp_path: Path
) -> None:
    overlay = tmp_path / "sign-offs.toml"
    overlay.write_text(SignOffs(demonstration=True).text, "utf-8")
    from django.conf import settings  # noqa: PLC0415 - what the world has put there

    with override_settings(SAFECONDUCT=replace(settings.SAFECONDUCT, overlay=overlay)):
        matter = world.receive()
        with pytest.raises(LetterUnsignedError):
            _write(world, matter)
    assert not Letter.objects.filter(matter=matter, kind=LetterKind.ACKNOWLEDGEMENT).exists()


@pytest.mark.parametrize(("language", "says"), [("de", "Eingangsbestätigung"), ("fr", "accusé de réception")])
def test_a_letter_is_in_the_language_of_the_company_that_was_served(world: World, language: str, says: str) -> None:
    from django.conf import settings  # noqa: PLC0415 - what the world has put there

    place = settings.SAFECONDUCT
    entities = {name: replace(one, language=language) for name, one in place.entities.items()}
    with override_settings(SAFECONDUCT=replace(place, entities=entities)):
        letter = _write(world, world.reviewed())
    assert letter.template == f"letter.acknowledgement.{language}.1"
    with pypdfium2.PdfDocument(world.vault.objects[letter.object]) as pdf:
        said = " ".join(page.get_textpage().get_text_bounded() for page in pdf)
    assert says in said.replace("\r\n", " ")
    assert {"de": "Zeichen", "fr": "Référence"}[language] in said
