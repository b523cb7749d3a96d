"""The stage: the company's instance in this process, its vault beside it, one clock, and everybody's hands."""

import heapq
import itertools
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from safeconduct.cli.demonstration.cast import APPROVE, OPEN, Cast
from safeconduct.cli.demonstration.company import AGENCIES, OFFICERS
from safeconduct.cli.demonstration.origins import Ceremonies
from safeconduct.cli.demonstration.told import Told
from safeconduct.core.base.actors import Actor
from safeconduct.core.base.configuration import Configuration
from safeconduct.rooms.government_requests import actions
from safeconduct.rooms.government_requests.actions import Party
from safeconduct.rooms.people import queries as people
from safeconduct.rooms.vault import steps as vault

Course = Generator[datetime, None, None]
"""A matter's way through the house: it yields the instant of its next step."""


@dataclass
class Stage:
    """One instance being driven.

    Attributes:
        accounts: account ids by player key; Dov Ivey's second account is ``dov-2``.
    """

    configuration: Configuration
    cast: Cast
    ceremonies: Ceremonies
    accounts: dict[str, str]
    now: datetime
    told: dict[str, Told] = field(default_factory=dict)
    _waiting: list[tuple[datetime, int, Course]] = field(default_factory=list)
    _order: "itertools.count[int]" = field(default_factory=itertools.count)

    def at(self, instant: datetime) -> datetime:
        """Move every clock forward to ``instant``; clocks never go back."""
        if instant > self.now:
            self.now = instant
            vault.set_clock(now=instant)
        return self.now

    def actor(self, key: str) -> Actor:
        """Return somebody as the people room sees them now."""
        return people.actor_for(account=self.accounts[key], now=self.now)

    def sign(self, digest: str, *keys: str) -> None:
        """Have each person sign ``digest`` on the approve origin with their own passkey."""
        for key in keys:
            player = self.cast[key]
            self.ceremonies.approve(consent=digest, person=player.person, passkey=player.passkeys[APPROVE])

    def open_case(self, key: str, matter: str) -> str:
        """Have a person open the case papers with a fresh assertion; return the grant."""
        player = self.cast[key]
        grant = self.ceremonies.case_grant(
            matter=matter,
            person=player.person,
            passkey=player.passkeys[OPEN],
            back=f"{self.configuration.faces['desk'].origin}/matters/{matter}",
        )
        actions.open_case(actor=self.actor(key), now=self.now, matter=matter, grant=grant)
        return grant

    def officer(self, key: str) -> Party:
        """Return an officer as the addressee of letters and packages."""
        officer, mailbox = OFFICERS[key], self.cast.mailboxes[key]
        return Party(
            organisation=self.cast.organisations[officer.agency],
            organisation_name=AGENCIES[officer.agency].name,
            person=self.cast[key].person,
            person_name=officer.name,
            recipient=mailbox.recipient,
            key_fingerprint=mailbox.fingerprint,
        )

    def customer(self, identifier: str) -> Party:
        """Return a customer's privacy contact as the addressee of a notice."""
        customer, mailbox = self.cast.customer(identifier), self.cast.mailboxes[identifier]
        return Party(
            organisation=identifier,
            organisation_name=customer.name,
            person=identifier,
            person_name="Privacy contact",
            recipient=mailbox.recipient,
            key_fingerprint=mailbox.fingerprint,
        )

    def plan(self, instant: datetime, course: Course) -> None:
        """Let ``course`` begin at ``instant``."""
        heapq.heappush(self._waiting, (instant, next(self._order), course))

    def play(self, *, until: datetime, watched: Callable[[datetime], Any] = lambda _now: None) -> None:
        """Run every step that is due before ``until``, in order of time; ``watched`` is told of each instant."""
        while self._waiting and self._waiting[0][0] <= until:
            instant, _, course = heapq.heappop(self._waiting)
            watched(self.at(instant))
            following = next(course, None)
            if following is not None:
                self.plan(max(following, self.now), course)
        self.at(until)
