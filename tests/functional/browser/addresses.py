"""Every page of every face, with the person it is for. Braces name a matter of the story."""

import os
from dataclasses import dataclass, replace

from tests.functional.browser.looking import NARROWEST, PHONE, WIDE

BOTH, ALL = (PHONE, WIDE), (NARROWEST, PHONE, WIDE)
TABS = ("", "scope", "approvals", "package", "letters", "notice", "history")
SOAK = os.environ.get("SAFECONDUCT_SOAK") == "1"


@dataclass(frozen=True, kw_only=True)
class Address:
    """One page, the face it lies on and who looks at it.

    Attributes:
        matter: the story's key of the matter whose papers are opened first.
        daily: part of the everyday suite; the long suite visits every page.
        dark: seen as somebody sees it whose system is dark.
    """

    name: str
    face: str
    path: str
    person: str = ""
    matter: str = ""
    status: int = 200
    widths: tuple[int, ...] = BOTH
    daily: bool = False
    dark: bool = False


def _matter(key: str, person: str, *daily: str, sealed: bool = False) -> list[Address]:
    """Return every tab of a matter; ``sealed`` leaves its papers closed."""
    return [
        Address(
            name=f"matter-{key}-{tab or 'review'}{'-closed' if sealed else ''}",
            face="desk",
            path=f"/matters/{{{key}}}" + (f"/{tab}" if tab else ""),
            person=person,
            matter="" if sealed else key,
            daily=(tab or "review") in daily,
        )
        for tab in TABS
    ]


def _desk() -> list[Address]:
    views = ("mine", "nobody", "emergencies", "late", "second", "counsel", "officer", "collection")
    views += ("notices", "prohibited", "preservation")
    return [
        Address(name="desk-sign-in", face="desk", path="/sign-in", daily=True),
        Address(name="queue", face="desk", path="/", person="aline", widths=ALL, daily=True),
        Address(name="queue-counsel", face="desk", path="/", person="ravi"),
        Address(name="queue-everything", face="desk", path="/?show=all", person="mara"),
        Address(name="enter", face="desk", path="/enter", person="aline", daily=True),
        Address(name="mail", face="desk", path="/mail", person="aline", widths=ALL, daily=True),
        Address(name="history-taken", face="desk", path="/history", person="aline", daily=True),
        Address(name="reports-desk", face="desk", path="/reports", person="ravi", daily=True),
        Address(name="reports-analyst", face="desk", path="/reports", person="aline"),
        Address(name="report-correct", face="desk", path="/reports/half-year/2026-H1/build", person="ravi"),
        Address(name="desk-not-found", face="desk", path="/matters/none", person="aline", status=404, daily=True),
        Address(name="registrations", face="desk", path="/registrations", person="aline", daily=True),
        Address(name="senders", face="desk", path="/senders", person="ravi", daily=True),
        Address(name="directory", face="desk", path="/directory", person="aline", daily=True),
        Address(name="sessions", face="desk", path="/sessions", person="sefa"),
        Address(name="alarms", face="desk", path="/alarms", person="ravi", widths=ALL, daily=True),
        Address(name="desk-no-address", face="desk", path="/nothing/here", person="aline", status=404),
        *(
            Address(name=f"queue-{view}", face="desk", path=f"/?view={view}", person="aline", daily=view == "late")
            for view in views
        ),
        *_matter("clinic_order", "aline", "review", "scope", "history"),
        *_matter("clinic_order", "ravi", sealed=True),
        *_matter("scooter_everything", "aline", "review"),
        *_matter("harbour_warrant", "mara", "package", "approvals"),
        *_matter("charity_subpoena", "ravi", "approvals"),
        *_matter("new_subpoena", "aline"),
        Address(name="open-notices", face="desk", path="/notices", person="aline"),
        *_lists(),
        Address(name="caution", face="desk", path="/matters/{missing_person}/caution", person="aline"),
        *_matter("new_emergency", "aline", "review"),
        *_matter("scooter_warrant", "aline", "notice"),
        *_matter("freight_warrant", "aline", "review", "letters"),
        *_matter("courier_warrant", "dov", "scope"),
        *_matter("unsigned_subpoena", "aline"),
        *_matter("german_letter", "aline"),
        *_matter("missing_person", "aline"),
        *_matter("false_emergency", "aline"),
        *_matter("absent_subpoena", "aline"),
        *_matter("parking_subpoena", "aline"),
        *_matter("parking_preservation", "aline", "review"),
        *_matter("civil_subpoena", "aline"),
    ]


def _lists() -> list[Address]:
    """Return the desk's pages that belong to no matter's tabs, and the pages beside a matter's tabs."""
    lists = (
        ("controls", "ravi"),
        ("duty", "aline"),
        ("workload", "ravi"),
        ("customers", "ravi"),
        ("invoices", "ravi"),
        ("retention", "ravi"),
        ("enter/list", "aline"),
    )
    beside = ("findings", "reading", "costs", "related", "correspondence", "hand-over", "outside-counsel")
    return [
        *(
            Address(name=f"list-{one.replace('/', '-')}", face="desk", path=f"/{one}", person=person, daily=True)
            for one, person in lists
        ),
        *(
            Address(
                name=f"beside-{one}",
                face="desk",
                path=f"/matters/{{clinic_order}}/{one}",
                person="aline",
                matter="clinic_order",
                daily=one == "findings",
            )
            for one in beside
        ),
    ]


def _portal() -> list[Address]:
    def request(key: str, person: str, *, daily: bool = False) -> list[Address]:
        return [
            Address(name=f"request-{key}", face="portal", path=f"/requests/{{{key}}}", person=person, daily=daily),
            Address(
                name=f"acknowledgement-{key}", face="portal", path=f"/requests/{{{key}}}/acknowledgement", person=person
            ),
        ]

    return [
        Address(name="portal-sign-in", face="portal", path="/sign-in", daily=True),
        Address(name="requests", face="portal", path="/", person="lund", daily=True),
        Address(name="requests-few", face="portal", path="/", person="ruiz"),
        Address(name="send", face="portal", path="/send", person="osei", daily=True),
        Address(name="tokens", face="portal", path="/tokens", person="osei", daily=True),
        Address(name="colleagues", face="portal", path="/colleagues", person="osei", daily=True),
        Address(name="register", face="portal", path="/register", daily=True),
        Address(name="finish", face="portal", path="/register/finish"),
        Address(name="send-list", face="portal", path="/send/list", person="osei", daily=True),
        Address(name="sessions-portal", face="portal", path="/sessions", person="osei"),
        Address(name="portal-not-found", face="portal", path="/requests/none", person="lund", status=404, daily=True),
        *request("scooter_everything", "osei", daily=True),
        *request("invoice_subpoena", "vane", daily=True),
        *request("unsigned_subpoena", "wren"),
        *request("missing_person", "ruiz"),
        *request("courier_warrant", "kerr"),
        *request("new_subpoena", "lund"),
        *request("parking_subpoena", "wren"),
        *request("parking_preservation", "kerr"),
        *request("absent_subpoena", "lund"),
        Address(name="withdraw", face="portal", path="/requests/{clinic_order}/withdraw", person="lund", daily=True),
        Address(name="package", face="portal", path="/requests/{invoice_subpoena}/package", person="vane", daily=True),
    ]


def _vault() -> list[Address]:
    return [
        Address(name="approve-sign-in", face="approve", path="/sign-in", daily=True),
        Address(name="approve-stranger", face="approve", path="/", status=403),
        Address(name="approve-waiting", face="approve", path="/", person="ravi", daily=True),
        Address(name="approve-empty", face="approve", path="/", person="sefa"),
        Address(name="approve-not-found", face="approve", path=f"/a/{'0' * 64}", person="mara", status=404, daily=True),
        Address(name="open-home", face="open", path="/"),
        Address(name="open-sign-in", face="open", path="/sign-in"),
        Address(name="open-case", face="open", path="/case/{clinic_order}/grant?return={desk}/", daily=True),
        Address(name="open-package", face="open", path="/package/{release}", daily=True),
        Address(name="open-not-found", face="open", path="/object/none", person="aline", status=404),
    ]


def _public() -> list[Address]:
    pages = (
        "index.html",
        "check.html",
        "log.html",
        "agencies.html",
        "counting-rules.html",
        "security.html",
        "reports/index.html",
    )
    return [
        Address(name="report", face="public", path="/reports/2026-H1/v1/index.html", widths=ALL, daily=True),
        *(
            Address(
                name=f"public-{page.removesuffix('.html').replace('/', '-')}",
                face="public",
                path=f"/{page}",
                daily=page in ("index.html", "check.html"),
            )
            for page in pages
        ),
    ]


def _in_the_dark(addresses: tuple[Address, ...]) -> list[Address]:
    """Return some of the pages again, for a dark system."""
    names = {"queue", "matter-clinic_order-review", "request-scooter_everything", "approve-sign-in", "report"}
    found = [one for one in addresses if one.name in names]
    return [replace(one, name=f"{one.name}-dark", dark=True, widths=(WIDE,)) for one in found]


_LIGHT = (*_desk(), *_portal(), *_vault(), *_public())
EVERY = (*_LIGHT, *_in_the_dark(_LIGHT))
ADDRESSES = tuple(one for one in EVERY if SOAK or one.daily)
"""The pages that this run visits."""
