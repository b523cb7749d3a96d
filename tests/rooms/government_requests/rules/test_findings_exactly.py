"""The provisions that the checks cite, one by one, and what is taken as known where nobody said."""

from tests.rooms.government_requests.papers import facts, paper

from safeconduct.rooms.government_requests.rules.findings import facts as cited


def test_the_provisions_are_these() -> None:
    found = {name: value for name, value in vars(cited).items() if name.isupper()}
    assert found == {
        "POLICY": ("policy.government-requests", "Policy 4"),
        "SUBPOENA": ("us.sca.2703-c-2", "18 U.S.C. 2703(c)(2)"),
        "COURT_ORDER": ("us.sca.2703-d", "18 U.S.C. 2703(d)"),
        "WARRANT": ("us.sca.2703-a", "18 U.S.C. 2703(a)"),
        "PRESERVATION": ("us.sca.2703-f", "18 U.S.C. 2703(f)"),
        "EMERGENCY": ("us.sca.2702-b-8", "18 U.S.C. 2702(b)(8)"),
        "GOVERNMENTAL": ("us.sca.2711-4", "18 U.S.C. 2711(4)"),
        "SILENCE": ("us.sca.2705-b", "18 U.S.C. 2705(b)"),
        "NSL": ("us.nsl.2709", "18 U.S.C. 2709"),
        "FOURTH_AMENDMENT": ("us.const.amend-iv", "U.S. Const. amend. IV"),
        "TREATY": ("us.sca.2702-a", "18 U.S.C. 2702(a)"),
        "INTERCEPTION": ("us.power.interception", "18 U.S.C. 2518, 3123; 50 U.S.C. 1805, 1842, 1881a"),
    }


def test_nobody_is_taken_for_protected_or_preserved_unasked() -> None:
    found = facts(paper())
    assert (found.entity_names, found.protected, found.roles, found.preservations) == ((), frozenset(), {}, 0)
    assert (found.sender.registered, found.sender.domain_known) == (True, True)
