"""What kind of paper it is and where it comes from: kind, authority, court, number, citations, whom to reach."""

import re
from collections.abc import Iterator

from safeconduct.core.conduct.categories import Process
from safeconduct.core.reading.proposals import Field, Proposal, Reason, candidate
from safeconduct.core.reading.wordings import group
from safeconduct.core.reading.words import EDGE, Text

KIND = tuple((Process(name), re.compile(rf"\b{words}(?!\w)", re.IGNORECASE)) for name, words in group("kinds").items())
NAME = r"[A-ZÄÖÜÉÈÀ][\w'-]*"
STEP = r"(?: |(?i:(?<=\bof)|(?<=\bthe)|(?<=\bfor)|(?<=\bde)|(?<=istrict)|(?<=ern))\n)"
"""Between the words of a name: it goes on in the next line only after a word that cannot end it."""
NAMES = rf"(?:(?:of|the|for|and|de|du|des|la|le|l'|d'|der|am|im|in|an|&|{NAME}){STEP}){{0,7}}"
SAID = {
    name: words.replace("NAME", NAME).replace(r"[ \n]+", STEP) for name, words in group("names", lines=False).items()
}
COURT = re.compile(
    r"\b(?:(?:UNITED STATES|United States|U\.S\.) (?:DISTRICT|District|MAGISTRATE|Magistrate) (?:COURT|Court)"
    rf"|{NAMES}{SAID['courts_of']} (?:Court|COURT)|{SAID['courts_named']})"
    rf"(?:,?\s+(?:of|for|OF|FOR|in and for|IN AND FOR)(?: the| THE)?(?:{STEP}(?:of|the|OF|THE|and|AND|{NAME})){{1,6}})?"
)
AGENCY = re.compile(
    rf"(?:{SAID['agencies_whole']}(?:,? {NAME} (?:Field Office|Division|Resident Agency))?"
    rf"|{NAMES}{SAID['agencies_end']}(?: (?:for|of) (?:the )?{NAME}(?: {NAME}){{0,3}})?|{SAID['agencies_begin']})"
)
SHOUTED = re.compile(rf"(?m)^(?=[^\n]{{6,90}}$)[^\n]*\b{SAID['agencies_shouted']}\b[^\n]*$")
CODES = "StPO|TKG|TTDSG|TDDDG|BKAG|StGB|PolG|GVG|IRG"
PART = r"(?:\s?\([a-zA-Z0-9]{1,4}\)){0,4}"
STATUTE_WORDS = (
    rf"\b(?P<us>\d{{1,2}})\s+U\.?\s?S\.?\s?C\.?(?:\s?A\.?)?\s*(?:§§?|[Ss]ections?|[Ss]ecs?\.)?\s*"
    rf"(?P<s>\d{{2,5}}[a-z]?(?:-\d+)?{PART})"
    rf"|(?:[Ss]ection|§)\s*(?P<t>\d{{1,5}}{PART}),? (?:of )?[Tt]itle (?P<title>\d{{1,2}})"
    rf"|[Tt]itle (?P<title2>\d{{1,2}}),? (?:of the )?(?:United States Code|U\.S\.C\.),? ?(?:[Ss]ections?|§+) ?"
    rf"(?P<t2>\d{{2,5}}{PART})"
    rf"|(?:Rule|RULE)s?\s+(?P<rule>\d{{1,3}}(?:\.\d)?{PART})(?=[^.;]{{0,20}}Federal Rules? of|,? Fed\.? ?R)"
    rf"|Fed\.? ?R\.? ?(?:Crim|Civ)\.? ?P\.? ?(?P<fr>\d{{1,2}}{PART})"
    r"|§§?\s?(?P<de>\d{1,4}[a-z]?)(?:,? ?Abs(?:atz|\.) ?(?P<abs>\d+))?(?:,? ?(?:Satz|S\.) ?\d)?"
    rf"[\w ,.]{{0,25}}?\s(?P<code>{CODES})\b"
    r"|[Aa]rt(?:icles?|\.)\s+(?P<fa>(?:[LR]\.? ?)?\d{1,3}(?:-\d{1,3}){0,3})[\w ,à-]{0,30}?\s(?:du|of the)\s+"
    r"(?P<fc>[Cc]ode (?:de )?procédure pénale|[Cc]ode pénal|CPP)"
)
STATUTE = re.compile(STATUTE_WORDS.replace(" ", r"\s"))
DOCKET = re.compile(
    rf"\b{group('docket')['labels']}(?: id)?(?:[ ]?(?:(?:no|nr|number|num)\b\.?|#|n°))?[ \t]*[:.#°]*\s*"
    r"(?P<v>\d{1,4} (?:Js|Gs|UJs|Ss|AR) \d{1,6}/\d{2,4}|"
    r"(?=[\w./:-]{0,30}\d)[A-Z0-9][\w/:.-]{2,30}(?:[ ]?\([A-Z]{2,4}\))?)",
    re.IGNORECASE,
)
NUMBERED = re.compile(r"\b(?:No|Nr)\.\s*(?P<v>(?=[\w./:-]{0,30}\d)[A-Z0-9][\w/:.-]{3,30})")
PERSON = rf"(?:(?:Dr\.|Ms\.?|Mr\.?|Mrs\.?|Frau|Herrn?|M\.|Mme)[ ]+)?{NAME}(?:[ ]+(?:[A-Z]\.|von|de|van|{NAME})){{1,3}}"
TITLE = re.compile(SAID["titles"])
OFFICER = re.compile(rf"\b{SAID['titles']}[ ]+(?P<v>{PERSON})")
CALLED = re.compile(rf"(?i:\b{SAID['introduced']})[ \t]*[:.]?\s+(?P<v>{PERSON})")
TOP = EDGE // 4


def origin_proposals(text: Text) -> Iterator[Proposal]:
    """Yield what the text says of its own kind and source."""
    yield from _kinds(text)
    for found in COURT.finditer(text.text):
        yield candidate(text, Field.COURT, "", _one_line(found[0]), found.span(), Reason.COURT_NAME)
    yield from _agencies(text)
    for found in STATUTE.finditer(text.text):
        yield candidate(text, Field.STATUTE, "", _cited(found), found.span(), Reason.CITATION)
    for pattern in (DOCKET, NUMBERED):
        for found in pattern.finditer(text.text):
            yield candidate(text, Field.DOCKET, "", found["v"].rstrip(".,:"), found.span("v"), Reason.LABEL)
    for pattern in (OFFICER, CALLED):
        for found in pattern.finditer(text.text):
            if pattern is CALLED and TITLE.match(found["v"]):
                continue
            yield candidate(text, Field.CONTACT, "name", _one_line(found["v"]), found.span("v"), Reason.OFFICER)


def _kinds(text: Text) -> Iterator[Proposal]:
    for kind, pattern in KIND:
        for found in pattern.finditer(text.text):
            line = text.line_of(found.start()).strip()
            alone = len(found[0]) * 2 >= len(line) or (line == line.upper() and len(line) > 1)
            reason = Reason.TITLE if alone else Reason.MENTION
            yield candidate(text, Field.KIND, kind.value, _one_line(found[0]), found.span(), reason)


def _agencies(text: Text) -> Iterator[Proposal]:
    for pattern in (AGENCY, SHOUTED):
        for found in pattern.finditer(text.text):
            first, _ = text.span(*found.span())
            at_top = text.words[first].box[1] <= TOP
            reason = Reason.LETTERHEAD if at_top else Reason.SIGNATURE
            yield candidate(text, Field.ISSUER, "", _one_line(found[0]), found.span(), reason)


def _cited(found: re.Match[str]) -> str:
    part = found.groupdict()
    if part["us"]:
        return f"{part['us']} U.S.C. {part['s'].replace(' ', '')}"
    if section := part["t"] or part["t2"]:
        return f"{part['title'] or part['title2']} U.S.C. {section.replace(' ', '')}"
    if rule := part["rule"] or part["fr"]:
        return f"Rule {rule}"
    if part["de"]:
        return f"§ {part['de']}{' Abs. ' + part['abs'] if part['abs'] else ''} {part['code']}"
    return f"art. {part['fa']} {'code pénal' if part['fc'].lower() == 'code pénal' else 'code de procédure pénale'}"


def _one_line(words: str) -> str:
    return " ".join(words.split()).strip(" ,.;:")
