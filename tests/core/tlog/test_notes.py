"""Signed notes, cosignatures and checkpoints: what is accepted, and that any change is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeconduct.core.base.errors import BadInputError, SafeconductError
from safeconduct.core.tlog.checkpoint import Checkpoint, CheckpointError, open_checkpoint, origin_of
from safeconduct.core.tlog.notes import (
    COSIGNATURE,
    KeyTextError,
    NoteError,
    Signer,
    Verifier,
    open_note,
    sign_note,
    split_note,
)

LOG = Signer("log.example/public", bytes(range(32)))
OTHER = Signer("log.example/public", bytes(range(1, 33)))
WITNESS = Signer("witness.example/w1", bytes(range(2, 34)), COSIGNATURE)
HEAD = Checkpoint("log.example/public", 7, bytes(range(32)))
NOTE = sign_note(HEAD.text, LOG, WITNESS, time=1_700_000_000)
KEYS = [LOG.verifier, WITNESS.verifier]


def test_a_checkpoint_with_a_cosignature_opens() -> None:
    opened = open_checkpoint(NOTE, origin=HEAD.origin, verifiers=KEYS)
    assert opened.checkpoint == HEAD
    assert opened.note.cosigners == {"witness.example/w1"}
    assert [found.time for found in opened.note.signatures] == [None, 1_700_000_000]
    assert origin_of("log.example", "public") == HEAD.origin


@given(st.data())
def test_any_flipped_bit_of_a_note_is_refused_or_is_in_a_line_nobody_trusts(data: st.DataObject) -> None:
    note = bytearray(NOTE.encode())
    place = data.draw(st.integers(0, len(note) - 1))
    note[place] ^= 1 << data.draw(st.integers(0, 7))
    try:
        opened = open_checkpoint(bytes(note).decode(), origin=HEAD.origin, verifiers=KEYS)
    except (SafeconductError, UnicodeDecodeError):
        return
    assert opened.checkpoint == HEAD
    assert len(opened.note.signatures) < len(KEYS)


def test_an_unknown_key_beside_is_passed_over_and_alone_refused() -> None:
    both = sign_note(HEAD.text, OTHER, LOG)
    assert [found.verifier for found in open_note(both, [LOG.verifier]).signatures] == [LOG.verifier]
    with pytest.raises(NoteError):
        open_note(sign_note(HEAD.text, OTHER), [LOG.verifier])


def test_a_false_line_of_a_known_key_spoils_the_note() -> None:
    line = sign_note("another text\n", WITNESS, time=5).rpartition("\n\n")[2]
    with pytest.raises(NoteError):
        open_note(sign_note(HEAD.text, LOG) + line, KEYS)


def test_a_cosignature_alone_does_not_make_a_checkpoint() -> None:
    note = sign_note(HEAD.text, WITNESS, time=5)
    with pytest.raises(CheckpointError):
        open_checkpoint(note, origin=HEAD.origin, verifiers=KEYS)


def test_the_checkpoint_of_another_log_is_refused() -> None:
    with pytest.raises(CheckpointError):
        open_checkpoint(NOTE, origin="log.example/private", verifiers=KEYS)


def test_one_key_counts_once() -> None:
    note = sign_note(HEAD.text, LOG, LOG, LOG)
    assert len(open_note(note, KEYS).signatures) == 1


@pytest.mark.parametrize("text", ["", "no newline", "tab\there\n", "\r\n"])
def test_a_text_that_no_note_can_carry_is_not_signed(text: str) -> None:
    with pytest.raises(NoteError):
        sign_note(text, LOG)


@pytest.mark.parametrize(
    "note",
    [
        "",
        "text\n",
        "text\n\n",
        "text\n\nno dash\n",
        "text\n\n\u2014 name !!!!\n",
        "text\n\n\u2014 name AAAA\n",
        "t\n\n\u2014 n\n",
    ],
)
def test_a_malformed_note_is_refused(note: str) -> None:
    with pytest.raises(NoteError):
        split_note(note)


def test_too_many_signatures_are_refused() -> None:
    line = NOTE.rpartition("\n\n")[2].splitlines(keepends=True)[0]
    with pytest.raises(NoteError):
        split_note(HEAD.text + "\n" + line * 101)
    assert len(split_note(HEAD.text + "\n" + line * 16)[1]) == 16


@pytest.mark.parametrize("signer", [LOG, WITNESS])
def test_keys_survive_their_text_form(signer: Signer) -> None:
    assert Signer.from_private_text(signer.private_text) == signer
    assert Verifier.from_vkey(signer.verifier.vkey) == signer.verifier
    assert signer.seed.hex() not in repr(signer)
    assert str(signer.seed) not in repr(signer)


def test_a_key_text_with_a_wrong_id_name_or_length_is_refused() -> None:
    vkey, private = LOG.verifier.vkey, LOG.private_text
    wrong = ["", "a+b", vkey.replace("log.", "lag."), vkey[:-4], vkey.replace("+A", "+B", 1), " +00000000+AAAA"]
    for text in wrong:
        with pytest.raises(KeyTextError):
            Verifier.from_vkey(text)
    for text in (vkey, private.replace("log.", "lag."), private[:-4]):
        with pytest.raises(KeyTextError):
            Signer.from_private_text(text)
    with pytest.raises(KeyTextError):
        Verifier("two words", LOG.verifier.public_key)


def test_a_cosigner_needs_a_time() -> None:
    with pytest.raises(BadInputError):
        sign_note(HEAD.text, WITNESS)


@pytest.mark.parametrize(
    "text",
    ["a\n1\n", "a\n01\nAAAA\n", "a\n1\nAAAA\n", "\n1\n" + "A" * 43 + "=\n", HEAD.text + "\n", HEAD.text.rstrip()],
)
def test_a_malformed_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(CheckpointError):
        Checkpoint.parse(text)


def test_extension_lines_are_kept() -> None:
    head = Checkpoint("o", 1, bytes(32), ("one", "two words"))
    assert Checkpoint.parse(head.text) == head
