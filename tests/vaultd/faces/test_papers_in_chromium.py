"""A paper on the open origin in a real browser: its viewer shows a sandboxed PDF, and nothing in a paper ever runs."""

import os
import re
from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, sync_playwright
from tests.vaultd.running import Process, running
from tests.vaultd.story import MATTER

CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync", "--no-first-run"]
VIEWER = "chrome-extension://"
SCRIPT = b"<!doctype html><script>document.title = 'it ran'</script><p>A paper that is none.</p>"
COUNT_RED = """async (shot) => {
  const image = new Image();
  image.src = `data:image/png;base64,${shot}`;
  await image.decode();
  const canvas = new OffscreenCanvas(image.width, image.height).getContext("2d");
  canvas.drawImage(image, 0, 0);
  const {data} = canvas.getImageData(0, 0, image.width, image.height);
  let red = 0;
  for (let at = 0; at < data.length; at += 4) red += data[at] > 250 && data[at + 1] < 5 && data[at + 2] < 5;
  return red;
}"""
ENOUGH = 10_000
pytestmark = pytest.mark.needs_apt("chromium")


def red_page() -> bytes:
    """Return a PDF of one page that is red from edge to edge."""
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Contents 4 0 R>>",
        b"<</Length 25>>stream\n1 0 0 rg 0 0 300 300 re f\nendstream",
    ]
    made, places = b"%PDF-1.7\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(made))
        made += b"%d 0 obj%sendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 5\n0000000000 65535 f \n"
    return made + head + table + b"trailer<</Size 5/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % len(made)


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    with running(tmp_path_factory.mktemp("open") / "instance") as made:
        give(made, "aline")
        yield made


def give(process: Process, person: str) -> None:
    """Let a person open the matter's papers: the assertion, then the entry that records it."""
    asked = {"person": person, "demonstration": True}
    _, content = process.page("open", "POST", f"/case/{MATTER}/grant", value=asked)
    grant = re.search(rb'"grant": "(\w+)"', content)
    assert grant is not None, content
    facts = {"grant": grant[1].decode()}
    entry = process.story.log.record("government_requests.open_case", MATTER, person, **facts)
    proof = process.story.log.proof(entry, process.call("status")[1]["heads"]["private"]["size"])
    assert process.call("open_case", matter=MATTER, proof=proof, **facts)[0] == 200


@pytest.fixture(scope="module")
def reader(process: Process) -> Iterator[BrowserContext]:
    """Aline's browser, signed in on the open origin with one click."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM, args=FLAGS, env={**os.environ, "HOME": str(process.story.configuration.root)}
        )
        # Who is trusted is not the question here, so the story's own certificate is let through.
        origin = process.story.configuration.faces["open"].origin
        made = chromium.new_context(base_url=origin, ignore_https_errors=True)
        page = made.new_page()
        page.goto("/sign-in")
        page.get_by_role("button", name="Aline").click()
        page.wait_for_url(f"{origin}/")
        page.close()
        yield made
        chromium.close()


def sealed(process: Process, data: bytes) -> str:
    owner = {"matter": MATTER}
    _, answer = process.call("seal", kind="paper", owner=owner, data=b64encode(data).decode())
    return str(answer["object"])


def viewed(page: Page) -> bool:
    return any(frame.url.startswith(VIEWER) for frame in page.frames)


def redness(page: Page) -> int:
    with page.context.new_page() as counter:
        found: int = counter.evaluate(COUNT_RED, b64encode(page.screenshot()).decode())
    return found


def test_a_paper_comes_as_its_clean_copy_with_strict_headers(process: Process) -> None:
    paper = sealed(process, red_page())
    for query, place in (("", "inline"), ("?download=1", "attachment")):
        answer, content = process.page("open", "GET", f"/object/{paper}{query}")
        assert content.startswith(b"%PDF-1.7")
        assert b"1 0 0 rg" not in content
        assert answer.getheader("Content-Type") == "application/pdf"
        assert answer.getheader("Content-Disposition") == f'{place}; filename="{paper}.pdf"'
        strict(answer)


def strict(answer: Any) -> None:
    assert answer.getheader("Content-Security-Policy") == "default-src 'none'; sandbox; frame-ancestors 'none'"
    assert answer.getheader("X-Content-Type-Options") == "nosniff"
    assert answer.getheader("Cache-Control") == "no-store"
    assert answer.getheader("Cross-Origin-Resource-Policy") == "same-origin"


def test_the_viewer_shows_a_sandboxed_pdf(process: Process, reader: BrowserContext) -> None:
    paper, page, fetched = sealed(process, red_page()), reader.new_page(), list[Any]()
    page.on("download", lambda one: fetched.append(one))  # noqa: PLW0108 - playwright cannot mark a built-in method
    page.goto(f"/object/{paper}")
    for _ in range(50):
        if viewed(page) and redness(page) > ENOUGH:
            break
        page.wait_for_timeout(100)
    assert viewed(page)
    assert redness(page) > ENOUGH
    assert fetched == []
    page.close()


def test_the_original_comes_only_after_a_warning_and_only_as_a_download(
    process: Process, reader: BrowserContext
) -> None:
    paper, page = sealed(process, red_page()), reader.new_page()
    answer = page.goto(f"/object/{paper}/original")
    assert answer is not None
    assert answer.headers["content-type"].startswith("text/html")
    assert "may harm" in page.inner_text("main")
    assert sha256(red_page()).hexdigest() in page.inner_text("main")
    with page.expect_download() as caught:
        page.get_by_role("button", name="Download the original").click()
    assert caught.value.suggested_filename == f"{paper}.original"
    assert caught.value.path().read_bytes() == red_page()
    answer, content = process.page("open", "POST", f"/object/{paper}/original")
    assert content == red_page()
    assert answer.getheader("Content-Type") == "application/octet-stream"
    strict(answer)
    page.close()


def test_a_paper_that_cannot_be_drawn_says_so_and_runs_nothing(process: Process, reader: BrowserContext) -> None:
    paper, page = sealed(process, SCRIPT), reader.new_page()
    answer = page.goto(f"/object/{paper}")
    assert answer is not None
    assert answer.status == 422
    assert page.title() == "Error: a paper cannot be shown"
    assert "SC-PAPER-UNREADABLE" in page.inner_text("main")
    assert page.get_by_role("link", name="can be downloaded as it is").get_attribute("href") == (
        f"/object/{paper}/original"
    )
    assert not viewed(page)
    page.close()


def test_the_same_page_without_these_headers_would_run(reader: BrowserContext) -> None:
    page = reader.new_page()
    page.route("**/planted", lambda route: route.fulfill(body=SCRIPT, content_type="text/html"))
    page.goto("/planted")
    assert page.title() == "it ran"
    page.close()


def test_without_a_grant_there_is_nothing(process: Process, reader: BrowserContext) -> None:
    owner = {"matter": "9" * 32}
    other = process.call("seal", kind="paper", owner=owner, data=b64encode(red_page()).decode())[1]["object"]
    page = reader.new_page()
    for name in (other, "none", f"{other}/original", "none/original"):
        answer = page.goto(f"/object/{name}")
        assert answer is not None
        assert answer.status == 404
        assert not viewed(page)
    page.close()
