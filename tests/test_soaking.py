"""The sample's seed is the same everywhere; another one is taken only where somebody asks for it."""

import pytest
from tests.soaking import SAMPLE_SEED, SEED, chosen_seed, seed


@pytest.mark.parametrize(
    ("asked", "soaking", "chosen"),
    [(None, False, SAMPLE_SEED), ("", False, SAMPLE_SEED), ("7", False, 7), ("7", True, 7), ("0", True, 0)],
)
def test_the_seed_is_the_samples_or_the_one_asked_for(asked: str | None, soaking: bool, chosen: int) -> None:  # noqa: FBT001 - a table's column
    assert chosen_seed(asked, soaking=soaking) == chosen


@pytest.mark.parametrize(("asked", "soaking"), [("random", False), ("random", True), (None, True), ("", True)])
def test_random_and_a_long_run_draw_a_new_one(asked: str | None, soaking: bool) -> None:  # noqa: FBT001 - a table's column
    drawn = {chosen_seed(asked, soaking=soaking) for _ in range(20)}
    assert len(drawn) > 10
    assert all(0 <= one < 2**32 for one in drawn)


def test_what_is_no_number_is_no_seed() -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        chosen_seed("seven", soaking=False)


def test_each_harness_has_a_seed_of_its_own_that_follows_from_the_runs() -> None:
    assert seed("one harness") == seed("one harness")
    assert seed("one harness") != seed("another") != SEED
