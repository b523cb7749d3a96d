"""The public folder around the reports: pages without a database, a script or a tracker behind them."""

import inspect
import re
from datetime import datetime, timedelta
from pathlib import Path

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string

from safeconduct.core.base.configuration import Configuration
from safeconduct.core.base.periods import instant_text
from safeconduct.core.tally import counting
from safeconduct.rooms.government_requests.queries.following import emergency_adopted
from safeconduct.rooms.ledger import actions as ledger_actions
from safeconduct.rooms.ledger import queries as ledger_queries
from safeconduct.rooms.transparency import queries
from safeconduct.rooms.transparency.actions.content import frame
from safeconduct.rooms.transparency.actions.folder import write_file
from safeconduct.rooms.transparency.rules.wording import period_words

STYLES = ("safeconduct.css", "transparency/public.css", "icon.svg")
SECURITY_TXT_DAYS = 180
LOG = "log"
PAGES = (
    ("index.html", "transparency/home.html", "home"),
    ("reports/index.html", "transparency/reports.html", "reports"),
    ("counting-rules.html", "transparency/counting_rules.html", "reports"),
    ("check.html", "transparency/check.html", "reports"),
    ("log.html", "transparency/log.html", "log"),
    ("agencies.html", "transparency/agencies.html", "agencies"),
    ("security.html", "transparency/security.html", "security"),
)
EMERGENCY = "Emergency"
REACH = (
    ("Subpoena", "Subscriber, payment and call records", "18 U.S.C. 2703(c)(2)"),
    ("Court order, 2703(d)", "The same, and message records without contents", "18 U.S.C. 2703(d)"),
    ("Search warrant", "All records, and contents of messages", "18 U.S.C. 2703(a), (c)(1)"),
    ("Preservation letter", "Nothing leaves; we keep a copy for 90 days, once renewable", "18 U.S.C. 2703(f)"),
    (EMERGENCY, "What the danger needs, if we choose", "18 U.S.C. 2702(b)(8), (c)(4)"),
)
"""What agencies are told. Rulings on a paper come from the rulebook, never from here."""


def counting_rules() -> list[str]:
    """Return the counting rules as they stand at the head of the code that counts."""
    text = inspect.getdoc(counting) or ""
    found = re.findall(r"^\d+\. (.*?)(?=^\d+\. |\Z)", text, re.MULTILINE | re.DOTALL)
    return [" ".join(rule.split()).replace("``", "") for rule in found]


def write(*, here: Configuration, now: datetime) -> None:
    """Write every page around the reports, the public log's tiles and security.txt; again gives the same."""
    _write_log(here.public)
    for path, template, page in PAGES:
        root = "../" * path.count("/")
        context = {**frame(here, root=root, page=page), **_facts(here.public, now), "rules": counting_rules()}
        write_file(here.public / path, render_to_string(template, context).encode())
    write_file(here.public / ".well-known" / "security.txt", _security_txt(here, now).encode())
    for style in STYLES:
        source = finders.find(style)
        if source:
            write_file(here.public / "static" / style, Path(source).read_bytes())


def _write_log(public: Path) -> None:
    if ledger_queries.signed_head(log="public") is not None:
        ledger_actions.publish_checkpoint(folder=public / LOG, log="public")


def _facts(public: Path, now: datetime) -> dict[str, object]:
    head = ledger_queries.signed_head(log="public")
    rows = [(row, period_words(row.period), f"reports/{row.period}/v{row.version}/") for row in queries.published()]
    emergencies = emergency_adopted(now=now)
    return {
        "reports": rows,
        "head": head,
        "emergencies": emergencies,
        "log_is_published": (public / LOG / "checkpoint").exists(),
        "reach": REACH if emergencies else tuple(row for row in REACH if row[0] != EMERGENCY),
    }


def _security_txt(here: Configuration, now: datetime) -> str:
    origin = here.faces["public"].origin
    expires = (now + timedelta(days=SECURITY_TXT_DAYS)).replace(hour=0, minute=0, second=0, microsecond=0)
    return (
        f"Contact: {origin}/security.html\n"
        f"Expires: {instant_text(expires)}\n"
        "Preferred-Languages: en\n"
        f"Canonical: {origin}/.well-known/security.txt\n"
    )
