"""What every page must be: accessible, quiet in the console, within its policy and its window, reachable by keys."""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import ConsoleMessage, Error, Page, Response

PHONE, WIDE, NARROWEST = 390, 1440, 320
HEIGHTS = {PHONE: 844, WIDE: 960, NARROWEST: 256}
MOST_TABS = 150
SHOTS = "SAFECONDUCT_SCREENSHOTS"

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
_AXE_RUN = """() => {
  const options = {preload: false, rules: {"target-size": {enabled: true}}, resultTypes: ["violations"]};
  const say = (one) => `${one.id}: ${one.nodes.map((node) => node.target.join(" ")).join(" | ")}`;
  return axe.run(document, options).then((found) => found.violations.map(say));
}"""
_WIDTH = """() => {
  const room = document.documentElement.clientWidth, wide = document.documentElement.scrollWidth;
  if (wide <= room) return "";
  const last = [...document.querySelectorAll("body *")].filter((one) => one.getBoundingClientRect().right > room + 1);
  return `${wide} > ${room}: ${last.slice(0, 4).map((one) => one.tagName + "." + one.className).join(", ")}`;
}"""
_INLINE = """() => {
  const own = [...document.querySelectorAll("[style], style, script:not([src])")];
  const handler = (one) => [...one.attributes].some((attribute) => /^on/.test(attribute.name));
  const acting = [...document.querySelectorAll("*")].filter(handler);
  return [...own, ...acting].map((one) => one.outerHTML.slice(0, 80));
}"""
_FIRST = """() => {
  const seen = [...document.body.children].find((one) => !one.matches(".skip, script"));
  return seen && seen.classList.contains("demo") ? seen.textContent : "";
}"""
_HEADINGS = """() => [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")]
  .filter((one) => one.checkVisibility()).map((one) => Number(one.tagName[1]))"""
_FOCUSED = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const style = getComputedStyle(one);
  return {act: one.matches(".btn.act"), ringed: style.outlineStyle !== "none" || style.boxShadow !== "none",
          what: `${one.tagName}.${one.className} ${(one.textContent || one.id).trim().slice(0, 40)}`};
}"""
_REPORTS = """() => { window.policyReports = [];
  document.addEventListener("securitypolicyviolation", (one) =>
    window.policyReports.push(`${one.violatedDirective} ${one.blockedURI}`)); }"""


@dataclass
class Look:
    """A page that is being looked at; ``faults`` says in words what is wrong with it."""

    page: Page
    faults: list[str] = field(default_factory=list)
    console: list[str] = field(default_factory=list)

    @classmethod
    def at(cls, page: Page) -> "Look":
        """Listen to ``page`` from before its first document on."""
        look = cls(page)
        page.add_init_script(f"({_REPORTS})()")
        page.on("console", look._heard)
        page.on("pageerror", look._broke)
        return look

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.console.append(message.text)

    def _broke(self, error: Error) -> None:
        self.console.append(str(error))

    def check(self, name: str, test: Callable[[], Any]) -> None:
        """Add what ``test`` returns to the faults, unless it is empty."""
        found = test()
        if found:
            self.faults.append(f"{name}: {found}")


def axe(page: Page) -> list[str]:
    """Return axe's violations; it runs in the page's own world, where the policy lets nothing else run."""
    if page.evaluate("() => typeof axe") == "undefined":
        page.evaluate(AXE)
    found: list[str] = page.evaluate(_AXE_RUN)
    return found


def policy_faults(response: Response) -> list[str]:
    """Return what is missing from the content security policy of a document."""
    policy = response.header_value("content-security-policy") or ""
    parts = {part.split()[0]: part.split()[1:] for part in policy.split(";") if part.split()}
    wanted = {"default-src": ["'none'"], "frame-ancestors": ["'none'"], "base-uri": ["'none'"]}
    faults = [f"{name} is {parts.get(name)}" for name, value in wanted.items() if parts.get(name) != value]
    return faults + re.findall(r"unsafe-[a-z-]+|\*|data:|blob:", policy)


def heading_faults(levels: list[int]) -> str:
    """Return what is wrong with an outline: one first heading, first, and no level left out."""
    if levels[:1] != [1] or levels.count(1) != 1:
        return f"{levels} does not begin with the only h1"
    jumped = [(one, two) for one, two in pairwise(levels) if two > one + 1]
    return f"levels left out at {jumped}" if jumped else ""


def key_faults(page: Page) -> list[str]:
    """Walk with Tab; return focused things without a visible ring, and a primary act that Tab does not reach."""
    wanted = page.locator(".btn.act:visible:enabled").count() > 0
    faults, reached = [], False
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        now = page.evaluate(_FOCUSED)
        if now is None:
            break
        if not now["ringed"]:
            faults.append(f"no ring on {now['what']}")
        reached = reached or now["act"]
        if reached:
            break
    if wanted and not reached:
        faults.append("Tab does not reach the act")
    return faults


def shown(look: Look, name: str, width: int) -> None:
    """Keep a picture of the whole page, if somebody wants to look at it."""
    folder = os.environ.get(SHOTS)
    if folder:
        path = Path(folder)
        path.mkdir(parents=True, exist_ok=True)
        look.page.screenshot(path=path / f"{name}-{width}.png", full_page=True)


def say(faults: list[str]) -> None:
    """Fail with what is wrong, one fault a line."""
    if faults:
        pytest.fail("\n".join(faults), pytrace=False)


def look_at(look: Look, name: str, response: Response | None, *, widths: tuple[int, ...], status: int = 200) -> None:
    """Check the page that ``look`` shows now at each width and collect the faults."""
    page = look.page
    if response is not None:
        look.check("status", lambda: "" if response.status == status else f"{response.status} at {page.url}")
        look.check("policy", lambda: policy_faults(response))
    look.check("inline", lambda: page.evaluate(_INLINE))
    look.check("demonstration", lambda: "" if "Demonstration" in page.evaluate(_FIRST) else "not marked first")
    look.check("headings", lambda: heading_faults(page.evaluate(_HEADINGS)))
    look.check("language", lambda: "" if page.locator("html").get_attribute("lang") == "en" else "not said")
    for width in widths:
        page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
        shown(look, name, width)
        look.check(f"width {width}", lambda: page.evaluate(_WIDTH))
        look.check(f"axe {width}", lambda: axe(page))
    look.check("keys", lambda: key_faults(page))
    look.check("policy reports", lambda: page.evaluate("() => window.policyReports"))
    expected = "Failed to load resource: the server responded with a status of"
    look.check("console", lambda: [one for one in look.console if status == 200 or not one.startswith(expected)])
