"""What our letters say: plain paragraphs around the words that a person typed.

1. A refusal names the words at fault and the cure, and blames nobody (Policy 5).
2. A letter to an agency never says whether we hold anything, whether a copy is kept, or who the customer is.
3. A notice says what was asked, by whom, under what law, and what we did; after silence it says that a court delayed it
   (18 U.S.C. 2705(b)).
4. A redirection names the road by treaty and what it needs (18 U.S.C. 2702(a); GDPR art. 48).
"""

from dataclasses import dataclass

from safeconduct.core.base.errors import BadInputError
from safeconduct.rooms.government_requests.rules.words import PAPER_NOUNS, LetterKind, Process


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
    """A letter before it is typeset: subject, paragraphs, quoted words with what is said of them."""

    subject: str
    paragraphs: tuple[str, ...]
    quotes: tuple[tuple[str, str], ...] = ()
    closing: tuple[str, ...] = ()


def acknowledgement(*, process: Process, paragraphs: tuple[str, ...] = ()) -> LetterText:
    """Return the acknowledgement to the agency."""
    return LetterText(
        subject=f"We have received your {PAPER_NOUNS[process]}",
        paragraphs=(
            f"We received the {PAPER_NOUNS[process]} named above on the day stated above, and it is being reviewed.",
            "We ask of every paper whether it is valid, limited, specific, particularized and enforceable.",
            *paragraphs,
        ),
        closing=("This acknowledgement says nothing about whether records exist.",),
    )


def question(*, process: Process, paragraphs: tuple[str, ...]) -> LetterText:
    """Return a question to the officer."""
    return LetterText(
        subject=f"We have a question about your {PAPER_NOUNS[process]}",
        paragraphs=paragraphs,
        closing=("The review resumes when you answer. The reference above is enough to answer in the portal.",),
    )


def refusal(*, process: Process, faults: tuple[Fault, ...]) -> LetterText:
    """Return a refusal with its cures; raises ``LetterError`` without one: rule 1."""
    if not faults or not all(fault.why and fault.cure for fault in faults):
        raise LetterError("A refusal names the fault and its cure.")
    return LetterText(
        subject=f"Your {PAPER_NOUNS[process]} cannot be answered as it stands",
        paragraphs=(
            f"We have reviewed the {PAPER_NOUNS[process]} and cannot answer it as it stands, for what follows.",
        ),
        quotes=tuple((fault.words, f"{fault.why} Cure: {fault.cure}") for fault in faults),
        closing=("A paper that cures this can be sent through the portal, and what you typed is kept for it.",),
    )


def redirection(*, authority: str) -> LetterText:
    """Return the letter that shows a foreign authority the road by treaty: rule 4."""
    established = "The company that you wrote to is established in the United States."
    binds = "Its law lets it disclose customers' records only under process that binds it there, 18 U.S.C. 2702(a)."
    return LetterText(
        subject="Your request needs to come by treaty",
        paragraphs=(
            f"{established} {binds}",
            f"Send your request through mutual legal assistance. The receiving office is: {authority}.",
            "Name the company as above, the identifier, the period and the categories of records.",
        ),
        closing=("This letter says nothing about whether records exist.",),
    )


def narrowing(*, process: Process, left_out: tuple[tuple[str, str], ...]) -> LetterText:
    """Return the letter that says what is left out and why."""
    return LetterText(
        subject=f"Your {PAPER_NOUNS[process]} is answered in part",
        paragraphs=("We answer what the paper describes. The words below are left out of the answer.",),
        quotes=left_out,
        closing=("If these words are needed, serve process that describes what is meant.",),
    )


def cover(*, process: Process, paragraphs: tuple[str, ...] = ()) -> LetterText:
    """Return the letter that goes with a package."""
    return LetterText(
        subject=f"The answer to your {PAPER_NOUNS[process]}",
        paragraphs=(
            "The sealed package that comes with this letter is our complete answer within the authorised scope.",
            "Its README says how to open it and how to check that nothing was changed.",
            *paragraphs,
        ),
    )


def none_held(*, process: Process) -> LetterText:
    """Return the answer where we hold nothing that the paper reaches."""
    return LetterText(
        subject=f"The answer to your {PAPER_NOUNS[process]}",
        paragraphs=("We searched for what the paper describes and hold no record that it reaches.",),
    )


def notice(*, process: Process, agency: str, after_silence: bool) -> LetterText:
    """Return the notice to the customer: rule 3."""
    late = "A court ordered us not to tell you earlier, 18 U.S.C. 2705(b). That order has ended."
    return LetterText(
        subject="A government asked us for records about your account",
        paragraphs=(
            f"We received a {PAPER_NOUNS[process]} from {agency} on the day stated above.",
            "It concerns records that we process for you.",
            *((late,) if after_silence else ()),
            "We reviewed it against our Government Request Policy.",
            "What leaves, if anything, stays within a scope that two people approve and a third releases.",
            "You may ask us for the scope, and you may seek advice on challenging the request.",
        ),
        closing=("If you forward this notice to the person whose records were sought, tell them the reference above.",),
    )


KINDS_TO_AGENCY = frozenset(LetterKind) - {LetterKind.NOTICE, LetterKind.NOTICE_AFTER_SILENCE}
