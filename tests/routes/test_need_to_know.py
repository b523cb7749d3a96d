"""Whoever is not cleared lives in the same world with and without silenced matters: no byte of any page differs.

Every address of the desk that answers GET, and of the portal for another agency's officer, is asked before and after
silenced matters come in: same paper, same number, same sender as those that are seen. Time is not measured, since a
test that measures it sometimes lies; what takes time is counted instead, statements and calls to the vault process.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.models import Q
from tests import soaking
from tests.museum.mails.collection import TEXT, attachment, head, multipart
from tests.rooms.government_requests.world import NOW
from tests.routes.asking import PERIOD, Browser
from tests.routes.catalogue import Key, routes, rows
from tests.routes.ground import OFFICE, PEOPLE, UNKNOWN, Company
from tests.routes.kept import Kept
from tests.routes.prepared import company, face

from safeconduct.rooms.government_requests import actions
from safeconduct.rooms.government_requests.models import DueAlarm
from safeconduct.rooms.government_requests.queries import access
from safeconduct.rooms.government_requests.queries.queue_views import DUE, VIEWS

ASKERS = {"desk": ("uncleared", "security_engineer", "other_counsel"), "portal": ("other_officer",)}
SEEN, SILENCED = ("received", "in_review", "delivered"), ("received", "in_review", "collected", "refused")
NUMBER = "+1 (202) 555-0143"
OF_THE_MOMENT = frozenset({"Set-Cookie", "Expires"})
"""What a face sets anew for each answer, from the wall clock or from chance."""
Question = tuple[str, str, str, str]
"""Who asks, at which face, which address, with which words for a search."""
CHANCE = re.compile(rb'value="[A-Za-z0-9]{64}"|data-challenge="[\w-]{43}"')
"""One-time tokens and challenges in a page."""
PLACE = re.compile(r"<str:(\w+)>")


@dataclass(frozen=True)
class Answer:
    """All that comes back, and what it took."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    statements: int
    calls: tuple[str, ...]


@dataclass
class World:
    """The company, once without and once with the silenced matters, and everything that is asked in both."""

    company: Company
    browser: Browser
    without: Kept
    with_them: Kept
    hidden: list[str]
    asked: list[Question]

    def ask(self, role: str, where: str, path: str, words: str) -> Answer:
        """Ask once as one person."""
        factory = self.browser.factory
        request = factory.post(path, {"words": words}, secure=True) if words else factory.get(path, secure=True)
        request.environ["HTTP_COOKIE"] = f"__Host-{where}={self.browser.cookies[role]}"
        self.company.vault.calls.clear()
        counted: list[str] = []

        def count(execute: Any, sql: str, *more: Any) -> Any:
            counted.append(sql)
            return execute(sql, *more)

        with connection.execute_wrapper(count):
            found = self.browser.trusting(request.environ)
        body = found.content if not found.streaming else b"".join(found.streaming_content)  # type: ignore[attr-defined] # one of both
        kept = {name: text for name, text in found.headers.items() if name not in OF_THE_MOMENT}
        calls = tuple(op for op, _ in self.company.vault.calls)
        return Answer(found.status_code, tuple(sorted(kept.items())), CHANCE.sub(b"", body), len(counted), calls)

    def ask_all(self, kept: Kept) -> list[Answer]:
        """Ask everything as everybody who is not cleared, in one of the two worlds."""
        kept.put_back()
        found = []
        for where in sorted({at for _, at, _, _ in self.asked}):
            with face(where):
                found += [self.ask(role, at, path, words) for role, at, path, words in self.asked if at == where]
        return found


def _paths(pattern: str, about: list[str]) -> Iterator[str]:
    """Yield an address with each matter in its place; what is no matter gets an id that nothing has."""
    if "<str:matter>" not in pattern:
        yield PLACE.sub(lambda place: PERIOD if place[1] == "period" else UNKNOWN, pattern)
        return
    for one in about:
        yield PLACE.sub(lambda place, one=one: one if place[1] == "matter" else UNKNOWN, pattern)  # type: ignore[misc] # mypy cannot infer a lambda's default


def questions(about: list[str], askers: Mapping[str, tuple[str, ...]]) -> Iterator[Question]:
    """Yield role, face, address and words of everything that is asked."""
    for where, roles in askers.items():
        table, found = rows(), routes(where)
        addresses: dict[Key, str] = {key: path for key, path in found.items() if "GET" in table[key].methods}
        for role in roles:
            for pattern in sorted(set(addresses.values())):
                for path in _paths(pattern, about):
                    yield role, where, path, ""
    yield from _searched(about)


def _searched(about: list[str]) -> Iterator[Question]:
    """Yield every view and filter of the queue, pages that are none, and searches."""
    for file in ("/", "/queue.csv", "/queue.json"):
        for view in VIEWS:
            yield "uncleared", "desk", f"{file}?view={view.code}&show=all", ""
        for due in DUE:
            for holder in ("nobody", "me", PEOPLE["analyst"].person):
                yield "uncleared", "desk", f"{file}?due={due}&with={holder}", ""
    for page in ("0", "2", "999999999", "x"):
        yield "uncleared", "desk", f"/?page={page}", ""
    for words in (NUMBER, "+12025550143", "12025550143", *about):
        yield "uncleared", "desk", "/find", words


def _silenced(found: Company) -> list[str]:
    """Bring in silenced matters like those that are seen: held, rung for, and with mail of their own."""
    made = [found.reach(state, "A", silenced=True) for state in SILENCED]
    for matter in made:
        row = found.row(matter)
        for kind, at in (("answer_due", row.answer_due_at), ("silence_ends", row.silence_until)):
            DueAlarm.objects.create(matter=row, kind=kind, due_at=at, raised_at=NOW)
        data = multipart(TEXT, attachment(), first=head(f"X-Which: {matter}", subject=row.reference))
        actions.take_in_mail(actor=OFFICE, now=NOW, data=data, source="drop")
    return made


@pytest.fixture(scope="module")
def world(template_database: Path, tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> Iterator[World]:
    with company(template_database, tmp_path_factory.mktemp("need"), django_db_blocker) as found:
        found.found()
        seen = [found.reach(state, tenant, silenced=False) for state in SEEN for tenant in ("A", "B")]
        browser = Browser(found)
        for where, roles in ASKERS.items():
            for role in roles:
                with face(where):
                    browser.enter(role, where, found.accounts[role])
        without = Kept()
        hidden = _silenced(found)
        told = [found.row(one).reference for one in hidden]
        few = slice(None, soaking.count(1, len(seen)))
        about = [*seen[few], *hidden[few], *told[few], told[0][:4], UNKNOWN]
        # Whoever reads alarms asks before others raise any: an alarm's id is of chance.
        asked = sorted(set(questions(about, ASKERS)), key=lambda one: (one[1], one[0] != "security_engineer", one))
        with_them = Kept()
        yield World(found, browser, without, with_them, [*hidden, *told], asked)
        without.close()
        with_them.close()


def _differences(world: World) -> list[Question]:
    pairs = zip(world.asked, world.ask_all(world.without), world.ask_all(world.with_them), strict=True)
    return [question for question, before, after in pairs if before != after]


def test_nothing_differs_for_whoever_is_not_cleared(world: World) -> None:
    assert len(world.asked) > 200
    assert len(world.hidden) == 2 * len(SILENCED)
    without, with_them = world.ask_all(world.without), world.ask_all(world.with_them)
    judged = list(zip(world.asked, without, with_them, strict=True))
    assert [question for question, before, after in judged if before != after] == []
    pages = sum(one.status == 200 for one in with_them)
    assert pages > 100
    told = [
        question[2]
        for question, _, one in judged
        for name in world.hidden
        if name.encode() in one.body and name not in f"{question[2]} {question[3]}"
    ]
    assert told == []
    soaking.report("need to know", questions=len(judged), pages=pages, hidden=len(world.hidden) // 2)


def test_the_control_one_condition_taken_out_is_seen(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "seen_through", lambda *_asked: Q())
    lists = {"/", "/queue.csv", "/queue.json", "/workload", "/workload.json", "/workload.csv", "/find"}
    few = replace(world, asked=[one for one in world.asked if one[0] == "uncleared" and one[2] in lists])
    assert {path for _, _, path, _ in _differences(few)} == lists
    shown = replace(world, asked=[("uncleared", "desk", f"/matters/{world.hidden[0]}", "")])
    assert _differences(shown) == shown.asked
