"""Signing in through an agency's own provider: bound at the end of a registration, and then a way in for officers."""

import os
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from safeconduct.core.base.errors import NotPermittedError
from safeconduct.core.base.ids import Randomness, new_id
from safeconduct.core.base.sign_on import AgencyProvider
from safeconduct.rooms.ledger import steps as ledger
from safeconduct.rooms.people import queries as people_queries
from safeconduct.rooms.people import steps as people
from safeconduct.rooms.people.rules import AGENCY, PORTAL, identity_digest
from safeconduct.rooms.senders.actions.registering import CodeError, finish_registration
from safeconduct.rooms.senders.models import AgencyIdentity, Registration
from safeconduct.rooms.senders.rules.agency_sign_on import AGENCY_IDENTITY
from safeconduct.rooms.senders.rules.allowances import What
from safeconduct.rooms.senders.rules.one_time import one_address
from safeconduct.rooms.senders.steps.allowances import spend
from safeconduct.rooms.vault import queries as vault_queries


class AgencySignOnError(NotPermittedError):
    """What the agency's provider says opens nothing here."""

    code = "SC-AGENCY-SIGN-ON"
    cure = "Finish your registration through this sign-on once we have called you back, or use your passkey."


@dataclass(frozen=True, kw_only=True)
class Proven:
    """An officer as a provider just named them."""

    subject: str
    mail: str


@dataclass(frozen=True, kw_only=True)
class Bound:
    """An account that an agency's provider opens from now on."""

    binding: str
    account: str
    entry: str


def require_own(provider: AgencyProvider, proven: Proven) -> None:
    """Raise ``AgencySignOnError`` unless the provider may speak for the address that it names (rule 1)."""
    if not provider.speaks_for(proven.mail):
        raise AgencySignOnError("The agency's provider does not name an address of that agency.")


def finish_with_agency(
    *,
    now: datetime,
    provider: AgencyProvider,
    proven: Proven,
    reference: str,
    code: str,
    rp_id: str,
    address: str,
    randomness: Randomness = os.urandom,
) -> Bound:
    """Open the account of an officer who has the code of the call, and bind it to their agency's provider.

    Raises ``CodeError`` for everything that does not fit, in one way.
    """
    row = Registration.objects.filter(reference=reference.strip().upper()).first()
    if row is None or not _is_theirs(row, provider, proven):
        spend(what=What.FINISH, whose=address, now=now)
        raise CodeError
    account = finish_registration(
        now=now, reference=reference, code=code, key=None, rp_id=rp_id, address=address, randomness=randomness
    )
    return bind_agency_identity(now=now, provider=provider, proven=proven, account=account, randomness=randomness)


def _is_theirs(row: Registration, provider: AgencyProvider, proven: Proven) -> bool:
    """Return whether a registration is of this agency and of the address that its provider names (rules 1 and 3)."""
    if row.organisation != provider.agency or not provider.speaks_for(proven.mail):
        return False
    typed = vault_queries.directory_names(objects=[row.mail_object]).get(row.mail_object, "")
    return one_address(typed) == one_address(proven.mail)


def bind_agency_identity(
    *,
    now: datetime,
    provider: AgencyProvider,
    proven: Proven,
    account: str,
    randomness: Randomness = os.urandom,
) -> Bound:
    """Let an officer's account be opened by what their agency's provider says of them; ends an older binding."""
    require_own(provider, proven)
    officer = people_queries.actor_for(account=account, now=now)
    if officer.organisation != provider.agency:
        raise AgencySignOnError("The provider does not speak for that agency.")
    identity = identity_digest(issuer=provider.place.issuer, subject=proven.subject)
    binding = new_id(randomness)
    with transaction.atomic(durable=True):
        earlier = AgencyIdentity.objects.select_for_update().filter(identity=identity, state=AGENCY_IDENTITY.initial)
        ended = sorted(one.pk for one in earlier)
        for one in earlier:
            one.state, one.ended_at = AGENCY_IDENTITY.next_state(one.state, "end"), now
            one.save(update_fields=["state", "ended_at"])
        AgencyIdentity.objects.create(
            id=binding, identity=identity, account=account, organisation=provider.agency, bound_at=now
        )
        facts = {"account": account, "identity": identity, "instead": ended}
        kind = "senders.bind_agency_identity"
        entry = ledger.record(actor=officer, now=now, kind=kind, subject=binding, facts=facts, randomness=randomness)
    return Bound(binding=binding, account=account, entry=entry.id)


def sign_in_with_agency(
    *, now: datetime, provider: AgencyProvider, proven: Proven, randomness: Randomness = os.urandom
) -> people.SignedIn:
    """Sign an officer in whom their agency's provider named; raises ``AgencySignOnError``, in one way."""
    require_own(provider, proven)
    identity = identity_digest(issuer=provider.place.issuer, subject=proven.subject)
    found = AgencyIdentity.objects.filter(identity=identity, organisation=provider.agency, state="bound").first()
    if found is None:
        raise AgencySignOnError
    try:
        with transaction.atomic(durable=True):
            officer = people_queries.actor_for(account=found.account, now=now)
            if officer.organisation != provider.agency:
                raise AgencySignOnError
            return people.begin_sign_in(
                account=found.account, now=now, face=PORTAL, assurance=AGENCY, randomness=randomness
            )
    except NotPermittedError as error:
        raise AgencySignOnError from error
