"""What our own books say of who sent a paper: never the paper itself.

A sender is verified where the person is an enrolled officer of the matter's agency, neither of them suspended, or where
two people reached the agency on a number that we found ourselves. Enrolment itself needs such a call. A paper that was
filed in a session of lower assurance needs one of its own before its sender counts as verified (NIST SP 800-63B, AAL1).
"""

from safeconduct.rooms.government_requests.models import CallBack, IncomingMail, LowerFiling, Matter
from safeconduct.rooms.government_requests.rules.findings.facts import Sender
from safeconduct.rooms.people import queries as people


def filed_lower(row: Matter) -> bool:
    """Return whether the paper was filed in a session of lower assurance."""
    return LowerFiling.objects.filter(matter=row).exists()


def waits_for_call(row: Matter) -> bool:
    """Return whether the paper was filed with lower assurance, and nobody has reached the agency about it."""
    return filed_lower(row) and not CallBack.objects.filter(matter=row, reached=True).exists()


def enrolled_and_sure(row: Matter) -> bool:
    """Return whether an enrolled officer filed the paper with a passkey, or the agency confirmed it in a call."""
    return bool(row.officer) and not waits_for_call(row)


def is_verified(*, row: Matter, person: str) -> bool:
    """Return whether ``person``, to whom we write about ``row``, is a verified sender of its agency."""
    if waits_for_call(row):
        return False
    if person and people.officer_stands(person=person, organisation=row.organisation):
        return True
    return CallBack.objects.filter(matter=row, reached=True).exists()


def sender_of(row: Matter) -> Sender:
    """Return what is known of the sender: the agency's place in our directory, and the domain of its mail.

    A domain is one that we hold for the agency once an earlier mail from it became another matter of that agency.
    """
    known = people.agency_stands(organisation=row.organisation)
    if row.channel != "mail":
        return Sender(registered=known)
    domains = IncomingMail.objects.filter(matter=row, domain__isnull=False).values("domain")
    earlier = IncomingMail.objects.filter(domain__in=domains, matter__organisation=row.organisation)
    return Sender(registered=known, domain_known=earlier.exclude(matter=row).exists())
