"""A paper's clocks run from the day it reached us, and never from one to come."""

from datetime import UTC, date, datetime, timedelta

import pytest

from safeconduct.rooms.government_requests.rules.arrival import ArrivalError, Arrived, arrival_instant, check_arrival

NOW = datetime(2026, 3, 10, 2, tzinfo=UTC)
ZONE = "America/New_York"


def test_today_is_now_and_an_earlier_day_its_beginning_in_the_zone() -> None:
    # At two in the morning UTC it is still the day before in New York.
    assert arrival_instant(day=date(2026, 3, 9), now=NOW, zone_name=ZONE) == NOW
    assert arrival_instant(day=date(2026, 3, 6), now=NOW, zone_name=ZONE) == datetime(2026, 3, 6, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    "arrived", [Arrived(at=NOW + timedelta(seconds=1), opened_by="1"), Arrived(at=NOW, opened_by="")]
)
def test_a_day_to_come_and_one_whom_nobody_opened_are_refused(arrived: Arrived) -> None:
    with pytest.raises(ArrivalError):
        check_arrival(arrived=arrived, taken=None, now=NOW)
    assert check_arrival(arrived=Arrived(at=NOW, opened_by="1"), taken=None, now=NOW) == NOW
    assert check_arrival(arrived=None, taken=None, now=NOW) == NOW
