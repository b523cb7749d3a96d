"""The room's complete verbs. Each is keyword-only, checks the permission, and records itself in its own transaction."""

from safeconduct.rooms.government_requests.actions.advice import seal_advice
from safeconduct.rooms.government_requests.actions.answering import answer_question
from safeconduct.rooms.government_requests.actions.api import create_api_token, revoke_api_token, submit
from safeconduct.rooms.government_requests.actions.assignment import hand_over
from safeconduct.rooms.government_requests.actions.closing import close, record_call_back, withdraw
from safeconduct.rooms.government_requests.actions.contacts import keep_incoming, note_call
from safeconduct.rooms.government_requests.actions.correspond import (
    ask_officer,
    determine,
    object_to,
    refer_to_counsel,
    resolve_objection,
)
from safeconduct.rooms.government_requests.actions.costs import settle_invoice, write_invoice
from safeconduct.rooms.government_requests.actions.customers import (
    end_contact,
    mark_protected,
    name_contact,
    unmark_protected,
    verify_contact,
)
from safeconduct.rooms.government_requests.actions.deadlines import move_deadline
from safeconduct.rooms.government_requests.actions.decide import (
    answer_none_held,
    issue_letter,
    redirect,
    refuse,
    write_letter,
)
from safeconduct.rooms.government_requests.actions.disclose import (
    authorise,
    collect,
    mark_delivered,
    propose_release,
    release,
)
from safeconduct.rooms.government_requests.actions.duty import call_duty, give_duty, hand_over_duty
from safeconduct.rooms.government_requests.actions.emergency import demand_process, settle_demand
from safeconduct.rooms.government_requests.actions.executors import grant_executor
from safeconduct.rooms.government_requests.actions.fakes import carry_fake, plan_fake, report_impostor, reveal_fake
from safeconduct.rooms.government_requests.actions.feeds import open_feed, revoke_feed
from safeconduct.rooms.government_requests.actions.findings import Found, record_finding, record_findings
from safeconduct.rooms.government_requests.actions.history import open_history, take_over_history
from safeconduct.rooms.government_requests.actions.incidents import (
    recall_package,
    report_incident,
    settle_incident,
    tell_controller,
)
from safeconduct.rooms.government_requests.actions.links import link_matters, unlink_matters
from safeconduct.rooms.government_requests.actions.mail import (
    Chosen,
    acknowledge_mail,
    attach_mail,
    file_mail,
    make_matter,
    open_mail,
    take_back_mail,
    take_in_mail,
)
from safeconduct.rooms.government_requests.actions.mail_fetching import fetch_mail
from safeconduct.rooms.government_requests.actions.mandates import comment, end_mandate, give_mandate
from safeconduct.rooms.government_requests.actions.notice import draft_notice, except_notice, release_notice
from safeconduct.rooms.government_requests.actions.onward import authorise_and_collect
from safeconduct.rooms.government_requests.actions.outcomes import (
    hand_to_interception,
    redirect_to_customer,
    return_paper,
    set_data_role,
)
from safeconduct.rooms.government_requests.actions.preserve import end_preservation, preserve, renew_preservation
from safeconduct.rooms.government_requests.actions.reading import take_over_reading
from safeconduct.rooms.government_requests.actions.receive import Upload, receive
from safeconduct.rooms.government_requests.actions.retention import (
    end_litigation,
    erase_case,
    keep_for_litigation,
    review_litigation,
)
from safeconduct.rooms.government_requests.actions.review import (
    amend_paper,
    compare_transcript,
    open_case,
    take,
    type_transcript,
)
from safeconduct.rooms.government_requests.actions.revoke import reopen
from safeconduct.rooms.government_requests.actions.scope import forecast, propose_scope
from safeconduct.rooms.government_requests.actions.silence import (
    determine_prohibition,
    end_silence,
    extend_prohibition,
    lift_prohibition,
    prohibit_notice,
    record_closure,
    review_prohibition,
)
from safeconduct.rooms.government_requests.actions.silence_letters import ask_judicial_review, clear_notice, warn_agency
from safeconduct.rooms.government_requests.actions.supplement import open_supplement, resume_matter
from safeconduct.rooms.government_requests.actions.testimony import call_custodian, settle_testimony
from safeconduct.rooms.government_requests.actions.waiting import waive_waiting
from safeconduct.rooms.government_requests.rules.letters import Fault
from safeconduct.rooms.government_requests.rules.narrowing import Asked
from safeconduct.rooms.government_requests.steps.typeset import Party

__all__ = [
    "Asked",
    "Chosen",
    "Fault",
    "Found",
    "Party",
    "Upload",
    "acknowledge_mail",
    "amend_paper",
    "answer_none_held",
    "answer_question",
    "ask_judicial_review",
    "ask_officer",
    "attach_mail",
    "authorise",
    "authorise_and_collect",
    "call_custodian",
    "call_duty",
    "carry_fake",
    "clear_notice",
    "close",
    "collect",
    "comment",
    "compare_transcript",
    "create_api_token",
    "demand_process",
    "determine",
    "determine_prohibition",
    "draft_notice",
    "end_contact",
    "end_litigation",
    "end_mandate",
    "end_preservation",
    "end_silence",
    "erase_case",
    "except_notice",
    "extend_prohibition",
    "fetch_mail",
    "file_mail",
    "forecast",
    "give_duty",
    "give_mandate",
    "grant_executor",
    "hand_over",
    "hand_over_duty",
    "hand_to_interception",
    "issue_letter",
    "keep_for_litigation",
    "keep_incoming",
    "lift_prohibition",
    "link_matters",
    "make_matter",
    "mark_delivered",
    "mark_protected",
    "move_deadline",
    "name_contact",
    "note_call",
    "object_to",
    "open_case",
    "open_feed",
    "open_history",
    "open_mail",
    "open_supplement",
    "plan_fake",
    "preserve",
    "prohibit_notice",
    "propose_release",
    "propose_scope",
    "recall_package",
    "receive",
    "record_call_back",
    "record_closure",
    "record_finding",
    "record_findings",
    "redirect",
    "redirect_to_customer",
    "refer_to_counsel",
    "refuse",
    "release",
    "release_notice",
    "renew_preservation",
    "reopen",
    "report_impostor",
    "report_incident",
    "resolve_objection",
    "resume_matter",
    "return_paper",
    "reveal_fake",
    "review_litigation",
    "review_prohibition",
    "revoke_api_token",
    "revoke_feed",
    "seal_advice",
    "set_data_role",
    "settle_demand",
    "settle_incident",
    "settle_invoice",
    "settle_testimony",
    "submit",
    "take",
    "take_back_mail",
    "take_in_mail",
    "take_over_history",
    "take_over_reading",
    "tell_controller",
    "type_transcript",
    "unlink_matters",
    "unmark_protected",
    "verify_contact",
    "waive_waiting",
    "warn_agency",
    "withdraw",
    "write_invoice",
    "write_letter",
]
