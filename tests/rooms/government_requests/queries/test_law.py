"""What the rulebook answered for a paper, with counsel's determinations for it and for its class."""

from dataclasses import replace
from datetime import date
from pathlib import Path

from tests.rooms.government_requests.papers import paper
from tests.rooms.government_requests.world import World

from safeconduct.core.rulebook import load, read_sign_offs
from safeconduct.core.rulebook.determinations import ClassDetermination
from safeconduct.rooms.government_requests.models import Matter
from safeconduct.rooms.government_requests.queries.law import law_for
from safeconduct.rooms.government_requests.rules.words import Process

DAY = date(2026, 3, 10)


def determine(world: World, tmp_path: Path, provision: str, process: Process, country: str) -> ClassDetermination:
    one = ClassDetermination(
        provision=provision,
        digest=load().provision(provision).digest,
        processes=(str(process),),
        country=country,
        name="Ravi Hask-Lowe",
        citation="The statute",
        reason="It is so.",
        date=DAY,
        expires=date(2026, 6, 1),
    )
    place = world.settings.SAFECONDUCT
    path = tmp_path / "overlay.toml"
    path.write_text(read_sign_offs(place.overlay, demonstration=True).determining(one).text, "utf-8")
    world.settings.SAFECONDUCT = replace(place, overlay=path)
    return one


def test_a_class_determination_settles_a_question_for_its_class_until_its_day(world: World, tmp_path: Path) -> None:
    # After its review day a signed provision asks counsel again: that is the question which is determined.
    asked = law_for(process=Process.SUBPOENA, as_of=date(2027, 8, 1), country="US")
    assert asked.unsettled(asked.obtainable)
    one = determine(world, tmp_path, asked.obtainable.provision, Process.SUBPOENA, "US")
    assert not replace(asked, determined={one.provision: one.id}).unsettled(asked.obtainable)
    in_time = law_for(process=Process.SUBPOENA, as_of=DAY, country="US")
    assert in_time.determined == {one.provision: one.id}
    assert not law_for(process=Process.SUBPOENA, as_of=date(2026, 6, 1), country="US").determined
    assert not law_for(process=Process.SEARCH_WARRANT, as_of=DAY, country="US").determined
    assert not law_for(process=Process.SUBPOENA, as_of=DAY, country="DE").determined


def test_a_matters_own_country_decides_which_class_it_is_of(world: World, tmp_path: Path) -> None:
    matter = world.receive(paper())
    one = determine(world, tmp_path, "us.sca.2703-a", Process.SEARCH_WARRANT, "US")
    assert law_for(process=Process.SEARCH_WARRANT, as_of=DAY, matter=matter).determined == {one.provision: one.id}
    Matter.objects.filter(pk=matter).update(country="DE")
    assert not law_for(process=Process.SEARCH_WARRANT, as_of=DAY, matter=matter).determined
