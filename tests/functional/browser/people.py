"""Browsers of the people of the story: each signed in once on each face, by the doors that a visitor uses."""

import re
from dataclasses import dataclass, field

from playwright.sync_api import Browser, BrowserContext, Page
from tests.functional.browser.looking import Look
from tests.functional.browser.serving import Served

NAMES = {
    "aline": "Aline Tarn",
    "ravi": "Ravi Hask-Lowe",
    "ines": "Ines Corrow",
    "mara": "Mara Quill",
    "dov": "Dov Ivey",
    "sefa": "Sefa Brandt",
    "vane": "Corin Vanebrook",
    "lund": "Petra Lundgarth",
    "osei": "Marcus Oseidale",
    "ruiz": "Elena Ruizholt",
    "kerr": "Tamsin Kerrowby",
    "wren": "Odell Wrenfield",
}
OWN = ("approve", "open")


def waiting_on(page: Page) -> list[dict[str, str]]:
    """Return digest and kind of what waits for whoever is signed in on this page of the approve origin."""
    found = page.evaluate("() => fetch('/', {headers: {Accept: 'application/json'}}).then((one) => one.json())")
    waiting: list[dict[str, str]] = found["waiting"]
    return waiting


@dataclass
class Visitors:
    """Contexts by face and person; a context keeps its cookies while the module's tests run."""

    browser: Browser
    served: Served
    _contexts: dict[tuple[str, str], BrowserContext] = field(default_factory=dict)
    _opened: set[tuple[str, str]] = field(default_factory=set)

    def context(self, face: str, person: str) -> BrowserContext:
        """Return the browser of ``person`` (empty for a stranger), signed in on ``face``."""
        key = (face, person)
        if key not in self._contexts:
            made = self.browser.new_context(base_url=self.served.origin(face))
            self._contexts[key] = made
            if person:
                page = made.new_page()
                page.goto("/sign-in")
                name = NAMES[person]
                if face in OWN:
                    page.get_by_role("button", name=name).first.click()
                else:
                    page.get_by_role("button", name=re.compile(f"Sign in as {re.escape(name)}")).first.click()
                page.wait_for_url(lambda url: "/sign-in" not in url)
                page.close()
        return self._contexts[key]

    def open_case(self, person: str, matter: str) -> None:
        """Have ``person`` open the papers of ``matter`` through the open origin, once."""
        if (person, matter) in self._opened:
            return
        page = self.context("desk", person).new_page()
        desk, papers = self.served.origin("desk"), self.served.origin("open")
        page.goto(f"{papers}/case/{matter}/grant?return={desk}/matters/{matter}")
        page.get_by_role("button", name=NAMES[person]).click()
        page.wait_for_url(re.compile(re.escape(f"{desk}/matters/")))
        page.close()
        self._opened.add((person, matter))

    def waiting(self, person: str) -> list[dict[str, str]]:
        """Return what waits for the signature of ``person``."""
        page = self.page("approve", person)
        page.goto("/")
        found = waiting_on(page)
        page.close()
        return found

    def look(self, face: str, person: str) -> Look:
        """Return a fresh page of that person, listened to."""
        return Look.at(self.context(face, person).new_page())

    def page(self, face: str, person: str) -> Page:
        """Return a fresh page of that person."""
        return self.context(face, person).new_page()

    def close(self) -> None:
        """Close every browser window."""
        for context in self._contexts.values():
            context.close()
