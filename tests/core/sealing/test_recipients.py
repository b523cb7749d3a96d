"""age files: ours open with the public tool and the other way round; recipients and fingerprints are strict."""

import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeconduct.core.sealing import recipients
from safeconduct.core.sealing.errors import SealError
from safeconduct.core.sealing.recipients import RecipientError

IDENTITY, RECIPIENT = recipients.new_identity()
needs_age = [
    pytest.mark.needs_apt,
    pytest.mark.skipif(shutil.which("age") is None, reason="the Debian package age is not installed"),
]


@given(data=st.binary(max_size=500))
def test_what_is_encrypted_decrypts(data: bytes) -> None:
    assert recipients.decrypt_age(recipients.encrypt_age(data, [RECIPIENT]), IDENTITY) == data


def test_each_of_several_recipients_opens_it_and_a_stranger_does_not() -> None:
    other_identity, other = recipients.new_identity()
    stranger, _ = recipients.new_identity()
    sealed = recipients.encrypt_age(b"x", [RECIPIENT, other])
    assert recipients.decrypt_age(sealed, IDENTITY) == recipients.decrypt_age(sealed, other_identity) == b"x"
    with pytest.raises(SealError):
        recipients.decrypt_age(sealed, stranger)


def test_every_flipped_bit_and_truncation_is_refused() -> None:
    sealed = recipients.encrypt_age(b"a package", [RECIPIENT])
    for place in range(len(sealed)):
        changed = bytearray(sealed)
        changed[place] ^= 1
        for forged in (bytes(changed), sealed[:place]):
            with pytest.raises(SealError):
                recipients.decrypt_age(forged, IDENTITY)


@pytest.mark.parametrize("lines", [[], [RECIPIENT, RECIPIENT], ["age1nonsense"], [IDENTITY], [RECIPIENT.upper()], [""]])
def test_bad_recipients_are_refused(lines: list[str]) -> None:
    with pytest.raises(RecipientError):
        recipients.encrypt_age(b"x", lines)


def test_a_fingerprint_is_of_the_public_line() -> None:
    found = recipients.fingerprint(RECIPIENT)
    assert len(found) == 64
    assert recipients.fingerprint(recipients.recipient_of(IDENTITY)) == found
    assert recipients.spoken(found).replace(" ", "") == found
    with pytest.raises(RecipientError):
        recipients.fingerprint(IDENTITY)
    with pytest.raises(RecipientError):
        recipients.recipient_of(RECIPIENT)
    with pytest.raises(RecipientError):
        recipients.decrypt_age(b"", "AGE-SECRET-KEY-1")


class TestWithTheAgeTool:
    pytestmark = needs_age

    def test_the_tool_opens_ours(self, tmp_path: Path) -> None:
        (tmp_path / "id").write_text(IDENTITY + "\n")
        (tmp_path / "file.age").write_bytes(recipients.encrypt_age(b"for the officer" * 9000, [RECIPIENT]))
        done = subprocess.run(
            ["age", "-d", "-i", str(tmp_path / "id"), str(tmp_path / "file.age")], capture_output=True, check=True
        )
        assert done.stdout == b"for the officer" * 9000

    def test_we_open_the_tools(self) -> None:
        done = subprocess.run(["age", "-r", RECIPIENT], input=b"from outside", capture_output=True, check=True)
        assert recipients.decrypt_age(done.stdout, IDENTITY) == b"from outside"

    def test_the_tool_refuses_a_changed_file(self, tmp_path: Path) -> None:
        (tmp_path / "id").write_text(IDENTITY + "\n")
        sealed = bytearray(recipients.encrypt_age(b"for the officer", [RECIPIENT]))
        sealed[-1] ^= 1
        done = subprocess.run(
            ["age", "-d", "-i", str(tmp_path / "id")], input=bytes(sealed), capture_output=True, check=False
        )
        assert done.returncode != 0
