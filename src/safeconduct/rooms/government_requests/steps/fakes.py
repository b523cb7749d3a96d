"""What belongs to seeded fakes inside other acts: putting mail into the drop folder, finding what a plan came to."""

from pathlib import Path

from django.db.models import Q

from safeconduct.core.base.canonical import sha256_hex
from safeconduct.core.base.disk import sync_folder
from safeconduct.rooms.government_requests.models import CallBack, Document, IncomingMail, Matter, SeededFake
from safeconduct.rooms.government_requests.rules.fakes import Course
from safeconduct.rooms.ledger import queries as ledger
from safeconduct.rooms.vault import queries as vault

ROOM = "government_requests."


def drop_due(*, folder: Path) -> int:
    """Write the mails that are to come in now into the drop folder, whole under their names; return how many."""
    found = vault.due_fakes()
    for data in found:
        # Named by its bytes: a second round before it is taken in writes the same file again.
        name = sha256_hex(data)[:24]
        hidden = folder / f".{name}.part"
        hidden.write_bytes(data)
        hidden.rename(folder / f"{name}.eml")
    if found:
        sync_folder(folder)
    return len(found)


def matters_holding(*, fake: SeededFake, paper: str) -> list[Matter]:
    """Return the matters whose paper is the very file of an opened plan, locked until the transaction ends.

    A matter that was received before the plan was made holds somebody's paper, whatever its digest.
    """
    held = Document.objects.filter(sha256=paper, role="process").values("matter")
    found = Matter.objects.select_for_update().filter(pk__in=held, received_at__gte=fake.planned_at)
    return list(found.order_by("received_at", "pk"))


def mail_of(*, fake: SeededFake, mail: str) -> IncomingMail | None:
    """Return the mail that a plan came in by."""
    return IncomingMail.objects.filter(digest=mail, arrived_at__gte=fake.planned_at).first() if mail else None


def course_of(*, matters: list[Matter], mail: IncomingMail | None) -> Course:
    """Return what happened to a fake, from the entries about its matters."""
    lines = [line for row in matters for line in ledger.history(subject=row.pk)]
    refused = CallBack.objects.filter(Q(matter__in=matters), reached=False)
    reached = CallBack.objects.filter(matter__in=matters, reached=True)
    return Course(
        arrived=bool(matters) or mail is not None,
        acts=frozenset(line.kind.removeprefix(ROOM) for line in lines),
        not_reached=refused.exists() and not reached.exists(),
        filed=mail.reason if mail is not None and mail.state == "filed" else "",
    )
