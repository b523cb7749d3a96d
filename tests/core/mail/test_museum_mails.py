"""Every exhibit of the museum is read or refused as it says; changed at random it is read or refused with a code."""

import random
from collections import Counter
from contextlib import suppress
from dataclasses import asdict
from email import message_from_bytes, policy

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import seed as hypothesis_seed
from hypothesis import strategies as st
from tests import soaking
from tests.museum.mails.collection import PDF, SERVER, Exhibit, deceiving, exhibits, head, multipart

from safeconduct.core.mail import parts
from safeconduct.core.mail.errors import MailUnreadableError
from safeconduct.core.mail.limits import MailLimits
from safeconduct.core.mail.read import ReadMail, read_mail

EXHIBITS = exhibits()
FEWEST = 40


def test_the_museum_is_as_large_as_it_says() -> None:
    names = [one.name for one in EXHIBITS]
    assert len(names) == len(set(names)) >= FEWEST
    soaking.report("mails.museum", exhibits=len(names), refused=sum(bool(one.code) for one in EXHIBITS))


@pytest.mark.parametrize("one", EXHIBITS, ids=lambda one: one.name)
def test_each_exhibit_is_what_it_says(one: Exhibit) -> None:
    if one.code:
        with pytest.raises(MailUnreadableError) as refused:
            read_mail(one.data, server=SERVER)
        assert refused.value.code == one.code
        return
    read = read_mail(one.data, server=SERVER)
    told = {**vars(read), **asdict(read.authentication)}
    for name, value in one.says.items():
        assert told[name] == value, name
    assert set(one.notes) <= set(read.notes)
    assert not one.word or read.authentication.word == one.word


def test_files_come_out_byte_for_byte() -> None:
    for name in ("with_a_paper", "unix_line_ends", "forwarded", "a_name_in_pieces"):
        read = read_mail(next(one.data for one in EXHIBITS if one.name == name))
        assert [one.data for one in read.attached if one.declared == "application/pdf"] == [PDF]
    pieces = next(one.data for one in EXHIBITS if one.name == "a_name_in_pieces")
    assert read_mail(pieces).attached[0].name == "paper.pdf"
    broken = next(one.data for one in EXHIBITS if one.name == "broken_base64")
    assert [one.code for one in read_mail(broken).attached] == ["SC-MAIL-ENCODING"]


def test_a_usual_reader_believes_what_ours_does_not() -> None:
    """The control: the standard library takes the first of two senders, and another server's word."""
    twice = next(one.data for one in EXHIBITS if one.name == "two_senders")
    assert message_from_bytes(twice, policy=policy.compat32).get_all("From") is not None
    forged = [one for one in deceiving() if one.word in {"absent", "contradictory"}]
    believed = [one for one in forged if b"dkim=pass" in one.data or b"spf=pass" in one.data]
    assert len(forged) == len(believed) >= 4


def test_without_a_server_of_ours_nobody_is_believed() -> None:
    for one in EXHIBITS:
        if not one.code:
            assert read_mail(one.data).authentication.word == "absent"


def _changed(data: bytes, dice: random.Random) -> bytes:
    kind = dice.randrange(4)
    place = dice.randrange(len(data) + 1)
    if kind == 0:
        return data[:place]
    if kind == 1:
        return data[:place] + dice.randbytes(dice.randrange(1, 9)) + data[place:]
    if kind == 2:
        other = dice.randrange(len(data) + 1)
        low, high = sorted((place, other))
        return data[:low] + data[high:]
    token = dice.choice(
        [b"\r\n", b"\n", b"\0", b"=?", b"?=", b"--b1", b";", b'"', b"(", b"boundary=", b"*0*=", b"<", b"@"]
    )
    return data[:place] + token + data[place:]


def test_changed_exhibits_are_read_or_refused_with_a_code() -> None:
    dice = random.Random(soaking.seed("mails.changed"))  # noqa: S311 - a seeded choice of test cases
    small = [one.data for one in EXHIBITS if len(one.data) < 20_000]
    read, codes = 0, Counter[str]()
    for _ in range(soaking.count(3_000, 300_000)):
        data = dice.choice(small)
        for _ in range(dice.randrange(1, 4)):
            data = _changed(data, dice)
        try:
            assert isinstance(read_mail(data, server=SERVER), ReadMail)
            read += 1
        except MailUnreadableError as error:
            codes[error.code] += 1
    assert read > 0
    assert len(codes) > 3
    # The reader's own last word, for what it did not foresee, was not needed.
    assert "SC-MAIL" not in codes
    soaking.report("mails.changed", read=read, refused=codes.total(), codes=len(codes))


FIELD = st.sampled_from(
    ["From", "Reply-To", "Subject", "Content-Type", "Content-Disposition", "Authentication-Results", "Received", "X"]
)
VALUE = st.text(st.characters(codec="utf-8"), max_size=60) | st.sampled_from(
    [
        "multipart/mixed; boundary=a", "message/rfc822", f"{SERVER}; dkim=pass header.d=x.example", '"', "((((", "=?",
        "=?utf-8?b?////?=", "text/html; charset=utf-16", "a; b*0*=''x; b*=y; b=z", "<<<@>>>", "<a@b", "a; b*999=1",
    ]
)  # fmt: skip


@hypothesis_seed(soaking.seed("mails.random"))
@settings(max_examples=soaking.count(300, 50_000), deadline=None, suppress_health_check=list(HealthCheck))
@given(fields=st.lists(st.tuples(FIELD, VALUE), max_size=8), body=st.binary(max_size=300) | st.just(b"--a\n\n--a--"))
def test_random_mails_raise_nothing_but_coded_errors(fields: list[tuple[str, str]], body: bytes) -> None:
    data = "\n".join(f"{name}: {value}" for name, value in fields).encode() + b"\n\n" + body
    with suppress(MailUnreadableError):
        assert isinstance(read_mail(data, server=SERVER), ReadMail)


def test_limits_are_the_readers_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: with a greater depth the same mail is read, so that the refusal is the limit's."""
    deep = next(one.data for one in EXHIBITS if one.name == "nine_deep")
    assert read_mail(deep, limits=MailLimits(depth=20)).text
    monkeypatch.setattr(parts, "_decoded", lambda _head, body: body[:1])
    cut = read_mail(multipart(b"Content-Type: text/plain\r\n\r\nHello", first=head()))
    assert cut.text == "H"
