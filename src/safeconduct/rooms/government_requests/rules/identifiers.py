"""Identifiers: their exact form, their check digits, and by which of them records can be found at all.

1. Records are found by a telephone number in E.164, an e-mail address or an account (Policy 4).
2. A number without a country code is read as one of North America only where it has the ten digits of that plan; no
   digit is ever cut off or made up, since the rest would be somebody else's number.
3. An internet address, the number of a telephone or of its card, a bank account, a payment card, a host's name and a
   person's name are identifiers of another kind: 18 U.S.C. 2703(c)(2) knows them, our records are not found by them.
4. Identifiers with check digits are well formed only where these hold (ISO/IEC 7812-1, ISO 7064), of ASCII digits and
   of the standard's length: 15 for the number of a telephone (3GPP TS 23.003), 19 or 20 from 89 on for that of its card
   (ITU-T E.118), 12 to 19 for a payment card (ISO/IEC 7812-1).
"""

import ipaddress
import re
from collections.abc import Callable

import phonenumbers

from safeconduct.rooms.government_requests.rules.paper import Selector

EMAIL = re.compile(r"[^\s@A-Z]+@[^\s@A-Z]+\.[^\s@A-Z]+")
ACCOUNT = re.compile(r"[0-9a-f]{32}|(?=.*[0-9])[0-9A-Za-z_-]{4,64}")
DOMAIN = re.compile(r"(?:[a-z0-9-]{1,63}\.)+[a-z]{2,24}")
IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[0-9A-Z]{11,30}")
NORTH_AMERICAN = re.compile(r"1?([2-9][0-9]{2}[2-9][0-9]{6})")
NUMBER = re.compile(r"\+?[0-9]{7,15}")
TELEPHONE = re.compile(r"[0-9]{15}")
CARD_OF_A_TELEPHONE = re.compile(r"89[0-9]{17,18}")
PAYMENT_CARD = re.compile(r"[0-9]{12,19}")
TEN, IBAN_BASE = 10, 97


def luhn(digits: str) -> bool:
    """Return whether the last digit checks the others (ISO/IEC 7812-1)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (1 + place % 2)
        total += doubled - 9 if doubled >= TEN else doubled
    return total % TEN == 0


def _phone(value: str) -> bool:
    try:
        parsed = phonenumbers.parse(value, None)
    except phonenumbers.NumberParseException:
        return False
    plain = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164) == value
    return plain and bool(phonenumbers.is_possible_number(parsed))


def _address(value: str) -> bool:
    try:
        ipaddress.ip_address(value)
    except ValueError:
        return False
    return True


def _iban(value: str) -> bool:
    if not IBAN.fullmatch(value):
        return False
    turned = "".join(str(int(letter, 36)) for letter in value[4:] + value[:4])
    return int(turned) % IBAN_BASE == 1


def _checked(form: re.Pattern[str], value: str) -> bool:
    return bool(form.fullmatch(value)) and luhn(value)


FOUND_BY: dict[str, Callable[[str], bool]] = {
    "phone": _phone,
    "email": lambda value: bool(EMAIL.fullmatch(value)),
    "account": lambda value: bool(ACCOUNT.fullmatch(value)) and not (value.isdecimal() and not luhn(value)),
}
"""The kinds by which records are found, each with its form."""

OTHER_KINDS: dict[str, Callable[[str], bool]] = {
    "ip": _address,
    "imei": lambda value: _checked(TELEPHONE, value),
    "iccid": lambda value: _checked(CARD_OF_A_TELEPHONE, value),
    "card": lambda value: _checked(PAYMENT_CARD, value),
    "iban": _iban,
    "domain": lambda value: bool(DOMAIN.fullmatch(value)),
    "name": lambda value: bool(value.strip()),
}
"""The kinds by which none is found, each with its form."""


def well_formed(selector: Selector) -> bool:
    """Return whether ``selector`` has the exact form by which records are found (E.164 for numbers)."""
    form = FOUND_BY.get(selector.kind)
    return bool(form and form(selector.value))


def of_another_kind(selector: Selector) -> bool:
    """Return whether it is well formed, and of a kind by which no record is found."""
    form = OTHER_KINDS.get(selector.kind)
    return bool(form and form(selector.value))


def read_identifier(words: str) -> tuple[str, str]:
    """Return the kind and the canonical value of what a person typed; what fits no form keeps its likeliest kind."""
    plain = words.strip()
    if "@" in plain:
        return "email", plain.lower()
    if _address(plain):
        return "ip", str(ipaddress.ip_address(plain))
    digits = re.sub(r"[\s().-]", "", plain)
    return _number(digits) if NUMBER.fullmatch(digits) else _other(plain, digits)


def _number(digits: str) -> tuple[str, str]:
    own = NORTH_AMERICAN.fullmatch(digits)
    if own:
        return "phone", f"+1{own[1]}"
    if OTHER_KINDS["imei"](digits):
        return "imei", digits
    return "phone", digits


def _other(plain: str, digits: str) -> tuple[str, str]:
    tight = re.sub(r"\s", "", plain)
    if CARD_OF_A_TELEPHONE.fullmatch(digits):
        return "iccid", digits
    if IBAN.fullmatch(tight):
        return "iban", tight
    if DOMAIN.fullmatch(plain.lower()):
        return "domain", plain.lower()
    return ("account" if ACCOUNT.fullmatch(plain) else "name"), plain
