"""What we write to an authority about silence: that it ends, or that we ask a court to look at it.

1. The agency is told the day from which the customer can be told, and nothing about what is held (Policy 6.1).
2. The recipient of a national security letter may ask that a court review its silence; the Government then has the
   rulebook's days to apply (18 U.S.C. 3511(b)(1)).
"""

from datetime import date

from safeconduct.rooms.government_requests.rules.letters import LetterText


def silence_ending(*, day: date) -> LetterText:
    """Return the warning that silence ends: rule 1."""
    return LetterText(template="silence_ending", fields={"day": day.isoformat()})


def judicial_review(*, days: int) -> LetterText:
    """Return the request that a court review the silence of a national security letter: rule 2."""
    return LetterText(template="judicial_review", fields={"days": str(days)})
