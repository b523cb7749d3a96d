"""Sealed plans of seeded fakes: papers of our own that try whether the desk recognises an impostor.

1. A plan is sealed under one ledger entry that commits to the paper's digest and names no matter. It names a paper that
   nobody has sent yet: bytes that already lie in the store are refused, so that no real paper can be made a fake.
2. The mail of a plan is handed out once its instant has come, and never again once it is sealed among the papers.
3. A plan opens under an entry of its own. Until then no operation tells which matter is a fake.
4. Nothing leaves for a matter that holds a planned paper: no records, no package and no notice, before and after.
"""

import json
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from safeconduct.core.base.canonical import JsonValue, canonical_json, digest, sha256_hex
from safeconduct.core.base.errors import BadInputError, ConflictError, NotPermittedError
from safeconduct.core.base.periods import parse_instant
from safeconduct.vaultd.clock import Clock
from safeconduct.vaultd.entries import Entries
from safeconduct.vaultd.objects import Objects
from safeconduct.vaultd.store import Store

KIND, OWNER = "fake_plan", "fake/"
"""Each plan has a key of its own, under its id."""
MEMBERS = frozenset({"version", "plan", "salt", "at", "process", "signals", "paper", "mail"})


class SeededFakeError(NotPermittedError):
    """The paper of this matter is a seeded fake of our own: nothing leaves for it."""

    code = "SC-SEEDED-FAKE"
    cure = "Stop here. Whoever owns the control reveals it, and what gave it away."


class FakePlanError(BadInputError):
    """This is no plan of a fake."""

    code = "SC-FAKE-PLAN"


class NotAFakeError(ConflictError):
    """This paper was here before the plan: it is somebody's, and cannot be made a fake."""

    code = "SC-NOT-A-FAKE"


@dataclass(frozen=True, kw_only=True)
class _Plan:
    """An opened plan. ``mail`` is empty where the paper is carried in by hand."""

    told: dict[str, Any]
    paper: bytes
    mail: bytes

    @property
    def digests(self) -> frozenset[str]:
        return frozenset({sha256_hex(self.paper), *({sha256_hex(self.mail)} if self.mail else ())})

    @property
    def committed(self) -> dict[str, str]:
        return {
            "plan": self.told["plan"],
            "salt": self.told["salt"],
            "paper": sha256_hex(self.paper),
            "mail": sha256_hex(self.mail) if self.mail else "",
        }


def commitment(committed: dict[str, str]) -> str:
    """Return what the entry of a plan says in place of what the plan says."""
    return digest("safeconduct/v1/fake-plan", dict(committed))


class Fakes:
    """Keeps the plans, and stands before everything that leaves."""

    def __init__(self, *, store: Store, clock: Clock, entries: Entries, objects: Objects) -> None:
        """Keep the parts it asks."""
        self._store = store
        self._clock = clock
        self._entries = entries
        self._objects = objects

    def plan(self, *, plan: str, data: dict[str, Any], proof: JsonValue) -> dict[str, Any]:
        """Seal one plan under the entry that commits to it; raises ``NotAFakeError`` for bytes that are already here.

        Raises ``FakePlanError`` for anything but a plan.
        """
        made = _read(data)
        if made.told["plan"] != plan or not made.paper:
            raise FakePlanError
        with self._store.writing():
            said = {"commitment": commitment(made.committed)}
            entry = self._entries.admit(
                proof, op="plan_fake", act=plan, kind="government_requests.plan_fake", subject=plan, facts=said
            )
            if (before := self._entries.answered(entry)) is not None:
                return before
            if any(self._sealed(one) for one in made.digests):
                raise NotAFakeError
            self._objects.put(kind=KIND, owner=f"{OWNER}{plan}", data=canonical_json(data), object_id=plan)
            return self._entries.finish(entry, {"planned": True})

    def due(self) -> list[str]:
        """Return the mails whose instant has come and that nobody has sealed yet, as text of base64."""
        now = self._clock.earliest()
        return [
            one.told["mail"]
            for one in self._plans()
            if one.mail and parse_instant(one.told["at"]) <= now and not self._over(one)
        ]

    def _over(self, plan: _Plan) -> bool:
        opened = self._entries.answered_once("open_fake", plan.told["plan"]) is not None
        return opened or self._sealed(sha256_hex(plan.mail))

    def open(self, *, plan: str, proof: JsonValue) -> dict[str, Any]:
        """Return what a plan says, under the entry of whoever opens it; its mail does not leave any more."""
        found = self._objects.find(plan)
        if (found.kind, found.owner) != (KIND, f"{OWNER}{plan}"):
            raise FakePlanError
        made = _read(json.loads(self._objects.open(plan)))
        with self._store.writing():
            entry = self._entries.admit(
                proof, op="open_fake", act=plan, kind="government_requests.open_fake", subject=plan, facts={}
            )
            if self._entries.answered(entry) is None:
                self._entries.finish(entry, {"opened": True})
        told = {name: made.told[name] for name in ("at", "process", "signals")}
        return {**made.committed, **told, "bytes": made.told["paper"]}

    def require_real(self, matter: str) -> None:
        """Raise ``SeededFakeError`` where any file of the matter is a planned one."""
        rows = self._store.all("SELECT sha256 FROM object WHERE owner = ?", (f"matter/{matter}",))
        held = {row["sha256"] for row in rows}
        if any(held & one.digests for one in self._plans()):
            raise SeededFakeError

    def _plans(self) -> Iterator[_Plan]:
        # A range over the index of owners: every name that begins with ours.
        rows = self._store.all(
            "SELECT id FROM object WHERE owner > ? AND owner < ? AND kind = ?", (OWNER, "fake0", KIND)
        )
        for row in rows:
            yield _read(json.loads(self._objects.open(row["id"])))

    def _sealed(self, sha256: str) -> bool:
        return self._store.one("SELECT 1 FROM object WHERE sha256 = ?", (sha256,)) is not None


def _read(data: dict[str, Any]) -> _Plan:
    texts = ("plan", "salt", "at", "process", "paper", "mail")
    if set(data) != MEMBERS or not all(isinstance(data[name], str) for name in texts):
        raise FakePlanError
    try:
        parse_instant(data["at"])
        paper, mail = (b64decode(data[name], validate=True) for name in ("paper", "mail"))
    except (Base64Error, ValueError) as error:
        raise FakePlanError from error
    return _Plan(told=data, paper=paper, mail=mail)
