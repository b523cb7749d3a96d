"""What we write to an authority about silence: that it ends, or that we ask a court to look at it.

1. The agency is told the day from which the customer can be told, and nothing about what is held (Policy 6.1).
2. The recipient of a national security letter may ask that a court review its silence; the Government then has the
   rulebook's days to apply (18 U.S.C. 3511(b)(1)).
"""

from safeconduct.rooms.government_requests.rules.letters import LetterText


def silence_ending(*, day: str) -> LetterText:
    """Return the warning that silence ends: rule 1."""
    return LetterText(
        subject="The order of silence is about to end",
        paragraphs=(
            f"The order not to tell that you served with the paper named above ends on {day}.",
            "After that day the customer is told of the paper, as our policy asks.",
            "If silence is still needed, serve an order that extends it before that day.",
        ),
        closing=("This letter says nothing about whether records exist.",),
    )


def judicial_review(*, days: int) -> LetterText:
    """Return the request that a court review the silence of a national security letter: rule 2."""
    return LetterText(
        subject="We ask for judicial review of the silence",
        paragraphs=(
            "Under 18 U.S.C. 3511(b)(1)(A) we ask that a court review the nondisclosure requirement of the letter.",
            f"The Government has {days} days from this letter to apply for an order.",
            "We keep silent while the court decides.",
        ),
    )
