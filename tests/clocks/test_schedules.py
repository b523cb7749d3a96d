"""Random schedules of clocks that go wrong: 0 notices before the order's end, 0 alarms a worker's round too late."""

import random

from tests import soaking
from tests.clocks.houses import Outcome, one_clock, play, three_clocks

SCHEDULES = 2_000, 100_000


def test_no_notice_is_early_and_no_alarm_is_missed_whatever_the_clocks_do() -> None:
    seed = soaking.seed("clock-schedules")
    kept, old = Outcome(), Outcome()
    for number in range(soaking.count(*SCHEDULES)):
        play(three_clocks, random.Random(f"{seed}/{number}"), kept)  # noqa: S311 - repeatable tests
        # The same beginning for the control: what it does of its own changes only its own later chances.
        if number % 5 == 0:
            play(one_clock, random.Random(f"{seed}/{number}"), old)  # noqa: S311 - the same
    soaking.report(
        "clock-schedules",
        **{name: value for name, value in vars(kept).items() if name != "events"},
        **{f"events_{name}": value for name, value in sorted(kept.events.items())},
        control_early=old.early,
        control_missed=old.missed,
        control_schedules=old.schedules,
    )
    assert (kept.early, kept.missed, kept.stuck, kept.wrong_ends) == (0, 0, 0, 0)
    assert min(kept.notices, kept.alarms, kept.mid_job) > kept.schedules // 10
    assert all(
        kept.events.get(what, 0) > 0 for what in ("wall", "boot", "witness", "away", "machine", "restart", "stopped")
    )
    # The control: by the calendar alone notices leave early and alarms do not rise.
    assert old.early > 0
    assert old.missed > 0
