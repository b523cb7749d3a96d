"""The one screen that ``make demo`` ends with."""

from pathlib import Path
from typing import Any

from safeconduct.cli.demonstration.half_year import REPORTED, Course
from safeconduct.cli.demonstration.instance import Places
from safeconduct.cli.demonstration.story import Ran
from safeconduct.cli.demonstration.told import Told
from safeconduct.cli.demonstration.walk import PAPER_NAMES

_WORD = {
    Course.PRODUCE: "produced",
    Course.NARROW: "narrowed, then produced",
    Course.NONE_HELD: "none held",
    Course.REFUSE: "refused, with the cure",
    Course.REDIRECT: "sent by treaty",
    Course.PRESERVE: "preserved only",
    Course.EMERGENCY: "called back, produced",
    Course.FALSE_EMERGENCY: "called back, refused",
    Course.WITHDRAW: "withdrawn",
}


def _visible(ran: Ran) -> list[Told]:
    """Return what the terminal may show: nothing of a matter whose silence still stands."""
    return [told for told in ran.told if told.plan.silence_until is None or "notices" in told.files]


def as_json(ran: Ran) -> dict[str, Any]:
    """Return the summary for machines."""
    told = _visible(ran)
    return {
        "matters": len(told),
        "packages": sum("package" in one.files for one in told),
        "open": sum(one.plan.course not in _WORD for one in told),
        "rows": ran.rows,
        "seconds": round(ran.seconds, 1),
    }


def _shown(path: Path) -> str:
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def as_text(ran: Ran, places: Places) -> str:
    """Return the summary for people, on one screen."""
    told = _visible(ran)
    lines = ["", f"{ran.rows:,} records, {len(told)} matters, {ran.seconds:.0f} seconds.", ""]
    for one in told:
        if one.plan.course in _WORD:
            records = f"{sum(one.counts.values()):>6,} records" if "package" in one.files else ""
            day = f"{one.plan.received:%d %b}"
            line = f"  {day}  {PAPER_NAMES[one.plan.paper]:<46.46}{_WORD[one.plan.course]:<26}{records}"
            lines.append(line.rstrip())
    trust, outbox = _shown(places.visitor / "trust.json"), _shown(places.root / "outbox")
    lines += [
        "",
        f"{sum(one.plan.course not in _WORD for one in told)} more are open in the queue. {REPORTED} is published.",
        "",
        f"  Read      {_shown(places.root / 'index.html')}",
        f"  Report    {_shown(places.root / 'public' / 'index.html')}",
        f"  Keys      {_shown(places.visitor / 'index.html')}   everybody's, so that you can open and check all of it",
        "  Serve     make serve",
        f"  Check     safeconduct verify --trust {trust} {outbox}/*.age",
    ]
    return "\n".join(lines)
