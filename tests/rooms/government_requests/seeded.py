"""Seeded fakes beside the room's world: the vault process's three operations, their owner, and what comes in."""

from base64 import b64decode
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tests.rooms.government_requests.papers import paper
from tests.rooms.government_requests.world import AGENCY, World, held_by

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.canonical import sha256_hex
from safeconduct.core.base.mail_place import MailPlace
from safeconduct.core.base.periods import instant_text
from safeconduct.rooms.government_requests import actions
from safeconduct.rooms.government_requests.actions import Upload
from safeconduct.rooms.government_requests.rules.fakes import Door, month_of
from safeconduct.rooms.people.rules import Role
from safeconduct.rooms.vault.rules import VaultNotPermittedError

SERVER = "mx.harbor.example"


@dataclass
class Seeded:
    """A world in which fakes are planned; ``plans`` is what lies sealed."""

    world: World
    folder: Path
    plans: dict[str, dict[str, Any]] = field(default_factory=dict)
    opened: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        vault: Any = self.world.vault
        vault._plan_fake, vault._open_fake, vault._due_fakes = self._plan, self._open, self._due
        place = MailPlace(drop=self.folder, mailbox=None, server=SERVER)
        self.world.settings.SAFECONDUCT = replace(self.world.settings.SAFECONDUCT, mail=place)

    def _plan(self, payload: dict[str, Any]) -> dict[str, Any]:
        self.plans[payload["plan"]] = payload["data"]
        return {"planned": True}

    def _open(self, payload: dict[str, Any]) -> dict[str, Any]:
        if payload["plan"] not in self.plans:
            raise VaultNotPermittedError({"code": "SC-UNKNOWN-OBJECT", "message": "There is no such object here."})
        data = self.plans[payload["plan"]]
        self.opened.add(payload["plan"])
        mail = b64decode(data["mail"])
        return {
            **{name: data[name] for name in ("plan", "salt", "at", "process", "signals")},
            "paper": sha256_hex(b64decode(data["paper"])),
            "mail": sha256_hex(mail) if mail else "",
            "bytes": data["paper"],
        }

    def _due(self, _payload: dict[str, Any]) -> dict[str, Any]:
        sealed = {sha256_hex(one) for one in self.world.vault.objects.values()}
        due = [
            one["mail"]
            for name, one in self.plans.items()
            if one["mail"] and name not in self.opened and one["at"] <= instant_text(self.world.now)
        ]
        return {"mails": [one for one in due if sha256_hex(b64decode(one)) not in sealed]}

    @property
    def owner(self) -> Actor:
        return self.world.actor("7", held_by(Role.SECURITY_ENGINEER))

    def plan(self, door: Door = Door.HAND) -> str:
        now = self.world.now
        return actions.plan_fake(actor=self.owner, now=now, month=month_of(now), door=door).fake

    def carry_in(self, fake: str) -> str:
        """Hand the fake's paper in at the desk, as whoever takes papers in would."""
        data = actions.carry_fake(actor=self.owner, now=self.world.now, fake=fake)
        return self.hand_in(data)

    def hand_in(self, data: bytes) -> str:
        world = self.world
        return actions.receive(
            actor=world.analyst,
            now=world.now,
            paper=paper(),
            uploads=(Upload(name="paper.pdf", data=data, pages=1),),
            organisation=AGENCY,
            served_entity=next(iter(world.settings.SAFECONDUCT.entities.values())),
            channel="desk",
        ).matter

    def paper_of(self, fake: str) -> bytes:
        return b64decode(self.plans[fake]["paper"])

    def reveal(self, fake: str) -> str:
        return str(actions.reveal_fake(actor=self.owner, now=self.world.now, fake=fake).result)
