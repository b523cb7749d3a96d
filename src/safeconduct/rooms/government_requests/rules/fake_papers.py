"""Writes the paper and the mail of a seeded fake: a forged emergency request or subpoena with the known signals.

1. Each carries at least three signals of ``impostors``, drawn anew, so that no two are alike. They are what the desk
   should have seen, and it is told them when the fake is revealed.
2. Nobody real is named: places and persons are invented, and telephone numbers are those kept for fiction (555-0100 to
   555-0199), so that no customer is touched.
3. The sender's domain is one that the company owns for this (``[mail] fake_domains``), so that no answer goes to a
   stranger. Without one it ends in ``.example``, which an attentive reader knows.
4. The mail bears what a mail from outside bears when our own server has taken it in.
"""

from base64 import encodebytes
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from safeconduct.core.base.ids import Randomness
from safeconduct.rooms.government_requests.rules.fake_pdf import typed_pdf
from safeconduct.rooms.government_requests.rules.impostors import SignalCode
from safeconduct.rooms.government_requests.rules.words import Process

PLACES = ("Marlow County", "Eastbrook", "Harlan Ridge", "Tessaly County", "Port Wendell", "Calder Falls", "Linden Mesa")
OFFICES = ("Sheriff's Office", "Police Department", "Department of Public Safety")
FIRST = ("Daniel", "Karen", "Marcus", "Elena", "Thomas", "Renee", "Victor", "Alice")
LAST = ("Whitlock", "Brandt", "Okafor", "Delgado", "Prentiss", "Saunders", "Mercer", "Haldane")
RANKS = ("Detective", "Sergeant", "Lieutenant", "Investigator")
CODES = ("212", "312", "415", "617", "702", "303", "404", "206")
PRODUCERS = ("Microsoft: Print To PDF", "Microsoft Word for Microsoft 365", "Acrobat Distiller 20.0", "Skia/PDF m117")
CITATIONS = ("18 U.S.C. 2702(b)(19)", "18 U.S.C. 2713(f)", "18 U.S.C. 2709(h)")
"""Provisions that do not exist."""
RESERVED = "example"
OF_EMERGENCY = (SignalCode.HASTE, SignalCode.PRESSURE_NOT_TO_CALL)
HASTE_WORDS = (
    "Lives are at stake and every minute counts. We need the records within the hour.",
    "This is a matter of life or death. Send the records immediately.",
    "The suspect is armed. Disclosure is needed right now.",
)
NO_CALL_WORDS = (
    "I am in the field and cannot take calls. Reply only to this address.",
    "Our telephones are down; reply only by e-mail. Do not call the switchboard.",
    "For the safety of the victim do not contact any other member of the department.",
)


@dataclass(frozen=True, kw_only=True)
class FakePaper:
    """A seeded fake as it will arrive. ``mail`` is the whole message, or empty where it is carried in by hand."""

    process: Process
    signals: tuple[SignalCode, ...]
    paper: bytes
    mail: bytes


@dataclass(frozen=True, kw_only=True)
class _Sender:
    place: str
    office: str
    name: str
    rank: str
    domain: str
    address: str
    telephone: str


def _draws(randomness: Randomness) -> Callable[[Sequence[str]], str]:
    return lambda listed: listed[int.from_bytes(randomness(4), "big") % len(listed)]


def _number(randomness: Randomness, most: int) -> int:
    return int.from_bytes(randomness(4), "big") % most


def _sender(randomness: Randomness, domains: tuple[str, ...]) -> _Sender:
    one = _draws(randomness)
    place, office, first, last = one(PLACES), one(OFFICES), one(FIRST), one(LAST)
    own = place.lower().replace(" ", "")
    domain = one(domains) if domains else f"{own}-justice.{RESERVED}"
    return _Sender(
        place=place,
        office=office,
        name=f"{first} {last}",
        rank=one(RANKS),
        domain=domain,
        address=f"{first[0].lower()}.{last.lower()}@{domain}",
        telephone=_telephone(randomness, one(CODES)),
    )


def _telephone(randomness: Randomness, code: str) -> str:
    return f"+1{code}55501{_number(randomness, 100):02d}"


def _signals(randomness: Randomness, process: Process, *, by_mail: bool) -> tuple[SignalCode, ...]:
    chosen = {SignalCode.FIRST_CONTACT} | ({SignalCode.UNKNOWN_DOMAIN} if by_mail else set())
    chosen |= set(OF_EMERGENCY) if process is Process.EMERGENCY_REQUEST else {SignalCode.NO_SUCH_CITATION}
    chosen.add(SignalCode.HASTE if _number(randomness, 2) else SignalCode.PRESSURE_NOT_TO_CALL)
    if by_mail and _number(randomness, 2):
        chosen.add(SignalCode.MAIL_FAILED)
    if _number(randomness, 2):
        chosen.add(SignalCode.NO_SUCH_CITATION)
    return tuple(code for code in SignalCode if code in chosen)


def _lines(
    sender: _Sender, process: Process, signals: tuple[SignalCode, ...], at: datetime, randomness: Randomness
) -> tuple[str, ...]:
    one, emergency = _draws(randomness), process is Process.EMERGENCY_REQUEST
    citation = one(CITATIONS) if SignalCode.NO_SUCH_CITATION in signals else "18 U.S.C. 2703(c)(2)"
    if emergency and SignalCode.NO_SUCH_CITATION not in signals:
        citation = "18 U.S.C. 2702(c)(4)"
    target, number = _telephone(randomness, one(CODES)), 10_000 + _number(randomness, 89_999)
    title = "EMERGENCY DATA REQUEST" if emergency else "SUBPOENA FOR RECORDS"
    asks = (
        "subscriber information and call detail records of the last 30 days"
        if emergency
        else "the name, address and payment records of the subscriber"
    )
    body = [
        f"{sender.place} {sender.office}",
        "",
        title,
        f"Case No. {at.year}-{number}",
        f"{at:%B} {at.day}, {at.year}",
        "",
        f"Pursuant to {citation}, you are directed to provide {asks}",
        f"of the following account: {target}",
        "",
        *([one(HASTE_WORDS)] if SignalCode.HASTE in signals else []),
        *([one(NO_CALL_WORDS)] if SignalCode.PRESSURE_NOT_TO_CALL in signals else []),
        "",
        f"Send the records to {sender.address}.",
        "",
        f"{sender.rank} {sender.name}",
        f"Badge {1000 + _number(randomness, 8999)}",
    ]
    return tuple(body)


def _mail(
    sender: _Sender, fake: tuple[Process, tuple[SignalCode, ...]], at: datetime, paper: bytes, server: str, unique: str
) -> bytes:
    process, signals = fake
    failed = SignalCode.MAIL_FAILED in signals
    said = "fail" if failed else "pass"
    word = (
        f"Authentication-Results: {server};\r\n spf={said} smtp.mailfrom={sender.domain};\r\n"
        f" dkim={said} header.d={sender.domain};\r\n dmarc={said} header.from={sender.domain}\r\n"
        if server
        else ""
    )
    stamp, subject = format_datetime(at), "Emergency" if process is Process.EMERGENCY_REQUEST else "Subpoena"
    boundary = f"----=_Part_{unique[:16]}"
    named = f"{subject.lower()}-{unique[-6:]}.pdf"
    text = (
        f"Return-Path: <{sender.address}>\r\n"
        f"Received: from mail.{sender.domain} (mail.{sender.domain} [203.0.113.{int(unique[:2], 16) % 254 + 1}])"
        f"\r\n by {server or 'mail'} with ESMTPS; {stamp}\r\n{word}"
        f"From: {sender.rank} {sender.name} <{sender.address}>\r\n"
        "To: <legal-process@localhost>\r\n"
        f"Subject: {subject} request, {sender.place}\r\n"
        f"Date: {stamp}\r\nMessage-ID: <{unique}@{sender.domain}>\r\nMIME-Version: 1.0\r\n"
        f'Content-Type: multipart/mixed; boundary="{boundary}"\r\n\r\n'
        f"--{boundary}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
        f"Please find attached. {sender.rank} {sender.name}\r\n\r\n"
        f'--{boundary}\r\nContent-Type: application/pdf; name="{named}"\r\n'
        f'Content-Disposition: attachment; filename="{named}"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    )
    attached = encodebytes(paper).replace(b"\n", b"\r\n")
    return text.encode("ascii") + attached + f"\r\n--{boundary}--\r\n".encode("ascii")


def fake_paper(
    *, at: datetime, by_mail: bool, server: str, domains: tuple[str, ...], randomness: Randomness
) -> FakePaper:
    """Return one forged paper that seems to be of ``at``, with its mail if it comes by mail."""
    process = Process.EMERGENCY_REQUEST if _number(randomness, 2) else Process.SUBPOENA
    sender = _sender(randomness, domains)
    signals = _signals(randomness, process, by_mail=by_mail)
    paper = typed_pdf(
        lines=_lines(sender, process, signals, at, randomness),
        producer=_draws(randomness)(PRODUCERS),
        made=f"D:{at:%Y%m%d%H%M%S}Z",
    )
    unique = randomness(16).hex()
    mail = _mail(sender, (process, signals), at, paper, server, unique) if by_mail else b""
    return FakePaper(process=process, signals=signals, paper=paper, mail=mail)
