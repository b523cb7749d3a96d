"""How a matter and its customer notice move.

1. Nothing is disclosed before five findings, a scope, two approvals and a second reader (Policy 4, 7).
2. A question to the officer, a referral to counsel and an objection pause the work; they never end it.
3. A preservation letter discloses nothing: it is kept, then closed (18 U.S.C. 2703(f)).
4. A matter closes only when its notice is settled: given, prohibited until a named end, or excepted by name.
5. An answered matter goes back into review for a supplement, a closed one when counsel resumes it; its notice is owed
   again (Policy 6).
6. A prohibition has an end; when it ends the notice is owed again (18 U.S.C. 2705(b)).
"""

from safeconduct.core.base.lifecycle import Lifecycle

MATTER = Lifecycle(
    name="matter",
    initial="received",
    table={
        ("received", "take"): "in_review",
        ("received", "keep"): "preserved",
        ("received", "withdraw"): "withdrawn",
        ("in_review", "ask"): "question_sent",
        ("in_review", "refer"): "with_counsel",
        ("in_review", "object"): "objected",
        ("in_review", "refuse"): "refused",
        ("in_review", "redirect"): "redirected",
        ("in_review", "hand_to_interception"): "redirected",
        ("in_review", "return_paper"): "redirected",
        ("in_review", "answer_none_held"): "delivered",
        ("in_review", "propose_scope"): "scope_proposed",
        ("in_review", "withdraw"): "withdrawn",
        ("question_sent", "answer"): "in_review",
        ("question_sent", "refuse"): "refused",
        ("question_sent", "withdraw"): "withdrawn",
        ("with_counsel", "determine"): "in_review",
        ("with_counsel", "withdraw"): "withdrawn",
        ("objected", "resolve"): "in_review",
        ("objected", "withdraw"): "withdrawn",
        ("scope_proposed", "propose_scope"): "scope_proposed",
        ("scope_proposed", "reopen"): "in_review",
        ("scope_proposed", "authorise"): "authorised",
        ("scope_proposed", "withdraw"): "withdrawn",
        ("authorised", "reopen"): "in_review",
        ("authorised", "collect"): "collected",
        ("authorised", "withdraw"): "withdrawn",
        ("collected", "reopen"): "in_review",
        ("collected", "release"): "released",
        ("collected", "withdraw"): "withdrawn",
        ("released", "deliver"): "delivered",
        ("delivered", "close"): "closed",
        ("delivered", "supplement"): "in_review",
        ("closed", "resume"): "in_review",
        ("refused", "close"): "closed",
        ("redirected", "close"): "closed",
        ("withdrawn", "close"): "closed",
        ("preserved", "close"): "closed",
        ("preserved", "withdraw"): "withdrawn",
    },
)

NOTICE = Lifecycle(
    name="customer notice",
    initial="not_due",
    table={
        ("not_due", "fall_due"): "due",
        ("not_due", "draft"): "drafted",
        ("not_due", "prohibit"): "prohibited",
        ("not_due", "except"): "excepted",
        ("due", "draft"): "drafted",
        ("due", "prohibit"): "prohibited",
        ("due", "except"): "excepted",
        ("drafted", "draft"): "drafted",
        ("drafted", "prohibit"): "prohibited",
        ("drafted", "release"): "released",
        ("drafted", "except"): "excepted",
        ("prohibited", "draft"): "prohibited",
        ("prohibited", "prohibit"): "prohibited",
        ("prohibited", "silence_ends"): "due",
        ("prohibited", "silence_ends_drafted"): "drafted",
        ("released", "supplement"): "due",
        ("excepted", "supplement"): "due",
    },
)

PAUSED = frozenset({"question_sent", "with_counsel", "objected"})
"""States in which our own clock waits for someone else; the paper's own date never does."""

REVIEWABLE = frozenset({"in_review"})
FINISHED = frozenset({"delivered", "refused", "redirected", "withdrawn", "closed"})
OPEN_STATES = tuple(state for state in MATTER.states if state != "closed")
"""What the queue shows."""

STATE_NAMES = {
    "received": "Not read yet",
    "in_review": "In review",
    "question_sent": "Question sent",
    "with_counsel": "With counsel",
    "objected": "Objection made",
    "refused": "Refused",
    "redirected": "Sent elsewhere",
    "scope_proposed": "Waiting for approvals",
    "authorised": "Ready to collect",
    "collected": "Ready for second reader",
    "released": "Released",
    "delivered": "Delivered",
    "closed": "Closed",
    "preserved": "Preserved",
    "withdrawn": "Withdrawn",
}

NOTICE_NAMES = {
    "not_due": "Not due",
    "due": "Due",
    "drafted": "Drafted, sealed",
    "prohibited": "Prohibited",
    "released": "Given",
    "excepted": "Excepted",
}


def notice_is_settled(*, notice_state: str, owed: bool, prohibited_until_known: bool) -> bool:
    """Return whether the notice stands in a way that lets the matter close (DESIGN 11.6; 18 U.S.C. 2705(b)).

    Args:
        notice_state: a state of ``NOTICE``.
        owed: whether the rulebook says that this process calls for a notice.
        prohibited_until_known: whether the prohibition names its end.
    """
    if notice_state in {"released", "excepted"}:
        return True
    if notice_state == "prohibited":
        return prohibited_until_known
    return notice_state == "not_due" and not owed
