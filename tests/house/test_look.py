"""The vault's own pages and the faces are served by processes that share no file; their look must not drift apart."""

from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2] / "src" / "safeconduct"
FACES = SOURCE / "site" / "static" / "safeconduct.css"
SHEET = SOURCE / "vaultd" / "faces" / "static" / "sheet.css"


def tokens(text: str) -> str:
    """Return the part that names colours, sizes and spaces, in light and in dark."""
    return text[text.index(":root {") : text.index("*, ::before, ::after")]


def test_both_stylesheets_name_the_same_colours_sizes_and_spaces() -> None:
    assert "--ink:" in tokens(FACES.read_text("utf-8"))
    assert tokens(FACES.read_text("utf-8")) == tokens(SHEET.read_text("utf-8"))


def test_a_colour_that_differs_is_found() -> None:
    text = FACES.read_text("utf-8")
    assert tokens(text) != tokens(text.replace("#16191d", "#000000"))
