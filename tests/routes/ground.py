"""Two agencies, the company's people, and a matter in every state: written once by the rooms' own actions.

The desk and the portal are the real ones, with their whole middleware, on a SQLite database in memory that a cell may
change and that is put back afterwards. The vault process is the room tests' stand-in at the wire, since its store and
heads could not be put back a thousand times; its own two origins have a matrix of their own with the real one.
"""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from tests.museum.mails.collection import TEXT, attachment, head, multipart
from tests.rooms.government_requests.papers import OF_KIND, SILENCE, ZONE, paper
from tests.rooms.government_requests.world import GRANT, NOW, World
from tests.small_pdf import small_pdf

from safeconduct.core.base.actors import Actor, system_actor
from safeconduct.core.base.periods import window_of_days
from safeconduct.rooms.government_requests import actions
from safeconduct.rooms.government_requests.actions import Fault, Upload
from safeconduct.rooms.government_requests.models import Letter
from safeconduct.rooms.government_requests.queries.waiting import waiting_of
from safeconduct.rooms.government_requests.rules.lifecycles import MATTER
from safeconduct.rooms.government_requests.rules.mail import FilingReason
from safeconduct.rooms.government_requests.rules.paper import Paper, Selector
from safeconduct.rooms.government_requests.rules.waiting import WaitingReason
from safeconduct.rooms.government_requests.rules.words import FindingKind, FindingOutcome, LetterKind, Process
from safeconduct.rooms.people import actions as people
from safeconduct.rooms.people.models import Account, Membership
from safeconduct.rooms.people.rules import Permission, Role

COMPANY, AGENCY_A, AGENCY_B, FIRM = "b" * 32, "a" * 32, "f" * 32, "d" * 32
CUSTOMER = "c" * 32
UNKNOWN = "0" * 32
STATES = MATTER.states
SHADOW = "Quillfeather"
"""Stands in every text that one agency gives us, and in no page of the other."""

FOUNDER = Actor(
    person="e" * 32,
    account="founding",
    organisation=COMPANY,
    permissions=frozenset({str(Permission.PERSON_ENROL), str(Permission.PERSON_SUSPEND)}),
)


OFFICE = system_actor(permissions=frozenset({str(Permission.MATTER_RECEIVE)}))


@dataclass(frozen=True, kw_only=True)
class Somebody:
    """A person, the face they sign in at, and what has happened to them since."""

    person: str
    organisation: str
    role: Role
    face: str = "desk"
    since: str = ""
    cleared: bool = True


PEOPLE = {
    "analyst": Somebody(person="1" * 32, organisation=COMPANY, role=Role.ANALYST),
    "second_reader": Somebody(person="2" * 32, organisation=COMPANY, role=Role.SECOND_READER),
    "counsel": Somebody(person="3" * 32, organisation=COMPANY, role=Role.COUNSEL),
    "uncleared": Somebody(person="4" * 32, organisation=COMPANY, role=Role.ANALYST, cleared=False),
    "approver": Somebody(person="6" * 32, organisation=COMPANY, role=Role.APPROVER),
    "security_engineer": Somebody(person="7" * 32, organisation=COMPANY, role=Role.SECURITY_ENGINEER, cleared=False),
    "outside_counsel": Somebody(person="0" * 31 + "4", organisation=FIRM, role=Role.OUTSIDE_COUNSEL),
    "other_counsel": Somebody(person="0" * 31 + "5", organisation=FIRM, role=Role.OUTSIDE_COUNSEL, cleared=False),
    "suspended_analyst": Somebody(person="9" * 32, organisation=COMPANY, role=Role.ANALYST, since="suspended"),
    "former_analyst": Somebody(person="8" * 32, organisation=COMPANY, role=Role.ANALYST, since="ended"),
    "closed_account": Somebody(person="0" * 31 + "1", organisation=COMPANY, role=Role.ANALYST, since="closed"),
    "officer": Somebody(person="5" * 32, organisation=AGENCY_A, role=Role.OFFICER, face="portal"),
    "other_officer": Somebody(person="0" * 31 + "2", organisation=AGENCY_B, role=Role.OFFICER, face="portal"),
    "suspended_officer": Somebody(
        person="0" * 31 + "3", organisation=AGENCY_A, role=Role.OFFICER, face="portal", since="suspended"
    ),
}
NAMES = {one.person: f"Person {name}" for name, one in PEOPLE.items()} | {
    COMPANY: "Northwind",
    FIRM: "Ash and Rowe",
    AGENCY_A: f"Agency {SHADOW}A",
    AGENCY_B: f"Agency {SHADOW}B",
    PEOPLE["officer"].person: f"Lt. {SHADOW}A",
    PEOPLE["other_officer"].person: f"Sgt. {SHADOW}B",
}


@dataclass
class Company(World):
    """The room's world with a second agency and a way into every state."""

    accounts: dict[str, str] = field(default_factory=dict)
    matters: dict[tuple[str, str], str] = field(default_factory=dict)
    mails: dict[tuple[str, str], str] = field(default_factory=dict)

    def directory(self, payload: dict[str, Any]) -> dict[str, Any]:
        """Answer with the names that were enrolled: what the vault's directory holds."""
        return {"names": {one: NAMES[one] for one in payload["objects"] if one in NAMES}}

    def found(self) -> None:
        """Enrol everybody, with an account each."""
        self.vault._directory_names = self.directory  # type: ignore[method-assign] # real names, to look for
        for organisation in (COMPANY, AGENCY_A, AGENCY_B, FIRM):
            people.enrol_organisation(
                actor=FOUNDER,
                now=NOW,
                organisation=organisation,
                name_object=organisation,
                country="US",
                governmental=organisation not in (COMPANY, FIRM),
            )
        for name, one in PEOPLE.items():
            people.enrol_person(
                actor=FOUNDER,
                now=NOW,
                person=one.person,
                name_object=one.person,
                organisation=one.organisation,
                roles=frozenset({one.role}),
                until=NOW + timedelta(days=400),
            )
            self.accounts[name] = people.open_account(actor=FOUNDER, now=NOW, person=one.person).id

    def post(self) -> None:
        """Take in mail that waits and mail that is filed, each once for anybody and once for a silenced matter."""
        for (_, kind), matter in sorted(self.matters.items()):
            for event in ("waits", "filed"):
                subject = self.row(matter).reference if kind.endswith("silenced") else "A subpoena"
                data = multipart(TEXT, attachment(), first=head(f"X-Which: {kind} {event}", subject=subject))
                if (event, kind) in self.mails or kind == "B":
                    continue
                taken = actions.take_in_mail(actor=OFFICE, now=NOW, data=data, source="drop")
                self.mails[event, kind] = taken.mail
                if event == "filed":
                    actions.file_mail(
                        actor=self.counsel,
                        now=NOW,
                        mail=taken.mail,
                        reason=FilingReason.SPAM,
                        words="It sells watches.",
                    )

    def changes(self) -> None:
        """Do what has happened to some since they signed in."""
        for name, one in PEOPLE.items():
            if one.since == "suspended":
                people.suspend(actor=FOUNDER, now=NOW, person=one.person)
            if one.since == "ended":
                Membership.objects.filter(person_id=one.person).update(starts=NOW - timedelta(days=2), ends=NOW)
            if one.since == "closed":
                Account.objects.filter(pk=self.accounts[name]).update(closed_at=NOW)

    @property
    def cleared(self) -> frozenset[str]:
        return frozenset(one.person for one in PEOPLE.values() if one.cleared and one.face == "desk")

    def served(
        self, tenant: str, process: Process, *, silenced: bool, until: date | None = None, alone: bool = False
    ) -> str:
        """Receive a paper of agency A or B, every text marked; one that is ``alone`` names a number of its own."""
        more: dict[str, Any] = {**OF_KIND[process], "issuer_name": f"Court of {SHADOW}{tenant}"}
        more["silence"] = (SILENCE if until is None else replace(SILENCE, until=until)) if silenced else None
        if alone:
            more["selectors"] = (Selector(kind="phone", value="+12025550199"),)
        more["window"] = window_of_days(NOW.date() - timedelta(days=37), NOW.date() - timedelta(days=10), ZONE)
        asked: Paper = paper(**more)
        who = PEOPLE["officer" if tenant == "A" else "other_officer"]
        upload = Upload(name=f"{SHADOW}{tenant}.pdf", data=small_pdf(f"{SHADOW}{tenant}", pages=2), pages=2)
        typed = (f"A paper of {SHADOW}{tenant}.", "We seek:\nThe name of the\nsubscriber. All else is left out.")
        received = actions.receive(
            actor=self.analyst,
            now=NOW,
            paper=asked,
            uploads=(upload,),
            served_entity=next(iter(self.settings.SAFECONDUCT.entities.values())),
            organisation=who.organisation,
            officer=who.person,
            transcript=typed,
            cleared=self.cleared,
        )
        self.mandate(received.matter, "outside_counsel")
        if tenant == "A" and not silenced:
            self.mandate(received.matter, "other_counsel")
        return received.matter

    def mandate(self, matter: str, name: str) -> None:
        """Give one of the outside counsel a mandate for a matter."""
        until = NOW + timedelta(days=300)
        actions.give_mandate(actor=self.counsel, now=NOW, matter=matter, person=PEOPLE[name].person, until=until)

    def reach(self, state: str, tenant: str, *, silenced: bool) -> str:
        """Bring a new matter into ``state`` by real actions and return its id."""
        ended = NOW.date() - timedelta(days=1) if state == "refused" else None
        kinds = {"preserved": Process.PRESERVATION_REQUEST, "redirected": Process.FOREIGN_REQUEST}
        # Its notice leaves, and so nothing may be silent over the same number.
        alone = state in ("delivered", "closed") and not silenced
        kind = kinds.get(state, Process.SEARCH_WARRANT)
        matter = self.served(tenant, kind, silenced=silenced, until=ended, alone=alone)
        if state not in {"received", "preserved"}:
            actions.take(actor=self.analyst, now=NOW, matter=matter)
            actions.open_case(actor=self.analyst, now=NOW, matter=matter, grant=GRANT)
            REACHED[state](self, matter)
        assert self.row(matter).state == state, (state, self.row(matter).state)
        if state != "closed":
            self.finish(state, matter)
            self.write(matter)
        return matter

    def finish(self, state: str, matter: str) -> None:
        """Prepare what an act in ``state`` rests on: a forecast, signatures, a signed notice, an ended copy."""
        if state == "in_review":
            actions.forecast(actor=self.analyst, now=NOW, matter=matter, grant=GRANT)
        if state == "scope_proposed":
            self.vault.approved.add(self.row(matter).scope_digest)
        if state == "collected":
            self.vault.approved.add(self.row(matter).release_digest)
        if state == "delivered":
            actions.draft_notice(
                actor=self.analyst, now=NOW, matter=matter, customer=CUSTOMER, to=self.party, agency=SHADOW
            )
            self.vault.approved.update(Letter.objects.exclude(digest="").values_list("digest", flat=True))
        if state == "withdrawn":
            actions.end_preservation(actor=self.analyst, now=NOW, matter=matter)

    def write(self, matter: str) -> None:
        """Write a letter to the agency that waits for its second signature."""
        kind = LetterKind.ACKNOWLEDGEMENT
        actions.write_letter(actor=self.analyst, now=NOW, matter=matter, kind=kind, to=self.party)

    def asked(self, matter: str) -> None:
        tenant = "A" if self.row(matter).organisation == AGENCY_A else "B"
        actions.ask_officer(
            actor=self.analyst, now=NOW, matter=matter, question=f"Which days, {SHADOW}{tenant}?", to=self.party
        )

    def objected(self, matter: str) -> None:
        actions.object_to(actor=self.counsel, now=NOW, matter=matter, grounds="Too wide.")

    def referred(self, matter: str) -> None:
        actions.refer_to_counsel(actor=self.analyst, now=NOW, matter=matter, question="May we?")

    def refused(self, matter: str) -> None:
        self.find(matter, FindingOutcome.NOT_MET, FindingKind.VALID)
        fault = Fault(words="The name", why="It is not signed.", cure="Sign it.")
        actions.refuse(actor=self.analyst, now=NOW, matter=matter, faults=(fault,), to=self.party)

    def redirected(self, matter: str) -> None:
        actions.redirect(actor=self.analyst, now=NOW, matter=matter, to=self.party, authority="Office of Affairs")

    def withdrawn(self, matter: str) -> None:
        actions.withdraw(actor=self.analyst, now=NOW, matter=matter)

    def proposed_from_review(self, matter: str) -> None:
        self.find(matter)
        self.propose(matter)

    def authorised_from_review(self, matter: str) -> None:
        self.proposed_from_review(matter)
        self.vault.approved.add(self.row(matter).scope_digest)
        actions.authorise(actor=self.analyst, now=NOW, matter=matter)

    def collected_from_review(self, matter: str) -> None:
        self.authorised_from_review(matter)
        actions.collect(actor=self.analyst, now=NOW, matter=matter)
        actions.propose_release(actor=self.analyst, now=NOW, matter=matter)
        self.waived_from_review(matter)

    def waived_from_review(self, matter: str) -> None:
        if not waiting_of(row=self.row(matter), now=NOW).may_leave:
            reason, words = WaitingReason.CUSTOMER_AGREED, "They wrote that they will not object."
            actions.waive_waiting(actor=self.counsel, now=NOW, matter=matter, reason=reason, words=words)

    def released_from_review(self, matter: str) -> None:
        self.collected_from_review(matter)
        self.vault.approved.add(self.row(matter).release_digest)
        actions.release(actor=self.colleague, now=NOW, matter=matter)

    def delivered_from_review(self, matter: str) -> None:
        self.released_from_review(matter)
        actions.mark_delivered(actor=self.analyst, now=NOW, matter=matter)

    def closed_from_review(self, matter: str) -> None:
        self.delivered_from_review(matter)
        self.write(matter)
        if not self.row(matter).silenced:
            self.notified(matter)
        actions.close(actor=self.analyst, now=NOW, matter=matter)

    def letter_of(self, matter: str) -> str:
        """Return the last letter to the agency that waits for its signature, approved by the stand-in."""
        found = Letter.objects.filter(matter_id=matter, kind=LetterKind.ACKNOWLEDGEMENT).last()
        if found is None:
            return UNKNOWN
        self.vault.approved.add(found.digest)
        return str(found.pk)


REACHED: dict[str, Any] = {
    "in_review": lambda company, matter: company.find(matter),
    "question_sent": Company.asked,
    "with_counsel": Company.referred,
    "objected": Company.objected,
    "refused": Company.refused,
    "redirected": Company.redirected,
    "withdrawn": Company.withdrawn,
    "scope_proposed": Company.proposed_from_review,
    "authorised": Company.authorised_from_review,
    "collected": Company.collected_from_review,
    "released": Company.released_from_review,
    "delivered": Company.delivered_from_review,
    "closed": Company.closed_from_review,
}
