"""One walk through the house in which every action of every room is done once, against a real vault process."""

import shutil
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pytest
from django.test import override_settings
from tests.entries.casework import charge_and_testify, keep_and_destroy, leave_early, take_up_again
from tests.entries.counsel_steps import mandate
from tests.entries.customer_steps import settle_customer
from tests.entries.duty_steps import be_on_duty
from tests.entries.ending_by_law import let_lapse
from tests.entries.erasure_steps import take_in_and_erase
from tests.entries.fakes_steps import seed_fakes
from tests.entries.mail_steps import sort_mail, take_over, use_a_token
from tests.entries.ordinary_steps import answer_together, go_on_together
from tests.entries.reading_steps import take_over_reading
from tests.entries.senders_steps import senders
from tests.functional.founded import Founded
from tests.small_pdf import small_pdf

from safeconduct.cli.demonstration import scenes
from safeconduct.cli.demonstration.cast import DESK
from safeconduct.cli.demonstration.company import ENTITY_NAME, OFFICERS, customers
from safeconduct.cli.demonstration.half_year import BY_KEY, PUBLISHED, REPORTED
from safeconduct.cli.demonstration.papers import make_paper
from safeconduct.cli.demonstration.reporting import OPTION
from safeconduct.cli.demonstration.told import Told
from safeconduct.core.base.errors import UnavailableError
from safeconduct.core.rulebook.location import shipped
from safeconduct.core.sealing.recipients import new_identity
from safeconduct.core.segments.tables import TABLES
from safeconduct.rooms.government_requests import actions
from safeconduct.rooms.government_requests.actions import Upload
from safeconduct.rooms.government_requests.models import Check, DataRole, Deadline, Incident, Matter, Prohibition
from safeconduct.rooms.government_requests.queries.papers import read_case_file
from safeconduct.rooms.government_requests.rules.contacts import Channel, Direction
from safeconduct.rooms.government_requests.rules.incidents import IncidentCause
from safeconduct.rooms.government_requests.rules.links import LinkKind
from safeconduct.rooms.government_requests.rules.paper import paper_from_json
from safeconduct.rooms.government_requests.rules.silence import Source, Term, Terms
from safeconduct.rooms.government_requests.rules.words import Category, LetterKind, Process
from safeconduct.rooms.government_requests.rules.words import Role as DataHeld
from safeconduct.rooms.people import actions as people
from safeconduct.rooms.people import queries as people_queries
from safeconduct.rooms.people.rules import Role
from safeconduct.rooms.records import actions as records
from safeconduct.rooms.records.models import ImportRun
from safeconduct.rooms.transparency import actions as transparency
from safeconduct.rooms.vault import actions as vault_actions
from safeconduct.rooms.vault import steps as vault
from safeconduct.rooms.vault.actions import OfficerKeys, enrol, propose_officer
from safeconduct.site.working import keep_logs

WHOLE = (
    "freight_preservation",
    "invoice_subpoena",
    "unsigned_subpoena",
    "freight_warrant",
    "courier_warrant",
    "absent_subpoena",
    "missing_person",
    "parking_subpoena",
)
"""Matters of the half-year that go their whole way."""


def walk(found: Founded) -> None:
    """Take the matters their way, then do what none of them calls for."""
    for key in WHOLE:
        for instant in found.course(key):
            found.stage.at(instant)
    _questions_of_law(found)
    _not_ours(found)
    _second_thoughts(found)
    charge_and_testify(found)
    leave_early(found)
    take_up_again(found)
    keep_and_destroy(found)
    sort_mail(found)
    use_a_token(found)
    take_over(found)
    seed_fakes(found)
    let_lapse(found)
    be_on_duty(found)
    mandate(found)
    _after_the_answer(found)
    _coming_and_going(found)
    _reports(found)
    _an_alarm(found)
    senders(found)
    # Last: done again, an import writes its files anew, and the record of the first ones no longer fits them.
    _new_keys(found, _newcomers(found))


def _an_alarm(found: Founded) -> None:
    """Refuse somebody, enter it, and have it answered."""
    ravi, now = found.stage.actor("ravi"), found.stage.now
    people.raise_alarm(now=now, source="desk", code="SC-CSRF", gate="gov_do", caller=ravi.person)
    people.enter_alarms(now=now)
    alarm = people_queries.alarms(actor=ravi).alarms[0]
    people.acknowledge_alarm(actor=ravi, now=now, alarm=alarm.id, reason="our_test")
    vault_actions.fetch_alarms(now=now)


def _new_keys(found: Founded, customer: str) -> None:
    sefa, now = found.stage.actor("sefa"), found.stage.now
    vault_actions.renew_customer_key(actor=sefa, now=now, customer=customer)
    entry = vault_actions.intend_rotation(actor=sefa, now=now)
    vault_actions.rotate_keys(actor=sefa, now=now, entry=entry)


def _newcomers(found: Founded) -> str:
    """Enter an agency, an officer with account and keys, a customer, and one call of theirs; return the customer."""
    stage, now = found.stage, found.stage.now
    aline, sefa = stage.actor("aline"), stage.actor("sefa")
    agency, person = "5" * 32, "6" * 32
    names = [vault.put_name(name=name) for name in ("Harrow County Sheriff", "Tamsin Orr")]
    people.enrol_organisation(
        actor=sefa, now=now, organisation=agency, name_object=names[0], country="US", governmental=True
    )
    people.enrol_person(
        actor=sefa,
        now=now,
        person=person,
        name_object=names[1],
        organisation=agency,
        roles=frozenset({Role.OFFICER}),
        until=now + timedelta(days=365),
    )
    people.open_account(actor=sefa, now=now, person=person)
    keys = OfficerKeys(
        organisation=agency,
        organisation_name="Harrow County Sheriff",
        country="US",
        governmental=True,
        person=person,
        person_name="Tamsin Orr",
        age_recipient=new_identity()[1],
        passkey=None,
    )
    called = stage.cast.persons("dov", "mara")
    digest = propose_officer(actor=aline, now=now, keys=keys, number_source="Our own directory", called_by=called)
    stage.sign(digest, "ravi", "ines")
    enrol(actor=aline, now=now, digest=digest, person=person)
    customer = records.register_customer(actor=sefa, now=now, name="Pell & Daughters").customer
    records.import_rows(actor=sefa, now=now, table="calls", rows=_one_call(customer, now))
    take_in_and_erase(sefa, stage.actor("ravi"), now, customer)
    return customer


def _one_call(customer: str, now: datetime) -> pa.Table:
    row = {
        "record_id": "7" * 32,
        "customer": customer,
        "at": now,
        "own_number": "+12025550101",
        "other_number": "+12025550102",
        "direction": "out",
        "duration_s": 60,
        "status": "completed",
    }
    return pa.Table.from_pylist([row], schema=TABLES["calls"].schema)


def _begun(found: Founded, key: str) -> tuple[Told, Any]:
    plan = BY_KEY[key]
    found.stage.at(plan.received)
    told, legal = scenes.receive(found.stage, plan)
    scenes.begin_review(found.stage, told, legal)
    return told, legal


def _from_abroad(found: Founded) -> Told:
    """Receive a subpoena by an authority of another country, which no domestic ground covers."""
    stage, plan = found.stage, BY_KEY["german_letter"]
    stage.at(plan.received)
    legal = make_paper(BY_KEY["toy_subpoena"].values(stage.cast.seed))
    received = actions.receive(
        actor=stage.actor("aline"),
        now=stage.now,
        paper=paper_from_json({**legal.facts, "country": "GB"}),
        uploads=(Upload(name="paper.pdf", data=legal.pdf, pages=legal.pages),),
        served_entity=next(iter(stage.configuration.entities.values())),
        organisation=stage.cast.organisations[OFFICERS[plan.officer].agency],
        officer=stage.cast[plan.officer].person,
    )
    told = Told(plan=plan, matter=received.matter, reference=received.reference, state=received.state)
    actions.take(actor=stage.actor("aline"), now=stage.now, matter=told.matter)
    return told


def _received_as(found: Founded, process: Process) -> str:
    """Receive a sound subpoena's facts as a paper of another kind, and take it."""
    stage, plan = found.stage, BY_KEY["toy_subpoena"]
    legal = make_paper(plan.values(stage.cast.seed))
    matter = actions.receive(
        actor=stage.actor("ravi"),
        now=stage.now,
        paper=paper_from_json({**legal.facts, "process": str(process)}),
        uploads=(Upload(name="paper.pdf", data=legal.pdf, pages=legal.pages),),
        served_entity=next(iter(stage.configuration.entities.values())),
        organisation=stage.cast.organisations[OFFICERS[plan.officer].agency],
        officer=stage.cast[plan.officer].person,
        cleared=stage.cast.persons(*scenes.CLEARED),
    ).matter
    actions.take(actor=stage.actor("ravi"), now=stage.now, matter=matter)
    return matter


def _not_ours(found: Founded) -> None:
    """Hand an order to intercept over, return a civil subpoena, and send one authority to the customer."""
    stage = found.stage
    stage.at(BY_KEY["toy_subpoena"].received)
    sender = stage.officer(BY_KEY["toy_subpoena"].officer)
    order = _received_as(found, Process.PEN_REGISTER_ORDER)
    actions.hand_to_interception(actor=stage.actor("ravi"), now=stage.now, matter=order)
    civil = _received_as(found, Process.CIVIL_SUBPOENA)
    actions.return_paper(actor=stage.actor("ravi"), now=stage.now, matter=civil, to=sender)
    ours = _received_as(found, Process.SUBPOENA)
    ravi, whose = stage.actor("ravi"), {"now": stage.now, "matter": ours}
    actions.seal_advice(actor=ravi, **whose, words="They should ask the customer first.")
    category = Category(DataRole.objects.filter(matter=ours)[0].category)
    actions.set_data_role(actor=ravi, **whose, category=category, role=DataHeld.PROCESSOR)
    actions.redirect_to_customer(actor=ravi, **whose, to=sender)
    records.protect_customer(actor=ravi, now=stage.now, customer=customers(stage.cast.seed)[0].id, protected="press")
    records.protect_customer(actor=ravi, now=stage.now, customer=customers(stage.cast.seed)[0].id, protected="")
    settle_customer(stage, customers(stage.cast.seed)[0].id)


def _questions_of_law(found: Founded) -> None:
    """Counsel is asked, determines, objects, and lets the objection go; the sender is sent elsewhere."""
    stage, told = found.stage, _from_abroad(found)
    aline, ravi = stage.actor("aline"), stage.actor("ravi")
    whose: dict[str, Any] = {"now": stage.now, "matter": told.matter}
    actions.refer_to_counsel(actor=aline, **whose, question="May we answer this letter?")
    asking = Check.objects.filter(matter=told.matter, outcome="ask_counsel").values_list("provision", flat=True)
    ends = stage.now + timedelta(days=30)
    actions.determine(actor=ravi, **whose, provision=asking[0], reason="Only by treaty.", expires=ends)
    actions.object_to(actor=ravi, **whose, grounds="It is addressed to another company.")
    actions.resolve_objection(actor=ravi, **whose, how="Withdrawn by the sender.")
    sender = stage.officer(told.plan.officer)
    letter = actions.write_letter(actor=aline, **whose, kind=LetterKind.ACKNOWLEDGEMENT, to=sender)
    scenes.issue_signed(stage, told, letter)
    actions.note_call(
        actor=aline,
        **whose,
        direction=Direction.OUTGOING,
        channel=Channel.TELEPHONE,
        at=stage.now,
        words="They will send it again.",
    )
    came = Upload(name="came.pdf", data=small_pdf("came", pages=1), pages=1, role="attachment")
    actions.keep_incoming(actor=aline, **whose, channel=Channel.POST, at=stage.now, upload=came)
    letter_abroad, _ = _begun(found, "british_letter")
    _a_holiday(found, letter_abroad)
    actions.redirect(
        actor=aline,
        now=stage.now,
        matter=letter_abroad.matter,
        to=stage.officer(letter_abroad.plan.officer),
        authority="the Office of International Affairs",
    )


def _a_holiday(found: Founded, told: Told) -> None:
    """Enter a holiday on the last day that the rulebook gives, which moves that day."""
    stage = found.stage
    with TemporaryDirectory() as held:
        folder = Path(held) / "rulebook"
        shutil.copytree(shipped(), folder)
        row = Deadline.objects.get(matter=told.matter, superseded_at__isnull=True)
        (folder / "calendars" / "entered.toml").write_text(
            f'[[holiday]]\nday = {row.due_at:%Y-%m-%d}\ncountry = "{row.country}"\nname = "Mourning"\n'
            f'source = "https://example.org/"\nentered = {stage.now:%Y-%m-%d}\n'
        )
        with override_settings(SAFECONDUCT=replace(stage.configuration, rulebook=folder)):
            actions.move_deadline(actor=stage.actor("aline"), now=stage.now, matter=told.matter)


def _second_thoughts(found: Founded) -> None:
    """A subpoena whose facts are corrected, whose copy is kept again, and whose scope is taken back."""
    stage = found.stage
    told, legal = _begun(found, "toy_subpoena")
    aline = stage.actor("aline")
    whose: dict[str, Any] = {"now": stage.now, "matter": told.matter}
    actions.renew_preservation(actor=aline, **whose)
    actions.hand_over(actor=aline, **whose, to=stage.cast["mara"].person, reason="On leave from tomorrow.")
    other = Matter.objects.exclude(pk=told.matter).filter(silenced=False)[0]
    link = actions.link_matters(actor=aline, **whose, other=other.pk, kind=LinkKind.SUPPLEMENT, reason="So.").link
    actions.unlink_matters(actor=aline, **whose, link=link, reason="It was another one.")
    grant = scenes.open_papers(stage, told)
    row = Check.objects.filter(matter=told.matter).select_related("matter")[0].matter
    paper = read_case_file(matter=told.matter, grant=grant, case_file=row.case_file).paper
    actions.amend_paper(actor=aline, **whose, paper=paper, grant=grant)
    take_over_reading(found, told.matter, grant)
    scenes.find(stage, told, legal)
    answer_together(found, told, legal, grant)
    scenes.propose(stage, told, legal)
    go_on_together(found, told)
    actions.reopen(actor=aline, **whose)
    _prohibitions(found, told)
    actions.withdraw(actor=stage.actor(told.plan.officer), **whose)
    # Everybody is cleared anew: an actor is what the people room says at the moment of asking.
    actions.end_preservation(actor=stage.actor("ravi"), **whose)
    actions.preserve(actor=stage.actor("aline"), **whose)


def _prohibitions(found: Founded, told: Told) -> None:
    """Enter an order, extend it, warn the agency; hold another country's for counsel; review, lift and clear."""
    stage = found.stage
    whose: dict[str, Any] = {"now": stage.now, "matter": told.matter}
    cleared = stage.cast.persons(*scenes.CLEARED)
    day = stage.now.date() + timedelta(days=60)
    actions.prohibit_notice(actor=stage.actor("ravi"), **whose, until=day, cleared=cleared)
    order = Upload(name="order.pdf", data=small_pdf("a later order"), pages=1, role="nondisclosure_order")
    ravi, sender = stage.actor("ravi"), stage.officer(told.plan.officer)
    first = Prohibition.objects.get(matter=told.matter, state="in_force").pk
    later = day + timedelta(days=30)
    actions.extend_prohibition(actor=ravi, **whose, prohibition=first, until=later, order=order)
    actions.warn_agency(actor=ravi, **whose, prohibition=first, to=sender)
    for terms in (
        Terms(source=Source.FOREIGN_LAW, jurisdiction="GB", term=Term.INDEFINITE),
        Terms(source=Source.STATUTE, term=Term.INDEFINITE),
    ):
        actions.prohibit_notice(actor=ravi, **whose, terms=terms, cleared=cleared)
    held = Prohibition.objects.get(matter=told.matter, source=Source.FOREIGN_LAW).pk
    actions.determine_prohibition(actor=ravi, **whose, prohibition=held, binds=True, reason="By its own statute.")
    actions.review_prohibition(actor=ravi, **whose, prohibition=held)
    actions.lift_prohibition(actor=ravi, **whose, prohibition=held)
    letter = Prohibition.objects.get(matter=told.matter, source=Source.STATUTE).pk
    actions.ask_judicial_review(actor=ravi, **whose, prohibition=letter, to=sender)
    actions.record_closure(actor=ravi, **whose, prohibition=letter)
    actions.clear_notice(actor=ravi, **whose)


def _after_the_answer(found: Founded) -> None:
    """Treat one delivery as an incident."""
    stage, told = found.stage, found.stage.told["missing_person"]
    ravi, aline = stage.actor("ravi"), stage.actor("aline")
    whose: dict[str, Any] = {"now": stage.now, "matter": told.matter}
    receiver, customer = stage.officer(told.plan.officer), customers(stage.cast.seed)[0].id
    actions.report_incident(actor=aline, **whose, cause=IncidentCause.TOO_MUCH)
    incident = Incident.objects.get(matter=told.matter).pk
    to = stage.customer(customer)
    actions.tell_controller(actor=ravi, **whose, incident=incident, customer=customer, to=to)
    actions.recall_package(actor=aline, **whose, incident=incident, to=receiver)
    actions.settle_incident(actor=aline, **whose, incident=incident, confirmed=True)


def _coming_and_going(found: Founded) -> None:
    """Sign in by passkey and by click, out again; suspend an officer; give an import up whose rows never came."""
    stage = found.stage
    mara, sefa = stage.cast["mara"], stage.actor("sefa")
    face = stage.configuration.faces[DESK]
    asked = b"\x07" * 32
    said = mara.passkeys[DESK].assertion(challenge=asked, origin=face.origin)
    people.sign_in(now=stage.now, assertion=said, expected=asked, origin=face.origin, rp_id=face.host, face="desk")
    people.sign_in_demonstration(now=stage.now, account=stage.accounts["dov"], face="desk", demonstration=True)
    other = people.sign_in_demonstration(now=stage.now, account=stage.accounts["dov"], face="desk", demonstration=True)
    people.end_sign_in(actor=stage.actor("dov"), now=stage.now, sign_in=other.sign_in)
    known = {"issuer": "https://id.example", "subject": "dov@northwind.example"}
    people.bind_identity(actor=sefa, now=stage.now, account=stage.accounts["dov"], **known)
    people.sign_in_with_provider(now=stage.now, **known)
    people.unbind_identity(actor=sefa, now=stage.now, account=stage.accounts["dov"])
    people.post_person(actor=sefa, now=stage.now, person=stage.cast["dov"].person, entities=frozenset({"elsewhere"}))
    people.post_person(actor=sefa, now=stage.now, person=stage.cast["dov"].person, entities=frozenset())
    actions.open_feed(actor=stage.actor("aline"), now=stage.now)
    actions.revoke_feed(actor=stage.actor("aline"), now=stage.now)
    people.sign_out(actor=stage.actor("dov"), now=stage.now)
    people.suspend(actor=sefa, now=stage.now, person=stage.cast["brandt"].person)
    with pytest.MonkeyPatch.context() as away:
        away.setattr(records, "_send", _no_answer)
        with pytest.raises(UnavailableError):
            records.import_rows(actor=sefa, now=stage.now, table="calls", rows=_one_call("8" * 32, stage.now))
    run = ImportRun.objects.filter(ended__isnull=True).get()
    records.give_up_import(actor=sefa, now=stage.now, run=run.id)


def _no_answer(*_asked: object) -> int:
    raise UnavailableError


def _reports(found: Founded) -> None:
    """Build a report, put it aside, build it again, publish it, and let the worker keep the logs."""
    stage = found.stage
    stage.at(PUBLISHED)
    ravi = stage.actor("ravi")
    first = transparency.build(actor=ravi, now=stage.now, period=REPORTED)
    transparency.discard(actor=ravi, now=stage.now, report=first.report)
    second = transparency.build(actor=ravi, now=stage.now, period=REPORTED)
    keep_logs(now=stage.now)
    transparency.publish(actor=ravi, now=stage.now, report=second.report)
    with override_settings(SAFECONDUCT=replace(stage.configuration, enclave=True)):
        transparency.state_band(actor=ravi, now=stage.now, option=OPTION, company=ENTITY_NAME)
