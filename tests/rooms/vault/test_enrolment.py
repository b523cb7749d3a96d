"""Officers' keys come in by a call-back of two, two signatures and an entry; one thing missing, and nobody comes in."""

import datetime as dt

import pytest
from tests.rooms.vault.listening import NOW, listening
from tests.vaultd.story import Story, officer_keys

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.errors import NotPermittedError
from safeconduct.rooms.ledger import queries as ledger_queries
from safeconduct.rooms.people.rules import Permission
from safeconduct.rooms.vault import actions

story = pytest.fixture(listening)
ALINE = Actor(
    person="aline", account="aline-1", organisation="self", permissions=frozenset({str(Permission.CALL_BACK_RECORD)})
)
CALLERS = frozenset({"aline", "dov"})


def keys() -> actions.OfficerKeys:
    return actions.OfficerKeys(
        organisation="calder-county",
        organisation_name="Calder County Sheriff Office",
        country="US",
        governmental=True,
        person="officer-1",
        person_name="Deputy L. Marrow",
        age_recipient=officer_keys()[1],
        passkey=None,
    )


def propose(actor: Actor = ALINE, called_by: frozenset[str] = CALLERS, now: dt.datetime = NOW) -> str:
    return actions.propose_officer(
        actor=actor, now=now, keys=keys(), number_source="State directory", called_by=called_by
    )


def test_an_officer_comes_in_when_two_others_have_signed(story: Story) -> None:
    digest = propose()
    with pytest.raises(NotPermittedError):
        actions.enrol(actor=ALINE, now=NOW, digest=digest, person="officer-1")
    for person in ("ravi", "ines"):
        story.sign(digest, person)
    done = actions.enrol(actor=ALINE, now=NOW, digest=digest, person="officer-1")
    assert story.vault.opened.roster.holder("officer-1").recipient == officer_keys()[1]
    assert ledger_queries.entry(entry=done.entry).kind == "people.enrol"


@pytest.mark.usefixtures("story")
def test_one_caller_is_too_few_and_a_stranger_may_not() -> None:
    with pytest.raises(actions.CallersError):
        propose(called_by=frozenset({"aline"}))
    with pytest.raises(NotPermittedError):
        propose(actor=Actor(person="x", account="x", organisation="self"))
