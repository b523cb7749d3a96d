"""The desk and the portal over the prepared database, and the run over all cells."""

import logging
import random
import re
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connections
from django.db.backends.sqlite3.base import DatabaseWrapper
from django.test import override_settings
from django.urls import clear_url_caches
from tests.own_database import sqlite_settings
from tests.rooms.government_requests.world import NOW, FakeVault
from tests.routes.asking import (
    METHODS,
    PERIOD,
    Browser,
    Cell,
    expected,
    given_for,
    plain,
    signed_in,
    with_what_only_an_act_needs,
)
from tests.routes.catalogue import Key, Row
from tests.routes.ground import PEOPLE, UNKNOWN, Company
from tests.routes.kept import KINDS, Kept, hidden, kind_of, remembered, shadows

from safeconduct.core.base.configuration import Demonstration
from safeconduct.core.base.periods import instant_text
from safeconduct.core.rulebook import SignOffs, load
from safeconduct.core.rulebook.letter_templates import load_letters
from safeconduct.rooms.ledger.models import Entry
from safeconduct.rooms.people.rules import PERMISSIONS, Permission
from safeconduct.rooms.senders.models import Registration
from safeconduct.rooms.transparency.models import Report
from safeconduct.rooms.vault import wire
from safeconduct.site import clock

DRAWN = 9
"""How many of the roles a row is asked as where a sample is taken."""
ROLES = ("stranger", "forged", *PEOPLE)
WAITING = UNKNOWN[:-1] + "7"
"""A registration that waits for its call."""
BAND = re.compile(rb'<div class="demo".*?</div></div>')
"""The demonstration's band, which the addresses that are open to strangers are asked without."""


@contextmanager
def company(template: Path, folder: Path, blocker: Any) -> Iterator[Company]:
    """Give the company on a database in memory, its counsel's sign-offs, a fixed instant and the stand-in vault."""
    overlay = folder / "sign-offs.toml"
    signed = SignOffs(demonstration=True).signing(
        [*load().provisions.values(), *load_letters().versions], name="R. Fictitious", day=date(2026, 1, 2)
    )
    overlay.write_text(signed.text, "utf-8")
    place = replace(
        settings.SAFECONDUCT,
        overlay=overlay,
        public=folder / "public",
        demonstration=Demonstration(now=instant_text(NOW), seed=1, visitor=folder),
    )
    vault, before = FakeVault(), connections["default"]
    logging.disable(logging.CRITICAL)  # thousands of refusals are the point
    with pytest.MonkeyPatch.context() as patch, blocker.unblock(), override_settings(SAFECONDUCT=place):
        patch.setattr(wire, "call", vault.call)
        patch.setattr(clock, "now", lambda: NOW)
        own = {**before.settings_dict, **sqlite_settings(folder), "NAME": ":memory:"}
        wrapper = connections["default"] = DatabaseWrapper(own, "default")
        try:
            connections["default"].ensure_connection()
            _load(template)
            yield Company(vault=vault, settings=settings)
        finally:
            wrapper.connection.close()
            wrapper.connection = None
            connections["default"] = before
            logging.disable(logging.NOTSET)


def _load(template: Path) -> None:
    file = sqlite3.connect(template)
    file.backup(connections["default"].connection)
    file.close()


@contextmanager
def face(name: str) -> Iterator[None]:
    """Serve one face."""
    with override_settings(
        FACE=name,
        ROOT_URLCONF=f"safeconduct.site.urls_{name}",
        SESSION_COOKIE_NAME=f"__Host-{name}",
        CSRF_COOKIE_NAME=f"__Host-{name}-csrf",
    ):
        clear_url_caches()
        yield


def settle(found: Company, states: tuple[str, ...]) -> tuple[Browser, Kept]:
    """Enrol everybody, bring a matter of each kind into each state, sign everybody in, and keep the database."""
    found.found()
    for tenant, silenced in KINDS:
        for state in states:
            found.matters[state, kind_of(tenant, silenced=silenced)] = found.reach(state, tenant, silenced=silenced)
    found.post()
    Report.objects.create(
        id=UNKNOWN[:-1] + "9", period="2025-H1", version=1, state="built", root="0" * 64, leaves="", received=0,
        data_left=0, built_at=NOW,
    )  # fmt: skip
    plain = dict.fromkeys(("agency_object", "person_object", "post_object", "mail_object"), UNKNOWN)
    Registration.objects.create(id=WAITING, reference="WAIT-WAIT-WAIT", country="US", received_at=NOW, **plain)
    browser = Browser(found)
    for name, one in PEOPLE.items():
        with face(one.face):
            browser.enter(name, one.face, found.accounts[name])
        if Permission.CASE_OPEN in PERMISSIONS[one.role]:
            browser.keep_grants(name)
    found.changes()
    return browser, Kept()


@dataclass
class Run:
    """All cells of both faces: what was asked, and everything that was answered wrongly."""

    company: Company
    browser: Browser
    kept: Kept
    table: dict[Key, Row]
    paths: dict[Key, str]
    chance: random.Random | None
    wrongly: bool = True
    counted: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    seen: set[tuple[str, bytes]] = field(default_factory=set)
    refusals: dict[str, set[bytes]] = field(default_factory=dict)
    seconds: float = 0.0

    def cells(self, name: str) -> Iterator[Cell]:
        """Every cell of a face, or one of each row, method and role: the right methods, the wrong ones, no token."""
        for key, path in self.paths.items():
            if key[0] != name:
                continue
            row = self.table[key]
            if self.wrongly:
                yield from self._some(list(self._wrongly(row, path)), 2)
            for role in ROLES if self.chance is None else self.chance.sample(ROLES, DRAWN):
                for method in row.methods:
                    found = [
                        Cell(row=row, path=_at(path, matter), method=method, role=role, state=state, kind=kind)
                        for (state, kind), matter in self._about(row)
                    ]
                    yield from self._some(found, 1)

    def _some(self, cells: list[Cell], count: int) -> list[Cell]:
        return cells if self.chance is None else self.chance.sample(cells, min(count, len(cells)))

    def _about(self, row: Row) -> list[tuple[tuple[str, str], str]]:
        if row.about == "mail":
            event = "filed" if row.name == "gov_mail_take_back" else "waits"
            known = [(one, mail) for one, mail in self.company.mails.items() if one[0] == event]
            return [*known, (("nothing", "unknown"), UNKNOWN)]
        if row.about != "matter":
            return [(("", ""), UNKNOWN)]
        # Colleagues see every agency's matters, so the other tenant is asked for on the portal only.
        known = [one for one in self.company.matters.items() if row.face == "portal" or one[0][1] != "B"]
        return [*known, (("nothing", "unknown"), UNKNOWN)]

    def _wrongly(self, row: Row, path: str) -> Iterator[Cell]:
        (state, kind), matter = self._about(row)[0]
        for role in ROLES:
            facts = {"row": row, "path": _at(path, matter), "role": role, "state": state, "kind": kind}
            yield from (Cell(**facts, method=method) for method in METHODS if method not in row.methods)
            yield from (Cell(**facts, method=method, token=False) for method in METHODS if method != "GET")

    def run(self, name: str) -> None:
        """Ask every cell of a face and judge every answer."""
        began = time.perf_counter()
        marks = {tenant: shadows(self.company, tenant) for tenant in ("A", "B")}
        unseen = hidden(self.company)
        with face(name):
            for cell in self.cells(name):
                self._one(cell, marks, unseen)
        self.seconds += time.perf_counter() - began

    def _one(self, cell: Cell, marks: dict[str, tuple[str, ...]], unseen: tuple[str, ...]) -> None:
        path = cell.path.replace("<str:report>", UNKNOWN[:-1] + "9").replace("<str:period>", PERIOD)
        path = path.replace("<int:number>", "1").replace("<str:registration>", WAITING).replace("<str:sort>", "officer")
        path = path.replace("<str:subject>", PEOPLE["officer"].person)
        matter = self.company.matters.get((cell.state, cell.kind), UNKNOWN)
        live = replace(settings.SAFECONDUCT, demonstration=None) if cell.row.needs == "open" else settings.SAFECONDUCT
        with remembered(self.company), override_settings(SAFECONDUCT=live):
            given = with_what_only_an_act_needs(cell, given_for(self.company, cell.row, matter))
            before = Entry.objects.count() if cell.method == "POST" else 0
            answer = self.browser.ask(cell, path, given if cell.method == "POST" else {})
            status, begins = expected(cell)
            body = getattr(answer, "content", b"")
            where = answer.headers.get("Location", "")
            self.counted[cell.row.face] += 1
            self.counted["allowed"] += status in (200, 302) and signed_in(cell)
            said = (answer.status_code, where[: len(begins)])
            if said != (status, begins):
                self.wrong.append(f"{cell}: {answer.status_code} {where} in place of {status} {begins} {_why(body)}")
            if (
                cell.row.name == "sign_out"
                and cell.method == "POST"
                and status == 302
                and "Clear-Site-Data" not in answer.headers
            ):
                self.wrong.append(f"{cell}: leaves what the browser kept")
            if cell.method == "POST" and status >= 400 and Entry.objects.count() != before:
                self.wrong.append(f"{cell}: refused, and yet something was entered")
        self._read(cell, path, body + where.encode(), answer.status_code, marks, unseen)
        # What a colleague was refused left an alarm at most; everything else is put back.
        if self.kept.changed and (answer.status_code < 400 or not signed_in(cell)):
            self.kept.put_back()

    def _read(
        self,
        cell: Cell,
        path: str,
        body: bytes,
        status: int,
        marks: dict[str, tuple[str, ...]],
        unseen: tuple[str, ...],
    ) -> None:
        """Look through a body for what this person may not read; keep refusals to compare."""
        asked = path.split("/")
        forbidden = {
            "other_officer": marks["A"], "officer": marks["B"], "uncleared": unseen,
            "security_engineer": (*marks["A"], *marks["B"]),
        }.get(cell.role, () if signed_in(cell) else (*marks["A"], *marks["B"]))  # fmt: skip
        page = plain(body, path)
        if status == 404 and signed_in(cell) and cell.token:
            self.refusals.setdefault(f"{cell.row.face} {cell.role}", set()).add(BAND.sub(b"", page))
        if (cell.role, page) in self.seen:
            return
        self.seen.add((cell.role, page))
        text = body.decode("utf-8", "replace")
        leaked = [one for one in forbidden if one in text and one not in asked]
        self.counted["looked through"] += len(forbidden)
        if leaked:
            self.wrong.append(f"{cell}: holds {leaked[0]}")

    def judge(self) -> None:
        """Add what no single cell shows: that all refusals a person gets are the same bytes."""
        for who, bodies in self.refusals.items():
            if len(bodies) != 1:
                self.wrong.append(f"{who}: {len(bodies)} different pages of what does not exist")


def _at(path: str, matter: str) -> str:
    return path.replace("<str:matter>", matter).replace("<str:mail>", matter)


def _why(body: bytes) -> str:
    found = re.search(rb"SC-[A-Z-]+|There is a problem[^<]*", body)
    return found[0].decode() if found else ""


def some(states: tuple[str, ...], count: int, chance: random.Random) -> tuple[str, ...]:
    """Return ``count`` of the states, drawn by chance, in their own order."""
    drawn = set(chance.sample(states, count))
    return tuple(one for one in states if one in drawn)
