import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.packages.samples import ISSUER, signing

from safeconduct.core.base.errors import BadInputError
from safeconduct.core.packages.envelope import Envelope, EnvelopeError, write_note
from safeconduct.core.tlog.notes import open_note


@given(st.binary(max_size=200))
def test_the_note_beside_a_file_is_about_that_file(data: bytes) -> None:
    name, note = write_note(name="7KQ2.zip.age", data=data, reference="7KQ2-M4XW-9TBC", sign=signing(ISSUER))
    assert name == "7KQ2.zip.age.note"
    envelope = Envelope.parse(open_note(note, [ISSUER.verifier]).text)
    envelope.check(name="7KQ2.zip.age", data=data)
    for other_name, other in (
        ("7KQ2.zip.age", data + b"\x00"),
        ("other.age", data),
        ("7KQ2.zip.age", data[:-1] + b"!"),
    ):
        if (other_name, other) != ("7KQ2.zip.age", data):
            with pytest.raises(EnvelopeError):
                envelope.check(name=other_name, data=other)


@pytest.mark.parametrize("name", ["", "a/b", "../a", ".hidden", "a\nsha256", "Lee Oduya.pdf", "a" * 129])
def test_a_name_that_is_not_plain_is_refused(name: str) -> None:
    with pytest.raises(BadInputError):
        Envelope.of(name=name, data=b"x", reference="R")


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text + "more\n",
        lambda text: text.replace("size 1", "size 01"),
        lambda text: text.replace("v1/sealed", "v2/sealed"),
        lambda text: text.removesuffix("\n"),
    ],
)
def test_any_other_text_is_no_envelope(change: object) -> None:
    text = Envelope.of(name="a.age", data=b"x", reference="R").text
    assert Envelope.parse(text).reference == "R"
    with pytest.raises(EnvelopeError):
        Envelope.parse(change(text))
