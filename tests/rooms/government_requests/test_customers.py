"""Protected customers and legal contacts: by whom, since when, with history; the notice goes to the verified one."""

import json

import pytest
from django.db import IntegrityError, transaction
from tests.rooms.government_requests.test_pages import ask, own_addresses
from tests.rooms.government_requests.world import World

from safeconduct.core.base.errors import NotPermittedError
from safeconduct.core.base.lifecycle import TransitionError
from safeconduct.core.sealing.recipients import new_identity
from safeconduct.rooms.government_requests import actions
from safeconduct.rooms.government_requests.models import LegalContact, ProtectionMark
from safeconduct.rooms.government_requests.queries.customers import (
    UnknownCustomerError,
    contact_of,
    customer_lines,
    protected_kinds,
)
from safeconduct.rooms.government_requests.rules.customers import (
    FALLBACK,
    AgreementKind,
    LegalContactError,
    ProtectionError,
    SameContactPersonError,
)
from safeconduct.rooms.government_requests.views import customers
from safeconduct.rooms.government_requests.views.acts import addressee
from safeconduct.rooms.records.models import Customer

__all__ = ["own_addresses"]
ONE, KEY = "c" * 32, new_identity()[1]


@pytest.fixture
def customer(world: World) -> str:
    Customer.objects.create(id=ONE, name_object="n" * 32, name_index="i" * 64, since=world.now)
    return ONE


def named(world: World, **more: str) -> str:
    told = {"name": "Legal office", "address": "legal@harbour.example", "language": "de", "recipient": KEY, **more}
    return actions.name_contact(actor=world.analyst, now=world.now, customer=ONE, **told)


def test_a_customer_is_protected_for_more_than_one_reason_and_marks_stay(world: World, customer: str) -> None:
    whose = {"actor": world.counsel, "now": world.now, "customer": customer}
    for kind in ("press", "health"):
        actions.mark_protected(**whose, kind=kind, reason="In the register.")
    assert protected_kinds(customers=[customer]) == {"press", "health"}
    for wrong in ("press", "friend"):
        with pytest.raises(ProtectionError):
            actions.mark_protected(**whose, kind=wrong, reason="Again.")
    with pytest.raises(ProtectionError):
        actions.mark_protected(**whose, kind="lawyer", reason=" ")
    actions.unmark_protected(**whose, kind="press")
    with pytest.raises(ProtectionError):
        actions.unmark_protected(**whose, kind="press")
    assert protected_kinds(customers=[customer]) == {"health"}
    assert ProtectionMark.objects.filter(ended_at__isnull=False).count() == 1
    with pytest.raises(NotPermittedError):
        actions.mark_protected(**whose | {"actor": world.analyst}, kind="lawyer", reason="So.")
    with pytest.raises(UnknownCustomerError):
        actions.mark_protected(**whose | {"customer": "d" * 32}, kind="lawyer", reason="So.")


def test_one_person_enters_a_contact_and_another_verifies_it(world: World, customer: str) -> None:
    contact = named(world)
    assert contact_of(customer) is None
    with pytest.raises(SameContactPersonError):
        actions.verify_contact(actor=world.analyst, now=world.now, contact=contact, agreement=AgreementKind.CONTRACT)
    actions.verify_contact(actor=world.counsel, now=world.now, contact=contact, agreement=AgreementKind.CONTRACT)
    found = contact_of(customer)
    assert found is not None
    assert (found.pk, found.language, found.verified_by) == (contact, "de", world.counsel.person)
    actions.end_contact(actor=world.analyst, now=world.now, contact=contact)
    assert contact_of(customer) is None
    with pytest.raises(TransitionError):
        actions.verify_contact(actor=world.counsel, now=world.now, contact=contact, agreement=AgreementKind.CONTRACT)
    for wrong in ({"name": " "}, {"language": "xx"}, {"recipient": "ssh-rsa"}):
        with pytest.raises(LegalContactError):
            named(world, **wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        LegalContact.objects.filter(pk=contact).update(state="verified")


def test_the_notice_goes_to_the_verified_contact_in_their_language(world: World, customer: str) -> None:
    fallback, told = addressee(customer=customer, recipient=world.party.recipient)
    assert (fallback.person_name, told, fallback.language) == ("Privacy contact", FALLBACK, "")
    contact = named(world)
    actions.verify_contact(actor=world.counsel, now=world.now, contact=contact, agreement=AgreementKind.SIGNED_LETTER)
    party, told = addressee(customer=customer, recipient="")
    assert (party.recipient, party.language, told) == (KEY, "de", contact)
    assert party.person == customer


def test_the_pages_show_mark_and_verify(world: World, customer: str) -> None:
    post = {"kind": "lawyer", "reason": "On the bar's roll."}
    assert ask(world, world.counsel, customers.mark, post=post, customer=customer).status_code == 302
    assert ask(world, world.counsel, customers.mark, post={}, customer=customer).status_code == 400
    told = {"name": "Legal office", "address": "Quay 1", "language": "fr", "recipient": KEY}
    assert ask(world, world.analyst, customers.name_contact, post=told, customer=customer).status_code == 302
    assert ask(world, world.analyst, customers.name_contact, post={}, customer=customer).status_code == 400
    contact = LegalContact.objects.get().pk
    whose = {"customer": customer, "contact": contact}
    assert "Another colleague verifies it." in page(world, world.analyst)
    settle = customers.settle_contact
    assert ask(world, world.counsel, settle, post={}, **whose).status_code == 400
    assert ask(world, world.counsel, settle, post={"agreement": "contract"}, **whose).status_code == 302
    assert "No contact is verified" not in page(world, world.counsel)
    listed = json.loads(ask(world, world.analyst, customers.customer_list, form="json").content)["customers"]
    assert [(one["customer"], one["protected"], one["language"]) for one in listed] == [
        (customer, ["Law practice"], "French")
    ]
    assert b"Law practice" in ask(world, world.analyst, customers.customer_list, form="csv").content
    assert b"Law practice" in ask(world, world.analyst, customers.customer_list).content
    assert ask(world, world.counsel, settle, post={"end": "1"}, **whose).status_code == 302
    assert ask(world, world.counsel, customers.unmark, post={"kind": "lawyer"}, customer=customer).status_code == 302
    assert "ended by" in page(world, world.counsel)
    assert not customer_lines(actor=world.analyst)[0].contact
    with pytest.raises(UnknownCustomerError):
        ask(world, world.counsel, settle, post={"end": "1"}, customer="d" * 32, contact=contact)


def page(world: World, actor: object) -> str:
    return str(ask(world, actor, customers.customer_page, customer=ONE).content.decode())  # type: ignore[arg-type] # an actor
