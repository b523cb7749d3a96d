"""Both verifiers agree on random reports, receipts and corruptions of them, also on what the issuer signed wrongly."""

import json
import random
import shutil
from pathlib import Path

import pytest
from tests import soaking
from tests.conformance.random_reports import HARMFUL, SOUND, random_receipt, random_report
from tests.conformance.second_verifier import Comparison, accepts, files_of, second_verifier, text_of, weakened
from tests.core.verification.samples import TRUST

from safeconduct.core.verification.report_check import check_counted_receipt, check_report_folder, is_receipt
from safeconduct.core.verification.results import VerificationError

TRUST_TEXT = text_of(TRUST.data)


def all_good(folder: Path, files: dict[str, bytes]) -> bool:
    """Return our verdict on a report with these files."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return all(part.ok for part in check_report_folder("report", folder, TRUST))


def takes_receipt(value: dict[str, object]) -> bool:
    """Return our verdict on a receipt."""

    def check() -> None:
        if not is_receipt(value):
            raise VerificationError("It is no receipt.")
        check_counted_receipt("receipt", "receipt.json", value, TRUST)

    return accepts(check)


def compare_reports(comparison: Comparison, rng: random.Random, folder: Path, wanted: int) -> None:
    """Compare random reports and receipts until there were enough, or the verifiers came apart."""
    while comparison.count < wanted and not comparison.apart:
        report = random_report(rng)
        change = rng.choice(SOUND if rng.random() < 0.55 else HARMFUL)
        files = change(report, rng).files()
        case = {"check": "report", "trust": TRUST_TEXT, "files": files_of(files)}
        comparison.add(change.__name__, case, ours=all_good(folder, files))
        if report.leaves:
            value = random_receipt(report, rng)
            case = {"check": "receipt", "trust": TRUST_TEXT, "data": text_of(json.dumps(value).encode())}
            comparison.add("receipt", case, ours=takes_receipt(value))


def test_both_agree_on_random_reports_and_corruptions(tmp_path: Path) -> None:
    rng = random.Random(soaking.seed("second-reports"))  # noqa: S311 - repeatable tests
    wanted = soaking.count(300, 10_000)
    with second_verifier() as second:
        comparison = Comparison(second)
        compare_reports(comparison, rng, tmp_path / "report", wanted)
        comparison.check()
    told = {"cases": comparison.count, "accepted": comparison.accepted.total(), "refused": comparison.refused.total()}
    soaking.report("second-reports", **told)
    assert comparison.accepted["receipt"] > 0 < comparison.refused["receipt"]
    for never in ("flip", "missing", "unnamed", "forged", "series_in_table"):
        assert comparison.accepted[never] == 0, never


WEAKER = [
    ("report.js", "the leaves are out of order"),
    ("report.js", "a band that does not start on a multiple of its width"),
    ("report.js", "a leaf of another version or half-year"),
]


@pytest.mark.parametrize(("name", "check"), WEAKER)
def test_a_weakened_second_verifier_is_noticed(name: str, check: str, tmp_path: Path) -> None:
    """The control: without one of its checks the second verifier must come apart from ours."""
    with second_verifier(weakened(tmp_path, name, check)) as second:
        comparison = Comparison(second, batch=60)
        rng = random.Random(7)  # noqa: S311 - the control must fail the same way each time
        compare_reports(comparison, rng, tmp_path / "report", 1200)
        comparison.check_apart()
