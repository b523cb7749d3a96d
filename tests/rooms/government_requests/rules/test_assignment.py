"""Who may be given a matter, and when a reason is due."""

import pytest

from safeconduct.rooms.government_requests.rules.assignment import (
    HandoverError,
    HandoverReasonError,
    require_handover,
)

ABLE = frozenset({"ada", "bo"})


@pytest.mark.parametrize(
    ("holder", "to", "reason"),
    [("", "ada", ""), ("ada", "bo", "On leave."), ("ada", "", "Not mine."), ("gone", "ada", "Left us.")],
)
def test_a_matter_goes_to_one_who_may_have_it(holder: str, to: str, reason: str) -> None:
    require_handover(holder=holder, to=to, able=ABLE, reason=reason)


@pytest.mark.parametrize(("holder", "to"), [("", ""), ("ada", "ada"), ("", "stranger"), ("ada", "stranger")])
def test_nobody_is_handed_what_they_have_or_may_not_know_of(holder: str, to: str) -> None:
    with pytest.raises(HandoverError):
        require_handover(holder=holder, to=to, able=ABLE, reason="Why not.")


@pytest.mark.parametrize("to", ["", "bo"])
@pytest.mark.parametrize("reason", ["", "  \n"])
def test_what_somebody_has_changes_hands_only_with_a_reason(to: str, reason: str) -> None:
    with pytest.raises(HandoverReasonError):
        require_handover(holder="ada", to=to, able=ABLE, reason=reason)
