"""How the sheets write digests, instants, numbers and the terms of the law."""

from datetime import datetime

from safeconduct.core.base.periods import zone
from safeconduct.vaultd.faces.html import Html, fill, join

PROCESSES = {
    "subpoena": "subpoena",
    "court_order_2703d": "court order under 2703(d)",
    "search_warrant": "search warrant",
    "emergency_request": "emergency request",
    "national_security_letter": "national security letter",
    "preservation_request": "preservation request",
    "foreign_request": "foreign request",
    "fisa_order": "FISA order",
    "fisa_pen_register_order": "FISA pen register order",
    "fisa_directive": "FISA 702 directive",
    "wiretap_order": "wiretap order",
    "pen_register_order": "pen register order",
    "cybertipline_report": "CyberTipline report",
    "cloud_act_order": "CLOUD Act order",
    "european_production_order": "European Production Order",
    "european_preservation_order": "European Preservation Order",
    "civil_subpoena": "civil subpoena",
    "defence_subpoena": "defence subpoena",
    "data_subject_request": "data-subject request",
    "customer_paper": "paper meant for a customer",
}
CATEGORIES = {
    "subscriber": "Subscriber",
    "payment": "Payment",
    "call_detail": "Call detail",
    "message_detail": "Message detail",
    "message_content": "Message content",
}
SELECTORS = {"phone": "telephone number", "email": "e-mail address", "account": "whole account"}
SMALL = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
ROLES = {
    "analyst": "analyst",
    "counsel": "counsel",
    "approver": "approver",
    "second_reader": "second reader",
    "security_engineer": "security engineer",
    "officer": "officer",
}


def number(value: int, noun: str) -> str:
    """Return a number with its noun: words up to nine."""
    said = SMALL[value] if value < len(SMALL) else f"{value:,}"
    return f"{said} {noun}" if value == 1 else f"{said} {noun}s"


def grouped(digest: str) -> Html:
    """Return a digest in groups of four, as two people compare it aloud."""
    groups = [digest[start : start + 4] for start in range(0, len(digest), 4)]
    lines = [" ".join(groups[start : start + 8]) for start in range(0, len(groups), 8)]
    return fill('<span class="ref digest">$lines</span>', lines=join(lines, "<br>"))


def short(digest: str) -> Html:
    """Return the first 16 letters of a digest, grouped."""
    return fill('<span class="ref">$text</span>', text=" ".join(digest[start : start + 4] for start in range(0, 16, 4)))


def day(instant: datetime, zone_name: str) -> str:
    """Return an instant's day and time in words, in the zone."""
    local = instant.astimezone(zone(zone_name))
    return f"{local:%A} {local.day} {local:%B %Y, %H:%M} {local:%Z}"


def both(instant: datetime, zone_name: str) -> Html:
    """Return an instant in UTC with the local time below it."""
    local = instant.astimezone(zone(zone_name))
    return fill(
        '<span class="nowrap">$utc</span><br><span class="quiet small nowrap">$local</span>',
        utc=f"{instant.day} {instant:%b %Y, %H:%M} UTC",
        local=f"{local.day} {local:%b, %H:%M} {local:%Z}",
    )


def roles(held: frozenset[str]) -> str:
    """Return roles in words."""
    return ", ".join(ROLES.get(role, role) for role in sorted(held))
