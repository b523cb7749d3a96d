"""Signing in and signing with an authenticator of the browser, through the scripts that the pages bring."""

import re

import pytest
from playwright.sync_api import Page, expect
from tests.functional.browser.authenticators import passkey_of, plug_in, same_name_other_key
from tests.functional.browser.looking import Look
from tests.functional.browser.people import Visitors, waiting_on
from tests.functional.browser.serving import Served

pytestmark = pytest.mark.needs_apt


def _stranger(visitors: Visitors, served: Served, face: str) -> Look:
    context = visitors.browser.new_context(base_url=served.origin(face))
    return Look.at(context.new_page())


@pytest.mark.parametrize(("face", "person"), [("desk", "mara"), ("portal", "kerr")])
def test_a_passkey_signs_in(face: str, person: str, visitors: Visitors, served: Served) -> None:
    look = _stranger(visitors, served, face)
    plug_in(look.page, passkey_of(served, person, face))
    look.page.goto("/sign-in")
    look.page.get_by_role("button", name="Use your passkey").click()
    look.page.wait_for_url(re.compile(r"/$"))
    expect(look.page.get_by_role("button", name="Sign out")).to_be_attached()
    look.page.context.close()
    assert not look.console


def test_another_key_under_the_same_name_does_not_sign_in(visitors: Visitors, served: Served) -> None:
    look = _stranger(visitors, served, "desk")
    plug_in(look.page, same_name_other_key(passkey_of(served, "sefa", "desk")))
    look.page.goto("/sign-in")
    look.page.get_by_role("button", name="Use your passkey").click()
    look.page.wait_for_selector(".errors")
    assert look.page.title().startswith("Error:")
    look.page.goto("/")
    assert "/sign-in" in look.page.url
    look.page.context.close()


def _sign(page: Page) -> None:
    # The demonstration's one click is taken out of the form, so that the page's script runs as on a live instance.
    page.evaluate("() => document.querySelectorAll('[name=demonstration]').forEach((one) => one.remove())")
    page.get_by_role("button", name="Sign with your passkey").click()


def test_an_authenticator_signs_in_and_signs_a_sheet(visitors: Visitors, served: Served) -> None:
    look, forger = (_stranger(visitors, served, "approve") for _ in range(2))
    passkey = passkey_of(served, "ines", "approve")
    plug_in(look.page, passkey)
    look.page.goto("/sign-in")
    look.page.get_by_role("button", name="Use your passkey").click()
    look.page.wait_for_url(served.origin("approve") + "/")
    path = next(f"/a/{one['digest']}" for one in waiting_on(look.page) if one["kind"] == "safe-conduct")

    # Her session alone is not enough: it takes her key.
    forger.page.context.add_cookies(look.page.context.cookies())  # type: ignore[arg-type] # the same names, read and written
    plug_in(forger.page, same_name_other_key(passkey))
    forger.page.goto(path)
    _sign(forger.page)
    expect(forger.page.get_by_role("alert")).not_to_be_empty()
    assert path in {f"/a/{one['digest']}" for one in waiting_on(forger.page)}
    forger.page.context.close()

    look.page.goto(path)
    _sign(look.page)
    expect(look.page.locator("#signed")).to_be_visible()
    assert path not in {f"/a/{one['digest']}" for one in waiting_on(look.page)}
    look.page.context.close()
    assert not look.console
