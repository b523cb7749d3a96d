"""What waits at the doors: a directory of agencies, an officer who has registered, and one who is suspended."""

from datetime import timedelta

from safeconduct.cli.demonstration.company import AGENCIES
from safeconduct.cli.demonstration.stage import Stage
from safeconduct.rooms.senders import actions
from safeconduct.rooms.senders.actions import FoundNumber, Registrant

FOUND, SECOND = "aline", "ravi"
SOURCE = "Register of agencies of the State of Franklin, looked up by us"
SUSPENDED = "pike"
NEWCOMER = Registrant(
    agency="Harrow County Sheriff's Office",
    country="US",
    name="Isolde Farnaby",
    post="Detective",
    mail="i.farnaby@harrowcounty.example",
)


def fill_directory(stage: Stage) -> None:
    """Enter the agencies' numbers, each by one colleague and confirmed by another; one is left to confirm."""
    found_on = (stage.now - timedelta(days=30)).date()
    governmental = [agency for agency in AGENCIES.values() if agency.governmental]
    for place, agency in enumerate(governmental):
        number = FoundNumber(
            name=agency.name,
            country=agency.country,
            governmental=True,
            number=agency.telephone,
            source=SOURCE,
            found_on=found_on,
            organisation=stage.cast.organisations[agency.key],
        )
        made = actions.propose_number(actor=stage.actor(FOUND), now=stage.now, found=number)
        if place < len(governmental) - 1:
            actions.confirm_number(actor=stage.actor(SECOND), now=stage.now, number=made.number)


def leave_at_the_doors(stage: Stage) -> None:
    """Leave a registration that waits for its call, and an officer whose mailbox may be in other hands."""
    actions.register(now=stage.now, registrant=NEWCOMER, address="demonstration")
    officer = stage.cast[SUSPENDED].person
    actions.suspend(actor=stage.actor(FOUND), now=stage.now, sort="officer", subject=officer, reason="account_taken")
