"""One-time codes: made at the end of a registration, confirmed by a first code, and then a way to sign in."""

import os
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from safeconduct.core.base.actors import Actor, system_actor
from safeconduct.core.base.errors import NotPermittedError
from safeconduct.core.base.ids import Randomness, new_id
from safeconduct.rooms.ledger import steps as ledger
from safeconduct.rooms.people import steps as people
from safeconduct.rooms.people.rules import CODE, PORTAL
from safeconduct.rooms.senders.actions.registering import finish_registration
from safeconduct.rooms.senders.models import OneTimeKey, Registration
from safeconduct.rooms.senders.rules.allowances import What
from safeconduct.rooms.senders.rules.one_time import CONFIRM_WITHIN, ONE_TIME_KEY, one_address
from safeconduct.rooms.senders.steps.allowances import spend
from safeconduct.rooms.vault import queries as vault_queries
from safeconduct.rooms.vault import steps as vault

NOBODYS = "0" * 32


class OneTimeCodeError(NotPermittedError):
    """This opens nothing now."""

    code = "SC-ONE-TIME-CODE"
    cure = "Look at both again and take the next code. After many wrong ones, register again: we call you back."


@dataclass(frozen=True, kw_only=True)
class CodeMade:
    """The secret of an officer's codes, told this once."""

    key: str
    reference: str
    secret: str = field(repr=False)


def finish_with_code(
    *, now: datetime, reference: str, code: str, rp_id: str, address: str, randomness: Randomness = os.urandom
) -> CodeMade:
    """Open the account of an officer who has the code of the call, with one-time codes in place of a passkey.

    Raises ``CodeError`` for everything that does not fit, in one way.
    """
    account = finish_registration(
        now=now, reference=reference, code=code, key=None, rp_id=rp_id, address=address, randomness=randomness
    )
    row = Registration.objects.get(reference=reference.strip().upper())
    return make_code(now=now, account=account, registration=row.pk, randomness=randomness)


def make_code(*, now: datetime, account: str, registration: str, randomness: Randomness = os.urandom) -> CodeMade:
    """Have the secret for an account made; it counts once a first code has served (rule 2)."""
    row = Registration.objects.get(pk=registration, state="enrolled")
    mail = vault_queries.directory_names(objects=[row.mail_object]).get(row.mail_object, "")
    (index,) = vault_queries.blind_index(kind="office_mail", values=[one_address(mail)])
    key = new_id(randomness)
    officer = Actor(person=row.person, account=account, organisation=row.organisation)
    with transaction.atomic(durable=True):
        OneTimeKey.objects.create(id=key, account=account, mail_index=index, made_at=now)
        facts = {"account": account}
        kind = "senders.make_code"
        entry = ledger.record(actor=officer, now=now, kind=kind, subject=key, facts=facts, randomness=randomness)
    secret = vault.make_code(key=key, account=account, entry=entry.id)
    return CodeMade(key=key, reference=row.reference, secret=secret)


def confirm_code(*, now: datetime, key: str, code: str, address: str, randomness: Randomness = os.urandom) -> None:
    """Let a key count whose first code serves now; a newer key of an address ends the older one."""
    spend(what=What.ONE_TIME, whose=address, now=now)
    made = OneTimeKey.objects.filter(pk=key, state="made", made_at__gt=now - CONFIRM_WITHIN).first()
    if made is None or not vault.check_code(key=made.pk, code=code):
        raise OneTimeCodeError
    with transaction.atomic(durable=True):
        row = OneTimeKey.objects.select_for_update().get(pk=key)
        earlier = OneTimeKey.objects.select_for_update().filter(mail_index=row.mail_index, state="active")
        ended = sorted(earlier.values_list("pk", flat=True))
        for one in earlier:
            _move(one, "end", ended_at=now)
        _move(row, "confirm")
        facts = {"account": row.account, "instead": ended}
        stranger = system_actor(permissions=frozenset())
        kind = "senders.confirm_code"
        ledger.record(actor=stranger, now=now, kind=kind, subject=row.pk, facts=facts, randomness=randomness)


def _move(row: OneTimeKey, event: str, **facts: object) -> None:
    row.state = ONE_TIME_KEY.next_state(row.state, event)
    for name, value in facts.items():
        setattr(row, name, value)
    row.save()


def sign_in_with_code(
    *, now: datetime, mail: str, code: str, address: str, randomness: Randomness = os.urandom
) -> people.SignedIn:
    """Sign an officer in with their office address and a code; raises ``OneTimeCodeError``, in one way (rule 4)."""
    spend(what=What.ONE_TIME, whose=address, now=now)
    (index,) = vault_queries.blind_index(kind="office_mail", values=[one_address(mail)])
    found = OneTimeKey.objects.filter(mail_index=index, state="active").first()
    # An unknown address is checked like a known one, against a key that there is not: both take the same way.
    serves = vault.check_code(key=found.pk if found else NOBODYS, code=code)
    if found is None or not serves:
        raise OneTimeCodeError
    try:
        with transaction.atomic(durable=True):
            return people.begin_sign_in(
                account=found.account, now=now, face=PORTAL, assurance=CODE, randomness=randomness
            )
    except NotPermittedError as error:
        raise OneTimeCodeError from error
