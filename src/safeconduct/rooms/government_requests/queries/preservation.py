"""What keeps a copy: an answer that may still need it, or process over the same identifiers without a copy."""

from django.db.models import Q

from safeconduct.core.base.actors import Actor
from safeconduct.rooms.government_requests.models import BlindIndex, Matter
from safeconduct.rooms.government_requests.queries.access import visible
from safeconduct.rooms.government_requests.queries.law import law_for
from safeconduct.rooms.government_requests.queries.sender import enrolled_and_sure
from safeconduct.rooms.government_requests.rules.preservation import Basis, basis_for, deferred_until
from safeconduct.rooms.government_requests.rules.words import KEPT_ONLY, Process

NEEDS_COPY = frozenset(
    {
        "received",
        "in_review",
        "question_sent",
        "with_counsel",
        "objected",
        "scope_proposed",
        "authorised",
        "collected",
    }
)


def process_pending(*, actor: Actor, row: Matter) -> bool:
    """Return whether process over an identifier of ``row`` is pending that has no standing copy of its own.

    A person is held back only by what that person may see; the worker, which ends copies on their day, by all of it.
    """
    same = BlindIndex.objects.filter(value__in=BlindIndex.objects.filter(matter=row).values("value"))
    pending = visible(actor).filter(pk__in=same.values("matter"), state__in=NEEDS_COPY).exclude(pk=row.pk)
    uncopied = Q(preserved_at__isnull=True) | Q(preservation_ended_at__isnull=False)
    return pending.exclude(process__in=[str(one) for one in KEPT_ONLY]).filter(uncopied).exists()


def basis_words(row: Matter) -> str:
    """Return why receipt of ``row`` made no copy, in words; empty where it makes one."""
    law = law_for(process=Process(row.process), as_of=row.received_at.date(), matter=row.pk)
    basis = basis_for(law=law, verified=enrolled_and_sure(row))
    if basis is Basis.DEFER:
        until = deferred_until(received_at=row.received_at, law=law)
        return f"Unverified sender: deletion is put off until {until.day} {until:%B %Y}"
    return {Basis.COUNSEL: "Counsel decides", Basis.NOTHING: "None is made for this paper"}.get(basis, "")
