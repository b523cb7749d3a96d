"""What every part of the suite may use: a migrated database for each story, an instance, and an honest skip."""

import os
import random
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.db import connections
from tests.own_database import own_database, sqlite_settings
from tests.soaking import SAID, SAMPLE_SEED, SEED

REQUIRED = "CI_SUITES_REQUIRED"
STORY_BEGINS = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)

# No test is a timed test: a busy machine is no fault. A failure prints how to run it again.
hypothesis.settings.register_profile(
    "house",
    deadline=None,
    print_blob=True,
    derandomize=SEED == SAMPLE_SEED,
    database=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("house")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Let hypothesis draw from the run's seed, so that an explored run can be repeated too."""
    if SEED != SAMPLE_SEED and config.getoption("--hypothesis-seed") is None:
        config.option.hypothesis_seed = str(SEED)


def pytest_report_header() -> str:
    """Print the seed, so that a failure can be run again."""
    return f"safeconduct seed: {SEED} (SAFECONDUCT_TEST_SEED={SEED} runs it again)"


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Give what the harnesses said to the run that divided the work."""
    if (output := getattr(session.config, "workeroutput", None)) is not None:
        output["said"] = SAID


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take what a worker's harnesses said."""
    SAID.extend(getattr(node, "workeroutput", {}).get("said", []))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what the long harnesses looked at, also when all went well."""
    if SAID:
        terminalreporter.section("harnesses")
        for line in SAID:
            terminalreporter.write_line(line)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs a tool that is not installed; where the suite is required, let it fail in its place."""
    for item in items:
        for mark in item.iter_markers("needs_apt"):
            missing = [tool for tool in mark.args if shutil.which(tool) is None]
            if missing and not os.environ.get(REQUIRED):
                item.add_marker(pytest.mark.skip(reason=f"not installed: {', '.join(missing)}"))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Fail a required test whose tool is missing: a suite that should have run and did not is no success."""
    for mark in item.iter_markers("needs_apt"):
        missing = [tool for tool in mark.args if shutil.which(tool) is None]
        if missing:
            pytest.fail(f"{REQUIRED} is set and these are not installed: {', '.join(missing)}", pytrace=False)


@pytest.fixture
def seeded() -> random.Random:
    """Give a source of randomness that the header's seed repeats."""
    return random.Random(SEED)  # noqa: S311 - repeatable tests


@pytest.fixture(scope="session")
def template_database(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> Path:
    """Migrate one SQLite file; every story copies it."""
    folder = tmp_path_factory.mktemp("template")
    settings = sqlite_settings(folder)
    with django_db_blocker.unblock(), own_database(settings) as wrapper, wrapper.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return Path(settings["NAME"])


@pytest.fixture
def story_database(template_database: Path, tmp_path: Path, django_db_blocker: Any) -> Iterator[Path]:
    """Put a fresh copy of the migrated database in the place of the default one; commits are real."""
    path = tmp_path / template_database.name
    shutil.copy(template_database, path)
    settings = {**sqlite_settings(tmp_path), "NAME": str(path)}
    before = connections["default"]
    module = import_module(f"{settings['ENGINE']}.base")
    connections["default"] = module.DatabaseWrapper({**before.settings_dict, **settings}, "default")
    try:
        with django_db_blocker.unblock():
            yield path
    finally:
        connections["default"].close()
        connections["default"] = before


@dataclass(frozen=True)
class Instance:
    """A demonstration's instance: its configuration, everybody's keys, and its database as Django's default."""

    path: Path
    configuration: Any
    cast: Any


@pytest.fixture
def instance(story_database: Path, settings: Any) -> Iterator[Instance]:
    """Found an instance with a short path, run its vault process unsealed, and point Django at both."""
    from tests.functional.conftest import free_port_block  # noqa: PLC0415 - heavy, and only for stories

    from safeconduct.cli.demonstration import founding  # noqa: PLC0415 - the same
    from safeconduct.cli.demonstration.instance import Places, make_folders, write_configuration  # noqa: PLC0415 - the same

    assert story_database.exists()
    folder = Path(tempfile.mkdtemp(prefix="sc-"))
    places = Places(root=folder / "i", first_port=free_port_block())
    child = None
    try:
        places.visitor.mkdir()
        make_folders(places)
        path = write_configuration(places, now=STORY_BEGINS, seed=SEED, enclave=False)
        configuration, cast = founding.found(path, seed=SEED, now=STORY_BEGINS)
        settings.SAFECONDUCT = configuration
        child = founding.start_vault(configuration, cast)
        yield Instance(path, configuration, cast)
    finally:
        if child is not None:
            child.stop()
        shutil.rmtree(folder, ignore_errors=True)
