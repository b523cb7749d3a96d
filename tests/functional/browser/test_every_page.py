"""Every page that a person can reach, on a phone and on a wide window: no fault in any of them."""

from pathlib import Path

import pytest
from tests.functional.browser.addresses import ADDRESSES, BOTH, Address
from tests.functional.browser.looking import look_at, say
from tests.functional.browser.people import Visitors
from tests.functional.browser.serving import Served

pytestmark = pytest.mark.needs_apt


def _path(address: Address, served: Served) -> str:
    known = {key: str(one["matter"]) for key, one in served.story.items()}
    known["desk"] = served.origin("desk")
    known["release"] = str(served.story["invoice_subpoena"]["digests"]["release"])
    return address.path.format(**known)


@pytest.mark.parametrize("address", ADDRESSES, ids=lambda address: address.name)
def test_page_has_no_fault(address: Address, visitors: Visitors, served: Served) -> None:
    if address.matter:
        visitors.open_case(address.person, served.matter(address.matter))
    look = visitors.look(address.face, address.person)
    if address.dark:
        look.page.emulate_media(color_scheme="dark")
    response = look.page.goto(_path(address, served))
    look_at(look, address.name, response, widths=address.widths, status=address.status)
    look.page.close()
    say(look.faults)


@pytest.mark.parametrize("kind", ["safe-conduct", "release", "letter"])
def test_every_sheet_that_waits_has_no_fault(kind: str, visitors: Visitors) -> None:
    seen = 0
    for person in ("ines", "mara", "ravi"):
        for one in [one for one in visitors.waiting(person) if one["kind"] == kind][:1]:
            for name, path in (("sheet", f"/a/{one['digest']}"), ("decline", f"/a/{one['digest']}/decline")):
                look = visitors.look("approve", person)
                look_at(look, f"approve-{name}-{kind}-{person}", look.page.goto(path), widths=BOTH)
                look.page.close()
                say(look.faults)
            seen += 1
    if kind != "letter":
        assert seen


QUESTIONS = 8
"""More than any form asks before words of one's own are needed."""


@pytest.mark.parametrize(
    ("face", "person", "path"), [("desk", "aline", "/enter"), ("portal", "osei", "/send")], ids=["enter", "send"]
)
def test_an_empty_form_comes_back_with_its_errors_first(face: str, person: str, path: str, visitors: Visitors) -> None:
    look = visitors.look(face, person)
    page = look.page
    page.goto(path)
    # One question a page: those that cannot be left empty have a first choice, and the next page is asked.
    for _ in range(QUESTIONS):
        page.evaluate("() => document.querySelectorAll('form').forEach((one) => { one.noValidate = true; })")
        with page.expect_navigation():
            page.locator("main form .btn.act").first.click()
        if page.locator(".errors").count():
            break
    page.wait_for_selector(".errors")
    look_at(look, f"{face}-errors", None, widths=BOTH, status=400)
    assert page.title().startswith("Error:")
    page.reload()
    page.close()
    say(look.faults)


@pytest.mark.parametrize("kind", ["stale", "refused"])
def test_a_form_that_cannot_be_taken_says_so(kind: str, visitors: Visitors, served: Served) -> None:
    matter = served.matter("clinic_order")
    visitors.open_case("aline", matter)
    look = visitors.look("desk", "aline")
    page = look.page
    page.goto(f"/matters/{matter}")
    if kind == "stale":
        page.evaluate("() => document.querySelectorAll('[name=csrfmiddlewaretoken]').forEach((one) => one.remove())")
    form = page.locator(".finding.open form")
    form.get_by_label("Met", exact=True).check()
    form.locator("[name=words]").fill("So ordered")
    form.locator("[name=page]").fill("the first")
    form.locator("[name=reason]").fill("A page is a number.")
    form.get_by_role("button").click()
    page.get_by_role("heading", level=1, name="Nothing was done").wait_for()
    look_at(look, f"desk-{kind}", None, widths=BOTH, status=400)
    page.close()
    say(look.faults)


@pytest.mark.parametrize("folder", ["root", "visitor"])
def test_page_in_the_folder_has_no_fault(folder: str, visitors: Visitors, served: Served) -> None:
    path = {"root": served.root, "visitor": served.visitor}[folder] / "index.html"
    look = visitors.look("public", "")
    look.page.goto(Path(path).as_uri())
    look_at(look, f"folder-{folder}", None, widths=BOTH)
    look.page.close()
    say(look.faults)
