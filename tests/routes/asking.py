"""One cell: ask one address with one method as one person, and judge the answer by the table."""

import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.contrib.sessions.backends.db import SessionStore
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponseBase
from django.test import RequestFactory
from django.test.client import ClientHandler
from tests.rooms.government_requests.world import CUSTOMER, GRANT, NOW, RECIPIENT
from tests.routes.catalogue import Row
from tests.routes.ground import PEOPLE, UNKNOWN, Company
from tests.small_pdf import small_pdf

from safeconduct.rooms.government_requests.rules.words import FindingKind

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
TOKEN = re.compile(rb'value="[A-Za-z0-9]{64}"')
HOST = "testserver"
PERIOD = "2025-H2"


@dataclass(frozen=True, kw_only=True)
class Cell:
    """What is asked, by whom, about which matter."""

    row: Row
    path: str
    method: str
    role: str
    kind: str = ""
    state: str = ""
    token: bool = True

    def __str__(self) -> str:
        about = f" of {self.kind} in {self.state}" if self.kind else ""
        return f"{self.row.face} {self.method} {self.row.name} {self.row.act}{about} as {self.role}"


@dataclass
class Browser:
    """Everybody's session cookies, and the two ways in: with a form's token taken for granted, and without."""

    company: Company
    cookies: dict[str, str] = field(default_factory=lambda: {"forged": "a" * 32})
    factory: RequestFactory = field(default_factory=lambda: RequestFactory(headers={"host": HOST}))
    trusting: ClientHandler = field(default_factory=lambda: ClientHandler(enforce_csrf_checks=False))
    checking: ClientHandler = field(default_factory=lambda: ClientHandler(enforce_csrf_checks=True))

    def enter(self, name: str, face: str, account: str) -> None:
        """Sign a person in at a face, as the demonstration does, and keep the cookie."""
        request = self.factory.post("/sign-in/demonstration", {"account": account}, secure=True)
        answer = ClientHandler(enforce_csrf_checks=False)(request.environ)
        assert answer.status_code == 302, (name, answer.content)
        self.cookies[name] = answer.cookies[f"__Host-{face}"].value

    def keep_grants(self, name: str) -> None:
        """Let a person's session hold a reading grant for every matter, as ``open_case`` leaves it."""
        session = SessionStore(self.cookies[name])
        known = (*self.company.matters.values(), *self.company.mails.values())
        session.update({f"grant:{one}": GRANT for one in known})
        session.save()

    def ask(self, cell: Cell, path: str, given: dict[str, Any]) -> HttpResponseBase:
        """Answer as the face does, through its whole middleware."""
        name = f"__Host-{cell.row.face}"
        method = getattr(self.factory, cell.method.lower())
        request = method(path, given if cell.method in ("GET", "HEAD", "POST") else "", secure=True)
        cookie = self.cookies.get(cell.role, "")
        request.environ["HTTP_COOKIE"] = f"{name}={cookie}" if cookie else ""
        handler = self.trusting if cell.token else self.checking
        answer: HttpResponseBase = handler(request.environ)
        return answer


def _five() -> dict[str, Any]:
    one = {"outcome": "met", "words": "The name of the subscriber.", "page": "2", "reason": "It says so."}
    return {f"{kind}-{name}": value for kind in FindingKind for name, value in one.items()}


def given_for(company: Company, row: Row, matter: str) -> dict[str, Any]:
    """Return what a person would type for this act; everything that it needs."""
    if row.name == "gov_mail_attach":
        return {"matter": company.matters[next(one for one in company.matters if one[1] == "A")]}
    if row.name == "gov_link":
        other = next(one for (_, kind), one in company.matters.items() if kind == "B" and one != matter)
        return {"other": other, "kind": "same_investigation", "reason": "One account."}
    by_name: dict[str, dict[str, Any]] = {
        "gov_unlink": {"link": UNKNOWN, "reason": "A mistake."},
        "gov_finding": {"outcome": "met", "words": "The name of the subscriber.", "page": "2", "reason": "It says so."},
        "gov_record_findings": _five(),
        "gov_find": {"words": "+1 (202) 555-0143"},
        "gov_mail_file": {"reason": "spam", "words": "It sells watches."},
        **_casework(),
        "gov_silence": {
            "prohibition": matter,
            "recipient": RECIPIENT,
            "binds": "yes",
            "reason": "So.",
            "pages": "1",
            **_day("until", 300),
        },
        "gov_caution_act": {"recipient": RECIPIENT, "cause": "too_much", "customer": CUSTOMER, "incident": UNKNOWN},
        "gov_answer": {"words": "These days."},
        "directory": {
            "name": "Sheriff of Calder",
            "country": "US",
            "number": "+1 202 555 0142",
            "source": "State directory",
            "found_on": f"{NOW.day} {NOW.month} {NOW.year}",
        },
        "suspend_sender": {"reason": "agency_asks"},
        "colleagues": {"name": "Tamsin Orr", "post": "Detective", "mail": "t.orr@calder.example"},
        "gov_give": {"to": PEOPLE["counsel"].person, "reason": "On leave."},
    }
    if row.name in by_name:
        return by_name[row.name]
    words: dict[str, dict[str, Any]] = {
        "transcript": {"transcript": "The words."},
        "determine": {"provision": "us.sca.2703-a", "reason": "So.", **_day("expires", 30)},
        "refuse": {"words": "The name", "why": "Unsigned.", "cure": "Sign.", "recipient": RECIPIENT},
        "redirect": {"authority": "Office of Affairs", "recipient": RECIPIENT},
        "none-held": {"recipient": RECIPIENT},
        "return-paper": {"recipient": RECIPIENT},
        "redirect-to-customer": {"recipient": RECIPIENT},
        "data-role": {"category": "subscriber", "role": "processor"},
        "acknowledge": {"recipient": RECIPIENT},
        "draft-notice": {"recipient": RECIPIENT},
        "issue": {"letter": company.letter_of(matter)} if row.act == "issue" else {},
        "call-back": {"source": "our_directory", "reached": "on"},
        "propose": {"days": "30", "recipient": RECIPIENT},
        "prohibit": {"pages": "1", **_day("until", 60)},
        "except": {"exception": "customer_informed_by_authority"},
        "waive-waiting": {"reason": "customer_agreed", "words": "They agreed."},
    }
    return words.get(row.act, {"words": "Some words."} if row.name == "gov_say" else {})


def _casework() -> dict[str, dict[str, Any]]:
    """Return what is typed beside the review: calls, letters that came, supplements, costs, courts."""
    return {
        "gov_supplement": {"reason": "found_later", "words": "More was found."},
        "gov_resume": {"reason": "found_later", "words": "More was found."},
        "gov_litigation": {"words": "A suit is announced.", **_day("review", 30)},
        "gov_write_invoice": {
            **{f"work_{place}": "search" for place in (1, 2, 3)},
            **{f"category_{place}": "message_content" for place in (1, 2, 3)},
            "minutes_1": "30",
            "amount_1": "60.00",
            "recipient": RECIPIENT,
        },
        "gov_call_custodian": {
            "person": PEOPLE["counsel"].person,
            "words": "Court of Calder.",
            "time": "10:00",
            **_day("hearing", 20),
        },
        "gov_give_mandate": {"person": PEOPLE["outside_counsel"].person, "time": "10:00", **_day("until", 20)},
        "gov_comment": {"words": "Too wide."},
        "gov_mandated_say": {"words": "Too wide."},
        "gov_note_call": {"direction": "outgoing", "channel": "telephone", "words": "They will send it again."},
        "gov_keep_incoming": {"channel": "post", "pages": "1"},
    }


def with_what_only_an_act_needs(cell: Cell, given: dict[str, Any]) -> dict[str, Any]:
    """Add the file and the second person, which each request needs anew."""
    if cell.row.act in ("prohibit", "extend"):
        given |= {"order": SimpleUploadedFile("order.pdf", small_pdf("order", pages=1), content_type="application/pdf")}
    if cell.row.name == "gov_keep_incoming":
        given |= {"file": SimpleUploadedFile("came.pdf", small_pdf("came", pages=1), content_type="application/pdf")}
    if cell.row.act == "call-back":
        given |= {"second": PEOPLE["counsel" if cell.role == "analyst" else "analyst"].person}
    return given


def _day(name: str, ahead: int) -> dict[str, str]:
    day = NOW + timedelta(days=ahead)
    return {f"{name}_day": str(day.day), f"{name}_month": str(day.month), f"{name}_year": str(day.year)}


def signed_in(cell: Cell) -> bool:
    """Return whether the person still stands, and at this face."""
    one = PEOPLE.get(cell.role)
    return one is not None and not one.since and one.face == cell.row.face


def may(cell: Cell) -> bool:
    """Return whether the table lets this person do this, whatever the state."""
    row, role = cell.row, "analyst" if cell.role == "uncleared" else cell.role
    role = {"other_officer": "officer", "other_counsel": "outside_counsel"}.get(role, role)
    if role not in row.who or cell.kind == "unknown":
        return False
    if cell.row.face == "portal":
        return not cell.kind or (cell.kind == "B") is (cell.role == "other_officer")
    if cell.role == "other_counsel" and cell.kind not in ("", "A"):
        return False
    return PEOPLE[cell.role].cleared or not cell.kind.endswith("silenced")


def expected(cell: Cell) -> tuple[int, str]:
    """Return the status, and for a redirect where it begins."""
    row = cell.row
    if row.needs == "token":
        # A bearer token counts there and nothing else: no session, and so no form's token either.
        return (401 if cell.method in row.methods else 405), ""
    if not cell.token and cell.method not in ("GET", "HEAD", "OPTIONS"):
        return 403, ""
    if row.needs == "open":
        if cell.method not in row.methods:
            return 405, ""
        drawn = cell.method == "GET" and "POST" in row.methods
        return (200 if drawn else row.answer or 200), ""
    if not signed_in(cell):
        return (302, "/sign-in") if cell.method in ("GET", "HEAD") else (404, "")
    return _inside(cell)


def _inside(cell: Cell) -> tuple[int, str]:
    row = cell.row
    if cell.role in row.elsewhere:
        return 302, row.elsewhere[cell.role]
    if cell.method not in row.methods:
        return 405, ""
    if not may(cell):
        return 404, ""
    if cell.method == "GET":
        return (200 if "POST" in row.methods else row.answer or 200), ""
    return _act(cell)


def _refused_as_person(cell: Cell) -> bool:
    return cell.role in cell.row.but and cell.state in cell.row.but_in


def _act(cell: Cell) -> tuple[int, str]:
    row = cell.row
    if row.about == "matter":
        if row.takes(cell.state, silenced=cell.kind.endswith("silenced")) and not _refused_as_person(cell):
            desk = "/mandates/" if row.name == "gov_mandated_say" else "/matters/"
            return 302, desk if row.face == "desk" else "/requests/"
        return row.conflicts.get(cell.state, row.conflict), ""
    if row.about == "mail":
        return (row.answer, "") if row.answer else (302, "/mail/")
    answer = row.answer or 302
    return answer, "/" if answer == 302 else ""


def plain(body: bytes, path: str) -> bytes:
    """Return a refusal without its one-time token and without the id that was asked for."""
    asked = [part.encode() for part in path.split("/") if len(part) == len(UNKNOWN)]
    body = TOKEN.sub(b"", body)
    for part in asked:
        body = body.replace(part, b"ID")
    return body
