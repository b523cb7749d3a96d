"""A sample of the hostile names in Chromium: no script ran, nothing was reported by the policy, nothing was asked for.

The pages are those that the faces answer, with their own headers, handed to the browser at the face's address.
"""

import random
import shutil
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, Route, sync_playwright
from tests.functional.browser.conftest import CHROMIUM, FLAGS
from tests.museum.names.corpus import SEEDS
from tests.museum.names.test_names import NamingVault, get, pages, storable
from tests.soaking import count, report, seed

__all__ = ["pages"]

ORIGIN = "https://desk.safeconduct.localhost"
WATCH = """
window.ran = 0;
window.reported = [];
document.addEventListener('securitypolicyviolation', (event) => window.reported.push(event.violatedDirective));
"""


def chosen() -> list[str]:
    """Return every seed with markup, and a draw of the others."""
    markup = [name for title, name in SEEDS.items() if title.startswith("script: ")]
    others = [name for title, name in SEEDS.items() if not title.startswith("script: ") and storable(name)]
    chance = random.Random(seed("names in chromium"))  # noqa: S311 - repeatable tests
    return markup + chance.sample(others, count(30, len(others)))


def show(page: Page, answer: Any, *, policy: bool = True) -> tuple[int, list[str], list[str]]:
    """Open an answer as it is; return whether a script ran, what the policy reported, and what was asked for."""
    asked: list[str] = []
    headers = {name: text for name, text in answer.items() if policy or name != "Content-Security-Policy"}

    def fulfil(route: Route) -> None:
        if route.request.url == f"{ORIGIN}/page":
            route.fulfill(status=answer.status_code, headers=headers, body=answer.content)
        else:
            asked.append(route.request.url)
            route.fulfill(status=200, body="", headers={"Content-Type": "text/css"})

    page.unroute_all()
    page.route("**/*", fulfil)
    page.goto(f"{ORIGIN}/page")
    ran, reported = page.evaluate("[window.ran, window.reported]")
    strange = [url for url in asked if not url.startswith(f"{ORIGIN}/static/") and not url.endswith("/favicon.ico")]
    return int(ran or 0), list(reported), strange


@pytest.mark.skipif(shutil.which(CHROMIUM) is None, reason="not installed: chromium")
def test_no_script_runs_and_nothing_is_reported(pages: tuple[NamingVault, list[tuple[Client, str]]]) -> None:
    vault, addresses = pages
    wanted = [place for place in addresses if place[1].count("/") <= 2 and not place[1].endswith((".csv", ".json"))]
    found, seen = chosen(), 0
    answers = []
    for first in range(0, len(found), 16):
        vault.name(found[first : first + 16])
        answers += [get(vault, *place) for place in wanted[:4]]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page()
        page.add_init_script(WATCH)
        for answer in answers:
            assert show(page, answer) == (0, [], [])
            seen += 1
        # The control: the same names as markup, without and with the policy.
        answer = answers[0]
        answer.content = answer.content.replace(b"</main>", b"<img src=x onerror=window.ran=1></main>")
        assert show(page, answer, policy=False)[0] == 1
        ran, reported, _ = show(page, answer)
        assert ran == 0
        assert reported != []
        browser.close()
    assert seen > 3
    report("names in chromium", names=len(found), pages=seen)
