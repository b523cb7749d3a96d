"""The exhibits: name, bytes, the code of the refusal, and what else must be true of what was read."""

from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.small_pdf import small_pdf

SERVER = "mx.northwind.example"
PDF = small_pdf("a subpoena", pages=1)
OURS = f"{SERVER}; spf=pass smtp.mailfrom=calder.example; dkim=pass header.d=calder.example; dmarc=pass header.from=calder.example"
FORGED = "Authentication-Results: {}\r\n"


@dataclass(frozen=True, kw_only=True)
class Exhibit:
    """One mail; ``says`` are members of what was read, ``notes`` stand among its notes."""

    name: str
    data: bytes
    code: str = ""
    says: dict[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    word: str = ""


def head(*more: str, sender: str = "Lt. Marrow <marrow@calder.example>", subject: str = "Subpoena") -> bytes:
    """Return a head of the usual fields and ``more``, without its end."""
    lines = [f"From: {sender}", "To: legal@northwind.example", f"Subject: {subject}", "Message-ID: <1@calder.example>"]
    return "\r\n".join([*more, *lines]).encode() + b"\r\n"


def attachment(data: bytes = PDF, *, name: str = 'filename="paper.pdf"', way: bytes = b"base64") -> bytes:
    """Return a part with a file."""
    body = b64encode(data) if way == b"base64" else data
    return (
        b"Content-Type: application/pdf\r\nContent-Transfer-Encoding: %s\r\nContent-Disposition: attachment; %s\r\n\r\n%s"
        % (way, name.encode(), body)
    )


def multipart(*parts: bytes, first: bytes = b"", boundary: bytes = b"b1", closed: bool = True) -> bytes:
    """Return a mail of several parts."""
    inside = b"".join(b"\r\n--%s\r\n%s" % (boundary, part) for part in parts)
    end = b"\r\n--%s--\r\n" % boundary if closed else b""
    return (first or head()) + b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=%s\r\n\r\n%s%s" % (
        boundary,
        inside,
        end,
    )


TEXT = b"Content-Type: text/plain; charset=utf-8\r\n\r\nPlease see the paper."


def nested(depth: int) -> bytes:
    """Return a mail whose parts lie ``depth`` deep in each other."""
    inner = TEXT
    for number in range(depth):
        boundary = b"n%d" % number
        inner = b"Content-Type: multipart/mixed; boundary=%s\r\n\r\n--%s\r\n%s\r\n--%s--\r\n" % (
            boundary, boundary, inner, boundary,
        )  # fmt: skip
    return head() + inner


def good() -> Iterator[Exhibit]:
    """Yield mails that are read."""
    yield Exhibit(name="plain", data=head() + b"\r\nHello", says={"domain": "calder.example", "text": "Hello"})
    yield Exhibit(name="with_a_paper", data=multipart(TEXT, attachment()), says={"text": "Please see the paper."})
    yield Exhibit(name="unix_line_ends", data=multipart(TEXT, attachment()).replace(b"\r\n", b"\n"))
    yield Exhibit(name="no_body", data=head())
    yield Exhibit(name="only_a_body", data=b"\r\nHello", says={"domain": ""})
    forwarded = b"Content-Type: message/rfc822\r\n\r\n" + multipart(TEXT, attachment())
    yield Exhibit(name="forwarded", data=multipart(forwarded, boundary=b"outer"))
    yield Exhibit(name="eight_deep", data=nested(8))
    yield Exhibit(
        name="html_only",
        data=head() + b"Content-Type: text/html\r\n\r\n<p>Hello <script>x()</script></p>",
        notes=("html_only",),
    )
    yield Exhibit(
        name="our_reference",
        data=head(subject="Re: 7KQ2-M4XW-9TBC") + b"\r\nHello",
        says={"references": ("7KQ2-M4XW-9TBC",)},
    )
    yield Exhibit(
        name="answers_a_thread",
        data=head("In-Reply-To: <a@x>", "References: <b@x> <a@x>") + b"\r\nHello",
        says={"thread": ("a@x", "b@x")},
    )
    yield Exhibit(
        name="our_server_vouches",
        data=head(f"Authentication-Results: {OURS}") + b"\r\nHello",
        says={"spf": "pass", "dkim": "pass", "dmarc": "pass"},
        word="ours",
    )


def deceiving() -> Iterator[Exhibit]:
    """Yield mails that are read, and whose word about their sender must not be believed."""
    other = OURS.replace(SERVER, "mx.evil.example")
    yield Exhibit(name="another_servers_word", data=head(f"Authentication-Results: {other}") + b"\r\nx", word="absent")
    received = "Received: from a.evil.example by mx.evil.example; Mon, 1 Jan 2026 00:00:00 +0000"
    yield Exhibit(
        name="our_name_below_a_foreign_hop",
        data=head(received, f"Authentication-Results: {OURS}") + b"\r\nx",
        word="absent",
    )
    yield Exhibit(
        name="our_name_twice",
        data=head("Authentication-Results: " + OURS.replace("pass", "fail"), f"Authentication-Results: {OURS}")
        + b"\r\nx",
        word="contradictory",
    )
    yield Exhibit(
        name="our_name_in_a_comment",
        data=head(f"Authentication-Results: mx.evil.example ({SERVER}); spf=pass") + b"\r\nx",
        word="absent",
    )
    yield Exhibit(
        name="a_pass_in_a_comment",
        data=head(f"Authentication-Results: {SERVER}; spf=fail (it; dmarc=pass header.from=calder.example)") + b"\r\nx",
        says={"spf": "fail", "dmarc": "absent"},
        word="ours",
    )
    yield Exhibit(
        name="a_pass_in_quotes",
        data=head(f'Authentication-Results: {SERVER}; spf=fail reason="; dkim=pass header.d=calder.example"')
        + b"\r\nx",
        says={"spf": "fail", "dkim": "absent"},
        word="ours",
    )
    yield Exhibit(
        name="a_pass_for_another_domain",
        data=head(f"Authentication-Results: {SERVER}; dkim=pass header.d=evil.example") + b"\r\nx",
        says={"dkim": "pass_other"},
        word="ours",
    )
    yield Exhibit(
        name="a_pass_for_a_whole_ending",
        data=head(f"Authentication-Results: {SERVER}; dkim=pass header.d=example") + b"\r\nx",
        says={"dkim": "pass_other"},
        word="ours",
    )
    yield Exhibit(
        name="a_pass_for_a_longer_name",
        data=head(f"Authentication-Results: {SERVER}; dkim=pass header.d=r.example", sender="a@calder.example")
        + b"\r\nx",
        says={"dkim": "pass_other"},
        word="ours",
    )


def disguised() -> Iterator[Exhibit]:
    """Yield mails that name their sender so that a person reads another one."""
    yield Exhibit(
        name="answers_go_elsewhere",
        data=head("Reply-To: a@evil.example", "Return-Path: <b@evil.example>") + b"\r\nx",
        says={"mismatches": ("reply_to", "return_path")},
    )
    yield Exhibit(
        name="a_name_that_is_an_address",
        data=head(sender='"marrow@calder.example" <x@evil.example>') + b"\r\nx",
        says={"domain": "evil.example"},
        notes=("name_holds_address",),
    )
    yield Exhibit(
        name="an_encoded_name_that_is_an_address",
        data=head(sender="=?utf-8?q?marrow=40calder.example?= <x@evil.example>") + b"\r\nx",
        says={"domain": "evil.example"},
        notes=("name_holds_address",),
    )
    yield Exhibit(
        name="two_senders_in_one_field",
        data=head(sender="a@calder.example, b@evil.example") + b"\r\nx",
        says={"domain": ""},
        notes=("several_senders",),
    )
    yield Exhibit(
        name="two_addresses_in_brackets",
        data=head(sender="<a@calder.example> <b@evil.example>") + b"\r\nx",
        says={"domain": ""},
        notes=("several_senders",),
    )
    yield Exhibit(
        name="a_route_before_the_address",
        data=head(sender="<@calder.example:b@evil.example>") + b"\r\nx",
        says={"domain": "evil.example"},
    )
    yield Exhibit(
        name="letters_that_look_alike",
        data=head(sender="a@c\u0430lder.example") + b"\r\nx",
        says={"domain": ""},
        notes=("domain_not_ascii",),
    )
    yield Exhibit(name="punycode", data=head(sender="a@xn--clder-3ve.example") + b"\r\nx", notes=("domain_punycode",))


def odd() -> Iterator[Exhibit]:
    """Yield mails with letters, names and files that mean something else than they show."""
    yield Exhibit(
        name="a_line_break_in_an_encoded_word",
        data=head(subject="=?utf-8?q?a=0D=0ABcc:_b=40evil.example?=") + b"\r\nx",
        notes=("encoded_line_break",),
    )
    yield Exhibit(name="utf_7", data=head(subject="=?utf-7?q?+ADw-script+AD4-?=") + b"\r\nx", notes=("charset",))
    yield Exhibit(
        name="a_codec_of_the_program", data=head(subject="=?unicode_escape?q?=5Cx41?=") + b"\r\nx", notes=("charset",)
    )
    yield Exhibit(
        name="bytes_that_are_no_letters",
        data=head() + b"Content-Type: text/plain; charset=utf-8\r\n\r\n\xff\xfe",
        notes=("broken_text",),
    )
    yield Exhibit(
        name="a_name_that_turns_around",
        data=multipart(TEXT, attachment(name="filename*=utf-8''paper%E2%80%AEfdp.exe")),
    )
    yield Exhibit(
        name="two_file_names",
        data=multipart(
            TEXT,
            b'Content-Type: application/pdf; name="a.exe"\r\nContent-Disposition: attachment; filename="a.pdf"\r\n\r\nx',
        ),
        notes=("two_names",),
    )
    yield Exhibit(
        name="one_name_given_twice",
        data=multipart(TEXT, attachment(name='filename="a.pdf"; filename="a.exe"')),
        notes=("two_values",),
    )
    yield Exhibit(
        name="a_name_in_pieces",
        data=multipart(TEXT, attachment(name="filename*0=pa; filename*1=per; filename*2=.pdf")),
    )
    yield Exhibit(name="broken_base64", data=multipart(TEXT, attachment(b"!", way=b"base64").replace(b"IQ==", b"I=Q=")))
    yield Exhibit(name="an_unknown_encoding", data=multipart(TEXT, attachment(way=b"x-uuencode")))
    yield Exhibit(name="a_zip_in_a_pdfs_name", data=multipart(TEXT, attachment(b"PK\x03\x04" + b"\0" * 40)))


def refused() -> Iterator[Exhibit]:
    """Yield mails that no program here reads."""
    yield Exhibit(name="nothing", data=b"", code="SC-MAIL-EMPTY")
    yield Exhibit(name="only_spaces", data=b" \r\n\t\r\n", code="SC-MAIL-EMPTY")
    yield Exhibit(name="no_header_at_all", data=b"Hello\r\n\r\nx", code="SC-MAIL-HEADER-SYNTAX")
    yield Exhibit(name="a_null_in_the_head", data=head("X: a\0b") + b"\r\nx", code="SC-MAIL-HEADER-SYNTAX")
    yield Exhibit(name="a_lone_carriage_return", data=head("X: a\rBcc: b") + b"\r\nx", code="SC-MAIL-HEADER-SYNTAX")
    yield Exhibit(name="a_space_in_a_name", data=head("X y: a") + b"\r\nx", code="SC-MAIL-HEADER-SYNTAX")
    yield Exhibit(name="ten_megabytes_of_head", data=head("X: " + "a" * 10_000_000), code="SC-MAIL-HEADER-SIZE")
    yield Exhibit(
        name="a_head_of_folded_lines", data=head("X: a\r\n" + " b\r\n" * 200_000 + "Y: c"), code="SC-MAIL-HEADER-SIZE"
    )
    yield Exhibit(name="a_thousand_fields", data=head(*["X: a"] * 1000) + b"\r\nx", code="SC-MAIL-HEADER-COUNT")
    yield Exhibit(name="two_senders", data=head("From: a@evil.example") + b"\r\nx", code="SC-MAIL-DUPLICATE")
    yield Exhibit(name="two_subjects", data=head("SUBJECT: x") + b"\r\nx", code="SC-MAIL-DUPLICATE")
    yield Exhibit(
        name="two_content_types",
        data=head("Content-Type: text/html", "Content-Type: text/plain") + b"\r\nx",
        code="SC-MAIL-DUPLICATE",
    )
    yield Exhibit(name="never_closed", data=multipart(TEXT, closed=False), code="SC-MAIL-BOUNDARY")
    yield Exhibit(name="no_boundary", data=head("Content-Type: multipart/mixed") + b"\r\nx", code="SC-MAIL-BOUNDARY")
    yield Exhibit(
        name="an_empty_boundary",
        data=head('Content-Type: multipart/mixed; boundary=""') + b"\r\n--\r\nx\r\n----",
        code="SC-MAIL-BOUNDARY",
    )
    yield Exhibit(
        name="a_boundary_that_never_comes",
        data=head("Content-Type: multipart/mixed; boundary=b") + b"\r\nx",
        code="SC-MAIL-BOUNDARY",
    )
    yield Exhibit(
        name="closed_before_it_begins",
        data=head("Content-Type: multipart/mixed; boundary=b") + b"\r\n--b--\r\n",
        code="SC-MAIL-BOUNDARY",
    )
    yield Exhibit(
        name="a_boundary_of_a_kilobyte",
        data=multipart(TEXT, boundary=b"b" * 1000),
        code="SC-MAIL-BOUNDARY",
    )
    same = b"Content-Type: multipart/mixed; boundary=b1\r\n\r\n--b1\r\n" + TEXT + b"\r\n--b1--\r\n"
    yield Exhibit(name="the_same_boundary_inside", data=multipart(same), code="SC-MAIL-BOUNDARY")
    yield Exhibit(name="nine_deep", data=nested(10), code="SC-MAIL-DEPTH")
    yield Exhibit(name="a_thousand_deep", data=nested(1000), code="SC-MAIL-DEPTH")
    yield Exhibit(name="a_thousand_parts", data=multipart(*[TEXT] * 1000), code="SC-MAIL-PARTS")
    deep = b"Content-Type: message/rfc822\r\n\r\n" * 50
    yield Exhibit(name="mails_in_mails", data=head() + deep + head() + b"\r\nx", code="SC-MAIL-DEPTH")
    yield Exhibit(
        name="a_broken_head_inside",
        data=multipart(b"no header\r\n\r\nx"),
        code="SC-MAIL-HEADER-SYNTAX",
    )


def exhibits() -> tuple[Exhibit, ...]:
    """Return every exhibit."""
    makers: tuple[Callable[[], Iterator[Exhibit]], ...] = (good, deceiving, disguised, odd, refused)
    return tuple(one for maker in makers for one in maker())
