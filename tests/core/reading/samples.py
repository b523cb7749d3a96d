"""Papers as words with places, made from plain text: a word's box follows its line and column."""

from safeconduct.core.reading.words import Word


def words_of(*pages: str) -> list[Word]:
    """Return the words of pages of plain text."""
    return [
        Word(page, line, (100 * place, 200 * line, 100 * place + 90, 200 * line + 150), word)
        for page, text in enumerate(pages, 1)
        for line, words in enumerate(text.splitlines(), 1)
        for place, word in enumerate(words.split()[:90])
    ]
