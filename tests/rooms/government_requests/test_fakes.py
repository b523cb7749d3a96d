"""Seeded fakes: what they come to, what nobody can tell before, and that no real paper becomes one."""

from base64 import b64decode
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from tests.rooms.government_requests.seeded import Seeded
from tests.rooms.government_requests.world import GRANT, World, held_by

from safeconduct.core.base.errors import NotPermittedError
from safeconduct.core.base.lifecycle import TransitionError
from safeconduct.core.base.periods import Window
from safeconduct.core.mail.read import read_mail
from safeconduct.rooms.government_requests import actions
from safeconduct.rooms.government_requests.models import IncomingMail, SeededFake
from safeconduct.rooms.government_requests.queries.books import require_unaltered
from safeconduct.rooms.government_requests.queries.counting import countable
from safeconduct.rooms.government_requests.queries.fakes import control, fake_of
from safeconduct.rooms.government_requests.rules.fakes import (
    DeskMayNotError,
    Door,
    FakePlanDiffersError,
    FakesPendingError,
    NoFakesError,
    bounds,
)
from safeconduct.rooms.government_requests.rules.mail import FilingReason
from safeconduct.rooms.government_requests.tasks import due
from safeconduct.rooms.people.rules import Role


@pytest.fixture
def seeded(world: World, tmp_path: Path) -> Seeded:
    folder = tmp_path / "drop"
    folder.mkdir()
    return Seeded(world=world, folder=folder)


def test_a_refused_fake_is_caught_and_its_matter_stays_refused(seeded: Seeded) -> None:
    world, fake = seeded.world, seeded.plan()
    matter = seeded.carry_in(fake)
    actions.take(actor=world.analyst, now=world.now, matter=matter)
    actions.report_impostor(actor=world.analyst, now=world.now, matter=matter)
    assert seeded.reveal(fake) == "caught"
    row = world.row(matter)
    assert (row.state, row.outcome) == ("withdrawn", "withdrawn")
    told = fake_of(matter=matter)
    assert told is not None
    assert told.should_have_seen
    assert require_unaltered() == 1


def test_a_fake_for_which_a_scope_was_proposed_is_missed_and_revoked(seeded: Seeded) -> None:
    world, fake = seeded.world, seeded.plan()
    matter = seeded.carry_in(fake)
    actions.take(actor=world.analyst, now=world.now, matter=matter)
    actions.open_case(actor=world.analyst, now=world.now, matter=matter, grant=GRANT)
    world.call_back(matter)
    actions.type_transcript(
        actor=world.analyst,
        now=world.now,
        matter=matter,
        pages=("The name of the subscriber.", "The name of the subscriber."),
    )
    world.find(matter)
    world.propose(matter)
    assert seeded.reveal(fake) == "missed"
    assert world.row(matter).state == "withdrawn"
    assert world.vault.ops("revoke")
    require_unaltered()


def test_nobody_decided_and_nothing_came(seeded: Seeded) -> None:
    waiting, never = seeded.plan(), seeded.plan()
    matter = seeded.carry_in(waiting)
    assert (seeded.reveal(waiting), seeded.reveal(never)) == ("undecided", "never_came")
    assert seeded.world.row(matter).state == "withdrawn"


def test_a_call_back_that_reached_nobody_catches(seeded: Seeded) -> None:
    world, fake = seeded.world, seeded.plan()
    matter = seeded.carry_in(fake)
    by = {world.analyst.person, world.colleague.person}
    actions.record_call_back(
        actor=world.analyst, now=world.now, matter=matter, source="our_directory", reached=False, by=by
    )
    assert seeded.reveal(fake) == "caught"


def test_only_the_very_file_of_a_plan_becomes_a_fake(seeded: Seeded) -> None:
    real = seeded.world.receive()
    fake = seeded.plan()
    other = seeded.hand_in(seeded.paper_of(fake).replace(b"Times-Roman", b"Times-Bold "))
    assert seeded.reveal(fake) == "never_came"
    assert [seeded.world.row(one).state for one in (real, other)] == ["received", "received"]
    assert fake_of(matter=real) is None


def test_a_paper_that_was_here_before_the_plan_is_nobodys_fake(seeded: Seeded) -> None:
    fake = seeded.plan()
    matter = seeded.carry_in(fake)
    SeededFake.objects.filter(pk=fake).update(planned_at=seeded.world.now + timedelta(seconds=1))
    assert seeded.reveal(fake) == "never_came"
    assert seeded.world.row(matter).state == "received"


def test_a_plan_that_is_not_what_was_entered_reveals_nothing(seeded: Seeded) -> None:
    fake = seeded.plan()
    matter = seeded.carry_in(fake)
    seeded.plans[fake] = {**seeded.plans[fake], "salt": "00" * 16}
    with pytest.raises(FakePlanDiffersError):
        seeded.reveal(fake)
    assert seeded.world.row(matter).state == "received"
    assert SeededFake.objects.get(pk=fake).state == "planned"


def test_the_desk_owns_no_control_and_strangers_plan_nothing(seeded: Seeded) -> None:
    world, fake = seeded.world, seeded.plan()
    both = replace(seeded.owner, permissions=seeded.owner.permissions | held_by(Role.ANALYST))
    for actor, refused in ((both, DeskMayNotError), (world.analyst, NotPermittedError)):
        with pytest.raises(refused):
            actions.plan_fake(actor=actor, now=world.now, month="2026-03", door=Door.HAND)
        with pytest.raises(refused):
            actions.reveal_fake(actor=actor, now=world.now, fake=fake)
        with pytest.raises(refused):
            actions.carry_fake(actor=actor, now=world.now, fake=fake)


def test_without_a_signed_policy_nothing_is_planned(seeded: Seeded, tmp_path: Path) -> None:
    place = seeded.world.settings.SAFECONDUCT
    seeded.world.settings.SAFECONDUCT = replace(place, overlay=tmp_path / "none.toml")
    with pytest.raises(NoFakesError):
        seeded.plan()


def test_no_report_is_counted_while_a_fake_of_its_time_is_hidden(seeded: Seeded) -> None:
    window = Window(bounds("2026-03").start, bounds("2026-06").end)
    real, fake = seeded.world.receive(), seeded.plan()
    seeded.carry_in(fake)
    with pytest.raises(FakesPendingError):
        countable(window=window)
    seeded.reveal(fake)
    assert len(countable(window=window)) == 1
    assert seeded.world.row(real).state == "received"
    earlier = Window(bounds("2026-01").start, bounds("2026-01").end)
    seeded.plan()
    assert countable(window=earlier) == ()


def test_the_worker_plans_a_month_drops_its_mail_and_reveals_it_afterwards(seeded: Seeded) -> None:
    world = seeded.world
    assert [one for one in due(now=world.now) if "fake" in one] == ["plan_fake:2026-03"] * 2
    assert [one for one in due(now=world.now) if "fake" in one] == []
    world.now = bounds("2026-03").end - timedelta(seconds=1)
    due(now=world.now)
    assert IncomingMail.objects.count() == 2
    assert not list(seeded.folder.iterdir())
    due(now=world.now)
    assert IncomingMail.objects.count() == 2
    mail = IncomingMail.objects.first()
    assert mail is not None
    actions.open_mail(actor=world.analyst, now=world.now, mail=mail.pk, grant=GRANT)
    actions.file_mail(
        actor=world.analyst, now=world.now, mail=mail.pk, reason=FilingReason.SPAM, words="A look-alike domain."
    )
    world.now = bounds("2026-04").start + timedelta(days=7)
    told = due(now=world.now)
    assert len([one for one in told if one.startswith("reveal_fake")]) == 2
    assert sorted(SeededFake.objects.filter(month="2026-03").values_list("result", flat=True)) == [
        "caught",
        "undecided",
    ]
    rates = control(actor=seeded.owner).half_years[0]
    assert (rates.period, rates.caught, rates.percent) == ("2026-H1", 1, "100")


def test_a_fakes_mail_is_read_as_any_mail_with_our_servers_word(seeded: Seeded) -> None:
    for _ in range(20):
        seeded.plan(Door.MAIL)
    words = set()
    for one in seeded.plans.values():
        read = read_mail(b64decode(one["mail"]), server="mx.harbor.example")
        assert (read.authentication.word, len(read.attached), read.attached[0].code) == ("ours", 1, "")
        words.add(read.authentication.dmarc)
        assert len(one["signals"]) >= 3
    assert words == {"pass", "fail"}


def test_the_database_holds_no_word_of_a_fake_before_it_is_revealed(seeded: Seeded) -> None:
    fake = seeded.plan()
    row = SeededFake.objects.get(pk=fake)
    for column, value in (("paper", "a" * 64), ("result", "caught"), ("process", "subpoena"), ("revealed_by", "x")):
        with pytest.raises(IntegrityError), transaction.atomic():
            SeededFake.objects.filter(pk=fake).update(**{column: value})
    assert row.signals == []
    seeded.reveal(fake)
    with pytest.raises(TransitionError):
        seeded.reveal(fake)
    with pytest.raises(IntegrityError), transaction.atomic():
        SeededFake.objects.filter(pk=fake).update(state="planned")
