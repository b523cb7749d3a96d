"""Drives one instance in this process: its people come in, its records, its matters; then its report goes out."""

from datetime import datetime, timedelta
from pathlib import Path

from django.core.management import call_command

from safeconduct.cli.demonstration.cast import Cast
from safeconduct.cli.demonstration.company import customers
from safeconduct.cli.demonstration.courses import COURSES
from safeconduct.cli.demonstration.doors import fill_directory, leave_at_the_doors
from safeconduct.cli.demonstration.enrolling import bring_officers_in, bring_people_in
from safeconduct.cli.demonstration.half_year import ENDS, HALF_YEAR, PUBLISHED, Course, MatterPlan
from safeconduct.cli.demonstration.mandates import mandate_outside_counsel
from safeconduct.cli.demonstration.origins import Ceremonies
from safeconduct.cli.demonstration.records import clear_tables
from safeconduct.cli.demonstration.reporting import publish_report, refresh_public_site, send_band
from safeconduct.cli.demonstration.stage import Stage
from safeconduct.cli.demonstration.told import Told
from safeconduct.core.base.configuration import Configuration
from safeconduct.rooms.ledger import actions as ledger
from safeconduct.rooms.records import actions as records
from safeconduct.site.working import keep_logs

HEADS_EVERY = timedelta(days=14)


def open_stage(configuration: Configuration, cast: Cast, *, began: datetime) -> Stage:
    """Make the database, enrol everybody, and return the stage on which the story plays."""
    call_command("migrate", verbosity=0, interactive=False)
    ledger.open_public_log(now=began)
    accounts = bring_people_in(cast, now=began)
    stage = Stage(
        configuration=configuration,
        cast=cast,
        ceremonies=Ceremonies.of(configuration),
        accounts=accounts,
        now=began,
    )
    bring_officers_in(stage)
    fill_directory(stage)
    return stage


def bring_records_in(stage: Stage, *, seed: int, rows: int, only_customer: str | None = None) -> int:
    """Register the customers and import every table; return how many rows came in."""
    actor = stage.actor("sefa")
    for customer in customers(seed):
        if only_customer in (None, customer.id):
            records.register_customer(actor=actor, now=stage.now, name=customer.name, customer=customer.id)
    count = 0
    for table, clear in clear_tables(seed=seed, rows=rows).items():
        chosen = clear
        if only_customer is not None:
            chosen = clear.filter([value == only_customer for value in clear["customer"].to_pylist()])
        count += records.import_rows(actor=actor, now=stage.now, table=table, rows=chosen).rows
    return count


def _begin(stage: Stage, plans: list[MatterPlan]) -> None:
    for plan in plans:
        stage.plan(plan.received, COURSES[plan.course](stage, plan))


def _with_heads(stage: Stage, *, until: datetime) -> None:
    """Play until ``until``; heads are signed every fortnight, also when nothing happened."""
    while stage.now + HEADS_EVERY < until:
        stage.play(until=stage.now + HEADS_EVERY)
        keep_logs(now=stage.now)
    stage.play(until=until)


def live_to_publication(stage: Stage) -> None:
    """Let every matter come in and go its way until the day of the report."""
    _begin(stage, [plan for plan in HALF_YEAR if plan.course is not Course.NATIONAL_SECURITY])
    _with_heads(stage, until=PUBLISHED)


def publish(stage: Stage, *, band: Path) -> str:
    """Publish the half-year's report with the band that crossed from the enclave; return the report's id."""
    return publish_report(stage, band=band)


def live_to_the_end(stage: Stage, *, report: str) -> None:
    """Let the last days pass and leave a queue behind; the public log then covers everything published."""
    _with_heads(stage, until=ENDS)
    leave_at_the_doors(stage)
    mandate_outside_counsel(stage)
    refresh_public_site(stage, report)


def live_in_the_enclave(stage: Stage, *, seed: int, rows: int) -> Told:
    """Answer the one letter in the enclave, and sign the band that may cross."""
    (plan,) = [plan for plan in HALF_YEAR if plan.course is Course.NATIONAL_SECURITY]
    sought = next(customer for customer in customers(seed) if customer.index == plan.customer)
    bring_records_in(stage, seed=seed, rows=rows, only_customer=sought.id)
    _begin(stage, [plan])
    stage.play(until=PUBLISHED)
    send_band(stage, stage.configuration.public / "band.note")
    return stage.told[plan.key]
