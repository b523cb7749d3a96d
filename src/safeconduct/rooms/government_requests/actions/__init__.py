"""The room's complete verbs. Each is keyword-only, checks the permission, and records itself in its own transaction."""

from safeconduct.rooms.government_requests.actions.assignment import hand_over
from safeconduct.rooms.government_requests.actions.closing import close, record_call_back, withdraw
from safeconduct.rooms.government_requests.actions.correspond import (
    answer_question,
    ask_officer,
    determine,
    object_to,
    refer_to_counsel,
    resolve_objection,
)
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
from safeconduct.rooms.government_requests.actions.notice import (
    draft_notice,
    end_silence,
    except_notice,
    prohibit_notice,
    release_notice,
)
from safeconduct.rooms.government_requests.actions.preserve import end_preservation, preserve, renew_preservation
from safeconduct.rooms.government_requests.actions.receive import Upload, receive
from safeconduct.rooms.government_requests.actions.review import (
    amend_paper,
    compare_transcript,
    open_case,
    record_finding,
    take,
    type_transcript,
)
from safeconduct.rooms.government_requests.actions.revoke import reopen
from safeconduct.rooms.government_requests.actions.scope import forecast, propose_scope
from safeconduct.rooms.government_requests.rules.letters import Fault
from safeconduct.rooms.government_requests.rules.narrowing import Asked
from safeconduct.rooms.government_requests.steps.typeset import Party

__all__ = [
    "Asked",
    "Fault",
    "Party",
    "Upload",
    "amend_paper",
    "answer_none_held",
    "answer_question",
    "ask_officer",
    "authorise",
    "close",
    "collect",
    "compare_transcript",
    "determine",
    "draft_notice",
    "end_preservation",
    "end_silence",
    "except_notice",
    "forecast",
    "hand_over",
    "issue_letter",
    "mark_delivered",
    "object_to",
    "open_case",
    "preserve",
    "prohibit_notice",
    "propose_release",
    "propose_scope",
    "receive",
    "record_call_back",
    "record_finding",
    "redirect",
    "refer_to_counsel",
    "refuse",
    "release",
    "release_notice",
    "renew_preservation",
    "reopen",
    "resolve_objection",
    "take",
    "type_transcript",
    "withdraw",
    "write_letter",
]
