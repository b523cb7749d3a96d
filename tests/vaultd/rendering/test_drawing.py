"""The parent's side: a child that lies, stalls, floods or cannot be enclosed, and where the copy is kept."""

import io
import sys
import time
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
from tests.small_pdf import small_pdf
from tests.vaultd.faces.test_change_person import face_of, play
from tests.vaultd.rendering.probes import START
from tests.vaultd.story import MATTER, Story, sealed

from safeconduct.core.base.canonical import sha256_hex
from safeconduct.core.base.upload_limits import UploadLimits
from safeconduct.vaultd.objects import UnknownObjectError
from safeconduct.vaultd.operations import OperationError, call
from safeconduct.vaultd.rendering.copies import CLEAN_COPY, CleanCopies
from safeconduct.vaultd.rendering.drawing import Drawing
from safeconduct.vaultd.rendering.errors import SandboxUnavailableError, TooHeavyError, UndrawableError

LIMITS = UploadLimits(child_seconds=10)
CHILD = """
import os, struct, sys, time
def frame(word, a=0, b=0, c=0): os.write(1, struct.pack(">4sIII", word, a, b, c))
def greet(magic=b"SCPIXEL1"): os.write(1, struct.pack(">8sI", magic, 127))
def read():
    while os.read(0, 1 << 20): pass
def pixels(count):
    while count > 0: count -= os.write(1, b"x" * min(count, 1 << 20))
"""
HONEST = "greet(); read(); frame(b'PAGE', 9, 8, 3); pixels(216); frame(b'DONE', 1)"
LIES = {
    "no greeting": ("pass", UndrawableError),
    "another greeting": ("greet(b'SOMEBODY'); read(); frame(b'DONE', 0)", UndrawableError),
    "no page": ("greet(); read(); frame(b'DONE', 0)", UndrawableError),
    "a word that is none": ("greet(); read(); frame(b'EVIL', 1)", UndrawableError),
    "a page without area": ("greet(); read(); frame(b'PAGE', 0, 9, 3)", UndrawableError),
    "a page of too many pixels": ("greet(); read(); frame(b'PAGE', 20000, 20000, 3)", UndrawableError),
    "a page too long": ("greet(); read(); frame(b'PAGE', 1, 4000000000, 1)", UndrawableError),
    "two channels": ("greet(); read(); frame(b'PAGE', 9, 9, 2); pixels(162)", UndrawableError),
    "fewer pixels than said": ("greet(); read(); frame(b'PAGE', 9, 9, 3); pixels(242)", UndrawableError),
    "it breaks off": ("greet(); read(); os.write(1, b'PAGE')", UndrawableError),
    "pages without end": ("greet(); read()\nwhile True: frame(b'PAGE', 9, 9, 1); pixels(81)", TooHeavyError),
    "it hands on without a page": ("greet(); read(); frame(b'MORE', 0)", TooHeavyError),
    "it hands on to another page": ("greet(); read(); frame(b'MORE', 400)", UndrawableError),
    "it hands on for ever": ("greet(); read(); frame(b'PAGE', 9, 9, 1); pixels(81); frame(b'MORE', 1)", TooHeavyError),
    "it says too much memory": ("greet(); read(); frame(b'FAIL', 4)", TooHeavyError),
    "it says something unknown": ("greet(); read(); frame(b'FAIL', 4000000000)", UndrawableError),
    "it dies": ("greet(); os.kill(os.getpid(), 11)", UndrawableError),
    "it pretends not to be enclosed": ("greet(); read(); os._exit(71)", SandboxUnavailableError),
}


@pytest.fixture
def played(ready: Story) -> Story:
    play(ready)
    return ready


def drawing(script: str, limits: UploadLimits = LIMITS) -> Drawing:
    command = (sys.executable, "-I", "-c", CHILD + script)
    return Drawing(limits, elapsed=time.monotonic, command=command)


def test_an_honest_child_is_believed() -> None:
    with pikepdf.open(io.BytesIO(drawing(HONEST).clean_copy(b"x" * 2_000_000))) as made:
        assert len(made.pages) == 1


@pytest.mark.parametrize("what", LIES)
def test_a_lying_child_is_not_believed(what: str) -> None:
    script, refused = LIES[what]
    with pytest.raises(refused):
        drawing(script).clean_copy(small_pdf())


@pytest.mark.parametrize("script", ["time.sleep(60)", "greet(); time.sleep(60)", "greet(); read(); time.sleep(60)"])
def test_a_child_that_stalls_is_ended(script: str) -> None:
    with pytest.raises(TooHeavyError):
        drawing(script, replace(LIMITS, child_seconds=1)).clean_copy(bytes(2_000_000))


def test_a_copy_beyond_its_limit_is_given_up() -> None:
    script = "greet(); read()\nwhile True: frame(b'PAGE', 900, 900, 3); pixels(2430000)"
    with pytest.raises(TooHeavyError):
        drawing(script, replace(LIMITS, clean_bytes=20_000)).clean_copy(small_pdf())


def test_a_long_paper_is_drawn_by_one_child_after_the_other() -> None:
    command = (sys.executable, "-I", "-c", IMPATIENT)
    made = Drawing(replace(LIMITS, fewest_pages=1), elapsed=time.monotonic, command=command).clean_copy(
        small_pdf("page", pages=5)
    )
    with pikepdf.open(io.BytesIO(made)) as opened:
        assert len(opened.pages) == 5


IMPATIENT = """
import os, sys
import safeconduct.vaultd.rendering.child as made
made.ENOUGH = 0
os._exit(made.main(sys.argv[1:]))
"""

NO_FILTERS = (
    START.partition("where, port")[0]
    + """
from safeconduct.vaultd.rendering import child, sandbox
from safeconduct.vaultd.rendering.system_calls import INSTRUCTION, this_machine
code = [(0x20, 0, 0, 0), (0x15, 0, 3, this_machine().fatal["prctl"]), (0x20, 0, 0, 16), (0x15, 0, 1, 22),
        (0x06, 0, 0, 0x00050001), (0x06, 0, 0, 0x7fff0000)]
sandbox.program = lambda _machine: b"".join(INSTRUCTION.pack(*one) for one in code)
libc = ctypes.CDLL(None, use_errno=True)
sandbox._prctl(libc, 38, 1)
sandbox._install(libc, this_machine())
del sandbox.program
from safeconduct.vaultd.rendering.system_calls import program
sandbox.program = program
os._exit(child.main(sys.argv[1:]))
"""
)
"""A machine on which seccomp cannot be used: a first filter of ours refuses every later one."""


def without_seccomp(limits: UploadLimits = LIMITS) -> Drawing:
    return Drawing(limits, elapsed=time.monotonic, command=(sys.executable, "-I", "-c", NO_FILTERS))


def test_without_seccomp_nothing_is_drawn() -> None:
    with pytest.raises(SandboxUnavailableError):
        without_seccomp().clean_copy(small_pdf())


def test_without_seccomp_papers_are_still_received_and_the_page_says_why(
    played: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = played.vault.opened
    monkeypatch.setattr(opened.clean_copies, "_drawing", without_seccomp())
    played.grant()
    reader = face_of(played, "open")
    reader.enter("aline")
    papers = [sealed(played, "paper", small_pdf(str(one))) for one in range(2)]
    status, page = reader.ask(f"/object/{papers[0]}")
    assert (status, "SC-SANDBOX" in page) == ("503", True)
    assert not opened.objects.has(f"{papers[0]}-clean")
    assert opened.objects.open(papers[1]) == small_pdf("1")
    monkeypatch.setattr(opened.clean_copies, "_drawing", Drawing(LIMITS, elapsed=time.monotonic))
    assert reader.ask(f"/object/{papers[0]}")[0] == "200"
    status, page = reader.ask(f"/object/{papers[0]}/original")
    assert (status, "may harm" in page) == ("200", True)
    assert reader.ask(f"/object/{'0' * 32}/original")[0] == "404"


def test_the_copy_is_sealed_once_beside_an_original_that_stays(story: Story) -> None:
    opened = story.vault.opened
    data = small_pdf("words", pages=2)
    paper = sealed(story, "paper", data)
    made = opened.clean_copies.of(paper)
    assert made.startswith(b"%PDF-")
    assert opened.objects.open(paper) == data
    assert opened.objects.find(paper).sha256 == sha256_hex(data)
    kept = opened.objects.find(f"{paper}-clean")
    assert (kept.kind, kept.owner, kept.sha256) == (CLEAN_COPY, f"matter/{MATTER}", sha256_hex(made))
    assert opened.clean_copies.digest(paper) == sha256_hex(made)
    unable = CleanCopies(objects=opened.objects, drawing=drawing("pass"))
    assert unable.of(paper) == made


def test_nobody_else_seals_or_opens_a_clean_copy(story: Story) -> None:
    with pytest.raises(OperationError):
        call(story.vault, "seal", {"kind": CLEAN_COPY, "owner": {"matter": MATTER}, "data": ""})
    with pytest.raises(UnknownObjectError):
        story.vault.opened.clean_copies.of("0" * 32)


def test_the_parser_of_papers_is_not_in_the_vault_process() -> None:
    import subprocess  # noqa: PLC0415 - a process of its own, to see what it loads

    script = "import safeconduct.vaultd.server, sys; print('pypdfium2' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, cwd=Path(__file__).parent)
    assert ran.stdout.strip() == b"False"
