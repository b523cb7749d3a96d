"""Controls: each fault, planted on a page that has none, is seen."""

import pytest
from playwright.sync_api import Page, Route
from tests.functional.browser.looking import PHONE, look_at
from tests.functional.browser.people import Visitors

pytestmark = pytest.mark.needs_apt

SOUND = """<!doctype html><html lang="en"><head><title>Sound</title></head><body>
<div class="demo" role="region" aria-label="Demonstration">Demonstration</div>
<main><h1>Sound</h1>%s</main></body></html>"""
STRICT = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'"
PLANTED = {
    "axe": ('<img src="#">', STRICT),
    "width": ("<pre>" + "wide" * 400 + "</pre>", STRICT),
    "inline": ("<script>console.log('ran')</script>", STRICT),
    "policy reports": ("<script>console.log('ran')</script>", STRICT),
    "headings": ("<h3>Too deep</h3>", STRICT),
    "keys": ('<button class="btn act" tabindex="-1">Act</button>', STRICT),
    "policy": ("", f"{STRICT}; style-src 'unsafe-inline'"),
    "console": ('<link rel="stylesheet" href="/static/none.css">', STRICT),
}


def _serve(page: Page, content: str, policy: str) -> None:
    def answer(route: Route) -> None:
        headers = {"Content-Security-Policy": policy, "Content-Type": "text/html"}
        route.fulfill(body=SOUND % content, headers=headers)

    page.route("**/planted", answer)


def _faults(visitors: Visitors, content: str, policy: str) -> list[str]:
    look = visitors.look("public", "")
    _serve(look.page, content, policy)
    response = look.page.goto("/planted")
    look_at(look, "planted", response, widths=(PHONE,))
    look.page.close()
    return look.faults


def test_a_sound_page_has_no_fault(visitors: Visitors) -> None:
    assert _faults(visitors, "<p>Quiet.</p>", STRICT) == []


@pytest.mark.parametrize("fault", PLANTED)
def test_a_planted_fault_is_seen(fault: str, visitors: Visitors) -> None:
    assert any(one.startswith(fault) for one in _faults(visitors, *PLANTED[fault]))


def test_a_page_without_the_mark_of_the_demonstration_is_seen(visitors: Visitors) -> None:
    look = visitors.look("public", "")
    look.page.route(
        "**/planted", lambda route: route.fulfill(body="<!doctype html><h1>Live?</h1>", content_type="text/html")
    )
    look_at(look, "planted", look.page.goto("/planted"), widths=(PHONE,))
    look.page.close()
    assert "demonstration: not marked first" in look.faults
