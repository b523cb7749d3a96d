"""What our letters say: facts, and words that a person typed, for a template that counsel signed.

1. A refusal names the words at fault and the cure, and blames nobody (Policy 5).
2. A letter to an agency never says whether we hold anything, whether a copy is kept, or who the customer is.
3. A notice says what was asked, by whom, under what law, and what we did; after silence it says that a court delayed it
   (18 U.S.C. 2705(b)).
4. A redirection names the road by treaty and what it needs (18 U.S.C. 2702(a); GDPR art. 48).
5. Only a verified sender reads what failed, which words are at fault and what would cure it. Everybody else gets an
   acknowledgement whose words are always the same: no cure, and nothing from which to tell whether an account exists.
6. What says the way to another door depends on the kind of paper alone, so anybody may read it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from safeconduct.core.base.errors import BadInputError
from safeconduct.rooms.government_requests.rules.words import LetterKind, Process


class LetterError(BadInputError):
    """The letter lacks what its kind must say."""

    code = "SC-LETTER"


@dataclass(frozen=True, kw_only=True)
class Fault:
    """Words of the paper that keep us from answering, why, and what would cure it."""

    words: str
    why: str
    cure: str


@dataclass(frozen=True, kw_only=True)
class LetterText:
    """A letter before it is typeset.

    Attributes:
        template: the kind of template whose words are still to be put around the facts; empty for finished words.
        fields: the facts that the template has places for.
        subject, closing: finished words; empty while a template is named.
        paragraphs: what a person typed, or finished words.
        quotes: quoted words with what is said of them.
        cures: the cure of each quote, where its template has a place for it.
    """

    template: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    subject: str = ""
    paragraphs: tuple[str, ...] = ()
    quotes: tuple[tuple[str, str], ...] = ()
    cures: tuple[str, ...] = ()
    closing: tuple[str, ...] = ()


def acknowledgement(*, process: Process, paragraphs: tuple[str, ...] = ()) -> LetterText:
    """Return the acknowledgement to the agency."""
    return LetterText(template="acknowledgement", fields={"paper": process}, paragraphs=paragraphs)


def question(*, process: Process, paragraphs: tuple[str, ...]) -> LetterText:
    """Return a question to the officer."""
    return LetterText(template="question", fields={"paper": process}, paragraphs=paragraphs)


def refusal(*, process: Process, faults: tuple[Fault, ...]) -> LetterText:
    """Return a refusal with its cures; raises ``LetterError`` without one: rule 1."""
    if not faults or not all(fault.why and fault.cure for fault in faults):
        raise LetterError("A refusal names the fault and its cure.")
    return LetterText(
        template="refusal",
        fields={"paper": process},
        quotes=tuple((fault.words, fault.why) for fault in faults),
        cures=tuple(fault.cure for fault in faults),
    )


def redirection(*, authority: str) -> LetterText:
    """Return the letter that shows a foreign authority the road by treaty: rule 4."""
    return LetterText(template="redirection", fields={"authority": authority})


def narrowing(*, process: Process, left_out: tuple[tuple[str, str], ...]) -> LetterText:
    """Return the letter that says what is left out and why."""
    return LetterText(template="narrowing", fields={"paper": process}, quotes=left_out)


def cover(*, process: Process, paragraphs: tuple[str, ...] = ()) -> LetterText:
    """Return the letter that goes with a package."""
    return LetterText(template="cover", fields={"paper": process}, paragraphs=paragraphs)


def none_held(*, process: Process) -> LetterText:
    """Return the answer where we hold nothing that the paper reaches."""
    return LetterText(template="none_held", fields={"paper": process})


def notice(*, process: Process, agency: str, after_silence: bool) -> LetterText:
    """Return the notice to the customer: rule 3."""
    kind = "notice_after_silence" if after_silence else "notice"
    return LetterText(template=kind, fields={"paper": process, "agency": agency})


RETURNS = {
    Process.CIVIL_SUBPOENA: "return_civil",
    Process.DEFENCE_SUBPOENA: "return_defence",
    Process.DATA_SUBJECT_REQUEST: "return_data_subject",
    Process.CUSTOMER_PAPER: "return_customer_paper",
}
"""The template for each kind of paper that is not ours to answer."""


def returned(*, process: Process) -> LetterText:
    """Return the letter that goes back with a paper that is not ours to answer: rule 6."""
    return LetterText(template=RETURNS[process])


def redirection_to_customer(*, process: Process) -> LetterText:
    """Return the letter that sends an authority to the company whose service was used, which it does not name."""
    return LetterText(template="redirection_to_customer", fields={"paper": process})


FOR_CUSTOMERS = frozenset({LetterKind.NOTICE, LetterKind.NOTICE_AFTER_SILENCE, LetterKind.INCIDENT_NOTICE})
KINDS_TO_AGENCY = frozenset(LetterKind) - FOR_CUSTOMERS
FOR_ANYBODY = frozenset({LetterKind.REDIRECTION, LetterKind.PAPER_RETURNED})
"""Letters whose words depend on the kind of paper alone: rule 6."""


def for_sender(*, kind: LetterKind, text: LetterText, verified: bool) -> tuple[LetterKind, LetterText]:
    """Return the letter as its addressee may read it: rule 5."""
    if verified or kind in FOR_CUSTOMERS | FOR_ANYBODY:
        return kind, text
    return LetterKind.ACKNOWLEDGEMENT, LetterText(template="acknowledgement_neutral")
