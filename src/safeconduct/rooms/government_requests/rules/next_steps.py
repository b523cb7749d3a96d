"""Who may do what next, and why not.

1. A scope needs five findings, none of them "not met" (Policy 4).
2. Whoever prepares a scope cannot approve it; whoever collects a package cannot release it (Policy 4).
3. The second reader is neither the one who asked for release nor the one who prepared the package (Policy 4).
4. A transcript is compared by another person than the one who typed it (Policy 4).
5. An emergency's call-back is made by two people (Policy 8).
6. A refusal or a referral needs a finding that carries it; an objection is made by counsel.
7. The words that a finding relies on stand in the paper, on the page it names: the paper is the authority (Policy 4).
"""

from collections.abc import Mapping

from safeconduct.core.base.errors import BadInputError, ConflictError
from safeconduct.rooms.government_requests.rules.words import FindingKind, FindingOutcome

TWO = 2


class FindingsMissingError(ConflictError):
    """The five findings do not carry this step."""

    code = "SC-FINDINGS"
    cure = "Record what is missing; the matter's review page names it."


class SamePersonError(ConflictError):
    """This step needs another person than the one who took the step before."""

    code = "SC-SAME-PERSON"
    cure = "Ask a second person; two accounts of one person count once."


class WordsMissingError(BadInputError):
    """A finding needs the words it relies on, as they stand in the paper, their page and a reason."""

    code = "SC-WORDS"
    cure = "Copy the words from the transcript, give their page, and say why."


def require_words(*, words: str, page: int, pages: tuple[str, ...]) -> None:
    """Raise ``WordsMissingError`` unless ``words`` stand on ``page`` of the transcript, in any spacing: rule 7."""
    wanted = " ".join(words.split())
    if not wanted or not 1 <= page <= len(pages):
        raise WordsMissingError("The transcript has no such page, or no words are given.")
    if wanted not in " ".join(pages[page - 1].split()):
        raise WordsMissingError(f"They do not stand on page {page} of the transcript.")


def require_scope_findings(findings: Mapping[FindingKind, FindingOutcome]) -> None:
    """Raise ``FindingsMissingError`` unless all five are made and none is "not met": rule 1."""
    missing = [kind.value for kind in FindingKind if kind not in findings]
    if missing:
        raise FindingsMissingError(f"Not made yet: {', '.join(missing)}.")
    unmet = [kind.value for kind in FindingKind if findings[kind] is FindingOutcome.NOT_MET]
    if unmet:
        raise FindingsMissingError(f"Not met: {', '.join(unmet)}.")


def require_refusal_findings(findings: Mapping[FindingKind, FindingOutcome]) -> None:
    """Raise ``FindingsMissingError`` unless a finding is "not met": rule 6."""
    if FindingOutcome.NOT_MET not in findings.values():
        raise FindingsMissingError("No finding is recorded as not met.")


def require_other_person(*, person: str, others: frozenset[str]) -> None:
    """Raise ``SamePersonError`` if ``person`` is one of ``others``: rules 2 to 4."""
    if person in others:
        raise SamePersonError


def require_two_people(people: frozenset[str]) -> None:
    """Raise ``SamePersonError`` unless two natural persons are named: rule 5."""
    if len(people) < TWO:
        raise SamePersonError


def what_happens_next(*, state: str, findings: Mapping[FindingKind, FindingOutcome], preparer: str, person: str) -> str:
    """Return one sentence for the foot of the page: what follows, and who may not do it."""
    if state == "in_review" and len(findings) < len(FindingKind):
        own = " You prepared it, so you cannot be one of them." if preparer == person else ""
        return f"After the fifth finding the scope goes to two approvers.{own}"
    return _AFTER.get(state, "")


_AFTER = {
    "received": "A person takes the matter; then the paper is typed out and read against the original.",
    "in_review": "The scope goes to two approvers. Whoever sends it cannot be one of them.",
    "question_sent": "The review resumes when the officer answers.",
    "with_counsel": "Counsel answers with a signed determination; then the review resumes.",
    "objected": "The objection stands until a person records how it was resolved.",
    "scope_proposed": "Two approvers sign on the approval page; then a person records the authorisation.",
    "authorised": "A person collects; the vault process filters and seals.",
    "collected": "A second reader who prepared nothing here approves the release.",
    "released": "The officer fetches the package; then delivery is recorded.",
    "delivered": "When the notice is settled the matter can close.",
    "refused": "When the notice is settled the matter can close.",
    "redirected": "When the notice is settled the matter can close.",
    "withdrawn": "When the notice is settled the matter can close.",
    "preserved": "The copy ends on its day unless the request is renewed once.",
}
