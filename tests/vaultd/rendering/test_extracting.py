"""The parent of a reading child: what a child says is believed only within its form, and what it proposes is bound."""

import json
import sys

import pytest
from tests.small_pdf import joined, small_pdf, stream
from tests.vaultd.rendering.test_drawing import NO_FILTERS

from safeconduct.core.base.upload_limits import UploadLimits
from safeconduct.core.reading.proposals import MOST_PROPOSALS, Field
from safeconduct.vaultd.rendering.errors import SandboxUnavailableError, TooHeavyError, UndrawableError
from safeconduct.vaultd.rendering.extracting import Extracting, Reading, reading_from_json

LIMITS = UploadLimits(child_seconds=10)
WORD = [1, 1, 100, 100, 900, 200, "x@example.org"]
MEANT = ["identifier", "email", "x@example.org", 0, 0, "ADDRESS", False]
CHILD = """
import json, os, struct
def frame(word, a=0, b=0, c=0): os.write(1, struct.pack(">4sIII", word, a, b, c))
def say(word, value, number):
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    frame(word, len(data), number)
    while data: data = data[os.write(1, data):]
def greet(magic=b"SCWORDS1"): os.write(1, struct.pack(">8sI", magic, 127))
def read():
    while os.read(0, 1 << 20): pass
"""
START = "greet(); read(); "
HONEST = f"{START}say(b'WORD', [{WORD}], 1); say(b'MEAN', [{MEANT}], 0); frame(b'DONE', 1, 1)"


def told(words: object = (WORD,), meant: object = (MEANT,), end: str = "frame(b'DONE', 1, 1)") -> str:
    return f"{START}say(b'WORD', {words!r}, 1); say(b'MEAN', {meant!r}, 0); {end}"


LIES = {
    "no greeting": ("pass", UndrawableError),
    "the greeting of a drawing": ("greet(b'SCPIXEL1'); read()", UndrawableError),
    "pixels": (START + "frame(b'PAGE', 1, 1, 1)", UndrawableError),
    "no proposals": (START + f"say(b'WORD', [{WORD}], 1); frame(b'DONE', 1, 1)", UndrawableError),
    "pages backwards": (START + "say(b'WORD', [], 2); say(b'WORD', [], 1)", UndrawableError),
    "a page of no paper": (START + "say(b'WORD', [], 501)", UndrawableError),
    "more read than there is": (told(end="frame(b'DONE', 0, 1)"), UndrawableError),
    "words that are no JSON": (START + "say(b'WORD', b'[[[', 1)", UndrawableError),
    "a deep JSON": (START + "say(b'WORD', b'[' * 200000, 1)", UndrawableError),
    "words in an object": (told({}), UndrawableError),
    "a word of another page": (told([[2, *WORD[1:]]]), UndrawableError),
    "a box outside": (told([[1, 1, 0, 0, 10001, 1, "a"]]), UndrawableError),
    "a box turned round": (told([[1, 1, 9, 0, 1, 1, "a"]]), UndrawableError),
    "a word with a space": (told([[1, 1, 0, 0, 1, 1, "a b"]]), UndrawableError),
    "half a letter": (told([[1, 1, 0, 0, 1, 1, "\ud800"]]), UndrawableError),
    "a word without end": (told([[1, 1, 0, 0, 1, 1, "a" * 161]]), UndrawableError),
    "truth for a number": (told([[True, 1, 0, 0, 1, 1, "a"]]), UndrawableError),
    "a page of too many words": (START + f"say(b'WORD', [{WORD}] * 6001, 1)", TooHeavyError),
    "too many words": (START + f"[say(b'WORD', [[n, *{WORD[1:]}]] * 6000, n) for n in range(1, 13)]", TooHeavyError),
    "more bytes than one page says": (START + "frame(b'WORD', 4194305, 1)", TooHeavyError),
    "a field that is none": (told(meant=[["verdict", *MEANT[1:]]]), UndrawableError),
    "a reason of its own": (told(meant=[[*MEANT[:5], "TRUST_ME", False]]), UndrawableError),
    "words that were not sent": (told(meant=[[*MEANT[:3], 0, 1, "ADDRESS", False]]), UndrawableError),
    "words from behind": (told(meant=[[*MEANT[:3], -1, 0, "ADDRESS", False]]), UndrawableError),
    "a value without end": (told(meant=[["identifier", "email", "a" * 201, 0, 0, "ADDRESS", False]]), UndrawableError),
    "a value of half a letter": (told(meant=[["identifier", "", "\udfff", 0, 0, "ADDRESS", False]]), UndrawableError),
    "too many proposals": (START + f"say(b'WORD', [{WORD}], 1); say(b'MEAN', [{MEANT}] * 401, 0)", TooHeavyError),
    "proposals twice": (told(end=f"say(b'MEAN', [{MEANT}], 0)"), UndrawableError),
    "words after proposals": (told(end=f"say(b'WORD', [{WORD}], 2)"), UndrawableError),
    "it dies": ("greet(); os.kill(os.getpid(), 11)", UndrawableError),
    "it says too much memory": (START + "frame(b'FAIL', 4)", TooHeavyError),
    "it pretends not to be enclosed": (START + "os._exit(71)", SandboxUnavailableError),
}


def extracting(script: str, limits: UploadLimits = LIMITS) -> Extracting:
    return Extracting(limits, command=(sys.executable, "-I", "-S", "-c", CHILD + script))


def read(data: bytes, limits: UploadLimits = LIMITS) -> Reading:
    return Extracting(limits).read(data)


def test_what_an_honest_child_says_is_taken() -> None:
    made = extracting(HONEST).read(b"anything")
    assert [one.text for one in made.words] == ["x@example.org"]
    assert [(one.field, one.value) for one in made.proposals] == [(Field.IDENTIFIER, "x@example.org")]
    assert reading_from_json(json.loads(json.dumps(made.as_json()))) == made


@pytest.mark.parametrize("name", LIES)
def test_a_child_that_lies_is_not_believed(name: str) -> None:
    script, error = LIES[name]
    with pytest.raises(error):
        extracting(script).read(b"anything")


def test_a_child_that_stalls_is_ended() -> None:
    with pytest.raises(TooHeavyError):
        extracting("import time; greet(); time.sleep(60)", UploadLimits(child_seconds=1)).read(b"")


def test_without_seccomp_nothing_is_read() -> None:
    script = NO_FILTERS.replace("import child, sandbox", "import reading_child as child, sandbox")
    with pytest.raises(SandboxUnavailableError):
        Extracting(LIMITS, command=(sys.executable, "-I", "-c", script)).read(small_pdf("words"))


def page_of(content: bytes, entries: bytes = b"") -> bytes:
    return joined(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[4 0 R]/Count 1>>",
            b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Resources<</Font<</F 3 0 R>>>>/Contents 5 0 R%s>>"
            % entries,
            stream(content),
        ]
    )


def placed(made: Reading, text: str) -> tuple[int, int, int, int]:
    return next(one.box for one in made.words if one.text == text)


def test_words_have_their_place_on_the_page_as_it_is_drawn() -> None:
    text = b"BT /F 20 Tf 60 700 Td (order) Tj 0 -400 Td (later) Tj ET"
    plain = read(page_of(text))
    assert [(one.page, one.line, one.text) for one in plain.words] == [(1, 1, "order"), (1, 2, "later")]
    assert placed(plain, "order") == (1000, 1014, 1778, 1306)
    # Turned to the right, what was at the top left stands at the top right and runs downwards.
    assert placed(read(page_of(text, b"/Rotate 90")), "order") == (8694, 1000, 8986, 1778)
    cut = placed(read(page_of(text, b"/CropBox[0 600 600 800]")), "order")
    assert cut[1] == 4055


def test_a_scan_holds_no_words() -> None:
    scan = read(page_of(b"0 0 1 rg 10 10 500 500 re f"))
    assert (scan.pages, scan.read, scan.words, scan.proposals) == (1, 1, (), ())


def test_many_identifiers_end_in_few_proposals() -> None:
    lines = b"".join(b"(a%d@example.org b%d@example.org) Tj 0 -1 Td " % (n, n) for n in range(4000))
    made = read(page_of(b"BT /F 1 Tf 60 790 Td " + lines + b"ET"))
    assert made.more
    assert 0 < len(made.proposals) <= MOST_PROPOSALS
