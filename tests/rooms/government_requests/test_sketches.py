"""A reused form is noticed by its words: under another name, by keyed numbers that tell no word."""

import pytest
from tests.rooms.government_requests.world import World

from safeconduct.rooms.government_requests.models import Matter, WordSketch
from safeconduct.rooms.government_requests.queries.impostors import signals_of
from safeconduct.rooms.government_requests.rules.impostors import SignalCode
from safeconduct.rooms.government_requests.rules.sketches import PLACES, SAME, sketch

FORM = (
    "Pursuant to the authority of this office you are commanded to produce without delay every record of the named "
    "subscriber including payment records and call detail for the stated period and to keep this demand to yourself "
    "since an investigation would otherwise be put in danger by any word about it to the customer or to anybody else."
)
OTHER = (
    "In the name of the people the court has found that there is cause to believe that evidence lies with the company "
    "and therefore orders that it hand over what is listed below within fourteen days of service of this very order."
)


def _equal(one: str, other: str) -> int:
    return len(set(sketch((one,))) & set(sketch((other,))))


def test_another_name_and_number_change_little_and_another_text_changes_all() -> None:
    assert _equal(FORM, FORM.replace("office", "bureau")) >= SAME
    assert _equal(FORM, f"{FORM} 26-1234 +1 202 555 0142") == PLACES
    assert _equal(FORM, OTHER) < SAME // 2
    assert sketch(("Too few words.",)) == ()


@pytest.mark.parametrize(("words", "noticed"), [(FORM.replace("this office", "our bureau"), True), (OTHER, False)])
def test_the_same_words_from_another_agency_are_a_signal(world: World, words: str, noticed: bool) -> None:  # noqa: FBT001 - a table
    matter = world.receive(transcript=(FORM,))
    other = world.receive(transcript=(words,))
    Matter.objects.filter(pk=other).update(organisation="9" * 32)
    # Both bear the same small file here, which would be noticed by itself.
    Matter.objects.get(pk=other).documents.update(sha256="0" * 64)
    codes = {one.code for one in signals_of(actor=world.analyst, matter=matter)}
    assert (SignalCode.TEMPLATE_REUSED in codes) is noticed


def test_no_word_lies_in_the_database(world: World) -> None:
    world.receive(transcript=(FORM,))
    kept = set(WordSketch.objects.values_list("value", flat=True))
    assert len(kept) == PLACES
    assert not kept & set(sketch((FORM,)))
