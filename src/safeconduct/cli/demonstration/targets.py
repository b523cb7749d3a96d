"""The persons sought: who the demonstration's papers name, and the rows planted for them."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass(frozen=True, kw_only=True)
class Target:
    """One end user of a customer, named by a paper.

    Attributes:
        key: what the papers and the story call the person.
        customer: index of the customer.
        place: which of the customer's numbers is the person's, from 0.
        first, last: the days between which planted rows lie, as (month, day) of 2026 in UTC.
        calls, messages: how many rows of each are planted; every planted message has a text.
        lines: the planted texts, used in turn.
    """

    key: str
    customer: int
    place: int
    first: tuple[int, int]
    last: tuple[int, int]
    calls: int
    messages: int
    lines: tuple[str, ...] = ("Call me when you are there.", "Not today.", "On my way.", "All quiet here.")

    def instants(self, count: int, *, shift: int) -> list[datetime]:
        """Return ``count`` instants spread evenly over the planted days; ``shift`` seconds keeps kinds apart."""
        start = datetime(2026, *self.first, 12, tzinfo=UTC)
        span = datetime(2026, *self.last, 22, tzinfo=UTC) - start
        return [start + (span * index) / max(count, 1) + timedelta(seconds=shift + index) for index in range(count)]


_FREIGHT = (
    "Berth nine, after ten. Come without lights.",
    "The crates are marked as ceramics. Do not open them on the quay.",
    "He wants the second half before the ferry leaves.",
    "Change of plan: the rail yard, behind the salt shed.",
    "Use the other telephone from now on.",
    "Count it again, there are four missing.",
)
_DANGER = (
    "I am locked in and the battery is nearly gone.",
    "There is a water tower outside the window.",
    "Please tell somebody. He comes back before it is dark.",
)

TARGETS = {
    target.key: target
    for target in (
        Target(key="invoice_fraud", customer=0, place=5, first=(1, 2), last=(5, 28), calls=44, messages=60),
        Target(key="pharmacy_ring", customer=1, place=4, first=(1, 4), last=(3, 28), calls=31, messages=72),
        Target(key="rail_yard", customer=5, place=2, first=(1, 6), last=(3, 20), calls=38, messages=96, lines=_FREIGHT),
        Target(key="courier", customer=7, place=1, first=(1, 3), last=(6, 20), calls=52, messages=120, lines=_FREIGHT),
        Target(key="credit_union", customer=9, place=3, first=(2, 2), last=(4, 20), calls=18, messages=24),
        Target(
            key="missing_person", customer=39, place=0, first=(4, 16), last=(4, 18), calls=6, messages=18, lines=_DANGER
        ),
        Target(key="ostrum", customer=21, place=2, first=(1, 5), last=(2, 20), calls=12, messages=30),
        Target(key="charity_pitch", customer=10, place=3, first=(2, 1), last=(5, 30), calls=22, messages=26),
        Target(key="parking_scam", customer=16, place=1, first=(3, 1), last=(6, 10), calls=27, messages=33),
        Target(key="toy_recall", customer=18, place=2, first=(1, 10), last=(4, 2), calls=14, messages=20),
        Target(key="scooter_theft", customer=27, place=1, first=(4, 1), last=(6, 24), calls=25, messages=40),
        Target(key="harbour", customer=2, place=6, first=(1, 15), last=(6, 26), calls=33, messages=48),
        Target(key="clinic_calls", customer=4, place=2, first=(5, 2), last=(6, 28), calls=29, messages=22),
        Target(key="ticket_tout", customer=28, place=0, first=(2, 12), last=(6, 12), calls=16, messages=44),
    )
}

ABSENT_NUMBER_INDEX = 19_990
"""A fictional number that no record mentions: the answer to a paper that names it is that none is held."""
