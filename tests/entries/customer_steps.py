"""What the walk through the house does about a customer: protection and its legal contact."""

from typing import Any

from safeconduct.cli.demonstration.stage import Stage
from safeconduct.core.sealing.recipients import new_identity
from safeconduct.rooms.government_requests import actions
from safeconduct.rooms.government_requests.rules.customers import AgreementKind


def settle_customer(stage: Stage, customer: str) -> None:
    """Mark and unmark a customer; name, verify and end its legal contact."""
    ravi, aline = stage.actor("ravi"), stage.actor("aline")
    whose: dict[str, Any] = {"now": stage.now, "customer": customer}
    actions.mark_protected(actor=ravi, **whose, kind="health", reason="In the register of hospitals.")
    actions.unmark_protected(actor=ravi, **whose, kind="health")
    told = {"name": "Legal office", "address": "legal@harbour.example", "language": "en"}
    contact = actions.name_contact(actor=aline, **whose, **told, recipient=new_identity()[1])
    actions.verify_contact(actor=ravi, now=stage.now, contact=contact, agreement=AgreementKind.CONTRACT)
    actions.end_contact(actor=ravi, now=stage.now, contact=contact)
