"""An instance of a test's own: founded, its vault process beside it, its database as Django's default one."""

import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from django.db import connections
from django.test import override_settings
from tests.functional.conftest import free_port_block

from safeconduct.cli.demonstration import drive, founding
from safeconduct.cli.demonstration.courses import COURSES
from safeconduct.cli.demonstration.half_year import BY_KEY
from safeconduct.cli.demonstration.instance import Places, make_folders, write_configuration
from safeconduct.cli.demonstration.processes import Child
from safeconduct.cli.demonstration.stage import Course, Stage
from safeconduct.cli.demonstration.story import BEGINS
from safeconduct.cli.demonstration.told import Told
from safeconduct.core.base.configuration import Configuration
from safeconduct.core.base.periods import instant_text
from safeconduct.site.databases import database

SEED = 20260101
SQLITE_LINE = 'database = "sqlite:state/web.sqlite3"'


@dataclass
class Founded:
    """An instance, its stage, and its vault process, which a test may stop and start."""

    path: Path
    stage: Stage
    child: Child

    @property
    def configuration(self) -> Configuration:
        return self.stage.configuration

    def stop_vault(self) -> None:
        self.child.stop()
        self.stage.ceremonies.close()

    def start_vault(self) -> None:
        self.child = founding.start_vault(self.configuration, self.stage.cast)

    def course(self, key: str) -> Course:
        """Return the course of one matter of the half-year; ``walk`` takes its steps."""
        plan = BY_KEY[key]
        self.stage.at(plan.received)
        return COURSES[plan.course](self.stage, plan)

    def walk(self, course: Course, steps: int) -> None:
        """Take so many steps of a matter, each at the instant that the one before named."""
        for _ in range(steps):
            following = next(course, None)
            if following is not None:
                self.stage.at(following)

    def told(self, key: str) -> Told:
        return self.stage.told[key]


def wrapper_for(settings: dict[str, Any]) -> Any:
    """Return a connection with Django's defaults and these settings."""
    known = connections["default"].settings_dict
    return import_module(f"{settings['ENGINE']}.base").DatabaseWrapper({**known, **settings}, "default")


@contextmanager
def default_database(settings: dict[str, Any]) -> Iterator[Any]:
    """Put another database in the place of the default one, in this thread; commits are real."""
    before = connections["default"]
    made = wrapper_for(settings)
    connections["default"] = made
    try:
        yield made
    finally:
        made.close()
        connections["default"] = before


def _configure(places: Places, url: str | None, more: str) -> Path:
    make_folders(places)
    path = write_configuration(places, now=BEGINS, seed=SEED, enclave=False)
    if url is not None:
        text = path.read_text("utf-8")
        assert SQLITE_LINE in text
        path.write_text(text.replace(SQLITE_LINE, f'database = "{url}"'), "utf-8")
    path.write_text(path.read_text("utf-8") + more, "utf-8")
    return path


@contextmanager
def founded(
    *,
    template: Path | None = None,
    url: str | None = None,
    rows: int = 20_000,
    more: str = "",
    bring: Callable[..., Any] = drive.bring_records_in,
) -> Iterator[Founded]:
    """Found an instance on a copy of ``template`` or on the PostgreSQL at ``url``; its records lie sealed.

    ``more`` is added to its configuration; ``bring`` does something else with the records.
    """
    folder = Path(tempfile.mkdtemp(prefix="sc-"))
    places = Places(root=folder / "i", first_port=free_port_block())
    places.visitor.mkdir(parents=True)
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        path = _configure(places, url, more)
        if template is not None:
            shutil.copy(template, places.root / "state" / "web.sqlite3")
        configuration, cast = founding.found(path, seed=SEED, now=BEGINS)
        settings = {**database(configuration), "CONN_MAX_AGE": 0}
        stack.enter_context(override_settings(SAFECONDUCT=configuration))
        stack.enter_context(default_database(settings))
        child = founding.start_vault(configuration, cast)
        try:
            stack.callback(founding.start_witness(configuration).stop)
            stage = drive.open_stage(configuration, cast, began=BEGINS)
            stack.callback(stage.ceremonies.close)
            made = Founded(path=path, stage=stage, child=child)
            stack.callback(made.stop_vault)
            bring(stage, seed=SEED, rows=rows)
        except BaseException:
            child.stop()
            raise
        yield made


def at_clock(found: Founded, now: datetime) -> None:
    """Write the demonstration's clock anew, for a process of its own that starts now."""
    text = found.path.read_text("utf-8")
    changed, count = re.subn(r'^now = ".*"$', f'now = "{instant_text(now)}"', text, flags=re.MULTILINE)
    assert count == 1
    found.path.write_text(changed, "utf-8")
