"""What is known of how a paper came, for the signals; of other matters only what the asking person may know of."""

from django.db.models import Count, QuerySet

from safeconduct.core.base.actors import Actor
from safeconduct.rooms.government_requests.models import Check, Document, IncomingMail, Matter, WordSketch
from safeconduct.rooms.government_requests.queries.access import find_matter, visible
from safeconduct.rooms.government_requests.rules.impostors import Circumstances, Signal, signals
from safeconduct.rooms.government_requests.rules.sketches import SAME

CITATIONS = "VALID-11"
"""The check that looks whether a cited section exists."""
OURS = "ours"


def signals_of(*, actor: Actor, matter: str, words: str = "") -> tuple[Signal, ...]:
    """Return the signals about a matter's sender; ``words`` is the transcript, where the papers are open."""
    row = find_matter(actor=actor, matter=matter)
    others = visible(actor).exclude(pk=row.pk)
    mail = IncomingMail.objects.filter(matter=row).select_related("domain").order_by("arrived_at").first()
    return signals(
        Circumstances(
            received=row.received_at,
            zone_name=row.zone,
            earlier_matters=others.filter(organisation=row.organisation, received_at__lt=row.received_at).count(),
            domain_days=_domain_days(mail),
            domain_ours=_domain_ours(row, mail),
            mail_passed=_mail_passed(mail),
            missing_citations=Check.objects.filter(matter=row, code=CITATIONS).exclude(outcome="met").count(),
            same_words=len(_same_form(row, others.exclude(organisation=row.organisation))),
            words=words,
        )
    )


def _domain_days(mail: IncomingMail | None) -> int | None:
    return (mail.arrived_at - mail.domain.first_seen_at).days if mail and mail.domain else None


def _domain_ours(row: Matter, mail: IncomingMail | None) -> bool | None:
    if mail is None or mail.domain is None:
        return None
    earlier = IncomingMail.objects.filter(domain=mail.domain, matter__organisation=row.organisation)
    return earlier.exclude(matter=row).exists()


def _mail_passed(mail: IncomingMail | None) -> bool | None:
    # Only our own server's word about a mail counts; without it nothing is known.
    return mail.facts.get("dmarc") == "pass" if mail and mail.facts.get("word") == OURS else None


def _same_form(row: Matter, others: QuerySet[Matter]) -> set[str]:
    """Return the other agencies that sent the same file, or the same words under another name."""
    digests = Document.objects.filter(matter=row, role="process").values("sha256")
    files = Document.objects.filter(sha256__in=digests, role="process", matter__in=others)
    places = WordSketch.objects.filter(value__in=WordSketch.objects.filter(matter=row).values("value"))
    words = places.filter(matter__in=others).values("matter__organisation", "matter").annotate(equal=Count("pk"))
    alike = words.filter(equal__gte=SAME).values_list("matter__organisation", flat=True)
    return {*files.values_list("matter__organisation", flat=True), *alike}
