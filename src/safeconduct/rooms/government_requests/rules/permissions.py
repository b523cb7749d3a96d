"""What a person needs to be allowed to do here, as ``room.object.verb``. The people room's enum is the authority.

A test holds every name here against it; which role holds which is decided there and nowhere else.

1. Reading case papers, deciding, releasing and closing are different permissions (Policy 4).
2. An officer holds only what concerns the officer's own requests (Policy 4).
3. Outside counsel holds what reads, advises and comments, and nothing that signs, decides or releases (Policy 4).
"""

from enum import StrEnum


class Permission(StrEnum):
    """The room's permissions."""

    RECEIVE = "government_requests.matter.receive"
    READ = "government_requests.matter.read"
    TAKE = "government_requests.matter.take"
    TRANSCRIBE = "government_requests.transcript.type"
    COMPARE = "government_requests.transcript.compare"
    OPEN_CASE = "government_requests.case.open"
    FIND = "government_requests.finding.record"
    ASK = "government_requests.question.ask"
    ANSWER = "government_requests.question.answer"
    REFER = "government_requests.matter.refer"
    DETERMINE = "government_requests.matter.determine"
    OBJECT = "government_requests.matter.object"
    DECIDE = "government_requests.matter.decide"
    PROPOSE = "government_requests.scope.propose"
    COLLECT = "government_requests.package.collect"
    RELEASE = "government_requests.package.release"
    DELIVER = "government_requests.package.deliver"
    WRITE = "government_requests.letter.write"
    ISSUE = "government_requests.letter.issue"
    PROHIBIT = "government_requests.notice.prohibit"
    EXCEPT = "government_requests.notice.except"
    RELEASE_NOTICE = "government_requests.notice.release"
    PRESERVE = "government_requests.preservation.make"
    END_PRESERVATION = "government_requests.preservation.end"
    MOVE_DEADLINE = "government_requests.deadline.move"
    CALL_BACK = "government_requests.call_back.record"
    WITHDRAW = "government_requests.matter.withdraw"
    CLOSE = "government_requests.matter.close"
    CORRESPOND = "government_requests.correspondence.note"
    SUPPLEMENT = "government_requests.matter.supplement"
    RESUME = "government_requests.matter.resume"
    LITIGATE = "government_requests.litigation.preserve"
    ADVISE = "government_requests.advice.share"
    COMMENT = "government_requests.comment.write"
    GIVE_MANDATE = "government_requests.mandate.give"
    END_MANDATE = "government_requests.mandate.end"
    USE_MANDATE = "government_requests.mandate.use"
    ERASE = "government_requests.case.erase"
    INVOICE = "government_requests.invoice.write"
    SEED = "government_requests.fake.seed"
    READ_FAKES = "government_requests.fake.read"
