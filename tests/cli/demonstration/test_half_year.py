from datetime import timedelta

import pytest

from safeconduct.cli.demonstration.company import AGENCIES, OFFICERS
from safeconduct.cli.demonstration.half_year import ENDS, HALF_YEAR, PRODUCING, Course, MatterPlan
from safeconduct.cli.demonstration.papers import make_paper
from safeconduct.cli.demonstration.targets import TARGETS
from safeconduct.cli.demonstration.walk import PAPER_NAMES, WHAT_HAPPENED

SEED = 20260101


@pytest.fixture(params=HALF_YEAR, ids=lambda plan: plan.key)
def plan(request: pytest.FixtureRequest) -> MatterPlan:
    found: MatterPlan = request.param
    return found


def test_a_paper_asks_for_the_past_and_comes_before_the_clock_ends(plan: MatterPlan) -> None:
    assert plan.window.end <= plan.received + timedelta(days=1)
    assert plan.received < ENDS


def test_a_plan_names_people_and_papers_that_exist(plan: MatterPlan) -> None:
    assert plan.officer in OFFICERS
    assert plan.target is None or plan.target in TARGETS
    assert plan.paper in PAPER_NAMES
    assert plan.course in WHAT_HAPPENED
    assert make_paper(plan.values(SEED)).pages > 0


def test_data_goes_to_agencies_of_the_united_states_only(plan: MatterPlan) -> None:
    agency = AGENCIES[OFFICERS[plan.officer].agency]
    if plan.course in PRODUCING | {Course.NATIONAL_SECURITY}:
        assert (agency.country, agency.governmental) == ("US", True)


def test_every_course_is_taken_and_nine_kinds_of_paper_come() -> None:
    assert {plan.course for plan in HALF_YEAR} == set(Course)
    assert len({plan.paper for plan in HALF_YEAR}) >= 9
    assert len({plan.key for plan in HALF_YEAR}) == len(HALF_YEAR)
    assert [plan.received for plan in HALF_YEAR] == sorted(plan.received for plan in HALF_YEAR)
