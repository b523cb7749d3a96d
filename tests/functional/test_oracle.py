from tests.functional.oracle import Oracle

from safeconduct.cli.demonstration.standing import person_sought
from safeconduct.cli.demonstration.targets import TARGETS

SEED = 20260101


def test_the_oracle_finds_planted_rows_and_only_those_of_the_number_and_the_window() -> None:
    oracle = Oracle(seed=SEED, rows=30_000)
    target = TARGETS["rail_yard"]
    number = person_sought(SEED, target).number
    year = {"start": "2026-01-01T00:00:00+00:00", "until": "2026-07-01T00:00:00+00:00"}
    texts = oracle.rows(category="message_content", number=number, **year)
    assert len(texts) >= target.messages
    assert all(number in (row["own_number"], row["other_number"]) for row in texts)
    assert len(oracle.rows(category="subscriber", number=number, **year)) == 1
    hour = {"start": texts[0]["at"], "until": "2026-01-01T00:00:00Z"}
    assert oracle.rows(category="message_content", number=number, **hour) == []
    exact = oracle.rows(category="message_content", number=number, start=texts[0]["at"], until="2026-12-31T00:00:00Z")
    assert texts[0] in exact
