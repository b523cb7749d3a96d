"""``safeconduct report``: build, publish and verify reports, state a band. ``verify`` needs no database."""

import argparse
import json
import os
from datetime import datetime
from pathlib import Path
from typing import Any

from safeconduct.cli.verify import check
from safeconduct.core.base.actors import Actor
from safeconduct.core.base.errors import BadInputError
from safeconduct.core.base.periods import parse_instant
from safeconduct.core.verification.results import Kind

NAME = "report"
HELP = "build, publish and verify transparency reports; state a band"
SETTINGS = "safeconduct.site.settings.headless"
PERMISSIONS = frozenset({"transparency.report.build", "transparency.report.publish", "transparency.band.state"})


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's verbs and options."""
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="build | publish | band | verify")
    build = verbs.add_parser("build", help="count a half-year that is over")
    build.add_argument("period", help="such as 2026-H1")
    build.add_argument("--why", default="", help="what changed and why, for a new version of a published report")
    publish = verbs.add_parser("publish", help="sign a built report and write the public folder")
    publish.add_argument("period", help="such as 2026-H1")
    publish.add_argument("--band", type=Path, help="the enclave's signed band statement for this day")
    band = verbs.add_parser("band", help="in the enclave: sign the band for one option of 50 U.S.C. 1874(a)")
    band.add_argument("--option", required=True, choices=("1", "2", "3", "4"))
    band.add_argument("--company", required=True, help="the company's name, as its report has it")
    band.add_argument("--out", type=Path, required=True, help="file for the signed statement")
    for verb in (build, publish, band):
        verb.add_argument("--config", type=Path, help="safeconduct.toml of the instance")
        verb.add_argument("--person", required=True, help="id of the person who does it")
        verb.add_argument("--now", type=parse_instant, help="the instant, in a demonstration only")
    verify = verbs.add_parser("verify", help="check a published report offline and count it again")
    verify.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    verify.add_argument("--trust", type=Path, help="the company's trust.json; without it only integrity is checked")
    for verb in (build, publish, band, verify):
        verb.add_argument("--json", action="store_true", help="print JSON")


def run(arguments: argparse.Namespace) -> int:
    """Run one verb; exit code 0 only if it was done, or if everything that was checked holds."""
    if arguments.verb == "verify":
        return check(arguments.folders, trust_file=arguments.trust, as_json=arguments.json, kind=Kind.REPORT)
    verbs = {"build": _build, "publish": _publish, "band": _band}
    _setup_django(arguments.config)
    text, value = verbs[arguments.verb](arguments)
    print(json.dumps(value, sort_keys=True) if arguments.json else text)
    return 0


def _setup_django(config: Path | None) -> None:
    if config is not None:
        os.environ["SAFECONDUCT_CONFIG"] = str(config)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    import django  # noqa: PLC0415 - a folder is verified without it

    django.setup()


def _now(arguments: argparse.Namespace) -> datetime:
    from django.conf import settings  # noqa: PLC0415 - needs Django to be set up first

    from safeconduct.site import clock  # noqa: PLC0415 - the same

    if arguments.now is not None and settings.SAFECONDUCT.demonstration is None:
        raise BadInputError("Only a demonstration may be told the time.")
    found: datetime = arguments.now or clock.now()
    return found


def _actor(arguments: argparse.Namespace) -> Actor:
    """Return who acts: whoever may run commands on the instance acts for the person named, on record."""
    return Actor(person=arguments.person, account="command-line", organisation="self", permissions=PERMISSIONS)


def _build(arguments: argparse.Namespace) -> tuple[str, dict[str, Any]]:
    from safeconduct.rooms.transparency import actions, queries  # noqa: PLC0415 - needs Django to be set up first

    period = queries.parse_period(arguments.period)
    built = actions.build(actor=_actor(arguments), now=_now(arguments), period=period, why=arguments.why)
    text = (
        f"{period}, version {built.version}: {built.received} requests, data left in {built.data_left}. Not published."
    )
    value = {
        "report": built.report,
        "period": str(period),
        "version": built.version,
        "root": built.root,
        "received": built.received,
        "data_left": built.data_left,
    }
    return text, value


def _publish(arguments: argparse.Namespace) -> tuple[str, dict[str, Any]]:
    from safeconduct.rooms.transparency import actions, queries  # noqa: PLC0415 - needs Django to be set up first

    row = queries.latest(period=queries.parse_period(arguments.period))
    band = arguments.band.read_text("utf-8") if arguments.band else ""
    actor, now = _actor(arguments), _now(arguments)
    if row.state == "publishing":
        done = actions.resume(actor=actor, now=now, report=row.id)
    else:
        done = actions.publish(actor=actor, now=now, report=row.id, band=band)
    value = {"report": done.report, "folder": str(done.folder), "root": done.root, "version": done.version}
    return f"{done.period}, version {done.version}, stands in {done.folder}", value


def _band(arguments: argparse.Namespace) -> tuple[str, dict[str, Any]]:
    from safeconduct.rooms.transparency import actions  # noqa: PLC0415 - needs Django to be set up first

    done = actions.state_band(
        actor=_actor(arguments), now=_now(arguments), option=arguments.option, company=arguments.company
    )
    arguments.out.write_text(done.note, "utf-8")
    bands = {name: band for name, band, _ in done.statement.bands}
    text = "\n".join(f"{name}: {band}" for name, band in bands.items())
    return f"{text}\nSigned under option {done.statement.number}.", {"option": done.statement.number, "bands": bands}
