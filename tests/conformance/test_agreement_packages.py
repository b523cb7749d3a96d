"""Both verifiers agree on random packages and on corruptions of them, also on what the issuer signed wrongly."""

import random
from pathlib import Path

import pytest
from tests import soaking
from tests.conformance.random_packages import HARMFUL, SOUND, as_zip, random_package
from tests.conformance.second_verifier import Comparison, accepts, second_verifier, text_of, weakened
from tests.core.verification.samples import TRUST

from safeconduct.core.verification.package_check import check_zip

VARIANTS = 25


def compare_packages(comparison: Comparison, rng: random.Random, wanted: int) -> None:
    """Compare random packages and variants of them until there were enough, or the verifiers came apart."""
    trust = text_of(TRUST.data)
    while comparison.count < wanted and not comparison.apart:
        package = random_package(rng)
        for _ in range(VARIANTS):
            change = rng.choice(SOUND if rng.random() < 0.5 else HARMFUL)
            data = as_zip(package, change(dict(package.files), rng), rng)
            case = {"check": "zip", "trust": trust, "data": text_of(data)}
            ours = accepts(lambda data=data: check_zip("zip", data, TRUST))
            comparison.add(change.__name__, case, ours=ours)


def test_both_agree_on_random_packages_and_corruptions() -> None:
    rng = random.Random(soaking.seed("second-packages"))  # noqa: S311 - repeatable tests
    wanted = soaking.count(400, 10_000)
    with second_verifier() as second:
        comparison = Comparison(second)
        compare_packages(comparison, rng, wanted)
        comparison.check()
    told = {"cases": comparison.count, "accepted": comparison.accepted.total(), "refused": comparison.refused.total()}
    soaking.report("second-packages", **told)
    for never in ("forged", "note_signed_twice", "added", "issued_statement_other"):
        assert comparison.accepted[never] == 0, never
    assert comparison.refused["issued_receipt_false"] > 0


WEAKER = ["records that no line speaks of", "a further signature", "other tag files than released"]


@pytest.mark.parametrize("check", WEAKER)
def test_a_weakened_second_verifier_is_noticed(check: str, tmp_path: Path) -> None:
    """The control: without one of its checks the second verifier must come apart from ours."""
    name = "notes.js" if check == "a further signature" else "package.js"
    with second_verifier(weakened(tmp_path, name, check)) as second:
        comparison = Comparison(second, batch=60)
        compare_packages(comparison, random.Random(7), 1200)  # noqa: S311 - it must fail the same way each time
        comparison.check_apart()
