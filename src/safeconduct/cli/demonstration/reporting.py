"""Publishes the half-year: the enclave states its band, the company publishes its report with it."""

from pathlib import Path

from safeconduct.cli.demonstration.company import ENTITY_NAME
from safeconduct.cli.demonstration.half_year import REPORTED
from safeconduct.cli.demonstration.stage import Stage
from safeconduct.rooms.transparency import actions
from safeconduct.site.working import keep_logs

OPTION = "3"
"""50 U.S.C. 1874(a)(3): all national security process together, in bands of 250, each half-year."""


def send_band(stage: Stage, path: Path) -> None:
    """Have the enclave count and sign its band, and lay the note down where a person carries it out by hand."""
    stated = actions.state_band(actor=stage.actor("ravi"), now=stage.now, option=OPTION, company=ENTITY_NAME)
    path.write_text(stated.note, "utf-8")


def publish_report(stage: Stage, *, band: Path) -> str:
    """Build the report, publish it with the band that crossed, and return its id."""
    built = actions.build(actor=stage.actor("ravi"), now=stage.now, period=REPORTED)
    note = band.read_text("utf-8")
    actions.publish(actor=stage.actor("ravi"), now=stage.now, report=built.report, band=note)
    return built.report


def refresh_public_site(stage: Stage, report: str) -> None:
    """Have the heads signed and witnessed, then write the public pages and the log's tiles again."""
    keep_logs(now=stage.now)
    actions.resume(actor=stage.actor("ravi"), now=stage.now, report=report)
