"""Chromium on a served copy of the demonstration, trusting the demonstration's authority as a visitor would."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright
from tests.functional.browser.people import Visitors
from tests.functional.browser.serving import Served, copy_instance, serving
from tests.functional.conftest import PORTS, Demo

from safeconduct.core.base.configuration import FACES, read_configuration

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
PATIENCE_MS = 15_000
RUNNING = "SAFECONDUCT_BROWSER_INSTANCE"


def _missing() -> list[str]:
    return [name for name in (CHROMIUM, "certutil") if shutil.which(name) is None]


def _demand_tools() -> None:
    missing = _missing()
    if missing and os.environ.get("CI_SUITES_REQUIRED"):
        pytest.fail(f"required here and missing: {', '.join(missing)}")
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}; apt-get install chromium libnss3-tools")


def _served(root: Path, visitor: Path) -> Served:
    story = json.loads((visitor / "story.json").read_text("utf-8"))
    return Served(root=root, visitor=visitor, story={one["key"]: one for one in story["matters"]})


@pytest.fixture(scope="session")
def served(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve a copy of the demonstration; a developer may name one that already runs."""
    _demand_tools()
    running = os.environ.get(RUNNING)
    if running:
        root = Path(running)
        yield _served(root, root.with_name(f"{root.name}-visitor"))
        return
    demo: Demo = request.getfixturevalue("demo")
    folder = tmp_path_factory.mktemp("b")
    # The demonstration leaves the last five ports of its block of twenty unused.
    first = read_configuration(demo.root / "safeconduct.toml").faces["desk"].port + PORTS - len(FACES)
    configuration = copy_instance(demo.root, demo.visitor, into=folder, first_port=first)
    with serving(configuration):
        yield _served(folder / demo.root.name, folder / demo.visitor.name)


@pytest.fixture(scope="session")
def trusting_home(served: Served, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home of its own whose certificate store trusts the demonstration's authority."""
    home = tmp_path_factory.mktemp("home")
    store = home / ".pki" / "nssdb"
    store.mkdir(parents=True)
    authority = served.visitor / "ca.pem"
    subprocess.run(["certutil", "-d", f"sql:{store}", "-N", "--empty-password"], check=True)
    trust = ["certutil", "-d", f"sql:{store}", "-A", "-t", "C,,", "-n", "demonstration", "-i", str(authority)]
    subprocess.run(trust, check=True)
    return home


@pytest.fixture(scope="module")
def chromium(trusting_home: Path) -> Iterator[Browser]:
    """A browser for one module: while it runs, its event loop would bar other suites from the database."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=FLAGS, env={**os.environ, "HOME": str(trusting_home)}
        )
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def visitors(chromium: Browser, served: Served) -> Iterator[Visitors]:
    found = Visitors(chromium, served)
    yield found
    found.close()
