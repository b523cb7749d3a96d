"""Letters as data: the shipped ones are whole in every language, a broken one is refused, a changed one is unsigned."""

import re
from datetime import date
from pathlib import Path

import pytest

from safeconduct.core.rulebook.letter_templates import LetterTemplateError, load_letters
from safeconduct.core.rulebook.location import shipped
from safeconduct.core.rulebook.sign_offs import SignOffs

DAY = date(2026, 3, 1)


def _copy(folder: Path, change: tuple[str, str] = ("", "")) -> Path:
    (folder / "letters").mkdir()
    text = (shipped() / "letters" / "english.toml").read_text("utf-8")
    assert change[0] in text
    (folder / "letters" / "english.toml").write_text(text.replace(*change, 1), "utf-8")
    return folder


def test_every_language_has_every_letter_with_the_same_fields() -> None:
    letters = load_letters()
    assert letters.languages() == ("de", "en", "fr")
    kinds = {one.kind for one in letters.versions}
    assert len(kinds) >= 10
    for kind in kinds:
        found = [letters.in_force(kind=kind, language=code, day=DAY) for code in letters.languages()]
        assert all(one is not None for one in found), kind
        assert len({(tuple(sorted(one.fields.items())), bool(one.quote)) for one in found if one}) == 1, kind
    assert len({one.digest for one in letters.versions}) == len(letters.versions)


@pytest.mark.parametrize(
    "change",
    [
        ("{paper}", "{papers}"),
        ("{paper}", "{paper.name}"),
        ("{paper}", "{paper!r}"),
        ("{cure}", "{cure:>9}"),
        ("{cure}", "{nobody}"),
        ('paper = "paper"', 'paper = "markup"'),
        ("version = 1", "version = 0"),
        ("valid_from = 2026-01-01", 'valid_from = "soon"'),
        ('kind = "cover"', 'kind = "none_held"'),
        ('subject = "The answer', 'subject = "  "\nmore = "The answer'),
        ('other = "paper"\n', ""),
        ('"December"', '"December", "Thirteenth"'),
        ('day = "{day} {month} {year}"', 'day = "{day}"'),
        ("[labels]", "[lables]"),
    ],
)
def test_a_template_that_is_not_whole_is_refused(tmp_path: Path, change: tuple[str, str]) -> None:
    with pytest.raises(LetterTemplateError):
        load_letters(_copy(tmp_path, change))


def test_any_changed_word_undoes_a_signature(tmp_path: Path) -> None:
    before = load_letters()
    signs = SignOffs(demonstration=True).signing(before.versions, name="Counsel", day=DAY)
    changed = load_letters(_copy(tmp_path, ('signature = "Legal', 'signature = "The legal')))
    assert all(signs.covering(one, DAY) for one in before.versions)
    assert not any(signs.covering(one, DAY) for one in changed.versions)
    unchanged = tmp_path / "unchanged"
    unchanged.mkdir()
    assert all(signs.covering(one, DAY) for one in load_letters(_copy(unchanged)).versions)


def test_the_newest_version_answers_from_its_day(tmp_path: Path) -> None:
    folder = _copy(tmp_path)
    path = folder / "letters" / "english.toml"
    text = path.read_text("utf-8")
    table = re.search(r'\[\[template\]\]\nkind = "cover".*?(?=\[\[template\]\])', text, re.DOTALL)
    assert table
    newer = table[0].replace("version = 1", "version = 2").replace("2026-01-01", "2026-07-01")
    path.write_text(f"{text}\n{newer}", "utf-8")
    letters = load_letters(folder)
    found = [letters.in_force(kind="cover", language="en", day=day) for day in (DAY, date(2026, 7, 1))]
    assert [one.version for one in found if one] == [1, 2]
    assert letters.in_force(kind="cover", language="en", day=date(2025, 12, 31)) is None
