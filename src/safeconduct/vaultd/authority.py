"""Every gate between an approved safe-conduct and the first opened page. Each refuses by itself.

1. The quorum of approvals stands now, and nothing has ended the object.
2. The ground is domestic: the served entity is ours, and it, the authority and every holder are of one country.
3. The provisions are those of this instance, signed by counsel, and let this process open these categories, both as
   of the day on which the paper was judged and as of today (DESIGN 11.7).
4. Every holder is enrolled, not suspended, and has the key that was approved.
5. An emergency is answered to a governmental entity only (18 U.S.C. 2702(b)(8), (c)(4)).
6. The paper is no seeded fake of our own (``fakes``).
"""

from datetime import date

from safeconduct.core.base.configuration import Configuration
from safeconduct.core.base.errors import NotPermittedError
from safeconduct.core.conduct.approvals import Approval
from safeconduct.core.conduct.bodies import SafeConductBody
from safeconduct.core.conduct.categories import Process
from safeconduct.core.conduct.members import Holder
from safeconduct.vaultd.clock import Clock
from safeconduct.vaultd.consents import Consents
from safeconduct.vaultd.fakes import Fakes
from safeconduct.vaultd.law import Law
from safeconduct.vaultd.roster import EnrolledHolder, Roster


class GroundError(NotPermittedError):
    """The disclosure ground does not carry this disclosure."""

    code = "SC-GROUND"
    cure = "Take it to counsel; until then the only ground is domestic."


class UnsignedLawError(NotPermittedError):
    """Counsel has not signed the provisions that this relies on, or they are of another edition."""

    code = "SC-UNSIGNED-LAW"
    cure = "Have counsel sign the provisions, then have a new safe-conduct approved."


class NotObtainableError(NotPermittedError):
    """The process cannot open a category that the scope names."""

    code = "SC-NOT-OBTAINABLE"
    cure = "Narrow the scope to what the process can open."


class HolderKeyError(NotPermittedError):
    """A holder's enrolled key is not the one that was approved."""

    code = "SC-HOLDER-KEY"
    cure = "Call the officer back, then have a new object approved with the key that is theirs."


class Authority:
    """Asks all gates, in order."""

    def __init__(
        self, *, configuration: Configuration, roster: Roster, consents: Consents, clock: Clock, fakes: Fakes
    ) -> None:
        """Read the law of this instance."""
        self._configuration = configuration
        self._clock = clock
        self._roster = roster
        self._consents = consents
        self._fakes = fakes
        self.law = Law(configuration)

    def name_of(self, person: str) -> str:
        """Return the name of a person of the roster."""
        return self._roster.name_of(person)

    def require(self, body: SafeConductBody) -> tuple[tuple[Approval, ...], list[EnrolledHolder]]:
        """Return the approvals that count and the enrolled holders; raises at the first gate that refuses."""
        approvals = self.approved(body)
        self.domestic(body)
        self.lawful(body)
        found = self.holders(body.holders)
        self.reachable(body, found)
        self.real(body.matter)
        return approvals, found

    def approved(self, body: SafeConductBody) -> tuple[Approval, ...]:
        """Return the approvals that count now."""
        return self._consents.require_approved(body)

    def domestic(self, body: SafeConductBody) -> None:
        """Raise ``GroundError`` unless the served entity is ours and the authority is of its country."""
        value = body.as_json()
        served, ground = value["served_entity"], value["ground"]["disclosure_ground"]
        entity = self._configuration.entities.get(served["id"])
        if entity is None or entity.country != served["country"]:
            raise GroundError("The served entity is not one of this instance.")
        if ground["kind"] != "domestic" or ground["authority_country"] != entity.country:
            raise GroundError("The authority is of another country than the served entity.")

    def lawful(self, body: SafeConductBody) -> None:
        """Raise unless signed provisions of this edition let the process open every category of the scope."""
        ground = body.as_json()["ground"]
        if ground["edition"] != self.law.edition:
            raise UnsignedLawError("The edition is not the one in force here.")
        if not all(self.law.knows(one) for one in ground["provisions"]):
            raise UnsignedLawError("It names a provision that this edition does not have.")
        # Asked as of the day it was judged and as of today: no chosen day keeps a provision alive past its end.
        for day in (date.fromisoformat(ground["as_of"]), self._clock.now().date()):
            answer = self.law.obtainable(process=body.process, as_of=day)
            if not answer.signed:
                raise UnsignedLawError(answer.why)
            beyond = body.scope.categories - answer.categories
            if beyond:
                raise NotObtainableError(f"{body.process}: {', '.join(sorted(beyond))}.")

    def holders(self, listed: tuple[Holder, ...]) -> list[EnrolledHolder]:
        """Return the enrolled officers; raises for one who is not, or whose key has changed."""
        found = [self._roster.holder(holder.person) for holder in listed]
        for holder, enrolled in zip(listed, found, strict=True):
            if (holder.key_fingerprint, holder.organisation) != (enrolled.fingerprint, enrolled.organisation):
                raise HolderKeyError
        return found

    def reachable(self, body: SafeConductBody, found: list[EnrolledHolder]) -> None:
        """Raise ``GroundError`` for a holder of another country, or a private one in an emergency."""
        country = body.as_json()["ground"]["disclosure_ground"]["authority_country"]
        if any(holder.country != country for holder in found):
            raise GroundError("A holder is of another country than the authority.")
        if body.process is Process.EMERGENCY_REQUEST and not all(holder.governmental for holder in found):
            raise GroundError("An emergency is answered to a governmental entity only.")

    def real(self, matter: str) -> None:
        """Raise ``SeededFakeError`` where the matter's paper is a seeded fake."""
        self._fakes.require_real(matter)
