"""Every route, method, role, state and tenant of the desk and the portal, against a table that people read."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from tests import soaking
from tests.routes.catalogue import FACES, Key, compare, routes, rows
from tests.routes.ground import STATES
from tests.routes.prepared import Run, company, settle, some

from safeconduct.core.base.actors import Actor
from safeconduct.rooms.government_requests.models import Matter
from safeconduct.rooms.government_requests.queries import access, officer
from safeconduct.rooms.people.rules import PERMISSIONS

SHARED = {"sign_in", "sign_in_with_passkey", "sign_in_demonstration", "sign_out"}


def paths() -> dict[Key, str]:
    return {**routes("desk"), **routes("portal")}


def test_every_address_has_a_row_and_every_row_an_address() -> None:
    found, table = paths(), rows()
    assert len(found) > 60
    assert compare(table, found) == []
    # The controls: an address that nobody wrote down, and a row that nothing answers.
    extra: Key = ("desk", "gov_export", "")
    assert compare(table, {**found, extra: "/export"}) == [f"{extra}: no row in table.toml"]
    gone = next(iter(found))
    assert compare(table, {key: path for key, path in found.items() if key != gone}) == [f"{gone}: no such address"]


def test_the_hand_made_roles_are_those_that_hold_the_permission() -> None:
    judged = 0
    for row in rows().values():
        holders = {str(role) for role, held in PERMISSIONS.items() if row.needs in {str(one) for one in held}}
        if row.needs in {"session", "open", "token"}:
            continue
        judged += 1
        # At the portal every permission is an officer's; colleagues hold theirs at the desk.
        assert row.who == (holders & {"officer"} if row.face == "portal" else holders - {"officer"}), row.key
    assert judged > 45


@contextmanager
def asked(
    template: Path, folder: Path, blocker: Any, states: tuple[str, ...], chance: random.Random | None
) -> Iterator[Run]:
    with company(template, folder, blocker) as found:
        browser, kept = settle(found, states)
        try:
            yield Run(company=found, browser=browser, kept=kept, table=rows(), paths=paths(), chance=chance)
        finally:
            kept.close()


def test_every_cell_answers_as_the_table_says(template_database: Path, tmp_path: Path, django_db_blocker: Any) -> None:
    chance = random.Random(soaking.seed("routes"))  # noqa: S311 - a repeatable choice
    drawn = some(STATES, soaking.count(2, len(STATES)), chance)
    with asked(template_database, tmp_path, django_db_blocker, drawn, None if soaking.SOAKING else chance) as run:
        for name in FACES:
            run.run(name)
        run.judge()
    cells = sum(run.counted[name] for name in FACES)
    figures = {name.replace(" ", "_"): count for name, count in run.counted.items()}
    soaking.report(
        "routes", cells=cells, wrong=len(run.wrong), states=len(drawn), seconds=round(run.seconds, 1), **figures
    )
    assert not run.wrong, "\n".join(run.wrong[:40])
    assert cells >= soaking.count(700, 30_000)
    assert run.counted["allowed"] > 30
    assert len(run.refusals) > 5


def _nothing(actor: Actor, permission: str) -> None:
    del actor, permission


def _everything(actor: Any) -> Any:
    del actor
    return Matter.objects.all()


def test_a_view_without_its_check_and_a_query_without_its_tenant_are_reported(
    template_database: Path, tmp_path: Path, django_db_blocker: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with asked(template_database, tmp_path, django_db_blocker, ("received",), None) as run:
        keys = {("desk", "gov_letters", ""), ("portal", "gov_request", "")}
        run.wrongly = False
        run.paths = {key: path for key, path in run.paths.items() if key in keys}
        run.run("portal")
        run.run("desk")
        assert run.wrong == []
        monkeypatch.setattr(access, "visible", _everything)
        monkeypatch.setattr(officer, "visible", _everything)
        run.run("portal")
        assert any("gov_request" in line and "as other_officer: 200" in line for line in run.wrong)
        assert any("as other_officer: holds" in line for line in run.wrong)
        before = len(run.wrong)
        monkeypatch.setattr(Actor, "require", _nothing)
        run.run("desk")
        assert any("gov_letters" in line and "as security_engineer: 200" in line for line in run.wrong[before:])
