"""An insider with full write to the web's database: every attack is refused by the vault process or named by fsck.

Each attack comes with its control: the row really changed, and the web alone now believes it. Nothing leaves.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.functional.attacks.insider import Insider, Played, play, prepare
from tests.functional.attacks.insider_ledger import FORGERIES, Forgery, fsck, known, standing_in, whole_copy
from tests.functional.attacks.insider_table import ATTACKS
from tests.functional.founded import founded
from tests.soaking import report

from safeconduct.rooms.government_requests.queries import books
from safeconduct.rooms.people.models import Alarm
from safeconduct.site import working

MADE_LIKE_UNKNOWN = {"SC-NO-PAGE": "SC-UNKNOWN-OBJECT", "SC-PASSKEY": "SC-NOT-ENROLLED"}
"""On the vault's pages what is not there for somebody is one answer; its alarm keeps the code."""
WITHOUT_ALARM_OF_ITS_OWN = {"SC-TEST-UNDONE", "SC-ALARM-INVENTED"}
"""Told by the worker, which raises the alarm; see the test of the worker below."""


@pytest.fixture(scope="module")
def insider(template_database: Path, django_db_blocker: Any) -> Iterator[Insider]:
    with django_db_blocker.unblock(), founded(template=template_database) as made:
        prepared = prepare(made)
        yield prepared
        prepared.link.close()


@pytest.fixture(scope="module")
def snapshot(insider: Insider, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A whole copy of the database from before the attacks."""
    return whole_copy(insider, tmp_path_factory.mktemp("old") / "web.sqlite3")


@pytest.fixture(scope="module")
def played(insider: Insider, snapshot: Path) -> dict[str, Any]:
    """Play every attack once, and look at all that left before and after."""
    assert snapshot.exists()
    assert books.alterations() == ()
    before = insider.left()
    told = {attack.name: play(insider, attack) for attack in ATTACKS}
    return {"told": told, "before": before, "after": insider.left()}


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_the_web_alone_believes_it_and_it_is_refused_or_named(played: dict[str, Any], attack: Any) -> None:
    one: Played = played["told"][attack.name]
    assert one.believed
    if attack.stopped.startswith("named: "):
        assert attack.stopped in one.named
        return
    assert one.answer == attack.stopped
    if attack.stopped not in WITHOUT_ALARM_OF_ITS_OWN:
        assert MADE_LIKE_UNKNOWN.get(attack.stopped, attack.stopped) in one.alarms


def test_nothing_left_and_thirty_and_more_were_tried(played: dict[str, Any]) -> None:
    names = {attack.name for attack in ATTACKS}
    count = len(names) + len(FORGERIES) + 1
    assert len(names) == len(ATTACKS)
    assert len(names) >= 30
    assert played["before"] == played["after"]
    report("insider", attacks=count, on_rows=len(names), on_the_ledger=len(FORGERIES) + 1, bytes_left=0)


@pytest.mark.parametrize("forgery", FORGERIES, ids=lambda forgery: forgery.edit.__name__)
def test_a_change_of_the_ledger_is_named_or_refused(
    played: dict[str, Any], insider: Insider, forgery: Forgery, tmp_path: Path
) -> None:
    assert played["told"]
    leaf, before = known(insider), insider.alarms()
    with standing_in(insider, whole_copy(insider, tmp_path / "web.sqlite3")) as link:
        # The control: before the change the same look finds nothing.
        fsck()
        forgery.edit(insider, link, leaf)
        assert insider.code(forgery.looks) == forgery.stopped
    if forgery.stopped == "SC-PROOF":
        assert insider.alarms()["SC-PROOF"] > before.get("SC-PROOF", 0)


def test_an_old_copy_put_back_stops_the_worker_with_an_alarm(
    played: dict[str, Any], insider: Insider, snapshot: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert played["told"]
    monkeypatch.setattr(working, "tasks", lambda: (("logs", working.keep_logs),))
    with standing_in(insider, snapshot):
        # The control: the copy holds together by itself.
        fsck()
        assert books.alterations() == ()
        told = working.work_once(now=insider.story.stage.now)
        assert told == {"logs": "SC-LEDGER-DAMAGED"}
        assert Alarm.objects.filter(source="worker", gate="logs", code="SC-LEDGER-DAMAGED").exists()


def test_the_worker_raises_an_alarm_for_an_altered_row(
    played: dict[str, Any], insider: Insider, snapshot: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert played["told"]
    monkeypatch.setattr(working, "tasks", lambda: (("government_requests", books.require_unaltered),))
    with standing_in(insider, snapshot) as link:
        assert working.work_once(now=insider.story.stage.now) == {"government_requests": "done"}
        link.execute("UPDATE government_requests_matter SET outcome = 'refused'")
        link.commit()
        assert working.work_once(now=insider.story.stage.now) == {"government_requests": "SC-ROWS-ALTERED"}
        assert Alarm.objects.filter(source="worker", code="SC-ROWS-ALTERED").exists()
