"""Who a mail says it is from: one address or none, its domain, and the tricks that names play."""

import re

from safeconduct.core.mail.headers import decode_words

ADDRESS = re.compile(r"[^\s<>@,;:\"()\[\]\\]{1,200}@([^\s<>@,;:\"()\[\]\\]{1,253})")
ANGLE = re.compile(r"<\s*([^<>]{0,500})>\s*$")
DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,30}[a-z0-9-]{2,63}")
SEVERAL, NAMED_AS, FOREIGN, PUNYCODE = "several_senders", "name_holds_address", "domain_not_ascii", "domain_punycode"


def domain_of(value: str, notes: set[str]) -> str:
    """Return the domain of the one address in a field, in small letters; an empty text where there is none or more."""
    angle = ANGLE.search(value)
    place = angle[1] if angle else value
    before = value[: angle.start()] if angle else ""
    found = ADDRESS.findall(place)
    if len(found) != 1:
        if len(found) > 1:
            notes.add(SEVERAL)
        return ""
    if "<" in before or "," in re.sub(r'"[^"]*"', "", before):
        notes.add(SEVERAL)
        return ""
    if "@" in decode_words(before, set()):
        notes.add(NAMED_AS)
    domain = str(found[0]).lower().rstrip(".")
    if not domain.isascii():
        notes.add(FOREIGN)
        return ""
    if "xn--" in domain:
        notes.add(PUNYCODE)
    return domain if DOMAIN.fullmatch(domain) else ""
