"""What a day is for: issued, wanted by, executed by, or an end of the period asked for.

1. A day gets its meaning from the words right before it, else from those right after it; never from its place alone.
2. A day with two readings is proposed twice. A day that could have two meanings is proposed under both.
3. A number of days is proposed as that number: from when it counts, law and a person say.
"""

import re
from collections.abc import Iterator

from safeconduct.core.reading.days import FoundDay, days_in
from safeconduct.core.reading.proposals import Field, Proposal, Reason, candidate
from safeconduct.core.reading.wordings import group
from safeconduct.core.reading.words import Text

REACH = 70
SAID = group("days")
BETWEEN = re.compile(
    r"[\s,;]*(?:\(?(?:at )?\d{1,2}:\d\d(?::\d\d)?(?: ?[ap]\.?m\.?)?\)?[\s,]*)?(?:[A-Z]{2,4}[\s,]+)?"
    rf"(?:,?\s*(?:and\s+)?{SAID['between']}(?:\s+{SAID['between_more']})*|-)\s*",
    re.IGNORECASE,
)
ISSUED = re.compile(
    rf"{SAID['issued']}[\s:,.]*(?:(?:on|this|the|am|der|issued|of|den|le|in|at|à)[\s:,]*)*$", re.IGNORECASE
)
PLACE_DAY = re.compile(r"(?:^|\n)[^\n\d:]{2,40},\s*(?:den|le|the)?\s*$", re.IGNORECASE)
BY = re.compile(
    rf"{SAID['wanted_by']}[\s:,]*(?:(?:the|close of business|noon|on|am|zum|le|au|than|of business|5:00 p\.?m\.?"
    r"|\d{1,2}(?::\d\d)?\s?[ap]\.?m\.?)[\s:,]*)*$"
)
EXECUTES = re.compile(rf"\b{SAID['executes']}\b")
IN_DAYS = re.compile(
    rf"\b{SAID['within']}\s+(?:(?P<word>[a-zäéû]+(?:-[a-z]+)?)\s+)?\(?(?P<n>\d{{1,3}})?\)?\s*(?P<unit>{SAID['units']})\b",
    re.IGNORECASE,
)
COUNTS = {
    word: number
    for number, words in {
        1: "one eine einer einem un une",
        2: "two zwei deux",
        3: "three drei trois",
        5: "five fünf cinq",
        7: "seven sieben sept",
        10: "ten zehn dix",
        14: "fourteen vierzehn quatorze",
        15: "fifteen fünfzehn quinze",
        20: "twenty zwanzig vingt",
        21: "twenty-one einundzwanzig",
        28: "twenty-eight",
        30: "thirty dreißig dreissig trente",
        45: "forty-five",
        60: "sixty sechzig soixante",
        90: "ninety neunzig",
    }.items()
    for word in words.split()
}
OTHER = re.compile(rf"\b{SAID['not_an_answer']}\b")
ANSWER = re.compile(rf"\b{SAID['an_answer']}\b")
ZONES = tuple((name, re.compile(rf"\b{words}\b")) for name, words in group("zones").items())


def when_proposals(text: Text) -> Iterator[Proposal]:
    """Yield what the days of the text may be."""
    found = days_in(text.text)
    used: set[int] = set()
    yield from _windows(text, found, used)
    alone = [each for place, one in enumerate(found) if place not in used for each in _single(text, one)]
    # A day that nothing explains can be the paper's own only where no other day is said to be it.
    said = any(one.field is Field.ISSUED and one.reason is not Reason.LONE_DAY for one in alone)
    yield from (one for one in alone if not (said and one.reason is Reason.LONE_DAY))
    yield from _counted(text)


def _windows(text: Text, found: tuple[FoundDay, ...], used: set[int]) -> Iterator[Proposal]:
    for place in range(len(found) - 1):
        one, two = found[place], found[place + 1]
        gap = text.text[one.end : two.start]
        if len(gap) > REACH or not BETWEEN.fullmatch(gap):
            continue
        used |= {place, place + 1}
        pairs = [(a, b) for a in one.days for b in two.days if a <= b]
        reason = Reason.FROM_TO if len(pairs) <= 1 else Reason.AMBIGUOUS_DAY
        for first, last in pairs:
            yield candidate(text, Field.WINDOW, _zone(text, two.end), f"{first}/{last}", (one.start, two.end), reason)


def _zone(text: Text, place: int) -> str:
    near = text.after(place, 90)
    return next((name for name, pattern in ZONES if pattern.search(near)), "")


def _single(text: Text, one: FoundDay) -> Iterator[Proposal]:
    """Yield what a day by itself may be, by the words before it."""
    before, sentence = text.before(one.start, REACH), text.sentence(one.start, one.end).lower()
    field, reason = Field.ISSUED, Reason.LONE_DAY
    if by := BY.search(before):
        executes = EXECUTES.search(sentence) and not re.search(r"(?:return|due|deadline|respon|produc)", by[0])
        field = Field.EXECUTION if executes else Field.DEADLINE
        reason = Reason.EXECUTE_BY if executes else Reason.BY_DAY
    elif ISSUED.search(before) or PLACE_DAY.search(text.text[max(0, one.start - REACH) : one.start]):
        reason = Reason.DATED
    yield from _each(text, one, field, reason)


def _each(text: Text, one: FoundDay, field: Field, reason: Reason) -> Iterator[Proposal]:
    for day in one.days:
        because = Reason.AMBIGUOUS_DAY if len(one.days) > 1 and reason is not Reason.LONE_DAY else reason
        yield candidate(text, field, "day", day.isoformat(), (one.start, one.end), because)


def _counted(text: Text) -> Iterator[Proposal]:
    for found in IN_DAYS.finditer(text.text):
        number = int(found["n"]) if found["n"] else COUNTS.get((found["word"] or "").lower(), 0)
        if number < 1:
            continue
        kind = _unit(found["unit"].lower())
        around = text.sentence(*found.span()).lower()
        if EXECUTES.search(around):
            yield candidate(text, Field.EXECUTION, kind, str(number), found.span(), Reason.EXECUTE_BY)
        elif not OTHER.search(around) or ANSWER.search(around):
            yield candidate(text, Field.DEADLINE, kind, str(number), found.span(), Reason.IN_DAYS)


def _unit(unit: str) -> str:
    if unit.startswith(("hour", "stunde", "heure")):
        return "hours"
    if unit.startswith(("week", "woche", "semaine")):
        return "weeks"
    working = unit.startswith(("business", "working", "court", "werk", "arbeit")) or "ouvr" in unit
    return "working_days" if working else "days"
