"""The main job from beginning to end: found the company, bring its records in, live its half-year, publish.

Everything goes through the same actions as on a live instance; only the clock and the hands are ours. The enclave is
a second instance and so a second process: settings, database and keys of one are never seen by the other.
"""

import json
import os
import shutil
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from safeconduct.cli.demonstration import founding, processes
from safeconduct.cli.demonstration.cast import Cast
from safeconduct.cli.demonstration.half_year import ENDS
from safeconduct.cli.demonstration.instance import (
    Places,
    check_ports,
    clear_places,
    make_folders,
    mark_places,
    write_configuration,
)
from safeconduct.cli.demonstration.opened import open_for_visitor
from safeconduct.cli.demonstration.told import Told
from safeconduct.cli.demonstration.walk import Walk, write_pages
from safeconduct.core.base.configuration import Configuration

BEGINS = datetime(2026, 1, 2, 14, 0, tzinfo=UTC)
SETTINGS = "safeconduct.site.settings.headless"

Say = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Ran:
    """What a run gave.

    Attributes:
        told: every matter, in order of receipt.
        rows: records imported.
        seconds: how long it took.
    """

    told: tuple[Told, ...]
    rows: int
    seconds: float


def _enter_instance(path: Path) -> None:
    """Set Django up for the instance configured at ``path``; a process enters one instance only."""
    os.environ["SAFECONDUCT_CONFIG"] = str(path)
    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS
    import django  # noqa: PLC0415 - it reads the instance when it is set up

    django.setup()


def tell(places: Places, *, seed: int, rows: int, say: Say) -> Ran:
    """Run the whole story into ``places``; what refuses (a foreign folder, a taken port) refuses before it begins."""
    began = time.monotonic()
    check_ports(places)
    clear_places(places)
    mark_places(places, seed=seed, rows=rows)
    make_folders(places)
    enclave_log = places.enclave / "run" / "story.log"
    arguments = ["demo", "--directory", str(places.root), "--seed", str(seed), "--rows", str(rows)]
    arguments += ["--first-port", str(places.first_port), "--part", "enclave"]
    beside = processes.start_part(arguments, log=enclave_log)
    try:
        path = write_configuration(places, now=BEGINS, seed=seed, enclave=False)
        configuration, cast = founding.found(path, seed=seed, now=BEGINS)
        _enter_instance(path)
        from safeconduct.cli.demonstration import drive  # noqa: PLC0415 - needs Django to be set up first

        with ExitStack() as stack:
            _start(stack, configuration, cast)
            stage = drive.open_stage(configuration, cast, began=BEGINS)
            stack.callback(stage.ceremonies.close)
            say("The company, its people and its agencies are enrolled.")
            imported = drive.bring_records_in(stage, seed=seed, rows=rows)
            say(f"{imported:,} records lie sealed.")
            drive.live_to_publication(stage)
            processes.finish_part(beside, log=enclave_log)
            say("The half-year is over; the enclave sent its band and is closed.")
            report = drive.publish(stage, band=places.enclave / "public" / "band.note")
            drive.live_to_the_end(stage, report=report)
            say("The report is published; the queue waits.")
        write_configuration(places, now=ENDS, seed=seed, enclave=False)
        told = tuple(sorted(stage.told.values(), key=lambda one: one.plan.received))
        _leave_for_visitors(places, cast, told, rows=imported, seed=seed)
        return Ran(told=told, rows=imported, seconds=time.monotonic() - began)
    finally:
        if beside.poll() is None:
            beside.terminate()
            beside.wait()


def _start(stack: ExitStack, configuration: Configuration, cast: Cast) -> None:
    stack.callback(founding.start_vault(configuration, cast).stop)
    if configuration.witness_socket is not None:
        stack.callback(founding.start_witness(configuration).stop)


def _leave_for_visitors(places: Places, cast: Cast, told: tuple[Told, ...], *, rows: int, seed: int) -> None:
    shutil.copy(places.root / "public" / "trust.json", places.visitor / "trust.json")
    for one in told:
        open_for_visitor(one, cast=cast, outbox=places.root / "outbox", visitor=places.visitor)
    write_pages(Walk(root=places.root, visitor=places.visitor, told=told, rows=rows))
    _write_story(places.visitor, told, seed=seed, rows=rows)


def _write_story(folder: Path, told: tuple[Told, ...], *, seed: int, rows: int) -> None:
    story = {"seed": seed, "rows": rows, "matters": [one.as_json() for one in told]}
    (folder / "story.json").write_text(json.dumps(story, indent=2) + "\n", "utf-8")


def tell_enclave(places: Places, *, seed: int, rows: int) -> Told:
    """Run the enclave's part: one national security letter, answered; only its signed band is left to cross."""
    path = write_configuration(places, now=BEGINS, seed=seed, enclave=True)
    configuration, cast = founding.found(path, seed=seed, now=BEGINS)
    _enter_instance(path)
    from safeconduct.cli.demonstration import drive  # noqa: PLC0415 - needs Django to be set up first

    with ExitStack() as stack:
        _start(stack, configuration, cast)
        stage = drive.open_stage(configuration, cast, began=BEGINS)
        stack.callback(stage.ceremonies.close)
        told = drive.live_in_the_enclave(stage, seed=seed, rows=rows)
    write_configuration(places, now=ENDS, seed=seed, enclave=True)
    shown = places.visitor / "enclave"
    open_for_visitor(told, cast=cast, outbox=places.enclave / "outbox", visitor=shown)
    _write_story(shown, (told,), seed=seed, rows=rows)
    return told
