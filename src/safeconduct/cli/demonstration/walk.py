"""The pages that walk a visitor through what happened: one without a name beside the instance, one with every key.

The first lies in the instance, so it holds no personal datum and no silenced matter. The second lies with the keys.
"""

from dataclasses import dataclass
from html import escape
from importlib import resources
from pathlib import Path

from safeconduct.cli.demonstration.company import AGENCIES, OFFICERS
from safeconduct.cli.demonstration.half_year import Course, MatterPlan
from safeconduct.cli.demonstration.told import Told

PAPER_NAMES = {
    "subpoena": "Grand jury subpoena",
    "agency_subpoena": "Administrative subpoena",
    "court_order": "Court order, 18 U.S.C. 2703(d)",
    "warrant": "Search warrant",
    "preservation": "Preservation letter",
    "emergency": "Emergency request",
    "foreign": "Letter of a foreign police",
    "foreign_letter": "Letter of a foreign police",
    "overbroad": "Search warrant without dates, for everything",
    "defective": "Unsigned subpoena to another company",
    "civil": "Subpoena of a private party",
    "nsl": "National security letter",
}
WHAT_HAPPENED = {
    Course.PRODUCE: "Five findings, two approvals, a second reader, one sealed package.",
    Course.NARROW: "Narrowed to what probable cause was recited for; both scopes are on record.",
    Course.NONE_HELD: "We hold nothing about the number, and said so.",
    Course.REFUSE: "Refused, with the words at fault and the cure.",
    Course.REDIRECT: "Sent to the treaty road; nothing was disclosed.",
    Course.PRESERVE: "A sealed copy was kept; nothing was disclosed.",
    Course.EMERGENCY: "Called back at a number of our own, answered within the hour, the customer told after.",
    Course.FALSE_EMERGENCY: "Called back: the agency knew nothing of it. Refused.",
    Course.WITHDRAW: "Withdrawn by the agency before anything was disclosed.",
    Course.NATIONAL_SECURITY: "Lives in the enclave; only a band crossed, as a signed statement.",
    Course.LEFT_UNREAD: "Open: nobody has read it yet.",
    Course.LEFT_IN_REVIEW: "Open: three of five findings made.",
    Course.LEFT_WITH_QUESTION: "Open: a question went to the officer.",
    Course.LEFT_FOR_APPROVAL: "Open: one of two approvals given.",
    Course.LEFT_FOR_SECOND_READER: "Open: sealed, and waiting for its second reader.",
    Course.LEFT_FOR_CALL_BACK: "Open: waiting for the call-back.",
}
_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="stylesheet" href="index.css">
</head>
<body>
<div class="demo" role="region" aria-label="Demonstration"><b>Demonstration.</b> Fictional company, people, courts and
police; nothing here has force.</div>
<main>
<h1>{title}</h1>
{body}
</main>
</body>
</html>
"""


@dataclass(frozen=True, kw_only=True)
class Walk:
    """What both pages need.

    Attributes:
        root, visitor: the two folders, beside each other.
        told: every matter of the company's instance, in order of receipt.
        rows: number of records imported.
    """

    root: Path
    visitor: Path
    told: tuple[Told, ...]
    rows: int


def _link(target: str, words: str) -> str:
    return f'<a href="{escape(target, quote=True)}">{escape(words)}</a>'


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    cells = "".join(f'<th scope="col">{escape(name)}</th>' for name in head)
    body = "\n".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    table = f"<table><thead><tr>{cells}</tr></thead>\n<tbody>{body}</tbody></table>"
    return f'<div class="scroll" role="region" aria-label="Matters" tabindex="0">{table}</div>'


def _day(plan: MatterPlan) -> str:
    return f"{plan.received.day}\u00a0{plan.received:%b}"


_FILE_NAMES = {"package": "package", "letters": "letter", "notices": "notice to the customer"}


def _sealed_files(told: Told) -> list[tuple[str, str]]:
    """Return (what it is, file name) of what can be opened with a key; notes lie beside their files."""
    return [
        (_FILE_NAMES[kind], name)
        for kind, names in sorted(told.files.items(), reverse=True)
        for name in names
        if name.endswith(".age") and not name.endswith(".note.age")
    ]


def _silent(told: Told) -> bool:
    return told.plan.silence_until is not None and "notices" not in told.files


def _plain_row(told: Told) -> tuple[str, ...]:
    files = "<br>".join(_link(f"outbox/{name}", what) for what, name in _sealed_files(told)) or "none"
    counts = sum(told.counts.values())
    left = f"{counts:,} records left" if "package" in told.files else "nothing left"
    what = f"{escape(WHAT_HAPPENED[told.plan.course])}<small>{left}</small>"
    return _day(told.plan), escape(PAPER_NAMES[told.plan.paper]), what, files


def _full_row(told: Told) -> tuple[str, ...]:
    officer = OFFICERS[told.plan.officer]
    who = f"{escape(officer.name)}<small>{escape(AGENCIES[officer.agency].name)}</small>"
    paper = _link(f"papers/{told.plan.key}.pdf", PAPER_NAMES[told.plan.paper])
    lock = ' <span class="lock">silence</span>' if told.plan.silence_until else ""
    opened = _link(f"opened/{told.plan.key}/", "handed out") if told.files else "nothing handed out"
    what = escape(WHAT_HAPPENED[told.plan.course])
    return _day(told.plan), paper + lock, who, what, f"{opened}<small>{escape(told.reference)}</small>"


def _first_package(walk: Walk) -> tuple[str, str]:
    produced = next(told for told in walk.told if "package" in told.files and not _silent(told))
    name = next(name for name in produced.files["package"] if name.endswith(".age"))
    return name, produced.plan.officer


def _commands(walk: Walk) -> str:
    name, officer = _first_package(walk)
    root, visitor = walk.root.name, walk.visitor.name
    lines = (
        f"# in the folder that holds {root} and {visitor}; safeconduct and bagit.py lie in .venv/bin",
        f"safeconduct verify --trust {visitor}/trust.json {root}/outbox/{name}",
        f"age -d -i {visitor}/identities/{officer}.txt -o {visitor}/package.zip {root}/outbox/{name}",
        f"python3 -m zipfile -e {visitor}/package.zip {visitor}/package && bagit.py --validate {visitor}/package/*",
        f"safeconduct verify --trust {visitor}/trust.json {visitor}/package.zip",
        f"safeconduct ledger fsck {root}/public/log --trust {visitor}/trust.json",
        f"sha256sum {root}/outbox/*",
    )
    code = escape("\n".join(lines))
    return f'<pre tabindex="0" role="region" aria-label="Commands"><code>{code}</code></pre>'


def _plain_page(walk: Walk) -> str:
    shown = [told for told in walk.told if not _silent(told)]
    body = f"""
<p>{walk.rows:,} calls, messages, texts, subscribers and payments of fifty customers lie sealed in this folder. Legal
process came in over half a year. What left, left sealed to one officer, under two approvals and a second reader.</p>
<h2>What happened</h2>
{_table(("Received", "Paper", "What we did", "Sealed files"), [_plain_row(told) for told in shown])}
<p>No name, number or address stands in clear anywhere in this folder. {
        _link(f"../{walk.visitor.name}/index.html", "The visitors' page")
    } lies beside it with everybody's keys, and shows the rest.</p>
<h2>Check it yourself</h2>
<p>Nothing below needs our server, and three of the tools are not ours.</p>
{_commands(walk)}
<h2>Where to look</h2>
<ul>
<li>{_link("public/index.html", "The published report")}, its data and the public log</li>
<li><code>make serve</code> opens the desk, the portal, the approval pages and the papers on this data</li>
</ul>
"""
    return _PAGE.format(title="A half-year of government requests", body=body)


def _full_page(walk: Walk) -> str:
    rows = [_full_row(told) for told in walk.told]
    body = f"""
<p>This page names everybody. It lies with the keys, outside the instance: passkeys of every colleague and officer in
{_link("passkeys.json", "passkeys.json")}, the officers' and customers' age identities in
{_link("identities/", "identities/")}, the custodians' passphrases in {_link("custodians.json", "custodians.json")}, the
authority for the browser in {_link("ca.pem", "ca.pem")}, the company's public keys in
{_link("trust.json", "trust.json")}.</p>
<h2>Every matter</h2>
{_table(("Received", "Paper", "From", "What we did", "Opened"), rows)}
<h2>The enclave</h2>
<p>One national security letter came in June. It lives in a second instance with its own database, keys, ledger and
named persons; that instance is closed. Only a signed band crossed into the report.
{_link("enclave/papers/security_letter.pdf", "The letter")} and {
        _link("enclave/opened/security_letter/", "what was handed out")
    } lie here for whoever plays one of the persons cleared for it.</p>
<h2>Check it yourself</h2>
{_commands(walk)}
"""
    return _PAGE.format(title="The half-year, with every name and key", body=body)


def write_pages(walk: Walk) -> None:
    """Write both pages and their stylesheet."""
    style = resources.files("safeconduct.cli.demonstration").joinpath("index.css").read_text("utf-8")
    for folder, page in ((walk.root, _plain_page(walk)), (walk.visitor, _full_page(walk))):
        (folder / "index.html").write_text(page, "utf-8")
        (folder / "index.css").write_text(style, "utf-8")
