"""Holds a matter's casework against its entries: what was noted beside papers, findings and letters."""

from safeconduct.core.base.periods import instant_text
from safeconduct.rooms.government_requests.models import (
    Comment,
    Contact,
    Invoice,
    LitigationKeeping,
    LowerFiling,
    Matter,
    Supplement,
    Testimony,
)
from safeconduct.rooms.ledger.queries import HistoryLine
from safeconduct.rooms.people.queries.mandates import mandates

ROOM = "government_requests."
Lines = tuple[HistoryLine, ...]


def contacts(row: Matter, lines: Lines) -> bool:
    """Return whether the calls and incoming letters are those that were entered."""
    said = {
        line.facts["contact"]: tuple(line.facts[name] for name in ("direction", "channel", "at", "words", "document"))
        for line in lines
        if line.kind.removeprefix(ROOM) in {"note_call", "keep_incoming"}
    }
    kept = Contact.objects.filter(matter=row)
    return {one.pk: (one.direction, one.channel, instant_text(one.at), one.words, one.document) for one in kept} == said


def supplements(row: Matter, lines: Lines) -> bool:
    """Return whether the matter was taken up again as often, and for the reasons, that were entered."""
    said = {
        line.facts["supplement"]: (line.facts["reason"], line.facts["words"], line.facts["follows"])
        for line in lines
        if line.kind.removeprefix(ROOM) in {"open_supplement", "resume_matter"}
    }
    kept = Supplement.objects.filter(matter=row)
    return {one.pk: (one.reason, one.words, one.follows) for one in kept} == said


def invoices(row: Matter, lines: Lines) -> bool:
    """Return whether the invoices, their amounts and what became of them are those that were entered."""
    said: dict[str, tuple[object, ...]] = {}
    for line in lines:
        facts, kind = line.facts, line.kind.removeprefix(ROOM)
        if kind == "write_invoice":
            said[facts["invoice"]] = (facts["series"], facts["number"], facts["cents"], "unpaid")
        elif kind == "settle_invoice":
            said[facts["invoice"]] = (*said[facts["invoice"]][:3], facts["state"])
    kept = Invoice.objects.filter(matter=row)
    return {one.pk: (one.series, one.number, one.cents, one.state) for one in kept} == said


def filing(row: Matter, lines: Lines) -> bool:
    """Return whether the assurance with which the paper was filed is the one that was entered."""
    said = [line.facts["assurance"] for line in lines if line.kind == f"{ROOM}receive" and "assurance" in line.facts]
    return list(LowerFiling.objects.filter(matter=row).values_list("assurance", flat=True)) == said


def outside(row: Matter, lines: Lines) -> bool:
    """Return whether mandates and comments are those that were entered, with the ends that were."""
    said: dict[str, tuple[str, ...]] = {}
    words = []
    for line in lines:
        facts, kind = line.facts, line.kind.removeprefix(ROOM)
        if kind == "give_mandate":
            said |= {one: (*said[one][:2], "ended") for one in facts["instead"]}
            said[facts["mandate"]] = (facts["person"], facts["until"], "given")
        elif kind == "end_mandate":
            said[facts["mandate"]] = (*said[facts["mandate"]][:2], "ended")
        elif kind == "comment":
            words.append((facts["comment"], line.person))
    kept = {one.id: (one.person, instant_text(one.ends), one.state) for one in mandates(matter=row.pk)}
    spoken = Comment.objects.filter(matter=row).values_list("object", "by")
    return kept == said and sorted(spoken) == sorted(words)


def proceedings(row: Matter, lines: Lines) -> bool:
    """Return whether litigation preservations and testimonies stand as they were entered."""
    said: dict[str, str] = {}
    for line in lines:
        facts, kind = line.facts, line.kind.removeprefix(ROOM)
        if kind in {"keep_for_litigation", "review_litigation", "end_litigation"}:
            said[facts["litigation"]] = "ended" if kind == "end_litigation" else "standing"
        elif kind in {"call_custodian", "settle_testimony"}:
            said[facts["testimony"]] = facts.get("state", "called")
    kept = dict(LitigationKeeping.objects.filter(matter=row).values_list("pk", "state"))
    kept |= dict(Testimony.objects.filter(matter=row).values_list("pk", "state"))
    return kept == said
