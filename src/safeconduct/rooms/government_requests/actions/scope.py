"""Forecast, narrow and propose: what was asked and what is allowed stand side by side for ever."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.errors import BadInputError, ConflictError
from safeconduct.core.base.ids import Randomness, new_id
from safeconduct.core.base.periods import instant_text
from safeconduct.core.conduct.scope import MOST_ITEMS
from safeconduct.rooms.government_requests.actions.events import Forecasted, ScopeProposed
from safeconduct.rooms.government_requests.actions.journeys import finish
from safeconduct.rooms.government_requests.actions.revoke import revoke_consent
from safeconduct.rooms.government_requests.models import Check, Consent, Determination, Matter
from safeconduct.rooms.government_requests.queries.access import find_matter
from safeconduct.rooms.government_requests.queries.forecasts import last_forecast
from safeconduct.rooms.government_requests.queries.law import law_for
from safeconduct.rooms.government_requests.queries.papers import CaseFile, read_case_file, read_relied
from safeconduct.rooms.government_requests.queries.place import configuration
from safeconduct.rooms.government_requests.rules.gate import Step
from safeconduct.rooms.government_requests.rules.law import Law
from safeconduct.rooms.government_requests.rules.narrowing import (
    Asked,
    LeftOut,
    Narrowed,
    ceiling_for,
    in_parts,
    narrow,
)
from safeconduct.rooms.government_requests.rules.next_steps import require_scope_findings
from safeconduct.rooms.government_requests.rules.permissions import Permission
from safeconduct.rooms.government_requests.rules.words import FindingKind, FindingOutcome, Process
from safeconduct.rooms.government_requests.steps import assessing, effects, emergency, rows, sealing, standing
from safeconduct.rooms.government_requests.steps.silence import silence_of
from safeconduct.rooms.government_requests.steps.typeset import Party, remember
from safeconduct.rooms.vault import steps as vault


class ScopeError(ConflictError):
    """This scope cannot be proposed."""

    code = "SC-SCOPE"


class StaleScopeError(ConflictError):
    """The matter changed since it was read."""

    code = "SC-STALE-SCOPE"
    cure = "Look at it again, then repeat the act if it still fits."


class ScopeWidensError(BadInputError):
    """The scope reaches further than the paper and the law allow."""

    code = "SC-SCOPE-WIDENS"
    cure = "Narrow it; what may be allowed stands on the scope page."


def forecast(
    *, actor: Actor, now: datetime, matter: str, grant: str, randomness: Randomness = os.urandom
) -> Forecasted:
    """Have the vault process count what the paper could reach, by customer and category; no record is shown."""
    actor.require(Permission.PROPOSE)
    with transaction.atomic(durable=True):
        row = rows.locked(actor=actor, matter=matter)
        if row.state not in {"in_review", "scope_proposed"}:
            raise ScopeError("A forecast belongs to a matter in review.")
        facts = {"case_file": row.case_file, "grant": grant}
        entry = rows.record(actor=actor, now=now, kind="forecast", row=row, facts=facts, randomness=randomness)
        journey = effects.begin(
            row=row, act="forecast", entry=entry, by=actor.person, now=now, randomness=randomness, facts=facts
        )
        rows.keep(row)
    answer = finish(actor=actor, now=now, journey=journey.pk, randomness=randomness)
    law = law_for(process=Process(row.process), as_of=now.date(), matter=matter)
    with transaction.atomic(durable=True):
        assessing.ask_about_customers(row=rows.locked(actor=actor, matter=matter), law=law, now=now)
    return Forecasted(matter=matter, state=row.state, entry=entry, counts=by_customer(answer))


def by_customer(answer: Mapping[str, Any]) -> dict[str, dict[str, int]]:
    """Return the counts of a forecast's answer as ``{customer: {category: rows}}``."""
    counts: dict[str, dict[str, int]] = {}
    for one in answer.get("counts", ()):
        counts.setdefault(one["customer"], {})[one["category"]] = int(one["rows"])
    return counts


def _left_out(*, row: Matter, grant: str, narrowed: Narrowed) -> tuple[LeftOut, ...]:
    """Return what the rules leave out and what a person's finding left out, each once."""
    found = list(narrowed.left_out)
    known = {one.words for one in found}
    outcomes = rows.standing_findings(row)
    for kind, relied in read_relied(row=row, grant=grant).items():
        if outcomes.get(FindingKind(kind)) is FindingOutcome.MET_IF_NARROWED and relied.words not in known:
            found.append(LeftOut(words=relied.words, why=relied.reason))
            known.add(relied.words)
    return tuple(found)


def _allowed(*, narrowed: Narrowed, wanted: Asked | None) -> Asked:
    allowed = wanted or narrowed.allowed
    if not narrowed.allowed.covers(allowed):
        raise ScopeWidensError
    if allowed.window is None:
        raise ScopeError("The scope needs a first and a last day.")
    if not allowed.selectors or not allowed.categories:
        raise ScopeError("Nothing is left that could be answered; refuse, or ask the officer.")
    return allowed


def _items(*, allowed: Asked, customers: Mapping[str, str]) -> list[dict[str, Any]]:
    items = []
    for customer, name in sorted(customers.items()):
        mine = [one for one in allowed.selectors if one.kind != "account" or one.value == customer]
        if allowed.window:
            fixed = {
                "customer": customer,
                "customer_name": name,
                "categories": sorted(str(one) for one in allowed.categories),
                "window": allowed.window.as_json(),
            }
            items += [{**fixed, "selectors": [one.as_json() for one in part]} for part in in_parts(mine)]
    if not items:
        raise ScopeError("No customer of ours holds what is named; answer that nothing is held.")
    if len(items) > MOST_ITEMS:
        raise ScopeError(
            f"{len(allowed.selectors):,} identifiers for {len(customers)} customers are more than one sheet holds: "
            "narrow the identifiers, and answer the rest with a supplement."
        )
    return items


def _ground(*, row: Matter, law: Law, now: datetime) -> dict[str, Any]:
    provisions = Check.objects.filter(matter=row).values_list("provision", flat=True)
    determinations = Determination.objects.filter(matter=row, expires_at__gt=now).values_list("pk", flat=True)
    return {
        "kind": "emergency" if row.process == Process.EMERGENCY_REQUEST else "compelled",
        "process": row.process,
        "provisions": sorted(set(provisions)),
        "edition": law.edition,
        "as_of": law.as_of.isoformat(),
        "disclosure_ground": {"kind": "domestic", "authority_country": row.country},
        "matter": row.pk,
        "determinations": sorted(determinations),
    }


def _body(  # noqa: PLR0913 - a safe-conduct has these parts, all by keyword
    *,
    row: Matter,
    person: str,
    law: Law,
    now: datetime,
    holders: tuple[Party, ...],
    items: list[dict[str, Any]],
    left_out: tuple[LeftOut, ...],
    expires: datetime,
    row_ceiling: int,
    case: CaseFile,
    identifier: str,
) -> dict[str, Any]:
    entity = configuration().entities[row.served_entity]
    return {
        "version": 1,
        "kind": "safe-conduct",
        "id": identifier,
        "requested_by": person,
        "served_entity": {"id": entity.id, "name": entity.name, "country": entity.country},
        "ground": _ground(row=row, law=law, now=now),
        "holders": [
            {
                "organisation": one.organisation,
                "organisation_name": one.organisation_name,
                "person": one.person,
                "person_name": one.person_name,
                "key_fingerprint": one.key_fingerprint,
            }
            for one in holders
        ],
        "scope": items,
        "left_out": [one.as_json() for one in left_out],
        "limits": {"expires": instant_text(expires), "row_ceiling": row_ceiling},
        "papers": [{name: one[name] for name in ("object", "name", "sha256", "pages")} for one in case.files],
        "silence": silence_of(row),
        "zone": row.zone,
    }


@dataclass(frozen=True, kw_only=True)
class _Judged:
    """What the paper asks, what is kept of it, and by which law."""

    case: CaseFile
    law: Law
    asked: Asked
    kept: Asked
    left_out: tuple[LeftOut, ...]
    counted: int

    def as_json(self) -> dict[str, Any]:
        """Return both scopes as they are sealed side by side."""
        return {
            "kind": "scope",
            "asked": self.asked.as_json(),
            "allowed": self.kept.as_json(),
            "left_out": [one.as_json() for one in self.left_out],
        }


def _judge(*, row: Matter, grant: str, now: datetime, wanted: Asked | None) -> _Judged:
    require_scope_findings(rows.standing_findings(row))
    last = last_forecast(row)
    if last is None:
        raise ScopeError("Count first what it could reach.")
    law = law_for(process=Process(row.process), as_of=now.date(), matter=row.pk)
    case = read_case_file(matter=row.pk, grant=grant, case_file=row.case_file)
    narrowed = narrow(assessing.facts_of(row=row, paper=case.paper, law=law, enclave=configuration().enclave))
    kept, left_out = _allowed(narrowed=narrowed, wanted=wanted), _left_out(row=row, grant=grant, narrowed=narrowed)
    standing.require(Step.NARROW if left_out or kept != narrowed.asked else Step.ACCEPT, row)
    return _Judged(
        case=case, law=law, asked=narrowed.asked, kept=kept, left_out=left_out, counted=int(last.result["total"])
    )


def propose_scope(  # noqa: PLR0913 - a scope is these facts, all by keyword
    *,
    actor: Actor,
    now: datetime,
    matter: str,
    grant: str,
    customers: Mapping[str, str],
    holders: tuple[Party, ...],
    expires: datetime,
    row_ceiling: int | None = None,
    allowed: Asked | None = None,
    randomness: Randomness = os.urandom,
) -> ScopeProposed:
    """Propose a safe-conduct for two approvals: the widest scope that the rules allow, or the narrower ``allowed``.

    Without ``row_ceiling`` it is a quarter more than the forecast counted.
    A change is a new digest: the earlier one is revoked and its approvals are void. Raises ``FindingsMissingError``,
    ``ScopeError``, ``ScopeWidensError``, and ``StaleScopeError`` if anything of the matter changed meanwhile.
    """
    actor.require(Permission.PROPOSE)
    row = find_matter(actor=actor, matter=matter)
    judged = _judge(row=row, grant=grant, now=now, wanted=allowed)
    emergency.require_disclosable(row=row, categories=judged.kept.categories, now=now)
    body = _body(
        row=row,
        person=actor.person,
        law=judged.law,
        now=now,
        holders=holders,
        items=_items(allowed=judged.kept, customers=customers),
        left_out=judged.left_out,
        expires=expires,
        row_ceiling=row_ceiling or ceiling_for(judged.counted),
        case=judged.case,
        identifier=new_id(randomness),
    )
    scopes = sealing.seal_json(kind="answer", matter=matter, value=judged.as_json(), randomness=randomness)
    consent = Consent(
        digest=vault.propose(kind="safe-conduct", body=body),
        kind="safe-conduct",
        proposed_by=actor.person,
        at=now,
        narrowed=bool(judged.left_out) or judged.kept != judged.asked,
        left_out=len(judged.left_out),
        categories=[str(one) for one in judged.kept.categories],
        customers=sorted(customers),
        scopes=scopes,
        expires_at=expires,
    )
    return _keep_scope(
        actor=actor,
        now=now,
        matter=matter,
        read=row.revision,
        consent=consent,
        holders=holders,
        randomness=randomness,
    )


def _keep_scope(
    *,
    actor: Actor,
    now: datetime,
    matter: str,
    read: int,
    consent: Consent,
    holders: tuple[Party, ...],
    randomness: Randomness,
) -> ScopeProposed:
    with transaction.atomic(durable=True):
        row = rows.locked(actor=actor, matter=matter)
        if row.revision != read:
            raise StaleScopeError
        earlier = row.scope_digest if row.state == "scope_proposed" else ""
        rows.advance(row, "propose_scope")
        consent.matter = row
        # Always in one order, so that two matters with the same holders never wait for each other.
        for holder in sorted(holders, key=lambda one: one.person):
            remember(holder, now)
        consent.save(force_insert=True)
        row.scope_digest = consent.digest
        facts = {"digest": consent.digest, "narrowed": consent.narrowed, "left_out": consent.left_out}
        entry = rows.record(actor=actor, now=now, kind="propose_scope", row=row, facts=facts, randomness=randomness)
        journey = None
        if earlier:
            Consent.objects.filter(pk=earlier).update(superseded_at=now)
            journey = revoke_consent(actor=actor, now=now, row=row, digest=earlier, randomness=randomness)
        rows.keep(row)
    if journey:
        finish(actor=actor, now=now, journey=journey, randomness=randomness)
    return ScopeProposed(matter=matter, state=row.state, entry=entry, digest=consent.digest, left_out=consent.left_out)
