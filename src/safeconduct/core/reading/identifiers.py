"""Identifiers in their exact form: numbers by E.164, addresses, internet addresses, accounts, what has check digits.

1. A number without a country code is read as one of the paper's own country, which is a proposal and says so.
2. A number or address beside words such as "telephone:" in a letterhead is the officer's; it is proposed as contact.
3. An account here is 32 hexadecimal letters and has no check digits; a bank account (IBAN) and a payment card have,
   and are proposed only where they hold.
"""

import ipaddress
import re
from bisect import bisect_left, insort
from collections.abc import Iterator

import phonenumbers

from safeconduct.core.reading.days import days_in
from safeconduct.core.reading.origins import CALLED, OFFICER
from safeconduct.core.reading.proposals import Field, Proposal, Reason, candidate
from safeconduct.core.reading.wordings import group
from safeconduct.core.reading.words import Text

EMAIL = re.compile(
    r"(?<![\w.+-])[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@(?:[A-Za-z0-9-]{1,63}\.){1,6}[A-Za-z]{2,24}(?![\w@])"
)
NUMBER = re.compile(r"(?<![\w.+/-])(?:\+|00)?\(?\d[\d ().\n/-]{5,24}\d(?![\w@])")
IPV4 = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.]*\w)")
IPV6 = re.compile(r"(?<![\w:.])[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}(?:\.\d{1,3}){0,3}(?![\w:])")
ACCOUNT = re.compile(r"(?<![\w-])[0-9a-f]{32}(?![\w-])")
IBAN = re.compile(r"(?<!\w)[A-Z]{2}\d{2}(?: ?[0-9A-Z]{4}){2,7}(?: ?[0-9A-Z]{1,3})?(?!\w)")
CARD = re.compile(r"(?<![\d-])\d(?:[ -]?\d){12,18}(?![\d-])")
SAID = group("identifiers")
OFFICIAL = re.compile(
    rf"\b{SAID['official']}\W{{0,3}}(?:(?:no|nr|line|address|at|n°)\b)?(?:number\W*:)?\W{{0,4}}(?:to|at|is|an|unter|à)?\W*$",
    re.IGNORECASE,
)
SOUGHT = re.compile(SAID["sought"])
GOVERNED = re.compile(SAID["governed"] + "$")
REGIONS = tuple((name, re.compile(rf"\b{SAID[f'region_{name.lower()}']}\b")) for name in ("DE", "FR", "GB"))
SHORTEST, CARD_BASE, IBAN_BASE = 7, 10, 97
BESIDE_OFFICER = 70
"""How far behind a person's name or contact a further number is still that person's."""
Named = tuple[tuple[int, int], str, str, Reason]


class Taken:
    """Places of the text that belong to something already."""

    def __init__(self) -> None:
        """Begin with none."""
        self._spans: list[tuple[int, int]] = []

    def add(self, span: tuple[int, int]) -> None:
        """Take a place."""
        insort(self._spans, span)

    def free(self, span: tuple[int, int]) -> bool:
        """Return whether nothing of a place is taken."""
        after = bisect_left(self._spans, span)
        beside = self._spans[max(0, after - 1) : after + 1]
        return not any(start < span[1] and span[0] < end for start, end in beside)


def region_of(text: str) -> str:
    """Return the country whose numbers a paper writes without a code, by the words of its language and offices."""
    small = text.lower()
    return next((name for name, pattern in REGIONS if pattern.search(small)), "US")


def identifier_proposals(text: Text) -> Iterator[Proposal]:
    """Yield identifiers and contacts of the text."""
    taken = Taken()
    for pattern, kind, checked, reason in (
        (IBAN, "iban", _iban, Reason.CHECK_DIGITS),
        (CARD, "card", _card, Reason.CHECK_DIGITS),
        (ACCOUNT, "account", str, Reason.ACCOUNT_FORM),
        (IPV4, "ipv4", _address, Reason.INTERNET_ADDRESS),
        (IPV6, "ipv6", _address, Reason.INTERNET_ADDRESS),
    ):
        for found in pattern.finditer(text.text):
            if (value := checked(found[0])) and taken.free(found.span()):
                taken.add(found.span())
                yield candidate(text, Field.IDENTIFIER, kind, value, found.span(), reason)
    named: list[Named] = []
    for found in EMAIL.finditer(text.text):
        taken.add(found.span())
        named.append((found.span(), "email", found[0].lower(), Reason.ADDRESS))
    named += _numbers(text, taken)
    officers = sorted(found.end() for pattern in (OFFICER, CALLED) for found in pattern.finditer(text.text))
    for span, kind, value, reason in sorted(named):
        yield from _roles(text, kind, value, span, reason, officers)


def _numbers(text: Text, taken: Taken) -> Iterator[Named]:
    region = region_of(text.text)
    for day in days_in(text.text):
        if taken.free((day.start, day.end)):
            taken.add((day.start, day.end))
    for found in NUMBER.finditer(text.text):
        if not taken.free(found.span()):
            continue
        digits = re.sub(r"\D", "", found[0])
        whole = found[0].startswith(("+", "00"))
        local = len(digits) in (10, 11) if region == "US" else digits.startswith("0")
        if len(digits) < SHORTEST or not (whole or local):
            continue
        if value := _number(found[0].replace("\n", " "), region):
            reason = Reason.NUMBER_WHOLE if whole else Reason.NUMBER_LOCAL
            yield found.span(), "phone", value, reason


def _number(written: str, region: str) -> str:
    try:
        parsed = phonenumbers.parse(written, region)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(parsed):
        return ""
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def _roles(
    text: Text, kind: str, value: str, span: tuple[int, int], reason: Reason, officers: list[int]
) -> Iterator[Proposal]:
    """Yield a number or address as identifier, as the officer's contact, or as both where the words leave it open."""
    near = text.before(span[0], 50)
    after = bisect_left(officers, span[0])
    named = after > 0 and span[0] - officers[after - 1] <= BESIDE_OFFICER
    official = named or bool(OFFICIAL.search(near)) or bool(GOVERNED.search(value))
    sought = bool(SOUGHT.search(near)) and not GOVERNED.search(value) and not named
    if official:
        officers.insert(after, span[1])
        yield candidate(text, Field.CONTACT, kind, value, span, Reason.OFFICER)
    if sought or not official:
        yield candidate(text, Field.IDENTIFIER, kind, value, span, reason)


def _address(written: str) -> str:
    try:
        return str(ipaddress.ip_address(written))
    except ValueError:
        return ""


def _card(written: str) -> str:
    digits = re.sub(r"\D", "", written)
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (1 + place % 2)
        total += doubled - 9 if doubled >= CARD_BASE else doubled
    return digits if total % CARD_BASE == 0 and digits[0] in "3456" else ""


def _iban(written: str) -> str:
    plain = written.replace(" ", "")
    turned = "".join(str(int(letter, 36)) for letter in plain[4:] + plain[:4])
    return plain if int(turned) % IBAN_BASE == 1 else ""
