"""Both verifiers agree on random proofs, heads and corruptions of them; and a difference would be noticed."""

import itertools
import random
from pathlib import Path

import pytest
from tests import soaking
from tests.conformance.random_proofs import MAKERS, cases
from tests.conformance.second_verifier import Comparison, second_verifier, weakened

WEAKER = [
    ("merkle.js", "the leaf is not in this tree"),
    ("merkle.js", "the new tree does not continue the old one"),
    ("notes.js", "the signature of"),
    ("notes.js", "too few cosignatures"),
    ("proofs.js", "it does not start at the head that was kept"),
]
"""Checks of the second verifier; with any of them taken out, the comparison must find a difference."""


def test_both_agree_on_random_proofs() -> None:
    rng = random.Random(soaking.seed("second-proofs"))  # noqa: S311 - repeatable tests
    wanted = soaking.count(1000, 30_000)
    with second_verifier() as second:
        comparison = Comparison(second)
        for label, said, ours in itertools.islice(cases(rng), wanted):
            comparison.add(label, said, ours=ours)
        comparison.check()
    told = {"cases": comparison.count, "accepted": comparison.accepted.total(), "refused": comparison.refused.total()}
    soaking.report("second-proofs", **told)
    kinds = {maker.__name__.removesuffix("_case") for maker in MAKERS}
    assert set(comparison.accepted) == set(comparison.refused) == kinds


@pytest.mark.parametrize(("name", "check"), WEAKER)
def test_a_weakened_second_verifier_is_noticed(name: str, check: str, tmp_path: Path) -> None:
    """The control: without one of its checks the second verifier must come apart from ours."""
    with second_verifier(weakened(tmp_path, name, check)) as second:
        comparison = Comparison(second, batch=60)
        rng = random.Random(7)  # noqa: S311 - the control must fail the same way each time
        for label, said, ours in itertools.islice(cases(rng), 1200):
            comparison.add(label, said, ours=ours)
            if comparison.apart:
                break
        comparison.check_apart()
